"""Acts of matters are signed with a key outside the database; a new key leaves old acts signed."""

import asyncio
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deliberation import features
from deliberation.database import connect, disconnect, migrate
from deliberation.log import keys, signing
from deliberation.log.keys import KeyProblem
from deliberation.log.models import Entry, digest
from deliberation.settings import PREFIX
from tests.cast import NOW, matter_at, unguarded
from tests.log.helpers import act, assert_checkpoints, assert_signed, restart, witnessed
from tests.older import older

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).resolve().parents[2]
COLUMNS = sorted(Entry._meta.db_fields - {"id"})
OTHER = {"at": NOW, "account_id": 1, "matter_id": 99, "sequence": 7, "body": {"number": 9}}


async def signed(world, count: int = 2) -> list[Entry]:
    matter = await matter_at(world, "vote")
    await act(world, matter, count)
    return await Entry.filter(chain=f"matter/{matter.id}").order_by("sequence")


def command(settings, *arguments: str) -> subprocess.CompletedProcess:
    """Runs our command line on the world's database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    ours = {"DATA_DIR": str(settings.data_dir), "DATABASE_URL": settings.database_url}
    return subprocess.run(
        [sys.executable, "-m", "deliberation", *arguments],
        cwd=settings.data_dir,
        env=kept
        | {f"{PREFIX}{name}": value for name, value in ours.items()}
        | {"PYTHONPATH": ROOT},
        capture_output=True,
        text=True,
        timeout=60,
    )


def sound(entry: Entry, publics: dict) -> bool:
    return digest(entry) == entry.digest and signing.is_signed(signing.checkpoint(entry), publics)


# Signatures


async def test_every_act_of_a_matter_verifies_with_the_public_key_alone(world):
    entries = await signed(world)
    ring = signing.keys().ring()
    assert_checkpoints([signing.checkpoint(entry) for entry in entries], ring["keys"])
    assert len(entries) == 2


@pytest.mark.parametrize("column", COLUMNS)
async def test_a_change_of_any_column_breaks_the_digest_or_the_signature(world, column):
    entry = (await signed(world))[-1]
    publics = signing.keys().publics
    assert sound(entry, publics)
    old = getattr(entry, column)
    turned = (
        f"{old[:-1]}{'0' if old[-1] != '0' else '1'}" if isinstance(old, str) else OTHER[column]
    )
    assert turned != old
    await unguarded()
    await Entry.filter(id=entry.id).update(**{column: turned})
    assert not sound(await Entry.get(id=entry.id), publics)


async def test_a_fresh_digest_does_not_help_who_has_no_key(world):
    entry = (await signed(world))[-1]
    entry.body = {"number": 9}
    entry.digest = digest(entry)
    assert not sound(entry, signing.keys().publics)


async def test_a_places_chain_is_not_signed(world):
    await signed(world)
    fingerprints = set(await Entry.exclude(signature="").values_list("key", flat=True))
    assert fingerprints == {signing.keys().current}
    entry = Entry(chain="place/1", sequence=1, digest="0" * 64)
    signing.sign(entry)
    assert (entry.key, entry.signature) == ("", "")


async def test_nothing_can_be_done_while_the_log_is_closed(world):
    matter = await matter_at(world, "vote")
    signing.use(None)
    with pytest.raises(RuntimeError, match="not open"):
        await act(world, matter)
    assert await Entry.all().count() == 0


async def test_a_database_from_before_the_signatures_keeps_its_entries_and_gets_a_key(
    world, request, engine, tmp_path
):
    await signed(world)
    old = await older(world, request, engine, tmp_path / "old", "0002_record")
    await old.raw.close()
    assert "0003_checkpoints" in await migrate(old.settings, features.model_modules())
    entries = await Entry.all()
    assert [(entry.key, entry.signature) for entry in entries] == [("", "")] * 2
    matter = await matter_at(world, "vote")
    await act(world, matter)
    assert (await Entry.get(chain=f"matter/{matter.id}")).key == signing.keys().current
    assert [one["chain"] for one in witnessed(old.settings)] == [f"matter/{matter.id}"]


# The file of the key


def test_the_key_is_its_owners_alone_and_is_never_overwritten(tmp_path):
    path = tmp_path / "keys" / "log.key"
    made = keys.create(path)
    content = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert keys.create(path).current == made.current
    assert path.read_bytes() == content
    assert [file.name for file in path.parent.iterdir()] == ["log.key"]


def test_of_processes_that_start_at_once_one_makes_the_key(tmp_path):
    path = tmp_path / "log.key"
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: keys.create(path).current, range(16)))
    assert len(set(made)) == 1


def test_a_rotation_is_signed_with_the_old_key_and_replaces_it(tmp_path):
    path = tmp_path / "log.key"
    first = keys.create(path)
    keys.keep_ring(path, first)
    statement = keys.rotate(path, NOW)
    second = keys.load(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (statement["old"], statement["new"]) == (first.current, second.current)
    content = {name: statement[name] for name in ("old", "new", "public", "at")}
    public = first.publics[first.current]
    assert_signed(public, statement["signature"], "deliberation/rotation", content)
    ring = keys.load(path).ring()
    assert [one["key"] for one in ring["keys"]] == [first.current, second.current]
    assert ring["rotations"] == [statement]


async def test_entries_signed_before_a_rotation_still_verify_and_later_ones_too(world):
    matter = await matter_at(world, "vote")
    await act(world, matter)
    old = signing.keys().current
    ran = await asyncio.to_thread(command, world.settings, "rotate-log-key")
    assert ran.returncode == 0, ran.stderr
    await act(world, matter)  # the process that runs goes on with its key
    await restart(world.settings)
    await act(world, matter)
    entries = await Entry.all().order_by("id")
    assert [entry.key for entry in entries] == [old, old, signing.keys().current]
    assert old != signing.keys().current
    publics = signing.keys().publics
    assert all(sound(entry, publics) for entry in entries)


@pytest.mark.parametrize("part", ["old", "new", "public", "at", "signature"])
def test_a_ring_with_a_changed_statement_is_refused(tmp_path, part):
    path = tmp_path / "log.key"
    keys.create(path)
    statement = keys.rotate(path, NOW)
    ring = keys.ring_path(path)
    text, whole = ring.read_text(), statement[part]
    at = text.rindex(whole)
    ring.write_text(f"{text[:at]}{'1' if whole[0] != '1' else '2'}{text[at + 1 :]}")
    with pytest.raises(KeyProblem, match="被改动过"):
        keys.load(path)


@pytest.mark.parametrize("content", [b"", b"\x00" * 32, b"-----BEGIN PRIVATE KEY-----\n"])
def test_a_file_that_is_no_key_is_named(tmp_path, content):
    path = tmp_path / "log.key"
    path.write_bytes(content)
    with pytest.raises(KeyProblem, match="log.key读不出来"):
        keys.create(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("content", ["", "[]", '{"keys": 3}', '{"keys": [], "rotations": [1]}'])
def test_a_ring_that_cannot_be_read_is_named(tmp_path, content):
    path = tmp_path / "log.key"
    keys.create(path)
    keys.ring_path(path).write_text(content)
    with pytest.raises(KeyProblem, match="log-keys.json读不出来"):
        keys.load(path)


def test_a_lost_key_begins_a_line_that_no_statement_reaches(tmp_path):
    path = tmp_path / "log.key"
    first = keys.create(path)
    keys.keep_ring(path, first)
    with pytest.raises(KeyProblem, match="还在"):
        keys.begin_anew(path)
    path.unlink()
    anew = keys.begin_anew(path)
    keys.rotate(path, NOW)
    now = keys.load(path)
    names = [one["key"] for one in now.ring()["keys"]]
    assert names == [first.current, anew, now.current]
    assert [one["key"] for one in now.ring({anew})["keys"]] == names[1:]
    assert [one["key"] for one in now.ring({now.current})["keys"]] == names[1:]
    assert [one["key"] for one in now.ring({first.current, anew})["keys"]] == names
    assert [one["key"] for one in now.ring(())["keys"]] == names[1:]
    assert len(now.ring({anew})["rotations"]) == 1


# A key that is missing or another one


async def test_a_missing_key_of_a_signed_record_is_said_and_none_is_made(world):
    await signed(world)
    path = world.settings.log_key_path
    path.rename(path.with_name("elsewhere"))
    for beside in (path, keys.ring_path(path)):
        with pytest.raises(KeyProblem, match="找不到签名钥匙"):
            await restart(world.settings)
        assert not path.exists()
        beside.unlink(missing_ok=True)


@pytest.mark.parametrize("ring", ["kept", "gone"])
async def test_another_key_is_refused_unless_a_statement_leads_to_it(world, ring):
    await signed(world)
    path = world.settings.log_key_path
    path.unlink()
    if ring == "gone":
        keys.ring_path(path).unlink()
    keys.create(path) if ring == "gone" else path.write_bytes(_another(path))
    with pytest.raises(KeyProblem, match="签名钥匙不对"):
        await restart(world.settings)


def _another(path: Path) -> bytes:
    other = path.with_name("other") / "log.key"
    keys.create(other)
    return other.read_bytes()


@pytest.mark.parametrize("name", ["migrate", "serve", "doctor"])
async def test_every_command_says_in_one_sentence_that_the_key_is_missing(world, name):
    await signed(world)
    world.settings.log_key_path.unlink()
    await disconnect()
    ran = await asyncio.to_thread(command, world.settings, name)
    assert ran.returncode == 1
    said = (ran.stdout if name == "doctor" else ran.stderr).strip().splitlines()
    assert [line for line in said if "找不到签名钥匙" in line] and len(said) == 1, ran
    assert not world.settings.log_key_path.exists()


async def test_a_lost_key_can_be_followed_by_a_new_line_with_the_ring_from_any_copy(world):
    matter = await matter_at(world, "vote")
    await act(world, matter)
    path = world.settings.log_key_path
    path.unlink()
    ran = await asyncio.to_thread(command, world.settings, "rotate-log-key", "--lost")
    assert ran.returncode == 0, ran.stderr
    await restart(world.settings)
    await act(world, matter)
    assert len(set(await Entry.all().values_list("key", flat=True))) == 2
    assert signing.keys().ring()["rotations"] == []


async def test_looking_makes_no_key(settings):
    await connect(settings, features.model_modules(), make_key=False)
    await disconnect()
    assert not settings.log_key_path.exists()
    await connect(settings, features.model_modules())
    await disconnect()
    assert settings.log_key_path.exists() and keys.ring_path(settings.log_key_path).exists()
