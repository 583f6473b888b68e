"""Paper is entered twice by two people, stands over the phone, and never exceeds what came back."""

import pytest

from deliberation.acting import Forbidden, Refused
from deliberation.log.models import Entry
from deliberation.stages.vote import closing
from deliberation.stages.vote.models import Ballot, PaperCount, RollEntry
from deliberation.stages.vote.paper import sheets as paper
from tests.vote.voting import cast, open_vote

pytestmark = pytest.mark.anyio

FOR, AGAINST = {"1": "for"}, {"1": "against"}


def tally(**heads):
    return {"1": {"for": 0, "against": 0, "abstain": 0, "invalid": 0} | heads}


@pytest.fixture
async def desk(world):
    """Two clerks and a supervisor who handle paper."""
    return [await world.actor(name) for name in ("张经办", "何经办", "孙监督")]


async def given(desk, world, matter, number, choices) -> None:
    """A sheet entered by one clerk and confirmed by another."""
    await paper.enter_sheet(desk[0], matter, number=number, choices=choices, now=world.now)
    await paper.confirm_sheet(desk[1], matter, number=number, choices=choices, now=world.now)


async def counts(world, desk, matter, vote) -> dict:
    vote = await closing.close(desk[0], matter, vote.closes_at)
    return vote.result["questions"][0]["counts"]


async def test_a_sheet_counts_only_once_another_person_entered_the_same(world, desk):
    matter, _, entries = await open_vote(world, 3)
    await paper.enter_sheet(desk[0], matter, number=1, choices=FOR, now=world.now)
    assert (await RollEntry.get(id=entries[0].id)).state == "none"
    with pytest.raises(Refused, match="另一个人核对"):
        await paper.confirm_sheet(desk[0], matter, number=1, choices=FOR, now=world.now)
    with pytest.raises(Refused, match="不一致"):
        await paper.confirm_sheet(desk[1], matter, number=1, choices=AGAINST, now=world.now)
    await paper.confirm_sheet(desk[1], matter, number=1, choices=FOR, now=world.now)
    entry = await RollEntry.get(id=entries[0].id)
    assert (entry.state, entry.channel) == ("voted", "paper")


async def test_confirmed_paper_stands_over_the_phone_and_the_phone_is_told(world, desk):
    matter, vote, entries = await open_vote(world, 3)
    await cast(world, matter, entries[0], "against")
    await paper.enter_sheet(desk[0], matter, number=1, choices=FOR, now=world.now)
    await cast(world, matter, entries[0], "abstain")
    await paper.confirm_sheet(desk[1], matter, number=1, choices=FOR, now=world.now)
    with pytest.raises(Refused, match="以纸质票为准"):
        await cast(world, matter, entries[0], "against")
    assert await counts(world, desk, matter, vote) == {
        "for": 1,
        "against": 0,
        "abstain": 0,
        "invalid": 0,
        "not_returned": 0,
    }
    assert await Ballot.all().count() == 3


async def test_a_refused_entry_loses_nothing_of_what_came_by_phone(world, desk):
    matter, vote, entries = await open_vote(world, 3)
    await cast(world, matter, entries[0], "against")
    await paper.enter_sheet(desk[0], matter, number=1, choices=FOR, now=world.now)
    await paper.refuse_sheet(desk[1], matter, number=1, now=world.now)
    assert (await counts(world, desk, matter, vote))["against"] == 1


async def test_an_entry_is_made_once_and_again_after_it_was_refused(world, desk):
    matter, _, _ = await open_vote(world, 3)
    await paper.enter_sheet(desk[0], matter, number=1, choices=AGAINST, now=world.now)
    with pytest.raises(Refused, match="录过一次"):
        await paper.enter_sheet(desk[0], matter, number=1, choices=FOR, now=world.now)
    await paper.refuse_sheet(desk[1], matter, number=1, now=world.now)
    await given(desk, world, matter, 1, FOR)
    with pytest.raises(Refused, match="已经核对计入"):
        await paper.enter_sheet(desk[0], matter, number=1, choices=FOR, now=world.now)


async def test_a_vote_with_paper_of_one_person_only_is_not_closed(world, desk):
    matter, vote, _ = await open_vote(world, 3)
    await paper.enter_sheet(desk[0], matter, number=1, choices={"1": "invalid"}, now=world.now)
    with pytest.raises(Refused, match="还有1份纸质票没有经第二人核对"):
        await closing.close(desk[0], matter, vote.closes_at)
    await paper.confirm_sheet(
        desk[2], matter, number=1, choices={"1": "invalid"}, now=vote.closes_at
    )
    assert (await counts(world, desk, matter, vote))["invalid"] == 1


async def test_a_number_that_is_not_on_the_roll_and_a_wrong_answer_are_refused(world, desk):
    matter, _, _ = await open_vote(world, 3)
    with pytest.raises(Refused, match="名册上没有4号"):
        await paper.enter_sheet(desk[0], matter, number=4, choices=FOR, now=world.now)
    with pytest.raises(Refused, match="不在选项之内"):
        await paper.enter_sheet(desk[0], matter, number=1, choices={"1": "yes"}, now=world.now)
    with pytest.raises(Forbidden):
        resident = await world.actor("赵大妈")
        await paper.enter_sheet(resident, matter, number=1, choices=FOR, now=world.now)
    assert await Ballot.all().count() == 0


