"""An end that has come about is announced as what it is: nobody sends a matter back instead."""

from datetime import date

import pytest

from deliberation.acting import Forbidden, Refused
from deliberation.matters import actions
from deliberation.matters.actions import Details
from deliberation.matters.facts import scope_paths
from deliberation.matters.models import Attendance, Matter, Meeting, Passage
from deliberation.stages.notices.models import Notice, Objection
from deliberation.stages.vote import drafts
from deliberation.stages.vote.facts import current_vote
from deliberation.stages.vote.models import RollEntry, Vote
from tests.cast import matter_at, plan_of, unguarded
from tests.vote.voting import open_vote

pytestmark = pytest.mark.anyio


async def send_back(world, matter, to) -> str:
    secretary = await world.actor("李书记")
    await actions.send_back(secretary, matter, to=to, reason="再议", now=world.now)
    return (await Matter.get(id=matter.id)).stage


async def meeting(world, matter, *, present, agreed, confirmed=True) -> None:
    """A meeting of three."""
    passage = await Passage.filter(matter=matter, stage=matter.stage).first()
    held = await Meeting.create(
        matter=matter,
        passage=passage,
        stage=matter.stage,
        held_at=world.now,
        venue="社区会议室",
        chair="李书记",
        recorder="张经办",
        for_=agreed,
        against=present - agreed,
        abstain=0,
        convened_at=world.now,
        confirmed_at=world.now if confirmed else None,
    )
    for number, name in enumerate(("李书记", "王主任", "吴委员")):
        here = number < present
        person = world.people[name]
        await Attendance.create(
            meeting=held, person=person, present=here, reason="" if here else "出差"
        )


@pytest.mark.parametrize(
    ("present", "agreed", "confirmed", "refused"),
    [(2, 1, True, True), (1, 1, True, True), (2, 2, True, False), (2, 1, False, False)],
)
async def test_a_meeting_that_failed_is_concluded_and_not_sent_back(
    world, present, agreed, confirmed, refused
):
    matter = await matter_at(world, "proposal")
    await meeting(world, matter, present=present, agreed=agreed, confirmed=confirmed)
    if refused:
        with pytest.raises(Refused, match="请办理会议结果"):
            await send_back(world, matter, "opinions")
    else:
        assert await send_back(world, matter, "opinions") == "opinions"


@pytest.mark.parametrize("status", ["open", "closed", "certified"])
async def test_once_ballots_are_in_the_vote_is_not_sent_back(world, status):
    matter, _, _ = await open_vote(world, 3, status=status)
    with pytest.raises(Refused, match="请先作废|请按结果办理"):
        await send_back(world, matter, "consultation")
    assert (await Matter.get(id=matter.id)).stage == "vote"
    assert await Notice.all().count() == 0


@pytest.mark.parametrize("status", ["draft", "posted", "frozen", "void"])
async def test_before_the_ballots_and_after_a_void_vote_it_may_be_sent_back(world, status):
    matter, _, _ = await open_vote(world, 3, status=status)
    assert await send_back(world, matter, "consultation") == "consultation"


@pytest.mark.parametrize("upheld", [True, False])
async def test_an_upheld_objection_is_withdrawn_and_not_sent_back(world, upheld):
    await unguarded()
    matter = await matter_at(world, "decision_notice")
    notice = await Notice.create(
        matter=matter,
        community=world.community,
        passage=await Passage.filter(matter=matter, stage="decision_notice").first(),
        kind="A",
        number="2026-001",
        code="ABCDEFGHJK",
        title="公示",
        figures={},
        status="published",
        drafted_at=world.now,
        published_at=world.now,
    )
    await Objection.create(
        notice=notice,
        name="赵大妈",
        text="票数有误",
        filed_at=world.now,
        due_on=date(2026, 3, 5),
        upheld=upheld,
    )
    if upheld:
        with pytest.raises(Refused, match="请办理“异议成立撤回”"):
            await send_back(world, matter, "vote")
    else:
        assert await send_back(world, matter, "vote") == "vote"


async def test_a_vote_that_its_matter_left_behind_is_not_shown_as_under_way(world, client):
    matter, vote, _ = await open_vote(world, 3)
    visitor, url = await client("visitor"), f"/matters/{matter.id}/vote"
    assert "正在表决" in (await visitor.get(url)).text
    secretary = await world.actor("李书记")
    await actions.terminate(secretary, matter, reason="资金没有到位", now=world.now)
    page = (await visitor.get(url)).text
    assert "没有办完" in page and "正在表决" not in page


async def test_the_secretary_reads_why_a_matter_is_not_sent_back_before_trying(world, client):
    matter, vote, _ = await open_vote(world, 3)
    secretary, url = await client("李书记"), f"/matters/{matter.id}/vote"
    page = (await secretary.get(url)).text
    assert "正在表决，要退回请先作废表决并公告" in page and "退回并公告" not in page
    await unguarded()
    await Vote.filter(id=vote.id).update(status="frozen")
    page = (await secretary.get(url)).text
    assert "现在不能退回" not in page and "退回并公告" in page


async def test_a_wrong_scope_is_put_right_by_going_back_to_the_registration(world):
    matter = await matter_at(world, "opinions")
    clerk = await world.actor("张经办")
    right = Details(matter.title, "", "party", "张经办", "0371-6000 0003", (world.buildings[1].id,))
    with pytest.raises(Forbidden):
        await actions.edit(clerk, matter, right, world.now)
    assert await send_back(world, matter, "matters") == "matters"
    await actions.edit(clerk, matter, right, world.now)
    assert await scope_paths(matter) == [world.buildings[1].path]
    await actions.advance(clerk, matter, "matters", world.now)
    assert (await Matter.get(id=matter.id)).stage == "opinions"


async def test_a_vote_after_one_that_failed_has_a_new_roll(world):
    matter, failed, _ = await open_vote(world, 3)
    plan = await plan_of(matter)
    await unguarded()
    await Vote.filter(id=failed.id).update(status="certified", result={"outcome": "not_passed"})
    await Passage.filter(matter=matter, stage="vote").update(outcome="not_passed")
    await Passage.create(matter=matter, stage="vote", entered_at=world.later(days=9))
    assert await current_vote(matter) is None
    wanted = drafts.Draft("P1", "plan", False)
    fresh = await drafts.draft(await world.actor("张经办"), matter, wanted, world.now)
    assert (fresh.plan_id, await RollEntry.filter(vote=fresh).count()) == (plan.id, 0)
    assert await RollEntry.filter(vote=failed).count() == 3
    assert (await Vote.get(id=failed.id)).status == "certified"
