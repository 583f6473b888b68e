"""The closing instant is written down by itself, and secret answers are committed to in batches."""

from datetime import timedelta

import pytest
from tortoise import connections

from deliberation.acting import Refused
from deliberation.database import sqlite_path
from deliberation.log.models import Entry
from deliberation.stages.vote import closing
from deliberation.stages.vote.casting import commitments
from deliberation.stages.vote.models import SecretAnswer, Vote
from deliberation.stages.vote.rules import GRACE
from deliberation.stages.vote.watch import Votes
from tests.conftest import WorldClock
from tests.vote.voting import cast, open_vote

pytestmark = pytest.mark.anyio


async def look(world) -> None:
    await Votes(WorldClock(world)).step()


async def test_the_closing_instant_is_written_down_and_a_clock_put_back_opens_nothing(world):
    matter, vote, entries = await open_vote(world, 3)
    _, later, _ = await open_vote(world, 3)
    world.now = vote.closes_at - timedelta(microseconds=1)
    await look(world)
    assert (await Vote.get(id=vote.id)).status == "open"
    world.now = vote.closes_at
    await look(world)
    await look(world)
    assert (await Vote.get(id=later.id)).status == "closing"
    assert await Entry.filter(act="vote.end", matter_id=matter.id).count() == 1
    with pytest.raises(Refused, match="已经截止"):
        await cast(world, matter, entries[0], "for", at=vote.closes_at - timedelta(minutes=1))
    under_way = vote.closes_at - timedelta(seconds=1)
    assert (await cast(world, matter, entries[1], "for", at=under_way)).version == 1


async def test_a_vote_that_cannot_be_ended_keeps_no_other_one_open(world):
    matter, vote, _ = await open_vote(world, 3)
    _, other, _ = await open_vote(world, 3)
    await type(matter).filter(id=matter.id).update(stage="opinions")
    world.now = vote.closes_at
    await look(world)
    assert (await Vote.get(id=vote.id)).status == "open"
    assert (await Vote.get(id=other.id)).status == "closing"


async def test_of_twenty_waiting_answers_ten_are_committed_to_and_ten_kept_for_the_end(world):
    matter, vote, entries = await open_vote(world, 22, secret=True)
    for entry in entries[:19]:
        await cast(world, matter, entry, "for")
    await look(world)
    assert await Entry.filter(act="vote.commit").count() == 0
    await cast(world, matter, entries[19], "against")
    await look(world)
    assert len((await Entry.get(act="vote.commit")).body["commitments"]) == 10
    assert await SecretAnswer.filter(logged=True).count() == 10


async def test_a_ballot_that_comes_too_late_writes_the_closing_instant_down(world):
    matter, vote, entries = await open_vote(world, 3)
    with pytest.raises(Refused, match="已经截止"):
        await cast(world, matter, entries[0], "for", at=vote.closes_at)
    kept = await Vote.get(id=vote.id)
    assert (kept.status, kept.ended_at) == ("closing", vote.closes_at)
    with pytest.raises(Refused, match="已经截止"):
        await cast(world, matter, entries[0], "for", at=vote.closes_at + timedelta(minutes=1))
    assert await Entry.filter(act="vote.end").count() == 1


async def test_rows_that_a_dead_count_left_out_of_order_are_tidied_at_start(world, engine):
    matter, vote, entries = await open_vote(world, 12, secret=True)
    for entry in entries:
        await cast(world, matter, entry, "for")
    world.now = vote.closes_at + GRACE
    await closing.end(matter, world.now)
    await commitments.log_rest(matter, world.now)
    await closing.count(await world.actor("张经办"), matter, world.now)
    await Votes(WorldClock(world)).tidy()
    if engine == "sqlite":
        path = sqlite_path(world.settings)
        assert path.with_name(f"{path.name}-wal").stat().st_size == 0
    else:
        stored = "SELECT key FROM secret_answer ORDER BY ctid"
        _, rows = await connections.get("default").execute_query(stored)
        keys = [row["key"] for row in rows]
        assert keys == sorted(keys) and len(keys) == 12
