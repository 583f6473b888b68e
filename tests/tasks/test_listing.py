"""One list for everybody: each role sees what is theirs and what others owe; no button is dead."""

from datetime import date, timedelta

import httpx2
import pytest

from deliberation.app import create_app
from deliberation.boards.models import Board
from deliberation.calendar import end_of, local_date
from deliberation.matters.models import Attendance, Confirmation, Meeting, Passage
from deliberation.people.models import Correction
from deliberation.stages.notices.models import Notice, Objection
from deliberation.stages.opinions.models import Answer, Draft, Opinion
from deliberation.stages.vote import dangerous
from deliberation.stages.vote.models import Certification
from deliberation.tasks.listing import tasks
from tests.cast import STAGES, matter_at
from tests.conftest import ORIGIN
from tests.notices.test_actions import hung, object_to
from tests.queries import counted
from tests.story.browser import Page
from tests.vote.voting import open_vote

pytestmark = pytest.mark.anyio


async def told(world, who: str) -> list:
    return await tasks(await world.actor(who), world.now)


async def words(world, who: str, *, mine: bool = True) -> str:
    return " ".join(one.what for one in await told(world, who) if one.mine is mine)


async def test_every_task_of_every_stage_has_somebody_and_a_button_that_opens(world, client):
    for stage in STAGES:
        await matter_at(world, stage)
    await hung(world)
    for who in ("张经办", "李书记", "王主任", "孙监督"):
        someone = await client(who)
        listed = await told(world, who)
        assert {one.matter.stage for one in listed if one.matter} == set(STAGES), who
        for url in {one.url for one in listed if one.mine}:
            assert (await someone.get(url)).status_code == 200, (who, url)
        for one in listed:
            assert one.label != "去办" or one.act == "", one
    assert "社区党组织研究" not in await words(world, "王主任")
    assert "经办人、书记" in {one.who for one in await told(world, "王主任")}


async def test_the_list_costs_residents_and_overseers_the_same_for_one_matter_and_for_many(world):
    async def cost(who: str) -> int:
        actor = await world.actor(who)
        with counted() as queries:
            await tasks(actor, world.now)
        return len(queries)

    names = ("赵大妈", "刘干部", "张经办")
    for stage in STAGES:
        await matter_at(world, stage)
    few = [await cost(who) for who in names]
    for _ in range(3):
        for stage in STAGES:
            await matter_at(world, stage)
    many = [await cost(who) for who in names]
    assert many[:2] == few[:2] and few[0] <= 20, (few, many)
    # What a stage lacks is asked for each of them, as on the matter's own page.
    assert many[2] - few[2] <= 12 * 3 * len(STAGES)


async def test_a_draft_waits_for_the_other_person_and_an_answer_for_whom_it_was_given_to(world):
    matter = await matter_at(world, "opinions")
    said = {"channel": "online", "said_on": date(2026, 3, 1), "received_at": world.now}
    row = await Opinion.create(matter=matter, person=world.people["赵大妈"], text="漏水", **said)
    clerk = (await world.actor("张经办")).account_id
    draft = {"verdict": "adopted", "reason": "列入", "drafted_at": world.now, "drafted_by": clerk}
    made = await Draft.create(matter=matter, opinion=row, **draft)
    assert "等另一个人核对" in await words(world, "张经办", mine=False)
    assert "有1份答复草稿等您核对" in await words(world, "何经办")
    await Draft.filter(id=made.id).update(checked_by=1, checked_at=world.now)
    assert "可以一起公布" in await words(world, "张经办")
    answer = {"verdict": "adopted", "reason": "列入", "answered_at": world.now}
    await Answer.create(opinion=row, **answer)
    assert "有1条给您的答复" in await words(world, "赵大妈")
    assert "给您的答复" not in await words(world, "钱师傅")


