"""The stand-alone verifier: what is genuine passes, and every change is named with its place."""

import ast
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation import verifier
from deliberation.__main__ import main
from deliberation.log.diff import diff
from deliberation.log.packing import pack
from tests.log.hostile import SHAPELESS, UNFIT, WHOLE, hostile, member
from tests.log.mutations import CASES
from tests.log.packages import (
    GENUINE,
    Draft,
    Key,
    archive,
    by_area,
    chain,
    large,
    leaf,
    leaf_hash,
    named_plan,
    notices,
    seal,
    secret_plan,
    sign,
)
from tests.log.vectors import ED25519, LEAVES, ROOTS

FILE = Path(verifier.__file__)
CHANGED = "amended, extended, ended early, new key"


def codes(findings) -> set[str]:
    return {one.code for one in findings}


@pytest.mark.parametrize("make", GENUINE.values(), ids=GENUINE)
def test_a_genuine_package_is_genuine(make):
    assert verifier.verify(archive(make())) == []


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_change_is_caught_and_named_with_its_place(case):
    assert case.data != case.genuine, "nothing was changed"
    found = verifier.verify(case.data, case.printed)
    named = [one.text for one in found if one.code == case.code]
    assert [text for text in named if case.place in text], found
    assert all(text.endswith(verifier.TEXTS[case.code]) for text in named)


def test_the_unchanged_package_passes_with_what_the_changed_ones_were_compared_with():
    for case in CASES:
        printed = {name: one for name, one in case.printed.items() if name in ("root", "head")}
        if printed:
            assert verifier.verify(case.genuine, printed) == []


def test_every_code_that_a_package_can_earn_is_tried():
    untried = set(verifier.TEXTS) - {case.code for case in CASES}
    assert untried == {"unreadable"}


def test_a_count_that_seals_no_files_is_genuine():
    draft = named_plan().copy()
    del draft.body("vote.close")["seals"]
    for step in (chain, sign, notices):
        step(draft)
    assert verifier.verify(archive(draft)) == []


def test_five_thousand_voters():
    assert verifier.verify(archive(large())) == []


def test_the_printed_numbers_are_compared():
    draft, package = named_plan(), archive(named_plan())
    roll = draft["manifest"]["roll"]
    head = draft["notices"]["notices"][0]["log_head"]
    printed = {"voters": 51, "root": roll["root"][:32], "head": head[:32].upper()}
    printed |= {"1 for": 35, "1 against": "3", "1 abstain": 2}
    assert verifier.verify(package, printed) == []
    for wrong in ({"root": roll["root"][:8]}, {"head": "0" * 32}, {"voters": 50}, {"1 for": 34}):
        assert codes(verifier.verify(package, printed | wrong)) == {"printed"}


def test_the_number_entitled_may_be_that_before_or_after_amendments():
    package = archive(GENUINE[CHANGED]())
    found = [codes(verifier.verify(package, {"voters": number})) for number in (30, 31, 32)]
    assert found == [set(), set(), {"printed"}]


# --- The standards -------------------------------------------------------------------------------
@pytest.mark.parametrize(("public", "message", "signature"), ED25519)
def test_the_signatures_of_rfc_8032(public, message, signature):
    parts = [bytes.fromhex(one) for one in (public, message, signature)]
    assert verifier.signed(*parts)
    assert not verifier.signed(parts[0], parts[1] + b"x", parts[2])


@pytest.mark.parametrize("size", range(9))
def test_the_trees_of_rfc_6962(size):
    leaves = [leaf_hash(bytes.fromhex(data)) for data in LEAVES[:size]]
    assert verifier.tree_root(leaves) == ROOTS[size]


@settings(max_examples=30, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=99), st.integers(0, 511))
def test_a_signature_holds_for_its_key_and_message_only(seed, message, bit):
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert verifier.signed(public, message, signature)
    number = int.from_bytes(signature, "little") ^ 1 << bit
    assert not verifier.signed(public, message, number.to_bytes(64, "little"))
    assert not verifier.signed(public[:31], message, signature)
    assert not verifier.signed(public, message, signature[:63])


# --- Hostile files -------------------------------------------------------------------------------
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_byte_flipped_or_a_tail_cut_off_is_never_genuine(data):
    package = archive(data.draw(st.sampled_from([named_plan, secret_plan, by_area]))())
    place = data.draw(st.integers(0, len(package) - 1))
    flipped = bytearray(package)
    flipped[place] ^= data.draw(st.integers(1, 255))
    for changed in (bytes(flipped), package[:place]):
        assert verifier.verify(changed)


