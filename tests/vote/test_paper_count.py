"""Papers are counted by two people after the end and never exceed what came back."""

import pytest

from deliberation.acting import Refused
from deliberation.approvals.models import Approval
from deliberation.log.models import Entry
from deliberation.stages.vote import closing
from deliberation.stages.vote.models import (
    PaperCount,
    RollEntry,
)
from deliberation.stages.vote.paper import batches, desk
from deliberation.stages.vote.paper.facts import record
from deliberation.stages.vote.rules import GRACE
from tests.vote.papers import boxed, counted, handed_out, same_person, send, tally
from tests.vote.voting import cast, open_vote, two_people

pytestmark = pytest.mark.anyio


async def test_batches_are_counted_by_two_people_after_the_end_and_add_up(world, hands):
    matter, vote, entries = await open_vote(world, 14, secret=True)
    await boxed(world, hands, matter, 12)
    await cast(world, matter, entries[12], "against")
    end = vote.closes_at
    ten = {"papers": 10, "tallies": tally(**{"for": 9, "invalid": 1})}
    with pytest.raises(Refused, match="截止时间以后"):
        await batches.enter(hands[0], matter, **ten, now=world.now)
    with pytest.raises(Refused, match="合计要等于本批票数10"):
        await batches.enter(hands[0], matter, papers=10, tallies=tally(abstain=2), now=end)
    batch = (await batches.enter(hands[0], matter, **ten, now=end)).id
    for alone in (hands[0], await same_person(world, "张经办")):
        with pytest.raises(Refused, match="另一个人核对"):
            await batches.confirm(alone, matter, batch=batch, **ten, now=end)
    wrong = {"papers": 10, "tallies": tally(**{"for": 10})}
    with pytest.raises(Refused, match="不一致"):
        await batches.confirm(hands[2], matter, batch=batch, **wrong, now=end)
    with pytest.raises(Refused, match="没有经第二人核对"):
        await closing.close(hands[0], matter, end + GRACE)
    await batches.confirm(hands[2], matter, batch=batch, **ten, now=end)
    with pytest.raises(Refused, match="还有2张没有计入"):
        await closing.close(hands[0], matter, end + GRACE)
    await counted(hands, matter, end, 2, against=2)
    result = (await closing.close(hands[0], matter, end + GRACE)).result
    assert (result["phone"], result["paper"]) == (1, 12)
    assert result["questions"][0]["counts"] == {
        "for": 9,
        "against": 3,
        "abstain": 0,
        "invalid": 1,
        "not_returned": 0,
    }


async def test_a_refused_batch_is_not_counted_and_may_be_entered_again(world, hands):
    matter, vote, _ = await open_vote(world, 12, secret=True)
    await boxed(world, hands, matter, 10)
    end = vote.closes_at
    ten = {"papers": 10, "tallies": tally(against=10)}
    batch = (await batches.enter(hands[0], matter, **ten, now=end)).id
    await batches.refuse(hands[1], matter, batch=batch, now=end)
    with pytest.raises(Refused, match="没有这一批"):
        await batches.confirm(hands[1], matter, batch=batch, **ten, now=end)
    await counted(hands, matter, end, 10, against=10)
    found = (await closing.close(hands[0], matter, end + GRACE)).result
    assert found["questions"][0]["counts"]["against"] == 10


@pytest.mark.parametrize(("papers", "fits"), [(50, True), (51, False)])
async def test_a_batch_holds_fifty_papers_at_most(world, hands, papers, fits):
    matter, vote, entries = await open_vote(world, 60, secret=True)
    await RollEntry.filter(vote=vote).update(state="voted", channel="paper")
    batch = batches.enter(
        hands[0], matter, papers=papers, tallies=tally(abstain=papers), now=vote.closes_at
    )
    if fits:
        await batch
    else:
        with pytest.raises(Refused, match="一批1到50张"):
            await batch


