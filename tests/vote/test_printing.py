"""What is printed around a vote, made by the real queue and read back by a program not ours."""

from dataclasses import replace
from datetime import timedelta

import pymupdf
import pytest

from deliberation.acting import Forbidden, Refused
from deliberation.documents.files import Files
from deliberation.documents.models import Document
from deliberation.documents.queue import Queue
from deliberation.log.models import Entry
from deliberation.matters.models import Meeting
from deliberation.places.models import Household
from deliberation.stages.vote.models import RollEntry, Vote
from deliberation.stages.vote.paper import printing
from deliberation.stages.vote.paper.models import Printout
from deliberation.stages.vote.paper.rules import lines_each, per_page
from deliberation.stages.vote.questions import YES_OR_NO
from deliberation.web.templates import render_html
from tests.cast import unguarded
from tests.conftest import WorldClock
from tests.vote.voting import approved, open_vote

pytestmark = [pytest.mark.anyio, pytest.mark.one_engine]
CHOICE = [
    {"key": "s1", "label": "地面停车"},
    {"key": "s2", "label": "立体车库"},
    {"key": "abstain", "label": "弃权"},
]


@pytest.fixture
def files(tmp_path) -> Files:
    return Files(tmp_path / "files")


async def made(world, renderer, files, matter, kind, demo=False) -> list[pymupdf.Document]:
    """The documents of one kind, ordered and set."""
    clerk = await world.actor("张经办")
    ordered = await printing.order(clerk, matter, kind=kind, now=world.now)
    settings = replace(world.settings, demo=demo)
    await Queue(renderer, files, WorldClock(world), settings).drain()
    rows = [await Document.get(id=one.id).select_related("file") for one in ordered]
    return [pymupdf.open(stream=files.get(row.file.sha256)) for row in rows]


def words(pdf) -> str:
    return "".join("".join(page.get_text() for page in pdf).split())


async def test_secret_ballots_are_alike_and_name_nobody(world, renderer, files):
    questions = [("plan", "您是否同意方案？", YES_OR_NO), ("choice", "停车方案选哪个？", CHOICE)]
    matter, vote, entries = await open_vote(world, 12, secret=True, questions=questions)
    [pdf] = await made(world, renderer, files, matter, "ballots")
    assert len(pdf) == 1
    page = pdf[0]
    middle, half = page.rect.width / 2, page.rect.height / 2
    corners = [(0, 0), (middle, 0), (0, half), (middle, half)]
    boxes = [pymupdf.Rect(x, y, x + middle, y + half) for x, y in corners]
    papers = [page.get_text(clip=box).split() for box in boxes]
    assert papers[0] == papers[1] == papers[2] == papers[3]
    text = "".join(papers[0])
    for piece in ("表决票（无记名）", matter.title, "您是否同意方案？", "地面停车", "不要写姓名"):
        assert piece in text
    everything = words(pdf)
    assert vote.manifest["roll"]["root"][:16] not in everything, "nothing tells papers apart"
    for entry in entries:
        assert entry.name and entry.name not in everything
    assert "编号" not in everything and "样例" not in everything


async def test_every_page_and_every_paper_of_the_demo_is_a_sample(world, renderer, files):
    matter, vote, _ = await open_vote(world, 12, secret=True)
    await called(matter, vote)
    for kind, each in (("ballots", 4), ("issue", 1), ("count", 1), ("sign_in", 1)):
        for pdf in await made(world, renderer, files, matter, kind, demo=True):
            for page in pdf:
                assert page.get_text().count("样例") == each, kind


async def called(matter, vote) -> None:
    await Meeting.create(
        matter=matter,
        passage_id=vote.passage_id,
        stage="vote",
        held_at=vote.opens_at + timedelta(hours=1),
        venue="党群服务中心",
        chair="李书记",
        recorder="张经办",
        convened_at=vote.drafted_at,
    )


async def test_numbered_sheets_carry_number_and_fingerprint_and_no_name(world, renderer, files):
    matter, vote, entries = await open_vote(world, 5)
    [pdf] = await made(world, renderer, files, matter, "sheets")
    assert len(pdf) == 3
    assert [words([page]).count("编号") for page in pdf] == [2, 2, 1]
    text = words(pdf)
    for number in range(1, 6):
        assert f"编号{number}" in text
    assert text.count(vote.manifest["roll"]["root"][:32]) == 5
    assert text.count("签名：") == 5 and text.count("见证人：") == 10
    assert not [entry.name for entry in entries if entry.name in text]