@pytest.mark.parametrize(("package", "path", "value"), SHAPELESS)
def test_a_value_of_the_wrong_kind_ends_in_one_finding_and_no_traceback(
    package, path, value, tmp_path, capsys
):
    file = tmp_path / "package.zip"
    file.write_bytes(hostile(package, path, value))
    assert main(["verify", str(file)]) == 1
    said = capsys.readouterr().out
    assert "核对不通过" in said and "[shape]" in said
    assert codes(verifier.verify(file)) == {"shape"}


@pytest.mark.parametrize(("package", "path", "value"), UNFIT)
def test_a_figure_of_the_wrong_kind_that_nothing_is_added_up_with_is_named(package, path, value):
    assert codes(verifier.verify(hostile(package, path, value)))


@pytest.mark.parametrize("raw", WHOLE.values(), ids=WHOLE)
def test_a_file_that_is_no_canonical_object_has_no_shape_and_is_named(raw):
    (found,) = verifier.verify(member(raw))
    assert found.code == "shape" and found.text.startswith("paper.json")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_get_an_answer(data):
    assert codes(verifier.verify(data)) == {"shape"}
    assert codes(verifier.verify(b"PK\3\4" + data)) == {"shape"}


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.from_regex(r"[a-z]{1,9}\.json", fullmatch=True), st.binary(max_size=99)))
def test_the_container_is_read_as_it_was_written(members):
    packed = pack(members)
    if members:
        assert verifier.unzipped(packed) == members
    assert pack(dict(reversed(members.items()))) == packed


def test_a_file_too_large_is_refused_without_reading_it_all(tmp_path):
    path = tmp_path / "huge.zip"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    assert codes(verifier.verify(path)) == {"shape"}


# --- Two packages --------------------------------------------------------------------------------
def earlier(draft: Draft, length: int) -> bytes:
    """The package of the same record when it had only so many entries; it was counted then."""
    twin = draft.copy()
    twin.entries = twin.entries[:length]
    chain(twin)
    sign(twin)
    return archive(twin)


def test_a_package_continues_itself_and_what_it_was():
    for make in GENUINE.values():
        package, whole = archive(make()), len(make().entries)
        assert diff(package, package) == []
        for length in (whole - 2, whole - 1):
            assert diff(earlier(make(), length), package) == []


def test_a_notice_may_get_its_pdf_later_and_nothing_else():
    old, new = named_plan().copy(), archive(named_plan())
    old["notices"]["notices"][0]["sha256"] = ""
    assert diff(archive(old), new) == []
    assert codes(diff(new, archive(old))) == {"diff-notice"}


def other_matter(draft):
    draft["manifest"]["matter"]["id"] = 4
    seal(draft)


def other_vote(draft):
    draft["manifest"]["vote"] = 8
    for entry in draft.entries:
        if entry[3].get("vote") == 7:
            entry[3]["vote"] = 8
    seal(draft)


def rewritten(draft):
    draft.entries[1][0] = "2026-03-02T03:00:00.000000Z"
    seal(draft)


def shortened(draft):
    draft.entries.pop()
    seal(draft)


def other_rule(draft):
    draft["manifest"]["profile"]["majority"] = [1, 3]
    seal(draft)


def other_roll(draft):
    draft["roll"]["leaves"][3] = leaf(77)


def other_amendment(draft):
    draft["roll"]["amendments"] = []


def other_key(draft):
    draft.key = Key(9)
    sign(draft)


def ballot_gone(draft):
    draft["ballots"]["answers"].pop()


def other_result(draft):
    draft["result"]["tellers"] = ["别人"]


def other_codes(draft):
    draft["codes"]["codes"].pop()


@pytest.mark.parametrize(
    ("package", "change", "code", "place"),
    [
        ("named plan", other_matter, "diff-vote", "旧包议题3表决7，新包议题4表决7"),
        ("named plan", other_vote, "diff-vote", "旧包议题3表决7，新包议题3表决8"),
        ("named plan", rewritten, "diff-fork", "log.json 第2条"),
        ("named plan", shortened, "diff-fork", "log.json 第10条"),
        ("named plan", other_rule, "diff-manifest", "manifest.json"),
        ("named plan", other_roll, "diff-roll", "roll.json"),
        (CHANGED, other_amendment, "diff-roll", "roll.json"),
        ("named plan", other_key, "diff-key", "checkpoints.json"),
        ("secret vote", ballot_gone, "diff-commitment", "vote.commit"),
        ("named plan", ballot_gone, "diff-ballots", "ballots.json"),
        ("named plan", other_result, "diff-result", "result.json"),
        ("secret vote", other_codes, "diff-ballots", "codes.json"),
    ],
)
def test_a_package_that_does_not_continue_the_older_one_is_named(package, change, code, place):
    old = GENUINE[package]()
    new = old.copy()
    change(new)
    found = diff(archive(old), archive(new))
    assert [one for one in found if one.code == code and place in one.text], found


