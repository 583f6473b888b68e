"""A notice is an object: numbered once, looked over by two, final once it hangs."""

import asyncio

import pymupdf
import pytest
from tortoise import connections

from deliberation import features
from deliberation.acting import Forbidden, Refused
from deliberation.database import guards
from deliberation.documents.actions import claim
from deliberation.documents.models import Document
from deliberation.documents.queue import html_of
from deliberation.matters.models import PlanItem
from deliberation.stages.notices import actions
from deliberation.stages.notices.desk import history
from deliberation.stages.notices.issuing import shown
from deliberation.stages.notices.models import Notice
from deliberation.stages.opinions.models import Opinion
from tests.notices.record import told
from tests.notices.test_actions import answered, hung, object_to, sign
from tests.notices.test_pages import made
from tests.vote.raw import Raw, columns

pytestmark = pytest.mark.anyio


async def watched() -> None:
    """The guards again: the record these tests start from is written past them."""
    await guards.install(connections.get("default"), features.model_modules())


@pytest.fixture
async def raw(world, engine, request):
    log = request.getfixturevalue("postgres").log if engine == "postgres" else None
    found = Raw(world, log)
    yield found
    await found.close()


async def drafted(world, stage="decision_notice", note="", who="张经办") -> tuple:
    matter = await told(world, stage)
    row = await actions.draft(await world.actor(who), matter, note=note, now=world.now)
    return matter, row


async def test_numbers_are_given_once_however_many_draft_together(world):
    clerk = await world.actor("张经办")
    several = [await told(world, "decision_notice") for _ in range(6)]
    tasks = [actions.draft(clerk, matter, note="", now=world.now) for matter in several]
    rows = await asyncio.gather(*tasks)
    assert sorted(row.number for row in rows) == [f"2026-{n:03d}" for n in range(1, 7)]
    world.later(days=305)
    matter = await told(world, "decision_notice")
    first = await actions.draft(clerk, matter, note="", now=world.now)
    assert first.number == "2027-001"


async def test_every_state_has_its_instant_and_its_person(world):
    matter, row = await drafted(world)
    states = [("起草", world.now, "张经办")]
    assert [tuple(one.values()) for one in await history(row)] == states
    seen, later = row.document_id, world.later(hours=1)
    await actions.check(await world.actor("王主任"), matter, row.id, shown=seen, now=later)
    states.append(("核对", later, "王主任"))
    row = await sign(world, matter, row)
    states.append(("签发", later, "李书记"))
    assert [tuple(one.values()) for one in await history(await Notice.get(id=row.id))] == states
    await answered(world, matter, await object_to(world, matter, row), True)
    down = world.later(hours=1)
    await actions.withdraw(await world.actor("李书记"), matter, reason="票数有误", now=down)
    states.append(("撤回", down, "李书记"))
    assert [tuple(one.values()) for one in await history(await Notice.get(id=row.id))] == states


async def test_a_draft_is_checked_as_it_was_read_and_a_new_draft_undoes_it(world):
    matter, row = await drafted(world)
    clerk, secretary = await world.actor("张经办"), await world.actor("李书记")
    with pytest.raises(Refused, match="草稿还没有核对"):
        await actions.publish(secretary, matter, row.id, now=world.now)
    with pytest.raises(Forbidden):
        await actions.check(
            await world.actor("赵大妈"), matter, row.id, shown=row.document_id, now=world.now
        )
    before = row.document_id
    row = await actions.draft(clerk, matter, note="补充。", now=world.now)
    with pytest.raises(Refused, match="请看最新的一稿"):
        await actions.check(clerk, matter, row.id, shown=before, now=world.now)
    await actions.check(clerk, matter, row.id, shown=row.document_id, now=world.now)
    with pytest.raises(Refused, match="已经核对过"):
        await actions.check(secretary, matter, row.id, shown=row.document_id, now=world.now)
    again = await actions.draft(clerk, matter, note="再补充。", now=world.now)
    assert (again.id, again.status, again.checked_at) == (row.id, "draft", None)
    with pytest.raises(Refused, match="草稿还没有核对"):
        await actions.publish(secretary, matter, row.id, now=world.now)


async def test_a_draft_that_the_record_left_behind_is_not_checked_either(world):
    matter, row = await drafted(world)
    await Opinion.filter(matter=matter, channel="visit").update(channel="office")
    with pytest.raises(Refused, match="请重新起草"):
        await actions.check(
            await world.actor("张经办"), matter, row.id, shown=row.document_id, now=world.now
        )


async def test_only_the_newest_preview_waits_to_be_made(world):
    matter, row = await drafted(world)
    row = await actions.draft(await world.actor("张经办"), matter, note="补充。", now=world.now)
    waiting = await claim(world.now)
    assert waiting.id == row.document_id
    assert await claim(world.now) is None
    published = await sign(world, matter, row)
    assert (await claim(world.now)).id == published.document_id


