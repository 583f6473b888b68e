"""Backups: the database as it was at one instant, and every file that it names.

Files never change once written, so a backup copies only the new ones and a daily one is cheap. The
keys are not in it: whoever holds both can read phones and rewrite the record. Neither are the
checkpoints, which no backup may bring back (`log.standing`).
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from deliberation.database import sqlite_path
from deliberation.documents.files import Files
from deliberation.settings import Settings

STAMP = "%Y%m%dT%H%M%SZ"
NOTE = "backup.json"  # in the data folder: what was done last


class NotDone(Exception):
    """One sentence for whoever runs the server."""


@dataclass(frozen=True)
class Done:
    """What a backup holds: `size` of the database's copy and of all files together, in bytes."""

    at: datetime
    database: str
    files: int
    copied: int
    size: int


def back_up(
    settings: Settings, folder: Path, named: Iterable[str], *, keep: int, now: datetime
) -> Done:
    """Copies the database, then the files; `named` are the SHA-256 its rows named before.

    Afterwards only the newest `keep` copies of the database are left. Raises NotDone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    copy = _copy(settings, folder, now)
    copied = sum(_bring(path, folder / "files") for path in _all(settings.data_dir / "files"))
    kept = {path.name: path.stat().st_size for path in _all(folder / "files")}
    missing = sorted(set(named) - set(kept))
    if missing:
        raise NotDone(
            f"{len(missing)} files that the database names are gone, such as {missing[0]}"
        )
    for old in copies(folder)[keep:]:
        old.unlink()
    size = copy.stat().st_size + sum(kept.values())
    done = Done(now, str(copy), len(kept), copied, size)
    (settings.data_dir / NOTE).write_text(json.dumps(asdict(done) | {"at": now.isoformat()}))
    return done


def last(settings: Settings) -> Done | None:
    """The newest backup made of this data folder; None before the first."""
    try:
        note = json.loads((settings.data_dir / NOTE).read_text())
        return Done(**note | {"at": datetime.fromisoformat(note["at"])})
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def copies(folder: Path) -> list[Path]:
    """The copies of the database in a folder, the newest first."""
    return sorted(folder.glob("database-*.*"), key=lambda path: path.name, reverse=True)


def put_back(settings: Settings, copy: Path) -> int:
    """Brings a copy and the files beside it into an empty installation; how many files.

    Raises NotDone when there is a database already: nothing is ever overwritten.
    """
    if settings.database_url:
        _refuse_filled(settings.database_url)
        arguments = ["--no-owner", "--exit-on-error", "--single-transaction", str(copy)]
        _run("pg_restore", settings.database_url, arguments)
    else:
        target = sqlite_path(settings)
        if target.exists():
            raise NotDone(f"there is a database already: {target}; move it away first")
        _check(copy)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(copy, target)
    return sum(_bring(path, settings.data_dir / "files") for path in _all(copy.parent / "files"))


def _copy(settings: Settings, folder: Path, now: datetime) -> Path:
    if settings.database_url:
        copy = folder / f"database-{now:{STAMP}}.dump"
        _run("pg_dump", settings.database_url, ["--format=custom", f"--file={copy}"])
        return copy
    copy = folder / f"database-{now:{STAMP}}.sqlite3"
    source = sqlite_path(settings)
    if not source.exists():
        raise NotDone(f"there is no database to copy: {source}")
    with sqlite3.connect(source) as live, sqlite3.connect(copy) as target:
        live.backup(target)
    _check(copy)
    return copy


def _check(copy: Path) -> None:
    with sqlite3.connect(f"file:{copy}?mode=ro&immutable=1", uri=True) as database:
        try:
            found = database.execute("PRAGMA integrity_check").fetchone()[0]
        except sqlite3.DatabaseError as error:
            found = str(error)
    if found != "ok":
        raise NotDone(f"{copy} is damaged: {found}")


def _all(folder: Path) -> list[Path]:
    return [path for path in folder.glob("??/*") if len(path.name) == 64]


def _bring(path: Path, target: Path) -> bool:
    """Copies one file unless it is there; False when it was. Raises NotDone when it was changed."""
    if Files(target).path(path.name).exists():
        return False
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != path.name:
        raise NotDone(f"the file {path} was changed on disk")
    Files(target).put(content)
    return True


def _refuse_filled(url: str) -> None:
    tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    if _run("psql", url, ["-Atqc", tables]).strip() != "0":
        raise NotDone("the database has tables already; name an empty one")


def _run(program: str, url: str, arguments: list[str]) -> str:
    """Runs one of PostgreSQL's own programs; the password goes by its environment, which no list
    of processes shows."""
    parts = urlsplit(url)
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    named = {
        "PGHOST": host,
        "PGPORT": str(parts.port or ""),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
    }
    if program == "pg_restore":
        arguments = ["--dbname", named["PGDATABASE"], *arguments]
    environment = os.environ | {key: value for key, value in named.items() if value}
    try:
        ran = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True)
    except FileNotFoundError:
        raise NotDone(
            f"{program} is missing; on Debian: apt-get install postgresql-client"
        ) from None
    if ran.returncode:
        said = (ran.stderr.strip() or "no reason given").splitlines()
        raise NotDone(f"{program}: {said[0]}")
    return ran.stdout
