"""What staff wrote down for a home: seen by it alone, called wrong, settled with a reason."""

import pytest

from deliberation.acting import Refused
from deliberation.log.models import Entry
from deliberation.matters.models import Matter, Passage
from deliberation.matters.standing import blockers, standing
from deliberation.stages.opinions import answering
from deliberation.stages.opinions.models import Draft, Opinion, heard
from deliberation.stages.opinions.reviews.models import Review
from deliberation.stages.opinions.rounds import visits
from deliberation.tasks.listing import tasks
from tests.cast import World
from tests.opinions.rounds.test_visits import begun, knock
from tests.opinions.test_actions import opened, written
from tests.story.browser import parse

pytestmark = pytest.mark.anyio
WRONG = "我家说的是不同意，没说过同意"
BLOCKED = "有1条替住户记下的意见，住户说记错了，还没有处理"


async def recorded(world: World, *, text: str = "都同意改", stance: str = "agree", n: int = 50):
    """A matter and an opinion that a clerk wrote down at 赵大妈's door."""
    matter = await Matter.first() or await opened(world)
    at = {"channel": "visit", "building": world.buildings[1].id, "room": "101"}
    visited = {"visitors": "张三、李四", "text": text, "stance": stance}
    return matter, await written(world, matter, n, **at, **visited)


async def missing(world, matter) -> list[str]:
    return await blockers(matter, (await standing(matter)).stage, world.now)


async def say(someone, matter, opinion, *, agrees="no", wrong=WRONG, back="matter"):
    data = {"agrees": agrees, "wrong": wrong, "back": back}
    url = f"/matters/{matter.id}/opinions/{opinion.id}/review"
    return await someone.post(url, data=data)


async def settle(staff, matter, opinion, outcome, **more):
    data = {"outcome": outcome, "text": opinion.text, "stance": opinion.stance} | more
    url = f"/matters/{matter.id}/opinions/{opinion.id}/settle"
    return await staff.post(url, data={"reason": "问过本人"} | data)


async def test_a_home_says_wrong_and_sees_what_was_corrected(world, client):
    matter, opinion = await recorded(world)
    home, staff = await client("赵大妈"), await client("何经办")
    base = f"/matters/{matter.id}/opinions"
    for page in ("/me", base):
        html = (await home.get(page)).text
        assert "社区替您家记下的意见" in html and "都同意改" in html and "没错" in html
    for name in ("钱师傅", "陈先生", "visitor"):
        stranger = await client(name)
        html = (await stranger.get(base)).text
        assert "替您家记下" not in html and "都同意改" not in html
        assert (await say(stranger, matter, opinion)).status_code in (403, 422), name
    assert await Review.all().count() == 0

    told = await tasks(await world.actor("赵大妈"), world.now)
    (asked,) = [one for one in told if one.act == "opinions.review"]
    assert "1条意见，请看看记得对不对" in asked.what and asked.mine
    silent = await say(home, matter, opinion, wrong="")
    (box,) = [one for one in parse(silent.text).all("details") if "请写哪里记错了" in one.text]
    (words,) = box.all("textarea")
    assert silent.status_code == 422 and box.has("open") and words.get("aria-invalid") == "true"
    assert f'href="#{words.get("id")}"' in silent.text, "the summary leads to it"
    assert (await say(home, matter, opinion, back="me")).headers["location"] == "/me#given"
    told = await tasks(await world.actor("赵大妈"), world.now)
    assert "opinions.review" not in {one.act for one in told}
    assert BLOCKED in await missing(world, matter)
    assert "住户说记错了的（1）" in (await staff.get(base)).text
    assert WRONG in (await staff.get(f"{base}/contested")).text
    assert (await home.get(f"{base}/contested")).status_code == 404

    words = {"verdict": "adopted", "reason": "列入方案", "now": world.now}
    await answering.draft(await world.actor("张经办"), matter, [opinion], **words)
    draft = await Draft.get()
    shown = {draft.id: draft.version}
    await answering.check(await world.actor("何经办"), matter, shown, world.now)
    same = await settle(staff, matter, opinion, "corrected")
    assert same.status_code == 422 and "同原来一样" in same.text
    done = await settle(staff, matter, opinion, "corrected", text="不同意改", stance="disagree")
    assert done.status_code == 303
    now = await Opinion.get(id=opinion.id)
    assert (now.text, now.stance) == ("不同意改", "disagree")
    assert (await Draft.get()).checked_by is None, "what was checked answered other words"
    for reader, page in ((home, "/me"), (staff, f"{base}/{opinion.id}")):
        html = (await reader.get(page)).text
        assert "原来记的是：都同意改（同意改造）" in html and "问过本人" in html and WRONG in html
    assert BLOCKED not in await missing(world, matter)
    again = await settle(staff, matter, opinion, "kept")
    assert again.status_code == 422 and "已经处理过了" in again.text
    assert (await say(home, matter, opinion, agrees="yes", wrong="")).status_code == 303
    assert [row.agrees for row in await Review.all()] == [False, True]
    bodies = str([entry.body async for entry in Entry.all()])
    assert not [word for word in (WRONG, "不同意改", "问过本人") if word in bodies]