async def test_a_desk_is_as_fresh_as_one_that_nobody_opened_before(world, client, app):
    """What is kept of it between two looks is told by what has to change it: writing, and time."""
    matter = await matter_at(world, "opinions")
    said = {"channel": "online", "said_on": date(2026, 3, 1), "received_at": world.now}
    row = await Opinion.create(matter=matter, person=world.people["赵大妈"], text="漏水", **said)
    clerk = (await world.actor("张经办")).account_id
    draft = {"verdict": "adopted", "reason": "列入", "drafted_at": world.now, "drafted_by": clerk}
    last = date(2026, 3, 8)
    seen = []

    async def look() -> None:
        fresh = create_app(world.settings)
        fresh.state.clock = app.state.clock
        for name in ("张经办", "何经办", "李书记"):
            kept = (await (await client(name)).get("/desk")).text
            cookies = {"session": await world.token(name)}
            transport = httpx2.ASGITransport(app=fresh)
            async with httpx2.AsyncClient(
                transport=transport, base_url=ORIGIN, cookies=cookies
            ) as anew:
                assert kept == (await anew.get("/desk")).text
            seen.append(kept)

    await look()
    await look()
    assert seen[:3] == seen[3:] and len(set(seen)) == 3, "each their own"
    clerks = await client("张经办")
    with counted() as asked:
        await clerks.get("/desk")
    assert len(asked) <= 4, "who asks, whether anything was written, and the first hour's two"
    await Draft.create(matter=matter, opinion=row, **draft)
    await look()
    assert "等另一个人核对" in seen[-3] and "有1份答复草稿等您核对" in seen[-2]
    await Draft.all().update(checked_by=1, checked_at=world.now)
    await look()
    assert "有1份答复草稿等您核对" not in seen[-2]
    await Passage.filter(matter=matter, stage="opinions").update(last_on=last)
    await look()
    for moment in (timedelta(seconds=-1), timedelta(0), timedelta(minutes=1)):
        world.now = end_of(last) + moment
        await look()
    assert len(set(seen[-9::3])) == 2, "the end came between two seconds"


async def test_minutes_wait_for_those_who_came_and_a_meeting_for_those_who_are_called(world):
    matter = await matter_at(world, "proposal")
    passage = await Passage.get(matter=matter, stage="proposal")
    meeting = await Meeting.create(
        matter=matter,
        passage=passage,
        stage="proposal",
        held_at=world.now + timedelta(days=1),
        venue="会议室",
        chair="李书记",
        recorder="张经办",
        convened_at=world.now,
    )
    for name in ("李书记", "王主任"):
        await Attendance.create(meeting=meeting, person=world.people[name])
    assert "请到会议室开会" in await words(world, "王主任")
    assert "请到会议室开会" not in await words(world, "吴委员")
    world.later(days=2)
    await Attendance.filter(meeting=meeting).update(present=True)
    await Meeting.filter(id=meeting.id).update(points="同意", for_=2, against=0, abstain=0)
    assert "请您确认会议纪要" in await words(world, "王主任")
    seat = await Attendance.get(person=world.people["王主任"])
    account = world.accounts["王主任"].id
    await Confirmation.create(
        attendance=seat, paper=False, recorded_at=world.now, recorded_by=account
    )
    assert "纪要" not in await words(world, "王主任")
    assert "会议纪要还有1人没有确认" in await words(world, "王主任", mine=False)


async def test_an_objection_waits_at_its_level_and_above_is_told_of_when_it_is_late(world):
    matter, notice = await hung(world)
    row = await object_to(world, matter, notice)
    assert "1条异议要在" in await words(world, "张经办")
    assert "公示到2026年3月9日24:00结束" in await words(world, "张经办", mine=False)
    assert not [one for one in await told(world, "刘干部") if not one.done]
    world.now = world.now + timedelta(days=9)
    (late,) = [one for one in await told(world, "刘干部") if "异议" in one.what]
    assert late.late(world.now) and late.who == "社区“两委”"
    still = [one for one in await told(world, "刘干部") if "还没有进入下一步" in one.what]
    assert len(still) == 1 and not still[0].mine
    await Objection.filter(id=row.id).update(level="subdistrict")
    assert "1条异议要在" in await words(world, "刘干部")
    assert "1条异议要在" in await words(world, "张经办", mine=False)


