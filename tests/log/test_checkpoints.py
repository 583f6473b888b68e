"""The witness beside the database: what it says after crashes, restored backups and forks."""

import asyncio
import hashlib
import json
import logging
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from deliberation import features
from deliberation.acting import Refused
from deliberation.app import create_app
from deliberation.database import connect, disconnect, migrate, sqlite_path
from deliberation.log import checkpoints, durable, signing, standing
from deliberation.log.actions import accept_restore
from deliberation.log.models import Entry, broken, digest
from deliberation.matters.models import Matter, MatterScope, Passage
from deliberation.settings import Settings
from deliberation.stages.notices.models import Notice
from deliberation.stages.vote import opening
from deliberation.stages.vote.models import Ballot, RollEntry, Vote
from deliberation.stages.vote.paper import sheets
from tests.cast import make_world, matter_at, unguarded
from tests.log.helpers import act, assert_checkpoints, lose, restart, witnessed
from tests.log.test_signing import command
from tests.vote.voting import cast, open_vote

pytestmark = pytest.mark.anyio
OLDER = (
    "数据库比已签署的记录旧（第2条之后的记录不见了），可能是从备份恢复的。"
    "请联系系统管理员和街道核对后再表决"
)
DIFFERS = "第3条不是签署时的那一条"


async def voting(world, count: int = 4, **changes):
    """(matter, its vote, the roll, the chain) of a vote after `count` acts."""
    matter, vote, roll = await open_vote(world, 12, **changes)
    await act(world, matter, count)
    return matter, vote, roll, f"matter/{matter.id}"


async def open_it(world, matter) -> None:
    """The clerk announces a frozen vote."""
    await opening.open_vote(await world.actor("张经办"), matter, world.now)


async def refused(doing) -> list[str]:
    with pytest.raises(Refused) as refusal:
        await doing
    return refusal.value.reasons


# What is written


async def test_every_act_of_a_matter_leaves_a_line_that_verifies_and_no_other_act_does(world):
    matter, _, roll, chain = await voting(world, 3)
    await cast(world, matter, roll[0], "for")
    lines = witnessed(world.settings)
    assert [(one["chain"], one["sequence"]) for one in lines] == [(chain, n) for n in (1, 2, 3)]
    assert_checkpoints(lines, signing.keys().ring()["keys"])
    digests = await Entry.filter(chain=chain).order_by("sequence").values_list("digest", flat=True)
    assert [one["digest"] for one in lines] == digests


async def test_an_act_that_fails_leaves_no_line(world):
    matter, *_ = await voting(world, 1)
    clerk = await world.actor("张经办")
    with pytest.raises(Refused):
        await opening.open_vote(clerk, matter, world.now)
    assert len(witnessed(world.settings)) == 1


async def test_a_witness_that_cannot_be_written_refuses_no_act_and_is_logged(world, caplog):
    matter, *_, chain = await voting(world, 1)
    folder = world.settings.checkpoint_folder
    shutil.move(folder, folder.with_name("aside"))
    folder.write_text("no folder")
    with caplog.at_level(logging.ERROR, "deliberation"):
        await act(world, matter)
    assert await Entry.filter(chain=chain).count() == 2
    assert [row for row in caplog.records if "checkpoint not written" in row.getMessage()]


def test_processes_that_write_at_once_keep_every_line_whole(tmp_path):
    path = tmp_path / "checkpoints.jsonl"
    lines = [f"{number:04d}".encode() * 100 for number in range(200)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda line: durable.append(path, line), lines))
    assert sorted(path.read_bytes().splitlines()) == lines


# Crashes say nothing against the database


@pytest.mark.parametrize("lines", [0, 1, 3])
async def test_a_file_behind_the_database_is_harmless(world, lines):
    """As kill -9 between the commit and the line leaves it."""
    matter, _, roll, _ = await voting(world)
    path = world.settings.checkpoint_folder / "checkpoints.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:lines]))
    await restart(world.settings)
    assert standing.behind() == {}
    await cast(world, matter, roll[0], "for")
    await act(world, matter)
    assert witnessed(world.settings)[-1]["sequence"] == 5