@pytest.mark.parametrize("stage", ["decision_notice", "result_notice"])
async def test_the_preview_is_the_notice_but_for_the_mark(world, renderer, stage):
    matter = await told(world, stage)
    if stage == "result_notice":
        await actions.supervise(await world.actor("孙监督"), matter, text="好", now=world.now)
    note = "依据社区议事规则第3条。"
    # The record has a head from its first act on, which is a matter's registration.
    await actions.draft(await world.actor("张经办"), matter, note="", now=world.now)
    row = await actions.draft(await world.actor("张经办"), matter, note=note, now=world.now)
    preview = await Document.get(id=row.document_id)
    final = await Document.get(id=(await sign(world, matter, row)).document_id)
    before, after = [
        pymupdf.open(stream=await renderer.render(html_of(document, world.settings)))
        for document in (preview, final)
    ]
    assert before.page_count == after.page_count > 1
    for left, right in zip(before, after, strict=True):
        assert "草稿" in left.get_text() and "草稿" not in right.get_text()
        assert _drawn(left, preview) == _drawn(right, final)


def _drawn(page: pymupdf.Page, document: Document) -> tuple[list, list]:
    """Every word and its place, and where pictures and lines are; without the mark and the head
    of the record, which signing off moves on."""
    head = document.context["log_head"][:32]
    found = [word for word in page.get_text("words") if word[4] != "草稿"]
    lines = {word[1] for word in found if head in word[4]}  # its figures have widths of their own
    words = [
        (
            word[4].replace(head, "HEAD"),
            [round(at, 1) for at in (word[1:2] if word[1] in lines else word[:4])],
        )
        for word in found
    ]
    boxes = [one["bbox"] for one in page.get_image_info()] + [
        tuple(one["rect"]) for one in page.get_drawings() if one["rect"].width > 100
    ]
    return words, [[round(at, 1) for at in box] for box in boxes]


async def test_the_page_of_a_draft_shows_what_its_pdf_prints(world, client):
    matter, row = await drafted(world)
    page = (await (await client("李书记")).get(f"/notices/{row.code}")).text
    assert "2026年3月3日至2026年3月9日24时" in page
    assert "提异议" not in page and "经过" in page
    row = await Notice.get(id=row.id).select_related("document")
    assert (row.first_on, shown(row)["first_on"]) == (None, "2026-03-03")
    assert shown(row)["draft"] is True
    pdf = await (await client("李书记")).get(f"/notices/{row.code}.pdf")
    assert pdf.status_code == 202
    assert (await (await client("visitor")).get(f"/notices/{row.code}.pdf")).status_code == 404


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ("可以找3号楼2单元501 张三了解", "姓名和门牌号（可以找［已隐去］了解）"),
        ("卡号6222020200001234562", "银行卡号（卡号［已隐去］）"),
        ("请打0371-65551234", "座机号码（请打［已隐去］）"),
    ],
)
async def test_what_was_typed_is_searched_and_the_find_is_named_with_its_place(
    world, client, note, found
):
    matter = await told(world, "decision_notice")
    answer = await (await client("张经办")).post(
        f"/matters/{matter.id}/notices/draft", data={"note": note}
    )
    assert answer.status_code == 422
    assert f"“正文说明”里有{found}，公示是公开的，请删去" in answer.text
    assert f">{note}</textarea>" in answer.text.replace("\n", "")
    assert await Notice.all().count() == 0


async def test_the_notices_own_contact_may_be_typed_and_too_much_may_not(world, client):
    matter = await told(world, "decision_notice", contact_phone="199 0000 1234")
    clerk = await world.actor("张经办")
    row = await actions.draft(clerk, matter, note="问询请打19900001234。", now=world.now)
    assert (await sign(world, matter, row)).status == "published"
    matter = await told(world, "decision_notice")
    with pytest.raises(Refused, match="“正文说明”最多1000个字，现在有1001个字"):
        await actions.draft(clerk, matter, note="冗" * 1001, now=world.now)
    url = f"/matters/{matter.id}/notices/draft"
    answer = await (await client("张经办")).post(url, data={"note": "冗" * 1001})
    assert answer.status_code == 422 and "冗" * 1001 in answer.text


async def test_whichever_way_it_came_in_nothing_personal_hangs_and_the_draft_stays(world, client):
    matter, row = await drafted(world)
    await PlanItem.filter(plan__matter=matter, number=1).update(
        quantity="3号楼2单元501 张三家", upkeep="物业负责，保修电话0371-65551234"
    )
    clerk = await world.actor("张经办")
    row = await actions.draft(clerk, matter, note="", now=world.now)
    sentence = "“决议内容”里有姓名和门牌号（［已隐去］），公示是公开的，请删去"
    with pytest.raises(Refused) as refusal:
        await actions.check(clerk, matter, row.id, shown=row.document_id, now=world.now)
    assert refusal.value.reasons == [sentence]
    page = await (await client("张经办")).get(f"/matters/{matter.id}/decision_notice")
    assert sentence in page.text and "张三" not in page.text
    await PlanItem.filter(plan__matter=matter, number=1).update(quantity="2栋")
    row = await actions.draft(clerk, matter, note="", now=world.now)
    assert (await sign(world, matter, row)).status == "published"