async def test_a_second_signature_and_a_scrutineers_wait_for_exactly_those_people(world):
    matter, vote, _ = await open_vote(world, 3)
    payload = {"closes_at": (world.now + timedelta(days=5)).isoformat()}
    await dangerous.propose(await world.actor("张经办"), matter, "vote.extend", payload, world.now)
    (asked,) = [one for one in await told(world, "孙监督") if "“延长表决”等您批准" in one.what]
    assert asked.until == vote.closes_at
    assert "您提出的“延长表决”等另一个人批准" in await words(world, "张经办", mine=False)
    assert "等您批准" not in await words(world, "钱师傅") + await words(world, "刘干部")
    closed, vote, _ = await open_vote(world, 3, status="closed")
    assert "请您核验结果" in await words(world, "孙监督")
    sign = {"certified_at": world.now, "result_digest": "x"}
    await Certification.create(vote=vote, person=world.people["孙监督"], **sign)
    assert "核验结果" not in await words(world, "孙监督")
    assert "还有1名监票人没有核验" in await words(world, "孙监督", mine=False)


async def test_the_administrator_is_told_of_the_system_only(world):
    for stage in STAGES:
        await matter_at(world, stage)
    await Board.create(
        place=world.community,
        name="一号屏",
        kind="electronic",
        created_at=world.now,
        token_hash="x",
        paired_at=world.now - timedelta(days=1),
    )
    (silent,) = await told(world, "管理员")
    assert "一号屏" in silent.what and (silent.url, silent.who) == ("", "经办人")
    world.later(days=250)  # November
    asked = [one for one in await told(world, "管理员") if one.mine]
    assert [one.url for one in asked] == ["/calendars"]
    assert asked[0].date == "2026年12月31日24:00以前"


def _picked(page: Page) -> list[str]:
    """The notice and the moment that the form for photos comes with."""
    data = page.form("*/photos").filled({})
    return ["".join(data.get(name, [])) for name in ("notice", "moment")]


async def test_a_paper_board_wants_its_photos_and_a_draft_notice_another_person(world, client):
    matter, notice = await hung(world)
    row = await Board.create(place=world.compound, name="南门", kind="paper", created_at=world.now)
    (photo,) = [one for one in await told(world, "张经办") if "登记张贴时的照片" in one.what]
    assert "“南门”" in photo.what and photo.until == end_of(notice.last_on)
    assert "期满时" not in await words(world, "张经办")
    world.now = world.now + timedelta(days=7)
    assert "“南门”还没有登记期满时的照片" in await words(world, "张经办")
    clerk, page = await client("张经办"), f"/boards/{row.id}"
    desk = Page(await clerk.get("/desk"))
    urls = [url for url, label in desk.links if label == "登记照片"]
    picked = [_picked(Page(await clerk.get(url))) for url in urls]
    assert picked == [[str(notice.id), "posted"], [str(notice.id), "end"]]
    for url in (page, f"{page}?notice={notice.id + 1}&moment=%22%3E", f"{page}?notice=x&moment=a"):
        assert _picked(Page(await clerk.get(url))) == ["", ""], url
    await Notice.filter(id=notice.id).update(
        status="draft", checked_at=world.now, drafted_by=world.accounts["李书记"].id
    )
    assert "等待签发" not in await words(world, "李书记")
    assert "等待签发" in await words(world, "李书记", mine=False)


async def test_the_home_page_me_and_the_desk_show_the_same_list(world, client):
    matter = await matter_at(world, "opinions")
    today = local_date(world.now)
    await Passage.filter(matter=matter, stage="opinions").update(
        first_on=today, last_on=today + timedelta(days=1)
    )
    resident = await client("赵大妈")
    for url in ("/", "/me", f"/matters/{matter.id}"):
        page = (await resident.get(url)).text
        assert f'href="/matters/{matter.id}/opinions/survey">说说您的想法</a>' in page, url
        assert "明天到期" in page, url
    desk = (await (await client("张经办")).get("/desk")).text
    assert "今天没有要您办的" in desk and "等别人的（1件）" in desk and "等期限到" in desk
    assert "还差1项" in desk
    await Passage.filter(matter=matter, stage="opinions").update(last_on=today - timedelta(days=1))
    words = {"words_cipher": "x", "asked_at": world.now, "asked_by": world.accounts["赵大妈"].id}
    await Correction.create(person=world.people["赵大妈"], **words)
    desk = (await (await client("张经办")).get("/desk")).text
    assert "都齐了" in desk and "还差" not in desk and "赵大妈说自己的信息写错了" in desk
    assert "等着您的事" not in (await (await client("visitor")).get("/")).text