async def test_set_aside_does_not_count_and_kept_is_explained_once(world, client):
    matter, opinion = await recorded(world)
    _, other = await recorded(world, text="装个路灯", n=51)
    home, staff = await client("赵大妈"), await client("何经办")
    await say(home, matter, opinion, wrong="不是我家")
    await say(home, matter, opinion, wrong="是隔壁说的")
    assert BLOCKED in await missing(world, matter), "the newest counts, not each"
    clerk = await world.actor("张经办")
    words = {"verdict": "adopted", "reason": "列入方案", "now": world.now}
    await answering.draft(clerk, matter, [opinion], **words)
    await settle(staff, matter, opinion, "aside")
    assert await Opinion.filter(heard()).count() == 1 and await Draft.all().count() == 0
    assert "没有计入" in (await home.get("/me")).text
    useless = await say(home, matter, opinion, agrees="yes", wrong="")
    assert useless.status_code == 422 and "已经不计入" in useless.text
    await say(home, matter, other)
    await settle(staff, matter, other, "kept")
    assert await Opinion.filter(heard()).count() == 1
    closed = await say(home, matter, other)
    assert closed.status_code == 422 and "可以另提一条意见" in closed.text
    assert await missing(world, matter) == [
        "征求意见到2026年3月9日24:00结束",
        "还有1条意见没有答复",
    ]


async def test_what_a_home_looked_at_is_settled_and_not_taken_back(world, client):
    """Taken back and then “kept”, words that were never said there would count again."""
    matter = await opened(world)
    visit = await knock(world, await begun(world, matter), "1-101", "visited", text="要扶手")
    await say(await client("赵大妈"), matter, await visit.opinion)
    with pytest.raises(Refused, match="已经核对过"):
        await visits.undo(await world.actor("张经办"), matter, visit=visit.id, now=world.now)
    assert await Opinion.filter(heard()).count() == 1


async def test_the_first_words_and_the_settlement_stay(world, client):
    matter, opinion = await recorded(world)
    await say(await client("赵大妈"), matter, opinion)
    with pytest.raises(Exception, match="frozen: UPDATE on opinion_review"):
        await Review.filter(opinion=opinion).update(wrong="没什么")
    await settle(await client("何经办"), matter, opinion, "kept")
    with pytest.raises(Exception, match="frozen: UPDATE on opinion_review"):
        await Review.filter(opinion=opinion).update(outcome="aside")
    assert (await Review.get()).wrong == WRONG


async def test_after_the_stage_a_home_is_still_heard_until_the_matter_ends(world, client):
    matter, opinion = await recorded(world)
    await Passage.filter(matter=matter).update(outcome="passed", left_at=world.now)
    await Passage.create(matter=matter, stage="proposal", entered_at=world.now)
    await Matter.filter(id=matter.id).update(stage="proposal")
    assert (await say(await client("赵大妈"), matter, opinion)).status_code == 303
    await settle(await client("何经办"), matter, opinion, "aside")
    await Passage.filter(matter=matter, outcome="").update(outcome="terminated")
    await Matter.filter(id=matter.id).update(stage="", ended="terminated")
    refused = await say(await client("赵大妈"), matter, opinion)
    assert refused.status_code == 422 and "已经结束" in refused.text
