"""Ballots that share a transaction: neither a neighbour nor a client that leaves changes any."""

import asyncio

import pytest

from deliberation.acting import Forbidden, Refused
from deliberation.log.models import Entry
from deliberation.stages.vote.casting import ballots, receipts
from deliberation.stages.vote.casting import rows as casting_rows
from deliberation.stages.vote.models import Ballot, InclusionCode, RollEntry, SecretAnswer
from tests.vote.voting import cast, open_vote, voter

pytestmark = pytest.mark.anyio
CODE = "0123456789abcdef0123456789abcdef"


def count_commits(monkeypatch) -> list[int]:
    """How many ballots each transaction took, as it is asked."""
    sizes, opened = [], casting_rows.open_box

    async def open_box(together, casts):
        sizes.append(len(casts))
        return await opened(together, casts)

    monkeypatch.setattr(ballots, "open_box", open_box)
    return sizes


@pytest.mark.parametrize("secret", [False, True])
async def test_ballots_that_wait_together_share_a_commit(world, secret, monkeypatch):
    matter, _, entries = await open_vote(world, 40, secret=secret)
    sizes = count_commits(monkeypatch)
    receipts = await asyncio.gather(*(cast(world, matter, row, "for") for row in entries))
    assert sum(sizes) == 40 and len(sizes) <= 4
    assert len({(one.code, one.version) for one in receipts}) == (40 if secret else 1)
    assert await Ballot.all().count() + await InclusionCode.all().count() == 40
    assert await RollEntry.filter(state="voted", channel="phone").count() == 40


@pytest.mark.parametrize("secret", [False, True])
async def test_a_wrong_ballot_in_a_group_is_refused_alone_and_uses_up_nothing(world, secret):
    matter, _, entries = await open_vote(world, 12, secret=secret)
    other, _, elsewhere = await open_vote(world, 12, secret=secret)
    strangers = await world.actor("陈先生")
    given = {"choices": {"1": "for"}, "arrived": world.now, "now": world.now}
    done = await asyncio.gather(
        cast(world, matter, entries[0], "for"),
        cast(world, matter, entries[1], "yes"),
        cast(world, matter, entries[2], "for", code="too short"),
        cast(world, matter, elsewhere[3], "for"),
        ballots.cast(strangers, matter, entry_id=entries[4].id, code=CODE, **given),
        ballots.cast(voter(world, entries[5]), matter, entry_id=2**70, code=CODE, **given),
        cast(world, matter, entries[6], "against"),
        return_exceptions=True,
    )
    kinds = [type(one) for one in done]
    assert kinds[0] is kinds[6] is ballots.Receipt
    assert kinds[1:6] == [Refused, Refused, Forbidden, Forbidden, Forbidden]
    voted = await RollEntry.filter(state="voted").values_list("id", flat=True)
    assert sorted(voted) == [entries[0].id, entries[6].id]
    assert await Ballot.all().count() + await SecretAnswer.all().count() == 2


async def test_two_ballots_of_one_line_in_a_group_count_as_one_after_the_other(world, monkeypatch):
    matter, vote, entries = await open_vote(world, 10)
    sizes = count_commits(monkeypatch)
    first, retry, second = await asyncio.gather(
        cast(world, matter, entries[0], "for", code=CODE),
        cast(world, matter, entries[0], "against", code=CODE),
        cast(world, matter, entries[0], "against"),
    )
    assert sizes == [3]
    assert first == retry and (first.version, second.version) == (1, 2)
    rows = await Ballot.all().order_by("version").values_list("version", "choices")
    assert rows == [(1, {"1": "for"}), (2, {"1": "against"})]


async def test_a_secret_line_in_one_group_is_used_once_and_its_retry_gets_the_receipt(world):
    matter, _, entries = await open_vote(world, 10, secret=True)
    first, other, retry = await asyncio.gather(
        cast(world, matter, entries[0], "for", code=CODE),
        cast(world, matter, entries[0], "against"),
        cast(world, matter, entries[0], "for", code=CODE),
        return_exceptions=True,
    )
    assert first == retry and "您已经投过票" in str(other)
    assert await SecretAnswer.all().values_list("choice", flat=True) == ["for"]


@pytest.mark.parametrize("secret", [False, True])
async def test_a_ballot_that_the_database_rejects_fails_alone(world, secret, caplog):
    """A row that stands in the way although nobody's receipt: the whole group must not fail."""
    matter, vote, entries = await open_vote(world, 12, secret=secret)
    other, elsewhere, lines = await open_vote(world, 12, secret=secret)
    spoiled = entries[3]
    if secret:
        code = receipts.inclusion_code(spoiled.id, CODE)
        await InclusionCode.create(code=code, vote=elsewhere)
    else:
        await cast(world, other, lines[0], "for")
        code = receipts.request_code(spoiled.id, CODE)
        row = {"choices": {"1": "for"}, "channel": "phone", "cast_at": world.now}
        await Ballot.create(entry=lines[0], version=2, request_code=code, **row)
    done = await asyncio.gather(
        *(cast(world, matter, row, "for", code=CODE) for row in entries), return_exceptions=True
    )
    failed = [row.id for row, one in zip(entries, done, strict=True) if isinstance(one, Exception)]
    assert failed == [spoiled.id]
    assert not isinstance(done[entries.index(spoiled)], Refused)
    assert "a group of ballots was not stored" in caplog.text
    assert await RollEntry.filter(vote=vote, state="voted").count() == 11
    stored = InclusionCode.filter(vote=vote) if secret else Ballot.filter(entry__vote=vote)
    assert await stored.count() == 11


@pytest.mark.parametrize("secret", [False, True])
async def test_a_client_that_leaves_loses_no_ballot_and_disturbs_nobody(world, secret):
    matter, _, entries = await open_vote(world, 30, secret=secret)
    tasks = [asyncio.create_task(cast(world, matter, row, "for", code=CODE)) for row in entries]
    await asyncio.sleep(0.001)
    for task in tasks[::2]:
        task.cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(one, asyncio.CancelledError) for one in done[::2])
    again = await asyncio.gather(*(cast(world, matter, row, "for", code=CODE) for row in entries))
    assert again[1::2] == done[1::2]
    assert await RollEntry.filter(state="voted").count() == 30
    assert await Ballot.all().count() + await SecretAnswer.all().count() == 30


async def test_votes_of_two_matters_go_on_beside_each_other(world):
    one, _, first = await open_vote(world, 20)
    two, _, second = await open_vote(world, 20, secret=True)
    tasks = [cast(world, one, row, "for") for row in first]
    tasks += [cast(world, two, row, "against") for row in second]
    await asyncio.gather(*tasks)
    assert (await Ballot.all().count(), await SecretAnswer.all().count()) == (20, 20)
    assert await Entry.all().count() == 0
