"""The wheel stands alone: templates, static files and fonts inside, nothing of the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory) -> Path:
    """The built wheel, unpacked where no checkout is near."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def run(unpacked: Path, cwd: Path, *command: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"PYTHONPATH": str(unpacked)}
    call = [sys.executable, "-P", "-m", "deliberation", *command]
    return subprocess.run(
        call, cwd=cwd, env=environment, capture_output=True, text=True, timeout=170
    )


def test_templates_static_files_and_fonts_are_inside(unpacked):
    inside = unpacked / "deliberation"
    for path in ("templates/layout.html", "static/app.css", "static/htmx.min.js"):
        assert (inside / path).exists(), path
    assert len(list((inside / "static" / "fonts").glob("*.ttf"))) >= 3
    assert list((inside / "static" / "fonts").glob("*OFL*")), "the fonts' licences go along"
    assert not list(unpacked.rglob("tests"))


def test_it_runs_from_the_wheel_and_makes_notices(unpacked, tmp_path):
    where = run(unpacked, tmp_path, "procedures")
    assert "一征三议两公开" in where.stdout, where.stderr
    done = run(unpacked, tmp_path, "walk", "--out", "out")
    assert done.returncode == 0, done.stderr
    pdfs = sorted((tmp_path / "out" / "notices").glob("*.pdf"))
    assert pdfs and all(path.read_bytes().startswith(b"%PDF") for path in pdfs)
