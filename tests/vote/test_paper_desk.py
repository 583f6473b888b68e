"""Unmarked papers are handed out and back by two people, several at once."""

import pytest

from deliberation.acting import Forbidden, Refused
from deliberation.approvals.models import Approval
from deliberation.log.models import Entry
from deliberation.stages.vote import dangerous
from deliberation.stages.vote.models import (
    RollEntry,
    Vote,
)
from deliberation.stages.vote.paper import desk
from deliberation.stages.vote.paper.proposing import propose
from deliberation.stages.vote.paper.rules import (
    numbers,
    spans,
)
from tests.vote.papers import boxed, handed_out, same_person, send
from tests.vote.voting import cast, open_vote, two_people

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("3", [3]),
        ("3、7、12-15", [3, 7, 12, 13, 14, 15]),
        ("３，７ 12—14；7号 20至21号", [3, 7, 12, 13, 14, 20, 21]),
        ("5 ～ 6\n9", [5, 6, 9]),
    ],
)
def test_numbers_are_read_as_clerks_write_them_and_written_back(typed, read):
    assert numbers(typed) == read
    assert numbers(spans(read)) == read


@pytest.mark.parametrize(
    "typed", ["", "、", "0", "三号楼", "15-12", "1-2-3", "1-201", "1-200、300"]
)
def test_numbers_that_are_none_are_refused_in_a_sentence(typed):
    with pytest.raises(ValueError, match="[一-龥]"):
        numbers(typed)
    assert len(numbers("1-200")) == 200


async def test_papers_are_handed_out_by_two_people_and_several_at_once(world, hands):
    matter, vote, entries = await open_vote(world, 12, secret=True)
    made = await propose(hands[0], matter, "vote.issue_paper", [3, 7], world.now)
    assert await RollEntry.filter(state="paper_issued").count() == 0
    shown = {"approval": made.id, "shown": made.digest, "now": world.now}
    for alone in (hands[0], await same_person(world, "张经办")):
        with pytest.raises(Refused, match="提出的人不能自己批准"):
            await dangerous.approve(alone, matter, **shown)
    await dangerous.approve(hands[1], matter, **shown)
    issued = await RollEntry.filter(state="paper_issued").values_list("number", flat=True)
    assert issued == [3, 7]
    assert await Entry.all().count() == 0


async def test_a_refusal_names_every_number_and_moves_none(world, hands):
    matter, _, entries = await open_vote(world, 12, secret=True)
    await handed_out(world, matter, 1, 2)
    await cast(world, matter, entries[4], "for")
    with pytest.raises(Refused) as refused:
        await propose(hands[0], matter, "vote.issue_paper", [2, 5, 6, 40], world.now)
    assert refused.value.reasons == [
        "2号已经投过票，或者已经领过纸质票",
        "5号已经投过票，或者已经领过纸质票",
        "名册上没有40号",
    ]
    with pytest.raises(Refused, match="^6号没有领过纸质票"):
        await desk.return_papers(hands[0], matter, numbers=[1, 6], now=world.now)
    assert await RollEntry.filter(state="voted", channel="paper").count() == 0


async def test_numbers_that_wait_are_not_proposed_twice_and_a_proposal_is_taken_back(world, hands):
    matter, _, _ = await open_vote(world, 12, secret=True)
    made = await propose(hands[0], matter, "vote.issue_paper", [3, 7], world.now)
    with pytest.raises(Refused, match="^7号已经提出过"):
        await propose(hands[1], matter, "vote.issue_paper", [7, 8], world.now)
    with pytest.raises(Forbidden) as forbidden:
        await propose(await world.actor("赵大妈"), matter, "vote.issue_paper", [7], world.now)
    assert "7号" not in str(forbidden.value)
    await dangerous.withdraw(hands[0], matter, approval=made.id, now=world.now)
    again = await propose(hands[1], matter, "vote.issue_paper", [7, 8], world.now)
    await dangerous.approve(hands[0], matter, approval=again.id, shown=again.digest, now=world.now)
    assert await RollEntry.filter(state="paper_issued").count() == 2