@pytest.mark.parametrize("kept", [1, 40, -1])
async def test_a_torn_last_line_is_passed_over_and_the_next_one_is_whole(world, kept):
    matter, *_, chain = await voting(world)
    path = world.settings.checkpoint_folder / "checkpoints.jsonl"
    *whole, last = path.read_bytes().splitlines()
    path.write_bytes(b"\n".join([*whole, last[:kept]]))
    await restart(world.settings)
    assert standing.behind() == {}
    await act(world, matter)
    found = checkpoints.read(world.settings.checkpoint_folder)
    assert found.last[chain]["sequence"] == 5
    assert len(path.read_bytes().splitlines()) == 5


STRANGE = {"chain": "place/1", "sequence": 1, "digest": "", "at": "", "key": "", "signature": ""}


@pytest.mark.parametrize(
    "line",
    [
        json.dumps(STRANGE),
        json.dumps(STRANGE | {"chain": "matter/x"}),
        '{"chain": 1}',
        "[1]",
        "null",
        '"x"',
        "\x00\x00",
        "{" * 9000,
        '{"sequence": NaN}',
    ],
)
async def test_a_line_that_is_no_checkpoint_is_passed_over(world, line):
    await voting(world)
    durable.append(world.settings.checkpoint_folder / "checkpoints.jsonl", line.encode())
    await restart(world.settings)
    assert standing.behind() == {}


# A database that is older than what was signed


async def test_no_ballot_is_taken_on_a_record_that_lost_acts(world):
    matter, vote, roll, chain = await voting(world)
    other, _, people, _ = await voting(world)
    await lose(chain, after=2)
    await restart(world.settings)
    assert standing.behind() == {chain: OLDER}
    assert await refused(cast(world, matter, roll[0], "for")) == [OLDER]
    clerk = await world.actor("张经办")
    sheet = {"number": 1, "choices": {"1": "for"}, "now": world.now}
    assert await refused(sheets.enter(clerk, matter, **sheet)) == [OLDER]
    assert await Ballot.all().count() == await RollEntry.filter(state="voted").count() == 0
    await cast(world, other, people[0], "for")


async def test_a_retry_still_gets_the_receipt_of_what_is_stored(world):
    matter, _, roll, chain = await voting(world)
    code = "0123456789abcdef0123456789abcdef"
    first = await cast(world, matter, roll[0], "for", code=code)
    await lose(chain, after=2)
    await restart(world.settings)
    assert await cast(world, matter, roll[0], "for", code=code) == first


async def test_no_vote_is_opened_on_a_record_that_lost_acts(world):
    matter, vote, _, chain = await voting(world, status="frozen")
    await lose(chain, after=2)
    await restart(world.settings)
    assert await refused(open_it(world, matter)) == [OLDER]
    assert (await Vote.get(id=vote.id)).status == "frozen"
    assert not await Notice.all().exists()
    await accept_restore("演练", world.settings.checkpoint_folder, world.now)
    await open_it(world, matter)
    assert (await Vote.get(id=vote.id)).status == "open"


async def test_the_page_gives_the_reason_before_anyone_tries(world, client):
    matter, vote, _, chain = await voting(world, status="frozen", people=["赵大妈"])
    own = await RollEntry.get(vote=vote, number=901)
    await lose(chain, after=2)
    await restart(world.settings)
    page = (await (await client("张经办")).get(f"/matters/{matter.id}/vote")).text
    assert "第2条之后的记录不见了" in page and "disabled" in page
    await Vote.filter(id=vote.id).update(status="open")
    page = (await (await client("赵大妈")).get(f"/matters/{matter.id}/vote")).text
    assert "第2条之后的记录不见了" in page
    assert f"/vote/ballot/{own.id}" not in page
    await accept_restore("演练", world.settings.checkpoint_folder, world.now)
    page = (await (await client("赵大妈")).get(f"/matters/{matter.id}/vote")).text
    assert f"/vote/ballot/{own.id}" in page and "不见了" not in page


