"""Breaks the n-th system call of a cast with `strace`, and looks at what is left.

A first run is traced to learn which calls on the database's files a cast makes. strace counts
calls for each thread, so a place is a call and its number in a thread: one of them reads, one
writes, and whichever comes to the number first is broken there, perhaps before the cast that
matters. A machine that forbids tracing fails here, loudly: nothing is skipped.
"""

import json
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.faults.caster import MARK
from tests.faults.serving import ROOT

ONCE, FROM_THEN_ON = "", "+"
BREAKS = (
    ("signal=KILL", ONCE),
    *((f"error={name}", when) for name in ("EIO", "ENOSPC") for when in (ONCE, FROM_THEN_ON)),
)
CALLS = (
    "openat,read,pread64,write,pwrite64,pwritev,fsync,fdatasync,sync_file_range,ftruncate,"
    "fallocate,unlink,rename,lseek,fcntl,newfstatat,fstat,stat,access,faccessat2,mmap,close"
)
DATABASE = "deliberation.sqlite3"
_LINE = re.compile(r"(\d+) +(\w+)\(")


@dataclass(frozen=True)
class Spot:
    """The `number`-th time that a thread makes `call`."""

    call: str
    number: int


class Caster:
    """The zygote of `caster.py`; each cast is a fresh process on a fresh copy of a folder."""

    def __init__(self, prepared: Path, work: Path):
        self._prepared, self._folder = prepared, work / "cast"
        self._zygote = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.caster"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.order = json.loads((prepared / "cast.json").read_text())

    def close(self) -> None:
        self._zygote.stdin.close()
        self._zygote.wait(20)
        self._zygote.stdout.close()

    @property
    def database(self) -> Path:
        return self._folder / DATABASE

    def _say(self, line: str) -> str:
        self._zygote.stdin.write(f"{line}\n")
        self._zygote.stdin.flush()
        return self._zygote.stdout.readline()

    def fresh(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        shutil.copytree(self._prepared, self._folder)

    def run(self, *injected: str) -> tuple[dict, list[str]]:
        """What the caster said, and its trace."""
        child = self._say(str(self._folder)).strip()
        trace = self._folder / "trace"
        files = [self.database, *(f"{self.database}-{end}" for end in ("wal", "shm", "journal"))]
        paths = [part for path in [*files, MARK] for part in ("-P", str(path))]
        command = ["strace", "-f", "-o", str(trace), "-e", f"trace={CALLS}", *paths]
        for item in injected:
            command += ["-e", f"inject={item}"]
        tracer = subprocess.Popen([*command, "-p", child], stderr=subprocess.PIPE, text=True)
        attached = tracer.stderr.readline()
        assert "attached" in attached, f"strace cannot trace here: {attached}"
        said = json.loads(self._say("go"))
        tracer.communicate(timeout=20)
        return said, trace.read_text().splitlines()

    def again(self) -> dict:
        """The same forms once more in a process that nothing disturbs."""
        self._say(str(self._folder))
        return json.loads(self._say("go"))

    def spots(self) -> list[Spot]:
        """Every call on the database's files between the two marks of an undisturbed cast."""
        self.fresh()
        said, trace = self.run()
        assert "receipt" in said, said
        marks = [at for at, line in enumerate(trace) if MARK in line]
        assert len(marks) == 2, trace
        found, counts = [], Counter()
        for at, line in enumerate(trace):
            match = _LINE.match(line)
            if match is None or at in marks:
                continue
            counts[match.groups()] += 1
            if marks[0] < at < marks[1]:
                found.append(Spot(match[2], counts[match.groups()]))
        return found

    def broken_at(self, spot: Spot, how: str, when: str) -> "Outcome":
        self.fresh()
        said, trace = self.run(f"{spot.call}:{how}:when={spot.number}{when}")
        hit = how.startswith("signal") or any("INJECTED" in line for line in trace)
        left = Stored.read(self.database, self.order)
        after = self.again()
        return Outcome(
            spot, how + when, said, hit, left, after, Stored.read(self.database, self.order)
        )


@dataclass(frozen=True)
class Stored:
    """What a fresh reader finds: (state, ballots) of each line; answers and codes of the vote."""

    sound: bool
    lines: list[tuple[str, list[str]]]
    answers: int
    codes: int

    @classmethod
    def read(cls, database: Path, order: dict) -> "Stored":
        with closing(sqlite3.connect(database)) as reader:

            def ask(question: str, *values) -> list[tuple]:
                return reader.execute(question, values).fetchall()

            lines = []
            for entry in order["entries"]:
                [(state,)] = ask("SELECT state FROM roll_entry WHERE id = ?", entry)
                rows = ask("SELECT choices FROM ballot WHERE entry_id = ?", entry)
                lines.append((state, [json.loads(choices) for (choices,) in rows]))
            [(answers,)] = ask("SELECT count(*) FROM secret_answer")
            [(codes,)] = ask("SELECT count(*) FROM inclusion_code")
            sound = ask("PRAGMA integrity_check") == [("ok",)]
            return cls(sound and not ask("PRAGMA foreign_key_check"), lines, answers, codes)

    def casts(self, order: dict) -> int | None:
        """How many of the two ballots are stored, each as a whole; None when one is half there."""
        choices = order["choices"]
        given = [] if order["secret"] else [choices]
        kinds = {("voted", json.dumps(given)): 1, ("none", "[]"): 0}
        found = [kinds.get((state, json.dumps(rows))) for state, rows in self.lines]
        if None in found or not self.sound or found[1] > found[0]:
            return None
        each = (len(choices), 1) if order["secret"] else (0, 0)
        whole = (self.answers, self.codes) == tuple(sum(found) * one for one in each)
        return sum(found) if whole else None


@dataclass(frozen=True)
class Outcome:
    """`said` by the caster, `left` for a fresh reader, `after` and `then` of the same forms sent
    again; `hit` when the injection took place."""

    spot: Spot
    how: str
    said: dict
    hit: bool
    left: Stored
    after: dict
    then: Stored

    def problems(self, order: dict) -> list[str]:
        found, casts = [], self.left.casts(order)
        if casts is None:
            found.append(f"half a cast: {self.left}")
        if "receipt" in self.said and casts != 2:
            found.append("a receipt for what is not stored")
        if self.said.get("signal", signal.SIGKILL) != signal.SIGKILL or "exit" in self.said:
            found.append(f"neither receipt nor refusal: {self.said}")
        if "receipt" not in self.after or self.then.casts(order) != 2:
            found.append(f"sent again: {self.after} {self.then}")
        return [f"{self.spot} {self.how}: {one}" for one in found]

    @property
    def kept_unsaid(self) -> bool:
        """Stored though the voter was told to try again: the retry then gets the receipt."""
        return "raised" in self.said and self.left.lines[1][0] == "voted"


async def prepared(world, folder: Path, *, secret: bool, checkpoint: bool = False) -> Path:
    """A data folder for the caster: the world's database with a fresh vote of ten in it."""
    from tests.faults.election import prepare  # noqa: PLC0415 the caster needs none of it

    election = await prepare(world, 10, secret=secret)
    target = folder / f"{secret}-{checkpoint}"
    target.mkdir()
    with closing(sqlite3.connect(world.settings.data_dir / DATABASE)) as source:
        source.execute("VACUUM INTO ?", [str(target / DATABASE)])
    with closing(sqlite3.connect(target / DATABASE)) as copy:
        copy.execute("PRAGMA journal_mode = WAL")
    order = {
        "matter": election.matter_id,
        "entries": [line.entry for line in election.lines[:2]],
        "choices": {"1": "for", "2": "against"},
        "secret": secret,
        "checkpoint": checkpoint,
    }
    (target / "cast.json").write_text(json.dumps(order))
    return target