async def test_a_vote_by_phone_between_the_two_people_stops_the_handing_out(world, hands):
    matter, _, entries = await open_vote(world, 12, secret=True)
    made = await propose(hands[0], matter, "vote.issue_paper", [3, 7], world.now)
    await cast(world, matter, entries[6], "for")
    with pytest.raises(Refused, match="^7号已经投过票"):
        await dangerous.approve(
            hands[1], matter, approval=made.id, shown=made.digest, now=world.now
        )
    assert await RollEntry.filter(state="paper_issued").count() == 0


async def test_whoever_holds_a_secret_paper_votes_by_phone_only_after_handing_it_back(world, hands):
    matter, _, entries = await open_vote(world, 10, secret=True)
    await handed_out(world, matter, 1)
    with pytest.raises(Refused, match="已经领了纸质票"):
        await cast(world, matter, entries[0], "for")
    await two_people(world, matter, "vote.hand_back", {"numbers": [1]}, second="孙监督")
    await cast(world, matter, entries[0], "for")
    with pytest.raises(Refused, match="已经投过票"):
        await propose(hands[0], matter, "vote.issue_paper", [1], world.now)


async def test_a_paper_in_the_box_cannot_be_handed_back_nor_issued_again(world, hands):
    matter, _, entries = await open_vote(world, 10, secret=True)
    with pytest.raises(Refused, match="没有领过"):
        await desk.return_papers(hands[0], matter, numbers=[1], now=world.now)
    await boxed(world, hands, matter, 1)
    for act in ("vote.issue_paper", "vote.hand_back"):
        with pytest.raises(Refused, match="^1号"):
            await propose(hands[0], matter, act, [1], world.now)
    with pytest.raises(Refused, match="^1号"):
        await desk.return_papers(hands[0], matter, numbers=[1], now=world.now)
    with pytest.raises(Refused, match="以纸质票为准"):
        await cast(world, matter, entries[0], "for")


async def test_after_the_end_nothing_is_handed_out_and_a_late_note_of_the_box_is_logged(
    world, hands
):
    matter, vote, _ = await open_vote(world, 12, secret=True)
    await handed_out(world, matter, 1, 2, 3)
    for act in ("vote.issue_paper", "vote.hand_back"):
        with pytest.raises(Refused, match="只在表决时间内"):
            await propose(hands[0], matter, act, [3], vote.closes_at)
    assert await Entry.all().count() == 0
    await desk.return_papers(hands[0], matter, numbers=[1, 2], now=vote.closes_at)
    entry = await Entry.get()
    assert entry.body == {"vote": vote.id, "papers": 2}, "how many, never who"


async def test_the_desk_works_through_a_secret_vote_on_the_page(world, client):
    matter, vote, _ = await open_vote(world, 14, secret=True)
    base = f"/matters/{matter.id}/vote/paper"
    first, second = await client("张经办"), await client("何经办")
    wrong = await send(first, f"{base}/issue", 422, number="三号")
    assert "编号请写成 3、7、12-15 这样" in wrong.text and 'value="三号"' in wrong.text
    await send(first, f"{base}/issue", number="1-3、5")
    own = (await first.get(base)).text
    assert "名册1-3、5号，共4张" in own and "提出的人不能自己批准" in own
    waiting = await Approval.get(decision="")
    shown = {"approval": str(waiting.id), "shown": waiting.digest}
    await send(first, f"{base}/approve", 422, **shown)
    await send(second, f"{base}/approve", **shown)
    await send(first, f"{base}/return", number="1，2，3")
    assert "本批票数" not in (await first.get(base)).text
    world.later(days=2, minutes=1)
    assert "逐张录入" in (await first.get(base)).text
    papers = {"p1-1": "for", "p2-1": "for", "p3-1": "against"}
    await send(first, f"{base}/few", **papers)
    page = (await second.get(base)).text
    assert "selected" not in page, "the second person sees no first entry"
    await send(first, f"{base}/few/confirm", 422, **papers)
    other = {"p1-1": "against", "p2-1": "for", "p3-1": "for"}
    await send(second, f"{base}/few/confirm", **other)
    await send(first, f"/matters/{matter.id}/vote/close")
    result = (await Vote.get(id=vote.id)).result["questions"][0]["counts"]
    assert (result["for"], result["against"]) == (2, 1)
