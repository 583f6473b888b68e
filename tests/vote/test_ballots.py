"""Casting is one transaction: never doubled, never lost, never after the end."""

import asyncio
from datetime import timedelta

import pytest

from deliberation.acting import Forbidden, Refused
from deliberation.log.models import Entry
from deliberation.people.models import Member, Ownership
from deliberation.stages.vote import closing
from deliberation.stages.vote.casting import ballots
from deliberation.stages.vote.models import (
    Ballot,
    InclusionCode,
    RollEntry,
    SecretAnswer,
    Vote,
)
from deliberation.stages.vote.questions import YES_OR_NO
from deliberation.stages.vote.rules import GRACE
from tests.vote.voting import approved, cast, open_vote, voter

pytestmark = pytest.mark.anyio

CODE = "0123456789abcdef0123456789abcdef"


async def test_the_same_form_sent_again_gets_the_same_named_receipt(world):
    matter, _, entries = await open_vote(world, 3)
    first = await cast(world, matter, entries[0], "for", code=CODE)
    again = await cast(world, matter, entries[0], "against", code=CODE, at=world.later(minutes=1))
    assert again == first
    assert await Ballot.all().count() == 1


async def test_another_form_is_a_further_version_of_a_named_ballot(world):
    matter, _, entries = await open_vote(world, 3)
    await cast(world, matter, entries[0], "for")
    assert (await cast(world, matter, entries[0], "against")).version == 2
    assert await RollEntry.filter(state="voted").count() == 1


async def test_the_same_form_sent_again_gets_the_same_secret_receipt(world):
    matter, _, entries = await open_vote(world, 10, secret=True)
    first = await cast(world, matter, entries[0], "for", code=CODE)
    assert await cast(world, matter, entries[0], "for", code=CODE) == first
    assert len(first.code) == 16
    assert await SecretAnswer.all().count() == await InclusionCode.all().count() == 1


@pytest.mark.parametrize("secret", [False, True])
async def test_a_retry_after_the_end_still_gets_the_receipt_of_what_was_stored(world, secret):
    matter, vote, entries = await open_vote(world, 10, secret=secret)
    first = await cast(world, matter, entries[0], "for", code=CODE)
    assert await cast(world, matter, entries[0], "for", code=CODE, at=vote.closes_at) == first
    counted = vote.closes_at + GRACE
    await closing.close(await world.actor("张经办"), matter, counted)
    late = world.later(days=2, minutes=5)
    assert await cast(world, matter, entries[0], "for", code=CODE, at=late) == first
    with pytest.raises(Refused, match="没有计入"):
        await cast(world, matter, entries[1], "for", code=CODE, at=late)


async def test_another_form_is_refused_in_a_secret_vote(world):
    matter, _, entries = await open_vote(world, 10, secret=True)
    await cast(world, matter, entries[0], "for")
    with pytest.raises(Refused, match="您已经投过票"):
        await cast(world, matter, entries[0], "against")
    assert await SecretAnswer.all().values_list("choice", flat=True) == ["for"]


async def test_two_voters_who_send_the_same_code_have_two_ballots(world):
    matter, _, entries = await open_vote(world, 10, secret=True)
    first = await cast(world, matter, entries[0], "for", code=CODE)
    assert await cast(world, matter, entries[1], "for", code=CODE) != first
    named, _, people = await open_vote(world, 2)
    for entry in people:
        await cast(world, named, entry, "for", code=CODE)
    assert await Ballot.all().count() == 2


@pytest.mark.parametrize("answers", [(), ("yes",), ("invalid",), ("for", "for")])
@pytest.mark.parametrize("secret", [False, True])
async def test_a_malformed_choice_consumes_nothing(world, secret, answers):
    matter, _, entries = await open_vote(world, 10, secret=secret)
    with pytest.raises(Refused):
        await cast(world, matter, entries[0], *answers)
    assert await RollEntry.filter(state="none").count() == 10
    assert await SecretAnswer.all().count() == await Ballot.all().count() == 0
    await cast(world, matter, entries[0], "for")


@pytest.mark.parametrize("code", ["", "0" * 31, "g" * 32, "0" * 5000])
async def test_a_form_without_its_code_is_refused(world, code):
    matter, _, entries = await open_vote(world, 3)
    with pytest.raises(Refused, match="请重新打开投票页"):
        await ballots.cast(
            voter(world, entries[0]),
            matter,
            entry_id=entries[0].id,
            choices={"1": "for"},
            code=code,
            arrived=world.now,
            now=world.now,
        )