async def test_new_acts_do_not_cover_up_what_is_missing_however_often_it_starts(world):
    """The trap: the new acts' own checkpoints would be the newest ones and agree."""
    matter, *_, chain = await voting(world)
    await lose(chain, after=2)
    await restart(world.settings)
    for _ in range(3):
        await act(world, matter)
        await restart(world.settings)
        assert chain in standing.behind()
    assert [one["sequence"] for one in witnessed(world.settings)] == [1, 2, 3, 4]


async def test_a_database_put_back_under_a_running_server_is_found_at_the_next_start(world):
    """That process wrote the new acts' checkpoints, further than those that are missing."""
    matter, *_, chain = await voting(world)
    await lose(chain, after=2)
    await act(world, matter, 5)
    assert witnessed(world.settings)[-1]["sequence"] == 7
    await restart(world.settings)
    assert DIFFERS in standing.behind()[chain]


async def test_a_fork_is_told_from_a_loss(world):
    matter, *_, chain = await voting(world, 3)
    await lose(chain, after=2)
    checkpoints.use(None)  # as where that act was made, with another file
    await act(world, matter)
    await restart(world.settings)
    assert DIFFERS in standing.behind()[chain]


async def test_a_changed_act_with_all_digests_made_anew_is_found(world):
    """Who can write tables but has no key: the chain is sound again, and is not what was signed."""
    *_, chain = await voting(world)
    await unguarded()
    previous = None
    async for entry in Entry.filter(chain=chain).order_by("sequence"):
        entry.body = {"number": 9} if entry.sequence == 2 else entry.body
        entry.previous = previous or entry.previous
        previous = entry.digest = digest(entry)
        await entry.save()
    assert await broken(chain) is None
    await restart(world.settings)
    assert "第4条不是签署时的那一条" in standing.behind()[chain]


async def test_a_line_with_a_wrong_signature_is_no_proof_and_is_said(world):
    *_, chain = await voting(world)
    last = witnessed(world.settings)[-1] | {"sequence": 9}
    durable.append(
        world.settings.checkpoint_folder / "checkpoints.jsonl", json.dumps(last).encode()
    )
    await restart(world.settings)
    assert "第9条的签名不对" in standing.behind()[chain]


async def test_an_empty_database_beside_old_checkpoints_still_starts(world, settings, tmp_path):
    await voting(world)
    await disconnect()
    empty = replace(settings, data_dir=tmp_path / "empty")
    shutil.copytree(world.settings.checkpoint_folder, empty.checkpoint_folder)
    shutil.copytree(world.settings.log_key_path.parent, empty.log_key_path.parent)
    await connect(empty, features.model_modules())
    [reason] = standing.behind().values()
    assert "全部记录不见了" in reason


@pytest.fixture
async def installed(tmp_path):
    """The cast in a SQLite file, whatever engine the run is on, since files can be put back."""
    settings = Settings(data_dir=tmp_path / "installed")
    await connect(settings, features.model_modules())
    await migrate(settings, features.model_modules())
    made = await make_world()
    made.settings = settings
    yield made
    await disconnect()


async def test_a_backup_that_is_put_back_and_started_is_noticed(installed, tmp_path):
    """The whole way: a copy of the file, more acts, the copy in its place, the application."""
    settings, backup = installed.settings, tmp_path / "backup.sqlite3"
    matter, _, roll, chain = await voting(installed, 2)
    await disconnect()
    file = sqlite_path(settings)
    shutil.copy(file, backup)
    await connect(settings, features.model_modules())
    await act(installed, matter, 3)
    await disconnect()
    assert not file.with_name(f"{file.name}-wal").exists()
    shutil.copy(backup, file)
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        assert await refused(cast(installed, matter, roll[0], "for")) == [OLDER]
    doctor = await asyncio.to_thread(command, settings, "doctor")
    assert (doctor.returncode, f"{chain}: {OLDER}" in doctor.stdout) == (1, True)
    told = ("accept-restore", "--reason", "硬盘坏了，用昨晚的备份恢复")
    ran = await asyncio.to_thread(command, settings, *told)
    assert ran.returncode == 0 and OLDER in ran.stdout, ran.stderr
    async with app.router.lifespan_context(app):
        assert (await cast(installed, matter, roll[0], "for")).version == 1
    doctor = await asyncio.to_thread(command, settings, "doctor")
    assert chain not in doctor.stdout