COLUMNS = {
    "figures": "'{}'",
    "number": "'2026-999'",
    "code": "'AAAAAAAAAA'",
    "title": "'另一个标题'",
    "revision": "7",
    "kind": "'E'",
    "status": "'draft'",
    "document_id": "NULL",
    "published_at": "NULL",
    "signed_by": "99",
    "first_on": "'2026-01-01'",
    "last_on": "'2026-01-01'",
    "drafted_by": "99",
    "checked_at": "NULL",
}


FROZEN = "frozen: "


async def test_nobodys_hand_changes_what_hangs(world, raw):
    _, row = await hung(world)
    await watched()
    before, noted = await raw.fetch("SELECT * FROM notice"), await raw.noted()
    for column, value in COLUMNS.items():
        said = await raw.run(f"UPDATE notice SET {column} = {value} WHERE id = {row.id}")
        assert said and FROZEN in said, column
    assert FROZEN in await raw.run(f"DELETE FROM notice WHERE id = {row.id}")
    copied = ", ".join(name for name in await columns("notice") if name not in ("id", "code"))
    again = f"INSERT INTO notice (id, code, {copied}) SELECT 99, 'BBBBBBBBBB', {copied} FROM notice"
    assert FROZEN in await raw.run(again)
    assert await raw.fetch("SELECT * FROM notice") == before
    assert await raw.noted() == noted + len(COLUMNS) + 2


async def test_what_hangs_is_not_pointed_to_other_bytes(world, raw, app):
    _, row = await hung(world)
    await made(app, await row.document)
    await watched()
    before = await raw.dump("document", "file")
    for change in (
        "UPDATE document SET context = '{}'",
        "UPDATE document SET template = 'notices/e.print.html'",
        "UPDATE document SET file_id = NULL WHERE file_id IS NOT NULL",
        "DELETE FROM document WHERE file_id IS NOT NULL",
        "UPDATE file SET sha256 = 'abc'",
        "DELETE FROM file",
    ):
        assert FROZEN in await raw.run(change), change
    assert await raw.dump("document", "file") == before


async def test_a_draft_neither_hangs_unchecked_nor_by_the_hand_that_drafted_it(world, raw):
    matter, row = await drafted(world)
    await watched()
    by, other = world.accounts["张经办"].id, world.accounts["李书记"].id
    hang = "UPDATE notice SET status = 'published', published_at = drafted_at, signed_by = {}"
    assert FROZEN in await raw.run(hang.format(other))
    await actions.check(
        await world.actor("张经办"), matter, row.id, shown=row.document_id, now=world.now
    )
    assert FROZEN in await raw.run(hang.format(by))
    assert FROZEN in await raw.run(hang.format(by) + f", drafted_by = {other}")
    assert await raw.run(hang.format(other)) is None


async def test_an_answer_is_given_once_and_no_objection_disappears(world, raw):
    matter, notice = await hung(world)
    row = await object_to(world, matter, notice)
    await watched()
    assert FROZEN in await raw.run("UPDATE objection SET due_on = '2027-01-01'")
    await answered(world, matter, row, False)
    for change in ("upheld = NOT upheld", "answer = '另一个答复'", "answered_by = NULL"):
        assert FROZEN in await raw.run(f"UPDATE objection SET {change}"), change
    assert FROZEN in await raw.run("DELETE FROM objection")


async def test_no_page_changes_the_bytes_of_what_hangs(world, client, app):
    matter, first = await hung(world)
    await made(app, await first.document)
    visitor, clerk, secretary = [await client(name) for name in ("visitor", "张经办", "李书记")]
    url = f"/matters/{matter.id}"
    before = (await visitor.get(f"/notices/{first.code}.pdf")).content
    for path, data in (
        ("draft", {"note": "改写"}),
        ("check", {"notice": first.id, "shown": first.document_id}),
        ("publish", {"notice": first.id}),
        ("withdraw", {"reason": "没有人提异议"}),
    ):
        answer = await secretary.post(f"{url}/notices/{path}", data=data)
        assert answer.status_code == 422, path
    assert (await clerk.post(f"/notices/{first.code}/retry")).status_code == 422
    sent = {"notice": first.id, "reason": "写错日期", "note": ""}
    assert (await clerk.post(f"{url}/notices/correct", data=sent)).status_code == 303
    second = await sign(world, matter, await Notice.get(status="draft"))
    await made(app, await second.document, b"%PDF-1.7 another")
    assert (await visitor.get(f"/notices/{first.code}.pdf")).content == before
    old = (await visitor.get(f"/notices/{first.code}")).text
    new = (await visitor.get(f"/notices/{second.code}")).text
    assert "已更正：这一版2026年3月2日起不再有效" in old
    assert f'href="/notices/{second.code}"' in old
    assert "更正说明" in new and "原因：写错日期" in new
    assert f'href="/notices/{first.code}"' in new
