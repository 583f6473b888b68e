"""Fewer than ten papers are written off by two people into the box of the phone."""

import json

import pytest

from deliberation.acting import Refused
from deliberation.log.models import Entry
from deliberation.stages.vote import closing
from deliberation.stages.vote.casting.commitments import commitment
from deliberation.stages.vote.models import (
    InclusionCode,
    SecretAnswer,
)
from deliberation.stages.vote.paper import batches, desk, transcribing
from deliberation.stages.vote.paper.facts import record
from deliberation.stages.vote.paper.models import Transcript
from deliberation.stages.vote.paper.rules import (
    Figures,
    surplus,
)
from deliberation.stages.vote.rules import GRACE
from tests.vote.papers import AGAINST, FOR, boxed, same_person, tally
from tests.vote.voting import cast, open_vote

pytestmark = pytest.mark.anyio


async def test_fewer_than_ten_papers_are_written_off_by_two_into_the_box_of_the_phone(world, hands):
    matter, vote, entries = await open_vote(world, 14, secret=True)
    await boxed(world, hands, matter, 3)
    for entry in entries[3:13]:
        await cast(world, matter, entry, "for")
    end = vote.closes_at
    papers = [FOR, AGAINST, {"1": "invalid"}]
    with pytest.raises(Refused, match="截止时间以后"):
        await transcribing.enter(hands[0], matter, papers=papers, now=world.now)
    with pytest.raises(Refused, match="逐张录入同一个票箱"):
        await batches.enter(hands[0], matter, papers=3, tallies=tally(abstain=3), now=end)
    with pytest.raises(Refused, match="第2张"):
        await transcribing.enter(hands[0], matter, papers=[FOR, {"1": "yes"}], now=end)
    await transcribing.enter(hands[0], matter, papers=papers, now=end)
    with pytest.raises(Refused, match="录过一次"):
        await transcribing.enter(hands[1], matter, papers=papers, now=end)
    with pytest.raises(Refused, match="不能再登记交票"):
        await desk.return_papers(hands[0], matter, numbers=[4], now=end)
    for alone in (hands[0], await same_person(world, "张经办")):
        with pytest.raises(Refused, match="另一个人核对"):
            await transcribing.confirm(alone, matter, papers=papers, now=end)
    with pytest.raises(Refused, match="不一致"):
        await transcribing.confirm(hands[1], matter, papers=[FOR, FOR, FOR], now=end)
    assert await SecretAnswer.filter(vote=vote).count() == 10
    await transcribing.confirm(hands[1], matter, papers=papers[::-1], now=end)
    assert await SecretAnswer.filter(vote=vote).count() == 13
    assert await InclusionCode.filter(vote=vote).count() == 10
    assert (await Transcript.get()).content == "", "what was compared is gone"
    result = (await closing.close(hands[0], matter, end + GRACE)).result
    assert (result["phone"], result["paper"]) == (10, 3)
    assert result["questions"][0]["counts"] == {
        "for": 11,
        "against": 1,
        "abstain": 0,
        "invalid": 1,
        "not_returned": 0,
    }
    told = await record(vote)
    assert (told["issued"], told["returned"], told["transcribed"]) == (3, 3, 3)
    assert told["batches"] == [] and told["missing"] == 0


async def test_written_off_papers_look_like_the_phones_and_are_committed_to_at_close(world, hands):
    matter, vote, entries = await open_vote(world, 12, secret=True)
    await boxed(world, hands, matter, 1)
    await cast(world, matter, entries[5], "for")
    phone = await SecretAnswer.get()
    end = vote.closes_at
    await transcribing.enter(hands[0], matter, papers=[AGAINST], now=end)
    await transcribing.confirm(hands[1], matter, papers=[AGAINST], now=end)
    paper = await SecretAnswer.exclude(key=phone.key).get()
    assert (len(paper.key), len(paper.salt)) == (len(phone.key), len(phone.salt))
    await closing.close(hands[0], matter, end + GRACE)
    logged = [entry.body["commitments"] for entry in await Entry.filter(act="vote.commit")]
    assert sorted(sum(logged, [])) == sorted(map(commitment, (phone, paper)))
    said = json.dumps([entry.body for entry in await Entry.filter(act="vote.confirm_paper")])
    assert '"papers": 1' in said and "against" not in said and paper.key not in said


async def test_a_transcript_sent_back_is_emptied_and_entered_again(world, hands):
    matter, vote, _ = await open_vote(world, 12, secret=True)
    await boxed(world, hands, matter, 2)
    end = vote.closes_at
    await transcribing.enter(hands[0], matter, papers=[FOR, FOR], now=end)
    assert "for" in (await Transcript.get()).content
    await transcribing.refuse(hands[1], matter, now=end)
    assert (await Transcript.get()).content == ""
    await transcribing.enter(hands[1], matter, papers=[FOR, AGAINST], now=end)
    await transcribing.confirm(hands[0], matter, papers=[AGAINST, FOR], now=end)
    assert await SecretAnswer.filter(vote=vote).count() == 2


async def test_more_papers_than_came_back_are_not_written_off_but_void(world, hands):
    matter, vote, _ = await open_vote(world, 12, secret=True)
    await boxed(world, hands, matter, 2)
    end = vote.closes_at
    await transcribing.enter(hands[0], matter, papers=[FOR] * 3, now=end)
    voided = await transcribing.confirm(hands[1], matter, papers=[FOR] * 3, now=end)
    assert "登记交回2张" in voided.void_reason
    assert await SecretAnswer.filter(vote=vote).count() == 0
    with pytest.raises(Refused, match="还有2张没有计入"):
        await closing.close(hands[0], matter, end + GRACE)


async def test_the_database_keeps_a_transcript_from_being_changed(world, hands):
    matter, vote, _ = await open_vote(world, 12, secret=True)
    await boxed(world, hands, matter, 2)
    await transcribing.enter(hands[0], matter, papers=[FOR, FOR], now=vote.closes_at)
    for change in (
        {"content": "[]"},
        {"papers": 3},
        {"content": "", "confirmed_by": hands[0].account_id},
    ):
        with pytest.raises(Exception, match="frozen: UPDATE on transcript"):
            await Transcript.all().update(**change)
    with pytest.raises(Exception, match="frozen: DELETE on transcript"):
        await Transcript.all().delete()


@pytest.mark.parametrize(("returned", "few"), [(9, True), (10, False)])
async def test_ten_papers_are_a_batch_and_nine_are_not(world, hands, returned, few):
    matter, vote, _ = await open_vote(world, 12, secret=True)
    await boxed(world, hands, matter, returned)
    end, found = vote.closes_at, []
    for attempt in (
        lambda: transcribing.enter(hands[0], matter, papers=[FOR] * 9, now=end),
        lambda: batches.enter(
            hands[0], matter, papers=returned, tallies=tally(**{"for": returned}), now=end
        ),
    ):
        try:
            await attempt()
            found.append(True)
        except Refused:
            found.append(False)
    assert found == [few, not few]


@pytest.mark.parametrize(("papers", "void"), [(3, False), (4, True)])
def test_a_batch_is_void_from_the_first_paper_too_many(papers, void):
    assert bool(surplus(Figures(issued=9, returned=8, counted=5), papers)) is void