async def test_the_list_to_sign_has_every_standing_line_with_its_name(world, renderer, files):
    matter, vote, entries = await open_vote(world, 30, secret=True)
    [pdf] = await made(world, renderer, files, matter, "issue")
    text = words(pdf)
    assert all(f"{entry.number}{entry.name}" in text for entry in entries)
    assert "领票人签名" in text and "仅供工作人员使用" in text and "由两个人发票" in text
    assert not words([pdf[-1]]).startswith("本册发出"), "the signatures stay with the last line"


async def test_a_struck_line_is_on_no_list(world, renderer, files):
    matter, vote, entries = await open_vote(world, 6)
    approval = await approved(world, matter, vote, "vote.amend")
    await unguarded()
    await RollEntry.filter(id=entries[2].id).update(struck_by=approval.id)
    [lists] = await made(world, renderer, files, matter, "issue")
    [papers] = await made(world, renderer, files, matter, "sheets")
    assert entries[2].name not in words(lists) and entries[3].name in words(lists)
    assert "编号3表" not in words(papers) and words(papers).count("签名：") == 5


async def test_the_count_sheet_has_bounds_every_option_and_room_for_two_hands(
    world, renderer, files
):
    questions = [("choice", "停车方案选哪个？", CHOICE)]
    matter, _, _ = await open_vote(world, 12, secret=True, questions=questions)
    [pdf] = await made(world, renderer, files, matter, "count")
    text = words(pdf)
    for piece in ("不能多于发出", "不能多于交回", "最多50张", "不足10张", "地面停车", "无效"):
        assert piece in text
    assert text.count("停车方案选哪个？") == 2, "one form for each of two people"
    assert text.count("计票人：") == text.count("监票人：") == 6


async def test_the_sign_in_sheet_is_there_where_a_meeting_was_called(world, renderer, files):
    matter, vote, entries = await open_vote(world, 12)
    clerk = await world.actor("张经办")
    with pytest.raises(Refused, match="不用这种纸"):
        await printing.order(clerk, matter, kind="sign_in", now=world.now)
    await called(matter, vote)
    [pdf] = await made(world, renderer, files, matter, "sign_in")
    text = words(pdf)
    assert "会议签到表" in text and "党群服务中心" in text and entries[11].name in text


async def test_a_household_without_a_registered_person_is_listed_as_such(world, renderer, files):
    home = await Household.all().first()
    matter, vote, _ = await open_vote(world, 0, homes=[(home, 9000)])
    [pdf] = await made(world, renderer, files, matter, "issue")
    assert "1未登记" in words(pdf)


async def test_four_hundred_sheets_come_as_several_documents(world, renderer, files):
    matter, _, _ = await open_vote(world, 400)
    pdfs = await made(world, renderer, files, matter, "sheets")
    assert [words(pdf).count("签名：") for pdf in pdfs] == [100] * 4
    assert "编号101" in words(pdfs[1]) and "编号101" not in words(pdfs[0])
    names = [one.context["name"] for one in await Document.all().order_by("id")]
    assert names[1] == "编号表决票（101-200号）"


async def test_only_the_desk_prints_and_only_from_the_freeze_to_the_count(world):
    matter, vote, _ = await open_vote(world, 12, secret=True, status="frozen")
    with pytest.raises(Forbidden):
        await printing.order(await world.actor("赵大妈"), matter, kind="issue", now=world.now)
    clerk = await world.actor("张经办")
    with pytest.raises(Refused, match="不用这种纸"):
        await printing.order(clerk, matter, kind="sheets", now=world.now)
    await printing.order(clerk, matter, kind="issue", now=world.now)
    with pytest.raises(Refused, match="正在生成"):
        await printing.order(clerk, matter, kind="issue", now=world.now)
    await unguarded()
    for step in ("open", "closing", "closed"):
        await Vote.filter(id=vote.id).update(status=step)
    with pytest.raises(Refused, match="计票以前才能打印"):
        await printing.order(clerk, matter, kind="ballots", now=world.now)


