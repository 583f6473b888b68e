"""Papers ordered on their page, made by the real queue and read back by a program not ours."""

from dataclasses import replace

import pymupdf
import pytest

from deliberation.acting import Forbidden, Refused
from deliberation.documents.files import Files
from deliberation.documents.models import Document
from deliberation.documents.queue import Queue
from deliberation.papers import actions
from tests.cast import matter_at
from tests.conftest import WorldClock
from tests.notices.record import told
from tests.notices.test_actions import hung
from tests.vote.voting import open_vote

pytestmark = [pytest.mark.anyio, pytest.mark.one_engine]


async def made(world, renderer, files: Files) -> list[pymupdf.Document]:
    """Everything ordered, set by the queue; the newest last."""
    await Queue(renderer, files, WorldClock(world), world.settings).drain()
    rows = Document.filter(template__startswith="papers/").select_related("file")
    return [pymupdf.open(stream=files.get(row.file.sha256)) for row in await rows]


def words(pdf: pymupdf.Document) -> str:
    return "".join("".join(page.get_text() for page in pdf).split())


async def ordered(world, renderer, files, matter, paper) -> str:
    await actions.order(await world.actor("张经办"), matter, paper=paper, now=world.now)
    pdf = (await made(world, renderer, files))[-1]
    assert len(pdf) == (2 if paper == "dossier" else 1)  # a form is one page
    return words(pdf)


async def test_the_clerk_orders_a_form_waits_and_opens_it(world, renderer, client, app):
    matter, notice = await hung(world)
    clerk, url = await client("张经办"), f"/matters/{matter.id}/papers"
    answer = await clerk.post(url, data={"paper": "objection_form"})
    assert answer.status_code == 303
    assert "正在生成，还有1份" in (await clerk.get(url)).text
    (pdf,) = [pdf for pdf in await made(world, renderer, app.state.files)]
    assert f"{notice.number}号“{notice.title}”" in words(pdf)
    assert "请在2026年3月9日24时以前交到" in words(pdf)
    page = (await clerk.get(url)).text
    document = await Document.get(template="papers/objection_form.print.html")
    assert f"/files/{document.file_id}" in page
    assert (await clerk.get(f"/files/{document.file_id}")).status_code == 200
    for place in ("", "/decision_notice"):
        assert url in (await clerk.get(f"/matters/{matter.id}{place}")).text
    wrong = await clerk.post(url, data={"paper": "secret"})
    assert wrong.status_code == 422
    for stranger in ("visitor", "赵大妈"):
        assert (await (await client(stranger)).get(url)).status_code == 404


async def test_the_opinion_form_says_until_when_and_where(world, renderer, app):
    text = await ordered(
        world, renderer, app.state.files, await told(world, "opinions"), "opinion_form"
    )
    assert "征求意见到2026年2月24日24时为止" in text
    assert "槐荫路1号" in text


async def test_an_objection_form_without_a_notice_leaves_blanks(world, renderer, app):
    matter = await matter_at(world, "proposal")
    assert "编号：" in await ordered(world, renderer, app.state.files, matter, "objection_form")


async def test_a_proxy_form_is_for_votes_that_take_proxies(world, renderer, app):
    matter, _, _ = await open_vote(world, profile="P8")
    text = await ordered(world, renderer, app.state.files, matter, "proxy_form")
    assert "一个人最多接受3份委托，不得转委托" in text


async def test_there_is_no_proxy_form_where_everybody_votes_in_person(world):
    matter, clerk = await matter_at(world, "opinions"), await world.actor("张经办")
    with pytest.raises(Refused, match="本人投票"):
        await actions.order(clerk, matter, paper="proxy_form", now=world.now)


async def test_every_page_of_a_dossier_says_sample_in_the_demo_and_whose_it_is(
    world, renderer, app
):
    matter = await matter_at(world, "opinions")
    await actions.order(await world.actor("张经办"), matter, paper="dossier", now=world.now)
    world.settings = replace(world.settings, demo=True)
    [pdf] = await made(world, renderer, app.state.files)
    for page in pdf:
        assert "样例" in page.get_text()
        assert f"议题编号 {matter.number}" in page.get_text()


async def test_the_dossier_lists_what_there_is_in_the_order_of_time(world, renderer, app):
    matter, notice = await hung(world)
    text = await ordered(world, renderer, app.state.files, matter, "dossier")
    for piece in ("卷宗目录", notice.title, "居民意见和答复（3条）", "相关单位书面意见（3家）"):
        assert piece in text
    with pytest.raises(Forbidden):
        await actions.order(await world.actor("赵大妈"), matter, paper="dossier", now=world.now)