def test_a_broken_package_is_told_apart_from_a_fork():
    good = archive(named_plan())
    assert [one.text[:2] for one in diff(good[:-1], good)] == ["旧包"]
    assert [one.text[:2] for one in diff(good, good[:-1])] == ["新包"]


# --- The command and the file --------------------------------------------------------------------
@pytest.fixture
def package(tmp_path) -> Path:
    path = tmp_path / "package.zip"
    path.write_bytes(archive(named_plan()))
    return path


def test_the_command_says_what_it_found(package, tmp_path, capsys):
    assert main(["verify", str(package), "--voters", "51"]) == 0
    said = capsys.readouterr().out
    assert "核对通过" in said and "同意35，反对3，弃权2，无效1，未交回1" in said
    assert "应到：51，要有34，实有42" in said and "没有输入公告" not in said
    assert main(["verify", str(package)]) == 0
    assert "没有输入公告上印的数" in capsys.readouterr().out
    assert main(["verify", str(package), "--root", "0" * 32]) == 1
    assert "名册指纹的前32位（公告000" in capsys.readouterr().out
    assert main(["verify", str(tmp_path / "none.zip")]) == 2
    assert main(["verify", str(tmp_path)]) == 2


def test_the_sums_are_printed_by_area_too(tmp_path, capsys):
    path = tmp_path / "package.zip"
    path.write_bytes(archive(by_area()))
    assert main(["verify", str(path)]) == 0
    result = by_area()["result"]
    whole, came = result["entitled"]["area"], result["present"]["area"]
    assert (
        f"应到：面积（0.01㎡）{whole}，要有{-(-2 * whole // 3)}，实有{came}"
        in capsys.readouterr().out
    )


def test_the_command_compares_two_packages(package, tmp_path, capsys):
    forked = named_plan().copy()
    rewritten(forked)
    other = tmp_path / "other.zip"
    other.write_bytes(archive(forked))
    assert main(["verify-diff", str(package), str(package)]) == 0
    assert "没有分叉" in capsys.readouterr().out
    assert main(["verify-diff", str(package), str(other)]) == 1
    assert "log.json 第2条" in capsys.readouterr().out
    assert main(["verify-diff", str(package), str(tmp_path / "none.zip")]) == 2


def test_a_public_package_by_area_says_what_it_cannot_show(tmp_path, capsys):
    path = tmp_path / "package.zip"
    for draft, told in ((by_area(), True), (GENUINE["by area, full"](), False)):
        path.write_bytes(archive(draft))
        assert main(["verify", str(path)]) == 0
        assert ("只能由监票人" in capsys.readouterr().out) is told


def test_whoever_sits_at_a_terminal_is_asked_for_the_printed_numbers(package, monkeypatch, capsys):
    terminal = StringIO("51\n\n\n35\n3\n9\n")
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stdin", terminal)
    assert main(["verify", str(package)]) == 1
    assert "“弃权”的票数（公告9）" in capsys.readouterr().out and not terminal.read()
    assert main(["verify", str(package)]) == 0, "the end of what is typed skips the rest"


def test_a_question_cannot_print_a_verdict_of_its_own(tmp_path, capsys):
    draft = named_plan().copy()
    draft["manifest"]["questions"][0]["text"] = "同意吗？\n核对通过\x1b[2J"
    path = tmp_path / "package.zip"
    path.write_bytes(archive(draft))
    assert main(["verify", str(path)]) == 1
    said = capsys.readouterr().out
    assert "\n核对通过" not in said and "\x1b" not in said


def test_the_file_alone_is_enough(package, tmp_path):
    """Copied away from the program, without its packages, in isolated mode."""
    alone = tmp_path / "verifier.py"
    alone.write_bytes(FILE.read_bytes())
    call = [sys.executable, "-I", "-S", str(alone)]
    for arguments, code, words in (
        ([str(package)], 0, "核对通过"),
        ([str(package), "--voters", "50"], 1, "公告50"),
        (["none.zip"], 2, "打不开"),
        ([], 2, "package.zip"),
        ([str(package), "--for", "35"], 2, "package.zip"),
    ):
        done = subprocess.run(
            [*call, *arguments], cwd=tmp_path, capture_output=True, stdin=subprocess.DEVNULL
        )
        assert (done.returncode, words in done.stdout.decode()) == (code, True), done


def test_the_file_imports_nothing_but_python_and_reads_on_python_3_9():
    tree = ast.parse(FILE.read_text(), feature_version=(3, 9))
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names
    assert not imported & {"socket", "urllib.request", "http.client", "subprocess"}