async def test_the_opening_instant_counts_and_the_closing_instant_does_not(world):
    matter, vote, entries = await open_vote(world, 3)
    moment = timedelta(microseconds=1)
    with pytest.raises(Refused, match="请到时再投"):
        await cast(world, matter, entries[0], "for", at=vote.opens_at - moment)
    await cast(world, matter, entries[0], "for", at=vote.opens_at)
    await cast(world, matter, entries[1], "for", at=vote.closes_at - moment)
    with pytest.raises(Refused, match="没有计入"):
        await cast(world, matter, entries[2], "for", at=vote.closes_at)
    assert await Ballot.all().count() == 2


async def test_a_ballot_that_arrived_in_time_counts_though_it_is_stored_later(world):
    matter, vote, entries = await open_vote(world, 3)
    await ballots.cast(
        voter(world, entries[0]),
        matter,
        entry_id=entries[0].id,
        choices={"1": "for"},
        code=CODE,
        arrived=vote.closes_at - timedelta(microseconds=1),
        now=vote.closes_at + timedelta(seconds=2),
    )
    assert await Ballot.all().count() == 1


@pytest.mark.parametrize("status", ["frozen", "closed", "certified"])
async def test_nobody_votes_unless_the_vote_is_open(world, status):
    matter, _, entries = await open_vote(world, 3, status=status)
    with pytest.raises(Refused):
        await cast(world, matter, entries[0], "for")
    assert await Ballot.all().count() == 0


async def test_nobody_votes_once_the_vote_is_void(world):
    matter, vote, entries = await open_vote(world, 3)
    await approved(world, matter, vote, "vote.void")
    await Vote.filter(id=vote.id).update(status="void")
    with pytest.raises(Refused, match="没有在进行"):
        await cast(world, matter, entries[0], "for")
    assert await Ballot.all().count() == 0


@pytest.mark.parametrize("status", ["draft", "posted"])
async def test_nobody_votes_on_a_roll_that_is_still_made(world, status):
    matter, vote, _ = await open_vote(world, 1)
    again = {"profile": vote.profile, "form": "plan", "status": "draft", "drafted_at": world.now}
    draft = await Vote.create(matter=matter, passage_id=vote.passage_id, **again)
    person = world.people["赵大妈"]
    entry = await RollEntry.create(vote=draft, number=1, person=person)
    await Vote.filter(id=draft.id).update(status=status)
    with pytest.raises(Refused, match="没有在进行"):
        await cast(world, matter, entry, "for")
    assert await Ballot.all().count() == 0


async def test_nobody_votes_on_somebody_elses_line_nor_from_elsewhere(world):
    matter, _, entries = await open_vote(world, 3)
    for name in ("赵大妈", "张经办", "陈先生", "管理员", "visitor"):
        with pytest.raises(Forbidden):
            await ballots.cast(
                await world.actor(name),
                matter,
                entry_id=entries[0].id,
                choices={"1": "for"},
                code=CODE,
                arrived=world.now,
                now=world.now,
            )
    assert await Ballot.all().count() == 0


@pytest.mark.parametrize(("voters", "refused"), [(9, True), (10, False)])
async def test_a_secret_vote_of_fewer_than_ten_is_on_paper_only(world, voters, refused):
    matter, _, entries = await open_vote(world, voters, secret=True)
    if refused:
        with pytest.raises(Refused, match="不足10人"):
            await cast(world, matter, entries[0], "for")
    else:
        await cast(world, matter, entries[0], "for")
    assert await SecretAnswer.all().count() == (0 if refused else 1)


async def test_a_household_votes_through_any_of_its_members(world):
    home = world.households["2-102"]
    matter, _, (entry,) = await open_vote(world, profile="P4", homes=[(home, 0)])
    assert await Member.filter(household=home).count() == 2
    given = {"entry_id": entry.id, "choices": {"1": "for"}, "arrived": world.now, "now": world.now}
    for number, name in enumerate(("卫师傅", "蒋同学"), 1):
        actor = await world.actor(name)
        receipt = await ballots.cast(actor, matter, code=ballots.new_code(), **given)
        assert receipt.version == number
    with pytest.raises(Forbidden):
        await ballots.cast(await world.actor("赵大妈"), matter, code=CODE, **given)