async def test_whoever_holds_a_secret_paper_votes_by_phone_only_after_handing_it_back(world, desk):
    matter, _, entries = await open_vote(world, 10, secret=True)
    await paper.issue_paper(desk[0], matter, number=1, now=world.now)
    with pytest.raises(Refused, match="已经领了纸质票"):
        await cast(world, matter, entries[0], "for")
    with pytest.raises(Refused, match="已经领过"):
        await paper.issue_paper(desk[0], matter, number=1, now=world.now)
    await paper.hand_back(desk[0], matter, number=1, now=world.now)
    await cast(world, matter, entries[0], "for")
    with pytest.raises(Refused, match="已经投过票"):
        await paper.issue_paper(desk[0], matter, number=1, now=world.now)


async def test_a_paper_in_the_box_cannot_be_handed_back_nor_issued_again(world, desk):
    matter, _, entries = await open_vote(world, 10, secret=True)
    with pytest.raises(Refused, match="没有领过"):
        await paper.return_paper(desk[0], matter, number=1, now=world.now)
    await paper.issue_paper(desk[0], matter, number=1, now=world.now)
    await paper.return_paper(desk[0], matter, number=1, now=world.now)
    for again in (paper.hand_back, paper.return_paper, paper.issue_paper):
        with pytest.raises(Refused):
            await again(desk[0], matter, number=1, now=world.now)
    with pytest.raises(Refused, match="以纸质票为准"):
        await cast(world, matter, entries[0], "for")


async def box(world, desk, matter, papers) -> None:
    for number in range(1, papers + 1):
        await paper.issue_paper(desk[0], matter, number=number, now=world.now)
        await paper.return_paper(desk[0], matter, number=number, now=world.now)


async def test_batches_add_up_and_never_exceed_the_papers_that_came_back(world, desk):
    matter, vote, entries = await open_vote(world, 12, secret=True)
    await box(world, desk, matter, 3)
    await cast(world, matter, entries[5], "against")
    end = vote.closes_at
    early = {"papers": 3, "tallies": tally(**{"for": 3})}
    with pytest.raises(Refused, match="截止时间以后"):
        await paper.enter_count(desk[0], matter, **early, now=world.now)
    with pytest.raises(Refused, match="合计要等于本批票数3"):
        await paper.enter_count(desk[0], matter, papers=3, tallies=tally(abstain=2), now=end)
    with pytest.raises(Refused, match="交回的纸质票一共3张"):
        await paper.enter_count(desk[0], matter, papers=4, tallies=tally(abstain=4), now=end)
    counted = {"papers": 3, "tallies": tally(**{"for": 2, "invalid": 1})}
    await paper.enter_count(desk[0], matter, **counted, now=end)
    with pytest.raises(Refused, match="已录3张"):
        await paper.enter_count(desk[0], matter, papers=1, tallies=tally(abstain=1), now=end)
    batch = (await PaperCount.get()).id
    with pytest.raises(Refused, match="另一个人核对"):
        await paper.confirm_count(desk[0], matter, batch=batch, **counted, now=end)
    with pytest.raises(Refused, match="不一致"):
        await paper.confirm_count(desk[2], matter, batch=batch, **early, now=end)
    with pytest.raises(Refused, match="没有经第二人核对"):
        await closing.close(desk[0], matter, end)
    await paper.confirm_count(desk[2], matter, batch=batch, **counted, now=end)
    result = (await closing.close(desk[0], matter, end)).result
    assert (result["phone"], result["paper"]) == (1, 3)
    assert result["questions"][0]["counts"] == {
        "for": 2,
        "against": 1,
        "abstain": 0,
        "invalid": 1,
        "not_returned": 0,
    }


async def test_a_refused_batch_is_not_counted_and_may_be_entered_again(world, desk):
    matter, vote, _ = await open_vote(world, 12, secret=True)
    await box(world, desk, matter, 2)
    counted = {"papers": 2, "tallies": tally(against=2)}
    await paper.enter_count(desk[0], matter, **counted, now=vote.closes_at)
    batch = (await PaperCount.get()).id
    await paper.refuse_count(desk[1], matter, batch=batch, now=vote.closes_at)
    with pytest.raises(Refused, match="没有这一批"):
        await paper.confirm_count(desk[1], matter, batch=batch, **counted, now=vote.closes_at)
    await paper.enter_count(desk[0], matter, **counted, now=vote.closes_at)
    batch = (await PaperCount.all().order_by("-id").first()).id
    await paper.confirm_count(desk[1], matter, batch=batch, **counted, now=vote.closes_at)
    assert (await counts(world, desk, matter, vote))["against"] == 2


@pytest.mark.parametrize(("papers", "fits"), [(50, True), (51, False)])
async def test_a_batch_holds_fifty_papers_at_most(world, desk, papers, fits):
    matter, vote, entries = await open_vote(world, 60, secret=True)
    await RollEntry.filter(vote=vote).update(state="voted", channel="paper")
    batch = paper.enter_count(
        desk[0], matter, papers=papers, tallies=tally(abstain=papers), now=vote.closes_at
    )
    if fits:
        await batch
    else:
        with pytest.raises(Refused, match="一批1到50张"):
            await batch


async def test_handling_paper_before_the_end_leaves_no_trace_of_who_voted_in_the_log(world, desk):
    matter, _, _ = await open_vote(world, 3)
    await given(desk, world, matter, 1, FOR)
    assert await Entry.all().count() == 0
