"""C and R: the call for opinions and the posted roll hang like the others, on paper and screen."""

import pytest

from deliberation.stages.notices.models import Notice
from deliberation.stages.vote.roll import rolls
from tests.notices.test_print import printed
from tests.opinions.test_actions import opened
from tests.vote.test_rolls import posted

pytestmark = pytest.mark.anyio


async def test_opening_the_collection_of_opinions_hangs_a_call(world, renderer, client):
    matter = await opened(world)
    notice = await Notice.get(kind="C")
    paper = await printed(world, renderer, notice)
    pieces = (
        f"关于{matter.title}征求意见的通知",
        "2026年3月3日至2026年3月9日24时，共7个自然日，公布当日不计。",
        "入户走访",
        "小板凳会议",
        "特此通知。",
        f"编号：{notice.number}",
    )
    paper.has(*pieces)
    page = (await (await client("visitor")).get(f"/notices/{notice.code}")).text
    assert all(piece in page for piece in pieces[:-1])
    assert "提异议" not in page  # it invites opinions
    assert "去说说您的意见" in page
    stage = (await (await client("张经办")).get(f"/matters/{matter.id}/opinions")).text
    assert f"/notices/{notice.code}" in stage


async def test_posting_the_roll_hangs_it_with_masked_names(world, renderer, client):
    matter, vote, _ = await posted(world)
    notice = await Notice.get(kind="R")
    assert (notice.first_on, notice.last_on) == (notice.first_on, vote.posting_last_on)
    paper = await printed(world, renderer, notice)
    paper.has("表决名册的公示", "名册共4人", "共3个自然日", "赵**", "特此公示。", "表决名册：4人")
    visitor = await client("visitor")
    page = (await visitor.get(f"/notices/{notice.code}")).text
    for whole in ("赵大妈", "钱师傅", "冯老师", "褚阿姨"):
        assert whole[0] + "**" in page
        assert whole not in page and whole not in paper.text
    assert f'href="/matters/{matter.id}/vote"' in page
    assert f"/notices/{notice.code}" in (await visitor.get(f"/matters/{matter.id}/vote/roll")).text


async def test_a_roll_made_anew_is_hung_as_the_next_revision_for_the_same_days(world, renderer):
    matter, _, clerk = await posted(world)
    first = await Notice.get(kind="R")
    row = await rolls.file_objection(
        await world.actor("赵大妈"), matter, text="漏了一个人", now=world.now
    )
    await rolls.answer_objection(
        clerk, matter, objection=row.id, upheld=True, answer="属实", now=world.now
    )
    await rolls.rebuild(clerk, matter, world.now)
    await first.refresh_from_db()
    second = await Notice.get(kind="R", status="published")
    assert (first.status, second.revision, second.number) == ("superseded", 2, first.number)
    assert (second.first_on, second.last_on) == (first.first_on, first.last_on)
    paper = await printed(world, renderer, second)
    paper.has(f"代替2026年3月2日公布的{first.number}号公示", "名册异议成立")
    assert "公示期不变" in paper.text
