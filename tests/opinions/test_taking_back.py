"""A slip of the hand is taken back by whoever made it, as long as nobody built on it."""

import pytest

from deliberation.roll.models import Import
from deliberation.stages.opinions import answering
from deliberation.stages.opinions.facts import facts
from deliberation.stages.opinions.models import Draft, Opinion
from tests.opinions.test_actions import opened
from tests.roll.test_pages import upload, workbook

pytestmark = pytest.mark.anyio
OFFER = "登记错了，撤回"


async def written(world, client, matter) -> str:
    """The page of an opinion that the clerk has just written down."""
    form = {
        "channel": "phone",
        "building": str(world.buildings[1].id),
        "room": "101",
        "text": "楼道灯坏了",
        "said_on": "2026-03-02",
        "request_code": "a" * 22,
    }
    clerk = await client("张经办")
    answer = await clerk.post(f"/matters/{matter.id}/opinions/record", data=form)
    assert answer.status_code == 303, answer.text
    return f"/matters/{matter.id}/opinions/{(await Opinion.all().order_by('-id').first()).id}"


async def test_todays_own_entry_is_taken_back_and_counts_no_more(world, client):
    matter = await opened(world)
    url = await written(world, client, matter)
    clerk, other = await client("张经办"), await client("何经办")
    assert OFFER in (await clerk.get(url)).text and OFFER not in (await other.get(url)).text
    assert (await other.post(f"{url}/take-back")).status_code == 422
    assert (await facts(matter, "opinions")).total == 1
    assert (await clerk.post(f"{url}/take-back")).status_code == 303
    assert (await facts(matter, "opinions")).total == 0
    page = (await clerk.get(url)).text
    assert "登记的人撤回了这条意见" in page and "楼道灯坏了" in page and OFFER not in page
    assert (await clerk.post(f"{url}/take-back")).status_code == 422


async def test_it_stays_once_it_was_used_or_the_day_is_over(world, client):
    matter = await opened(world)
    url = await written(world, client, matter)
    clerk, actor = await client("张经办"), await world.actor("张经办")
    row = await Opinion.get()
    await answering.draft(actor, matter, [row], verdict="adopted", reason="换灯", now=world.now)
    assert OFFER not in (await clerk.get(url)).text
    assert (await clerk.post(f"{url}/take-back")).status_code == 422
    draft = await Draft.get()
    drop = {"drop": f"{draft.id}-{draft.version}"}
    answers = f"/matters/{matter.id}/opinions/answers"
    assert "撤掉勾选的草稿" in (await clerk.get(answers)).text
    stale = {"drop": f"{draft.id}-{draft.version + 1}"}
    for wrong in (stale, {}, {"drop": "x"}):
        assert (await clerk.post(f"{answers}/discard", data=wrong)).status_code == 422
    assert (await clerk.post(f"{answers}/discard", data=drop)).status_code == 303
    assert await Draft.all().count() == 0 and OFFER in (await clerk.get(url)).text
    world.later(days=1)
    assert OFFER not in (await clerk.get(url)).text
    assert (await clerk.post(f"{url}/take-back")).status_code == 422


async def test_a_previewed_roll_is_put_away_and_cannot_be_brought_in_later(world, client):
    clerk = await client("张经办")
    content = workbook([["楼栋", "房号", "姓名"], ["1号楼", "301", "罗喆"]])
    where = (await upload(clerk, world, content)).headers["location"]
    assert "不导入，丢掉这份预览" in (await clerk.get(where)).text
    assert (await clerk.post(f"{where}/undo")).status_code == 303
    assert (await Import.get()).status == "discarded"
    assert "没有导入" in (await clerk.get(where)).text
    assert (await clerk.post(f"{where}/commit")).status_code == 422


async def test_the_help_names_what_can_be_taken_back_and_the_words_a_clerk_asks(client):
    page = (await (await client("visitor")).get("/help/desk")).text
    for words in ("第二个人", "应到", "冻结名册", "户”和“人", "期限怎么数", "办错了，哪些能撤回"):
        assert words in page, words