async def test_the_page_shows_what_is_made_ready_or_failed_and_only_staff_download(
    world, renderer, client, app
):
    matter, _, _ = await open_vote(world, 12, secret=True, status="frozen")
    base = f"/matters/{matter.id}/vote/paper"
    clerk = await client("张经办")
    sent = await clerk.post(f"{base}/print", data={"kind": "issue"})
    assert sent.status_code == 303
    assert "正在生成，还有1份" in (await clerk.get(base)).text
    await Document.all().update(error="生成超时")
    failed = (await clerk.get(base)).text
    assert "领票登记表（1-12号）没有生成" in failed and "生成超时" in failed
    document = await Document.get()
    other = await Document.create(
        community=world.community,
        title="别的",
        template="vote/issue.print.html",
        context={},
        requested_at=world.now,
        error="坏了",
    )
    stranger = await clerk.post(f"{base}/print/retry", data={"document": str(other.id)})
    assert stranger.status_code == 404
    again = await clerk.post(f"{base}/print/retry", data={"document": str(document.id)})
    assert again.status_code == 303
    await Document.filter(id=other.id).delete()
    await Queue(renderer, app.state.files, WorldClock(world), world.settings).drain()
    url = f"/files/{(await Document.get()).file_id}"
    assert f'href="{url}"' in (await clerk.get(base)).text
    for name, status in (("孙监督", 200), ("赵大妈", 404), ("visitor", 404)):
        assert (await (await client(name)).get(url)).status_code == status, name


def at_most(named: bool, fit: int) -> list[tuple[str, list[str]]]:
    """The most questions that are said to fit `fit` to a sheet."""
    one = ("这一项改造内容的名称写得长一些，您同意吗？", ["同意", "反对", "弃权"])
    return max(
        ([one] * count for count in range(1, 20) if per_page([one] * count, named=named) == fit),
        key=len,
    )


@pytest.mark.parametrize(("named", "fit"), [(False, 4), (False, 2), (True, 2)])
async def test_the_fullest_paper_keeps_its_questions_clear_of_what_stands_below(
    world, renderer, named, fit
):
    matter, vote, _ = await open_vote(world, fit, secret=not named)
    context = await printing._common(matter, vote, "")
    asked = at_most(named, fit)
    context |= {
        "asked": [{"text": text, "labels": labels} for text, labels in asked],
        "per_page": fit,
        "rows": [{"number": number} for number in range(1, fit + 1)],
        "name": "表决票",
    }
    template = "vote/sheets.print.html" if named else "vote/ballots.print.html"
    html = render_html(template, demo=True, base_url="http://127.0.0.1", **context)
    pdf = pymupdf.open(stream=await renderer.render(html))
    assert len(pdf) == 1
    page = pdf[0]
    below = page.search_for("签名：" if named else "每题只选一项")
    last = page.search_for("弃权")
    assert len(below) == fit and len(last) == fit * len(asked)
    for corner in below:
        above = [box.y1 for box in last if box.y1 < corner.y1 and abs(box.x0 - corner.x0) < 260]
        assert len(above) >= len(asked)
        assert max(above) + 6 < corner.y0


async def test_a_print_is_logged_by_kind_and_number_of_documents(world):
    matter, vote, _ = await open_vote(world, 350, secret=True)
    await printing.order(await world.actor("张经办"), matter, kind="issue", now=world.now)
    assert (await Entry.get()).body == {"vote": vote.id, "print": "issue", "documents": 2}
    assert await Printout.filter(vote=vote).count() == 2


def test_few_short_questions_share_a_sheet_and_many_long_ones_do_not():
    one = ("您是否同意本次改造的这一项内容？", ["同意", "反对", "弃权"])
    assert [per_page([one] * count, named=False) for count in (1, 2, 4, 5)] == [4, 4, 2, 1]
    assert [per_page([one] * count, named=True) for count in (1, 3, 4)] == [2, 2, 1]


def test_long_ballots_make_shorter_documents():
    assert [lines_each("sheets", questions) for questions in (1, 4, 12)] == [100, 50, 21]
    assert (lines_each("issue", 12), lines_each("count", 12)) == (300, 0)
