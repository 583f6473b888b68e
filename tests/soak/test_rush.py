"""A short form of the rush: nobody is refused, every ballot is stored exactly once."""

import subprocess
import sys

from tests.soak.crowd import ROOT


def test_three_hundred_voters_at_a_peak_of_a_hundred_a_second_are_each_stored_once():
    # In a process of its own: the ORM keeps one database per process.
    command = [sys.executable, "-m", "tests.soak.rush", "--scale", "0.06", "--seconds", "10"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stderr
    assert '"voters": 300' in done.stdout
