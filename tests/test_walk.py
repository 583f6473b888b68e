"""The command line as a newcomer uses it: what `walk`, `import-roll` and `procedures` leave.

The walks run from the built wheel, which stands alone: nothing of the checkout is near.
"""

import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from openpyxl import Workbook

from deliberation.procedures import FOUR_TWO, ONE_THREE_TWO

ROOT = Path(__file__).resolve().parents[1]
APPROVED = ROOT / "tests" / "procedures.approved.txt"


def deliberation(*arguments, cwd: Path, home: Path = ROOT) -> subprocess.CompletedProcess:
    """Runs the command in a folder where nothing of ours lies, with settings left at default."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DELIBERATION_")}
    return subprocess.run(
        [sys.executable, "-P", "-m", "deliberation", *map(str, arguments)],
        cwd=cwd,
        env=kept | {"PYTHONPATH": str(home)},
        capture_output=True,
        text=True,
        timeout=300,
    )


def messy_roll(path: Path) -> Path:
    """As communities keep it: titles, a building on its first row only, notes, a total, and
    nobody marked as representative or party member."""
    book = Workbook()
    sheet = book.active
    sheet.append(["东风里小区住户登记表（2026年2月）"])
    sheet.append(["制表：物业办公室", None, None, None, "单位：㎡"])
    sheet.append(["楼栋", "房号", "户主姓名", "联系电话", "建筑面积"])
    for number in range(1, 25):
        building = "1#" if number == 1 else "2栋" if number == 13 else None
        room = f"{1 + number % 2}-{1 + (number - 1) % 12 // 2}0{1 + number % 2}"
        phone = (
            None
            if number == 7
            else f"199 0000 {number:04d}"
            if number % 3
            else 19900000000 + number
        )
        sheet.append([building, room, f"住户{'甲乙丙丁'[number % 4]}", phone, f"{60 + number}㎡"])
    sheet.append(["合计", "24户"])
    book.save(path)
    return path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The built wheel, unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.fixture(scope="module", params=["sample", "messy"])
def walked(request, wheel, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("walk")
    asked = {
        "sample": (),
        "messy": ("--roll", messy_roll(folder / "名册.xlsx"), "--procedure", FOUR_TWO.key),
    }[request.param]
    empty = folder / "empty"
    empty.mkdir()
    run = deliberation("walk", "--out", folder / "out", *asked, cwd=empty, home=wheel)
    assert run.returncode == 0, run.stderr
    assert not list(empty.iterdir()), "nothing of an installation is touched"
    return folder / "out"


def test_templates_static_files_and_fonts_are_in_the_wheel(wheel):
    inside = wheel / "deliberation"
    for path in ("templates/layout.html", "static/app.css", "static/htmx.min.js"):
        assert (inside / path).exists(), path
    assert len(list((inside / "static" / "fonts").glob("*.ttf"))) >= 3
    assert list((inside / "static" / "fonts").glob("*OFL*")), "the fonts' licences go along"
    assert not list(wheel.rglob("tests"))


def read(folder: Path, name: str) -> dict:
    return json.loads((folder / name).read_text())


def test_a_walk_passes_every_stage_of_its_procedure_in_order(walked):
    found = read(walked, "summary.json")
    procedure = FOUR_TWO if found["procedure"]["key"] == FOUR_TWO.key else ONE_THREE_TWO
    assert [row["key"] for row in found["stages"]] == [stage.key for stage in procedure.stages]
    assert [row["name"] for row in found["stages"]] == [stage.name for stage in procedure.stages]
    assert {row["outcome"] for row in found["stages"]} == {"passed"}
    moments = [row[end] for row in found["stages"] for end in ("opened", "closed")]
    assert moments == sorted(moments) and moments[0] < moments[-1]


def test_a_walk_counts_what_it_did(walked):
    counts = read(walked, "summary.json")["counts"]
    assert counts["opinions"] == 73
    assert 0 < counts["cast"] <= counts["voters"]
    vote = read(walked, "summary.json")["vote"]
    assert vote["outcome"] == "passed"
    assert vote["entitled"]["heads"] == counts["voters"]
    assert vote["phone"] + vote["paper"] == counts["cast"]
    assert sum(vote["questions"][0]["counts"].values()) == vote["present"]["heads"]


def test_every_document_listed_is_a_file_with_that_hash_and_no_other_lies_there(walked):
    documents = read(walked, "summary.json")["documents"]
    assert {row["kind"] for row in documents} >= {"A", "B", "D"}
    assert len({row["number"] for row in documents}) == len(documents)
    for row in documents:
        content = (walked / row["file"]).read_bytes()
        assert content.startswith(b"%PDF")
        assert hashlib.sha256(content).hexdigest() == row["sha256"]
    listed = {walked / row["file"] for row in documents}
    assert set((walked / "notices").iterdir()) == listed


def test_the_record_can_be_checked_from_the_file_alone(walked):
    record = read(walked, "record.json")
    assert record["broken"] is None
    previous, [key] = "0" * 64, record["keys"]
    public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key["public"]))
    for number, entry in enumerate(record["entries"], 1):
        assert (entry["sequence"], entry["previous"]) == (number, previous)
        content = {name: entry[name] for name in ("sequence", "at", "act", "account", "body")}
        content |= {"chain": record["chain"], "previous": previous}
        content["matter"] = int(record["chain"].removeprefix("matter/"))
        hashed = b"deliberation/entry\n" + rfc8785.dumps(content)
        assert hashlib.sha256(hashed).hexdigest() == entry["digest"]
        previous = entry["digest"]
        signed = {name: entry[name] for name in ("sequence", "digest", "at", "key")}
        message = rfc8785.dumps(signed | {"chain": record["chain"]})
        assert entry["key"] == key["key"]
        public.verify(bytes.fromhex(entry["signature"]), b"deliberation/checkpoint\n" + message)
    assert len(record["entries"]) > 100


def printed(walked: Path) -> list[str]:
    """The numbers as somebody reads them off the notices, for the command line."""
    manifest = json.loads(zipfile.ZipFile(walked / "package.zip").read("manifest.json"))
    notices = json.loads(zipfile.ZipFile(walked / "package.zip").read("notices.json"))["notices"]
    roll = manifest["roll"]
    asked = ["--voters", str(roll["voters"]), "--root", roll["root"][:32]]
    return [*asked, "--head", notices[-1]["log_head"][:32]]


def test_the_record_of_the_vote_lies_beside_the_summary(walked):
    named = read(walked, "summary.json")["package"]
    content = (walked / named["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == named["sha256"]
    notices = json.loads(zipfile.ZipFile(io.BytesIO(content)).read("notices.json"))["notices"]
    listed = {(one["kind"], one["number"], one["sha256"]) for one in notices}
    documents = read(walked, "summary.json")["documents"]
    assert listed == {(one["kind"], one["number"], one["sha256"]) for one in documents}
    record = read(walked, "record.json")["entries"]
    log = json.loads(zipfile.ZipFile(io.BytesIO(content)).read("log.json"))
    assert [one["digest"] for one in log["entries"]] == [one["digest"] for one in record]


def test_the_command_line_recounts_the_vote(walked, tmp_path):
    run = deliberation("verify", walked / "package.zip", *printed(walked), cwd=tmp_path)
    assert run.returncode == 0, run.stdout
    package = walked / "package.zip"
    run = deliberation("verify-diff", package, package, cwd=tmp_path)
    assert run.returncode == 0, run.stdout


def test_a_bare_python_recounts_the_vote_from_the_file_and_the_printed_numbers(walked, tmp_path):
    """Nothing but the interpreter: no packages, no settings, not this checkout."""
    alone = tmp_path / "verify.py"
    alone.write_bytes((ROOT / "deliberation" / "verifier.py").read_bytes())
    package = walked / "package.zip"
    for numbers, code in ((printed(walked), 0), (["--voters", "1"], 1)):
        run = subprocess.run(
            [sys.executable, "-I", "-S", str(alone), str(package), *numbers],
            cwd=tmp_path,
            env={},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert run.returncode == code, run.stdout + run.stderr
        assert not run.stderr
        assert ("核对通过" in run.stdout) is (code == 0)


def test_a_dry_run_reads_a_roll_without_a_database_and_leaves_nothing(tmp_path):
    roll, empty = messy_roll(tmp_path / "roll.xlsx"), tmp_path / "empty"
    empty.mkdir()
    dry = ("--community", "还没有的社区", "--dry-run", "--json")
    run = deliberation("import-roll", roll, *dry, cwd=empty)
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert (found["added"], found["changed"], found["people"]) == (24, 0, 24)
    assert all({"row", "reason"} == row.keys() for row in found["refused"])
    assert not list(empty.iterdir())


def test_a_file_that_is_no_roll_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "roll.xlsx").write_bytes(b"\x00" * 100)
    run = deliberation("import-roll", "roll.xlsx", "--community", "甲", "--dry-run", cwd=tmp_path)
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert len(run.stderr.strip().splitlines()) == 1


def test_the_rule_sets_are_printed_as_approved(tmp_path):
    run = deliberation("procedures", cwd=tmp_path)
    assert run.returncode == 0
    assert run.stdout == APPROVED.read_text()