async def test_an_owner_votes_for_the_head_and_a_tenant_does_not(world):
    home = world.households["2-102"]
    matter, _, (entry,) = await open_vote(world, profile="P7", homes=[(home, 6500)])
    given = {"entry_id": entry.id, "choices": {"1": "for"}, "arrived": world.now, "now": world.now}
    await Ownership.filter(household=home).delete()
    await Ownership.create(household=home, person=world.people["陈先生"])
    owner = await world.actor("陈先生")
    assert (await ballots.cast(owner, matter, code=CODE, **given)).version == 1
    with pytest.raises(Forbidden):
        await ballots.cast(await world.actor("卫师傅"), matter, code=CODE, **given)


async def test_casting_leaves_no_entry_in_the_log(world):
    matter, _, entries = await open_vote(world, 10, secret=True)
    await cast(world, matter, entries[0], "for")
    assert await Entry.all().count() == 0


async def test_a_secret_ballot_is_stored_without_anything_that_leads_to_its_voter(world):
    matter, _, entries = await open_vote(world, 10, secret=True)
    receipt = await cast(world, matter, entries[0], "for", code=CODE)
    answer = await SecretAnswer.all().values()
    stored = str(answer) + str(await InclusionCode.all().values())
    assert set(answer[0]) == {
        "key",
        "vote_id",
        "question",
        "choice",
        "salt",
        "logged",
    }
    assert CODE not in stored
    assert receipt.code not in answer[0]["key"]


@pytest.mark.parametrize("secret", [False, True])
async def test_twenty_casts_of_one_voter_at_once_leave_one_line_voted(world, secret):
    matter, _, entries = await open_vote(world, 10, secret=secret)
    tasks = [cast(world, matter, entries[0], "for") for _ in range(20)]
    done = await asyncio.gather(*tasks, return_exceptions=True)
    receipts = [one for one in done if not isinstance(one, Exception)]
    if secret:
        assert len(receipts) == 1
        assert all("您已经投过票" in str(one) for one in done if isinstance(one, Exception))
        assert await SecretAnswer.all().count() == await InclusionCode.all().count() == 1
    else:
        assert sorted(one.version for one in receipts) == list(range(1, 21))
        assert await Ballot.all().count() == 20
    assert await RollEntry.filter(state="voted").count() == 1


@pytest.mark.parametrize("secret", [False, True])
async def test_twenty_retries_of_one_form_at_once_get_one_receipt(world, secret):
    matter, _, entries = await open_vote(world, 10, secret=secret)
    tasks = [cast(world, matter, entries[0], "for", code=CODE) for _ in range(20)]
    receipts = await asyncio.gather(*tasks)
    assert len({(one.code, one.version) for one in receipts}) == 1
    assert await Ballot.all().count() + await SecretAnswer.all().count() == 1


@pytest.mark.parametrize("secret", [False, True])
async def test_what_was_acknowledged_while_the_vote_was_closed_is_counted_and_nothing_else(
    world, secret
):
    questions = [("plan", "方案？", YES_OR_NO), ("funds", "出资？", YES_OR_NO)]
    matter, vote, entries = await open_vote(world, 30, secret=secret, questions=questions)
    clerk, in_time = await world.actor("张经办"), vote.closes_at - timedelta(milliseconds=1)
    stored, closed = asyncio.Event(), asyncio.Event()

    async def send(number, entry):
        if number >= 15:  # these set out one after the other while the vote is being closed
            await stored.wait()
            await asyncio.sleep((number - 15) / 25)
        if number >= 27:  # and these once it is closed
            await closed.wait()
        receipt = await cast(world, matter, entry, "for", "against", at=in_time)
        if number == 7:
            stored.set()
        return receipt

    async def close():
        await stored.wait()
        counted = await closing.close(clerk, matter, vote.closes_at + GRACE)
        closed.set()
        return counted

    tasks = [send(number, entry) for number, entry in enumerate(entries)]
    done = await asyncio.gather(*tasks[:20], close(), *tasks[20:], return_exceptions=True)
    result = done.pop(20).result
    receipts = [one for one in done if not isinstance(one, Exception)]
    assert 8 <= len(receipts) <= 27
    assert all(isinstance(one, Refused) for one in done if isinstance(one, Exception))
    counts = [row["counts"] for row in result["questions"]]
    assert (counts[0]["for"], counts[1]["against"]) == (len(receipts), len(receipts))
    assert result["present"]["heads"] == result["phone"] == len(receipts)
    assert await RollEntry.filter(state="voted").count() == len(receipts)