async def test_more_papers_than_came_back_are_void_with_a_reason_once_two_counted_them(
    world, hands, client
):
    matter, vote, _ = await open_vote(world, 14, secret=True)
    await handed_out(world, matter, *range(1, 13))
    await desk.return_papers(hands[0], matter, numbers=list(range(1, 12)), now=world.now)
    end = vote.closes_at
    voided = await counted(hands, matter, end, 12, **{"for": 12})
    assert voided.confirmed_by is None
    assert voided.void_reason == "登记交回11张，已计0张，这一批却有12张，多出的票分不出来"
    assert (await Entry.all().order_by("-id").first()).body["void"] is True
    world.later(days=2)
    page = (await (await client("张经办")).get(f"/matters/{matter.id}/vote/paper")).text
    assert "12张作废，没有计入" in page and "先补登记交票" in page
    with pytest.raises(Refused, match="还有11张没有计入"):
        await closing.close(hands[0], matter, end + GRACE)
    await desk.return_papers(hands[0], matter, numbers=[12], now=end)
    await counted(hands, matter, end, 12, **{"for": 12})
    result = (await closing.close(hands[0], matter, end + GRACE)).result
    assert result["questions"][0]["counts"]["for"] == 12, "the void batch is not added"


async def test_papers_missing_in_the_box_are_explained_by_two_people_or_nothing_is_counted(
    world, hands
):
    matter, vote, _ = await open_vote(world, 14, secret=True)
    await boxed(world, hands, matter, 12)
    end, act = vote.closes_at, "vote.explain_paper"
    await counted(hands, matter, end, 11, **{"for": 11})
    why = {"missing": 1, "reason": "开箱时两人点过三遍，少一张"}
    with pytest.raises(Refused, match="开箱数过票"):
        await two_people(world, matter, act, why, now=world.now)
    with pytest.raises(Refused, match="与提出的2张不一致"):
        await two_people(world, matter, act, why | {"missing": 2}, now=end)
    with pytest.raises(Refused, match="请删去"):
        await two_people(world, matter, act, why | {"reason": "19900001234说的"}, now=end)
    with pytest.raises(Refused, match="提出的人不能自己批准"):
        await two_people(world, matter, act, why, second="张经办", now=end)
    await Approval.filter(decision="").update(decision="withdrawn")
    await two_people(world, matter, act, why, second="孙监督", now=end)
    result = (await closing.close(hands[0], matter, end + GRACE)).result
    assert result["paper"] == 12
    assert result["questions"][0]["counts"] | {"against": 0} == {
        "for": 11,
        "against": 0,
        "abstain": 0,
        "invalid": 0,
        "not_returned": 1,
    }
    assert (await record(vote))["missing"] == 1


async def test_an_explanation_lapses_when_another_paper_is_counted_after_it(world, hands):
    matter, vote, _ = await open_vote(world, 14, secret=True)
    await boxed(world, hands, matter, 12)
    end = vote.closes_at
    await counted(hands, matter, end, 10, **{"for": 10})
    why = {"missing": 2, "reason": "少两张"}
    await two_people(world, matter, "vote.explain_paper", why, second="孙监督", now=end)
    await counted(hands, matter, end, 1, against=1)
    with pytest.raises(Refused, match="还有1张没有计入"):
        await closing.close(hands[0], matter, end + GRACE)


async def test_batches_and_what_is_missing_are_dealt_with_on_the_page(world, hands, client):
    matter, vote, _ = await open_vote(world, 14, secret=True)
    await boxed(world, hands, matter, 11)
    world.later(days=2, minutes=1)
    base = f"/matters/{matter.id}/vote/paper"
    first, second = await client("张经办"), await client("何经办")
    batch = {f"t1-{key}": "0" for key in ("against", "abstain", "invalid")}
    batch |= {"papers": "10", "t1-for": "10"}
    await send(first, f"{base}/count", **batch)
    number = str((await PaperCount.get()).id)
    page = (await second.get(base)).text
    assert f'name="batch" value="{number}"' in page and 'value="10"' not in page
    await send(second, f"{base}/count/confirm", batch=number, **batch)
    assert "箱里的票比交回的少" in (await first.get(base)).text
    await send(first, f"{base}/explain", missing="1", reason="两人点过三遍，少一张")
    waiting = await Approval.get(decision="")
    assert "有1张没有计入，按未交票办理" in (await second.get(base)).text
    await send(second, f"{base}/approve", approval=str(waiting.id), shown=waiting.digest)
    assert "两个人已经写明：1张没有计入" in (await second.get(base)).text
    await send(first, f"/matters/{matter.id}/vote/close")