# Answering for it


async def test_the_record_itself_says_what_was_lost_and_not_why(world):
    reason = "钱师傅拔了电源，从3月1日的备份恢复"
    matter, _, roll, chain = await voting(world)
    other, *_, sound = await voting(world, 2)
    lost = [one for one in witnessed(world.settings) if one["chain"] == chain][-1]
    await lose(chain, after=2)
    await restart(world.settings)
    aside = await accept_restore(reason, world.settings.checkpoint_folder, world.now)
    entry = await Entry.filter(chain=chain).order_by("-sequence").first()
    assert (entry.sequence, entry.act, entry.account_id) == (3, "log.restored", None)
    assert entry.body == {
        "chain": chain,
        "sequence": 4,
        "digest": lost["digest"],
        "reason": hashlib.sha256(reason.encode()).hexdigest(),
    }
    assert await broken(chain) is None
    assert await Entry.filter(act="log.restored").count() == 1
    assert len(aside.read_text().splitlines()) == 6, "the old file is kept"
    [account] = world.settings.checkpoint_folder.glob("accepted-*.json")
    told = json.loads(account.read_text())
    assert (told["reason"], told["lost"]) == (reason, [lost])
    last = {one["chain"]: one["sequence"] for one in witnessed(world.settings)}
    assert last == {chain: 3, sound: 2}
    await restart(world.settings)
    assert standing.behind() == {}
    await cast(world, matter, roll[0], "for")


async def test_there_is_nothing_to_answer_for_on_a_sound_record(world):
    await voting(world)
    assert await accept_restore("无", world.settings.checkpoint_folder, world.now) is None
    ran = await asyncio.to_thread(command, world.settings, "accept-restore", "--reason", " ")
    assert (ran.returncode, "must say what happened" in ran.stderr) == (1, True)
    assert not await Entry.filter(act="log.restored").exists()


async def test_what_was_lost_twice_is_answered_for_twice(world):
    matter, *_, chain = await voting(world)
    for _ in range(2):
        await lose(chain, after=2)
        await restart(world.settings)
        assert await accept_restore(
            "又一次", world.settings.checkpoint_folder, world.later(hours=1)
        )
        await act(world, matter)
    assert len(list(world.settings.checkpoint_folder.glob("checkpoints-until-*"))) == 2


async def test_a_matter_that_is_gone_itself_is_told_of_where_its_place_is(world):
    matter = await matter_at(world, "vote")
    await act(world, matter, 2)
    chain = f"matter/{matter.id}"
    await lose(chain, after=0)
    for model in (Passage, MatterScope):
        await model.filter(matter=matter).delete()
    await Matter.filter(id=matter.id).delete()
    await restart(world.settings)
    assert "全部记录不见了" in standing.behind()[chain]
    await accept_restore("演练", world.settings.checkpoint_folder, world.now)
    entry = await Entry.get(act="log.restored")
    assert entry.chain.startswith("place/") and entry.body["chain"] == chain
    await restart(world.settings)
    assert standing.behind() == {}


async def test_an_answer_never_lies_before_the_act_it_follows(world):
    """A demo's clock runs ahead of the command line's."""
    *_, chain = await voting(world)
    await lose(chain, after=2)
    await restart(world.settings)
    early = world.now - timedelta(days=9)
    await accept_restore("演练", world.settings.checkpoint_folder, early)
    times = await Entry.filter(chain=chain).order_by("sequence").values_list("at", flat=True)
    assert times == sorted(times)
