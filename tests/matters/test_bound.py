"""An end that has come about is announced as what it is: nobody sends a matter back instead."""

from datetime import date

import pytest

from deliberation.acting import Refused
from deliberation.matters import actions
from deliberation.matters.models import Attendance, Matter, Meeting, Passage
from deliberation.stages.notices.models import Notice, Objection
from deliberation.stages.vote.models import Vote
from tests.cast import matter_at
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
    matter, vote, _ = await open_vote(world, 3)
    await Vote.filter(id=vote.id).update(status=status)
    with pytest.raises(Refused, match="请先作废|请按结果办理"):
        await send_back(world, matter, "consultation")
    assert (await Matter.get(id=matter.id)).stage == "vote"
    assert await Notice.all().count() == 0


@pytest.mark.parametrize("status", ["draft", "posted", "frozen", "void"])
async def test_before_the_ballots_and_after_a_void_vote_it_may_be_sent_back(world, status):
    matter, vote, _ = await open_vote(world, 3)
    await Vote.filter(id=vote.id).update(status=status)
    assert await send_back(world, matter, "consultation") == "consultation"


@pytest.mark.parametrize("upheld", [True, False])
async def test_an_upheld_objection_is_withdrawn_and_not_sent_back(world, upheld):
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
