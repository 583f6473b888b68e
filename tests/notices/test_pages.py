import re

import pymupdf
import pytest

from deliberation.calendar import local_date
from deliberation.documents.actions import claim, finish
from deliberation.documents.models import Document
from deliberation.matters.models import Matter
from deliberation.stages.notices.models import Notice, Objection
from tests.cast import matter_at
from tests.notices.record import told
from tests.notices.test_actions import hung

pytestmark = pytest.mark.anyio

PDF = b"%PDF-1.7 invented"


async def made(app, document: Document, content: bytes = PDF) -> None:
    """Gives a document its bytes, as the queue does."""
    claimed = await claim(app.state.clock.now())
    assert claimed.id == document.id
    sha256 = app.state.files.put(content)
    await finish(claimed, sha256=sha256, size=len(content), now=app.state.clock.now())


async def test_the_line_of_a_decision_notice_through_pages_only(world, client, app):
    matter = await told(world, "decision_notice")
    clerk, secretary = await client("张经办"), await client("李书记")
    visitor, url = await client("visitor"), f"/matters/{matter.id}"
    assert "公示还没有签发" in (await visitor.get(f"{url}/decision_notice")).text

    answer = await clerk.post(f"{url}/notices/draft", data={"note": "依据社区议事规则。"})
    assert answer.status_code == 303, answer.text
    notice = await Notice.get()
    assert (await visitor.get(f"/notices/{notice.code}")).status_code == 404
    assert "这是草稿" in (await secretary.get(f"/notices/{notice.code}")).text
    waiting = await visitor.get(f"{url}/decision_notice")
    assert "有一份草稿等待" not in waiting.text

    early = await secretary.post(f"{url}/notices/publish", data={"notice": notice.id})
    assert early.status_code == 422
    assert "草稿还没有核对" in early.text
    seen = {"notice": notice.id, "shown": notice.document_id}
    assert (await visitor.post(f"{url}/notices/check", data=seen)).status_code == 403
    assert (await clerk.post(f"{url}/notices/check", data=seen)).status_code == 303
    refused = await clerk.post(f"{url}/notices/publish", data={"notice": notice.id})
    assert refused.status_code == 403
    answer = await secretary.post(f"{url}/notices/publish", data={"notice": notice.id})
    assert answer.status_code == 303, answer.text
    again = await secretary.post(f"{url}/notices/publish", data={"notice": notice.id})
    assert again.status_code == 422
    assert "这份公示不在等待签发" in again.text

    await notice.refresh_from_db()
    await made(app, await notice.document)
    page = await visitor.get(f"/notices/{notice.code}")
    assert "应到51人的三分之二以上即34人，实到42人，符合规定" in page.text
    assert "依据社区议事规则。" in page.text

    sent = {"name": "赵大妈", "phone": "199 0000 1234", "text": "面积算错了"}
    answer = await visitor.post(f"/notices/{notice.code}/object", data=sent)
    assert answer.status_code == 303, answer.text
    mine = answer.headers["location"]
    assert "面积算错了" in (await visitor.get(mine)).text
    public = await visitor.get(f"/notices/{notice.code}")
    assert "收到1条异议" in public.text
    for hidden in ("赵大妈", "面积算错了", "1234"):
        assert hidden not in public.text
    register = await clerk.get(f"{url}/decision_notice")
    assert "赵大妈" in register.text
    assert "199****1234" in register.text
    assert "还有1条异议没有答复" in register.text
    assert "赵大妈" not in (await visitor.get(f"{url}/decision_notice")).text

    row = await Objection.get()
    assert app.state.phones.reveal(row.phone_cipher) == "19900001234"
    decided = {"verdict": "declined", "text": "已复核，面积无误"}
    answer = await clerk.post(f"{url}/objections/{row.id}/answer", data=decided)
    assert answer.status_code == 303, answer.text
    assert "已复核，面积无误" in (await visitor.get(mine)).text
    assert (await visitor.post(f"{mine}/escalate")).status_code == 303
    party = await Objection.get(level="party")
    assert (
        await clerk.post(f"{url}/objections/{party.id}/answer", data=decided)
    ).status_code == 403
    answer = await secretary.post(f"{url}/objections/{party.id}/answer", data=decided)
    assert answer.status_code == 303, answer.text


async def test_an_upheld_objection_is_withdrawn_on_the_page(world, client):
    matter, notice = await hung(world)
    visitor, secretary = await client("visitor"), await client("李书记")
    sent = {"name": "钱师傅", "phone": "0371-60000009", "text": "票数有误"}
    await visitor.post(f"/notices/{notice.code}/object", data=sent)
    row, url = await Objection.get(), f"/matters/{matter.id}"
    upheld = {"verdict": "upheld", "text": "确有错误"}
    await secretary.post(f"{url}/objections/{row.id}/answer", data=upheld)
    page = await secretary.get(f"{url}/decision_notice")
    assert "有异议成立，请办理“异议成立撤回”" in page.text
    wrong = await secretary.post(f"{url}/notices/withdraw", data={"reason": ""})
    assert wrong.status_code == 422
    answer = await secretary.post(f"{url}/notices/withdraw", data={"reason": "票数有误"})
    assert answer.status_code == 303, answer.text
    assert (await Matter.get(id=matter.id)).stage == "vote"
    assert "这份公示已经撤回" in (await visitor.get(f"/notices/{notice.code}")).text
    said = await Notice.get(kind="E")
    text = (await visitor.get(f"/notices/{said.code}")).text
    assert "异议成立，撤回上述公示和决议" in text
    assert "提异议" not in text  # an announcement is final


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "请写真实姓名"),
        ({"phone": "12345"}, "请写11位手机号码，或者带区号的座机号码"),
        ({"phone": ""}, "请写联系电话"),
        ({"text": ""}, "请写明对哪一处有异议"),
        ({"text": "冗" * 2001}, "最多2000个字"),
    ],
)
async def test_a_wrong_objection_comes_back_with_what_was_typed(world, client, wrong, sentence):
    _, notice = await hung(world)
    right = {"name": "赵大妈", "phone": "19900001234", "text": "面积\x00算错了"}
    answer = await (await client("visitor")).post(
        f"/notices/{notice.code}/object", data=right | wrong
    )
    assert answer.status_code == 422
    assert sentence in answer.text
    assert all(value in answer.text for key, value in right.items() if key == "name" not in wrong)
    assert await Objection.all().count() == 0


async def test_the_form_is_a_page_of_its_own_and_asks_only_what_is_not_known(world, client, app):
    matter, notice = await hung(world)
    url, visitor = f"/notices/{notice.code}/object", await client("visitor")
    for path in (f"/notices/{notice.code}", f"/matters/{matter.id}"):
        text = (await visitor.get(path)).text
        assert f'href="{url}"' in text[text.index("<main") :][:4000] and "<textarea" not in text
    assert 'name="name"' in (await visitor.get(url)).text
    wrong = await visitor.post(url, data={"name": "冯老师", "phone": "12", "text": "工期"})
    assert 'id="errors" role="alert"' in wrong.text and 'href="#object-phone"' in wrong.text
    sent = {"name": "冯老师", "phone": "19900000003", "text": "工期"}
    assert "请记下本页网址" in (await visitor.post(url, data=sent, follow_redirects=True)).text
    resident, person = await client("赵大妈"), world.people["赵大妈"]
    asked = (await resident.get(url)).text
    assert 'name="name"' not in asked and "用赵大妈的名字提出" in asked
    nobody = await resident.post(url, data={"text": "面积"})
    assert nobody.status_code == 422 and "请写联系电话" in nobody.text
    person.phone_cipher = app.state.phones.seal("19900001234")
    await person.save()
    own = await resident.post(url, data={"name": "别人", "text": "面积"}, follow_redirects=True)
    assert own.status_code == 200 and "我的</a>里也找得到" in own.text
    assert "请记下本页网址" not in own.text and "1234" not in own.text
    row = await Objection.get(text="面积")
    assert (row.name, app.state.phones.reveal(row.phone_cipher)) == ("赵大妈", "19900001234")


async def test_a_superseded_notice_keeps_its_page_and_says_what_replaced_it(world, client):
    matter, first = await hung(world)
    clerk, secretary, url = await client("张经办"), await client("李书记"), f"/matters/{matter.id}"
    sent = {"notice": first.id, "reason": "写错日期", "note": ""}
    assert (await clerk.post(f"{url}/notices/correct", data=sent)).status_code == 303
    second = await Notice.get(status="draft")
    seen = {"notice": second.id, "shown": second.document_id}
    await clerk.post(f"{url}/notices/check", data=seen)
    await secretary.post(f"{url}/notices/publish", data={"notice": second.id})
    visitor = await client("visitor")
    old = (await visitor.get(f"/notices/{first.code}")).text
    assert "已更正" in old
    assert f'href="/notices/{second.code}"' in old
    assert "33" in old
    new = (await visitor.get(f"/notices/{second.code}")).text
    assert "更正原因：写错日期。" in new
    late = await visitor.post(
        f"/notices/{first.code}/object",
        data={"name": "赵大妈", "phone": "19900001234", "text": "旧版"},
    )
    assert late.status_code == 422


async def test_the_pdf_waits_then_comes_with_its_digest_as_etag(world, client, app):
    _, notice = await hung(world)
    visitor = await client("visitor")
    waiting = await visitor.get(f"/notices/{notice.code}.pdf")
    assert waiting.status_code == 202
    assert "正在生成" in waiting.text and "前面还有" not in waiting.text
    assert waiting.headers["refresh"] == "2"
    await made(app, await notice.document)
    answer = await visitor.get(f"/notices/{notice.code}.pdf")
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-type"] == "application/pdf"
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("inline; filename=\"file.pdf\"; filename*=UTF-8''%E5%85%B3")
    assert re.fullmatch(r"[\x20-\x7e]+", disposition)
    tag = answer.headers["etag"]
    assert len(tag) == 66
    same = await visitor.get(f"/notices/{notice.code}.pdf", headers={"if-none-match": tag})
    assert (same.status_code, same.content) == (304, b"")
    assert tag.strip('"') in (await visitor.get(f"/notices/{notice.code}")).text


async def test_the_pages_come_as_pictures_of_two_sizes(world, client, app):
    _, notice = await hung(world)
    visitor, url = await client("visitor"), f"/notices/{notice.code}"
    assert (await visitor.get(f"{url}/pages/1.png")).status_code == 404
    paper = pymupdf.open()
    paper.new_page(width=595, height=842)
    await made(app, await notice.document, paper.tobytes())
    assert f"{url}/pages/1.png" in (await visitor.get(url)).text
    first = await visitor.get(f"{url}/pages/1.png")
    assert (first.status_code, first.headers["content-type"]) == (200, "image/png")
    assert pymupdf.Pixmap(first.content).width == 1080
    small = await visitor.get(f"{url}/pages/1.png?width=720")
    assert pymupdf.Pixmap(small.content).width == 720
    assert small.headers["etag"] != first.headers["etag"]
    same = {"If-None-Match": first.headers["etag"]}
    assert (await visitor.get(f"{url}/pages/1.png", headers=same)).status_code == 304
    for wrong in ("2.png", "0.png", "1.png?width=9000", "1.png?width=x"):
        assert (await visitor.get(f"{url}/pages/{wrong}")).status_code == 404


async def test_a_pdf_that_was_given_up_can_be_put_back_by_staff_only(world, client):
    _, notice = await hung(world)
    await Document.filter(id=notice.document_id).update(error="排版进程中断")
    visitor, clerk = await client("visitor"), await client("张经办")
    broken = await visitor.get(f"/notices/{notice.code}.pdf")
    assert broken.status_code == 503
    assert "排版进程中断" in broken.text
    assert "重新生成" not in broken.text
    assert (await visitor.post(f"/notices/{notice.code}/retry")).status_code == 403
    assert "重新生成" in (await clerk.get(f"/notices/{notice.code}")).text
    assert (await clerk.post(f"/notices/{notice.code}/retry")).status_code == 303
    assert (await clerk.post(f"/notices/{notice.code}/retry")).status_code == 422
    assert (await visitor.get(f"/notices/{notice.code}.pdf")).status_code == 202


async def test_the_list_finds_by_title_number_and_community(world, client):
    await hung(world)
    visitor = await client("visitor")
    found = "关于东风里小区老旧管网改造决议内容的公示"
    here = world.community.id
    for query in ("", "?q=管网", "?q=2026-001", f"?community={here}", "?page=1"):
        assert found in (await visitor.get(f"/notices{query}")).text, query
    elsewhere = world.elsewhere.parent_id
    for query in ("?q=电梯", f"?community={elsewhere}", "?q=%25"):
        page = await visitor.get(f"/notices{query}")
        assert page.status_code == 200
        assert found not in page.text, query
    assert (await visitor.get("/notices?page=2")).status_code == 404
    for query in ("?page=-1", "?page=x", "?page=99999999999999999999", "?q=%00", "?community=a"):
        assert (await visitor.get(f"/notices{query}")).status_code == 200, query


async def test_a_draft_is_not_listed(world, client):
    matter = await told(world, "decision_notice")
    await (await client("张经办")).post(f"/matters/{matter.id}/notices/draft", data={"note": ""})
    assert await Notice.filter(status="draft").count() == 1
    assert "决议内容的公示" not in (await (await client("visitor")).get("/notices")).text


async def test_codes_and_ids_of_others_are_not_found(world, client):
    matter, notice = await hung(world)
    other = await matter_at(world, "decision_notice")
    clerk, visitor = await client("张经办"), await client("visitor")
    row = await Objection.create(
        notice=notice,
        name="赵大妈",
        text="面积",
        filed_at=world.now,
        due_on=local_date(world.now),
        code="ABCDEFGHJK",
    )
    decided = {"verdict": "upheld", "text": "成立"}
    answer = await clerk.post(f"/matters/{other.id}/objections/{row.id}/answer", data=decided)
    assert answer.status_code == 404
    for url in (
        "/notices/%00",
        "/notices/NOSUCHCODE",
        "/notices/NOSUCHCODE.pdf",
        f"/notices/{notice.code}/objections/NOSUCHCODE",
        f"/notices/{notice.code}/objections/%00",
        f"/notices/{notice.code}/objections/{'A' * 17}",
        "/matters/999/decision_notice",
        f"/matters/{matter.id}/result_notice",
        f"/matters/{matter.id}/notices",
    ):
        assert (await visitor.get(url)).status_code == 404, url
    answer = await clerk.post(
        f"/matters/{other.id}/notices/correct",
        data={"notice": notice.id, "reason": "串号", "note": ""},
    )
    assert answer.status_code == 422
    assert (await Notice.all().count()) == 1


async def test_a_character_that_would_print_as_a_box_refuses_the_check_and_signing(world, client):
    matter = await told(world, "decision_notice")
    clerk, base = await client("张经办"), f"/matters/{matter.id}/notices"
    await clerk.post(f"{base}/draft", data={"note": "感谢🎉"})
    assert "印出来会是方框" in (await clerk.get(f"/matters/{matter.id}/decision_notice")).text
    row = await Notice.get()
    seen = {"notice": row.id, "shown": row.document_id}
    checked = await clerk.post(f"{base}/check", data=seen)
    assert checked.status_code == 422 and "方框" in checked.text and "：🎉" in checked.text
    await Notice.filter(id=row.id).update(checked_at=world.now)  # before this was refused
    signed = await (await client("李书记")).post(f"{base}/publish", data=seen)
    assert signed.status_code == 422 and "：🎉" in signed.text
    assert (await Notice.get()).status == "draft"
    await clerk.post(f"/matters/{matter.id}/notices/draft", data={"note": "䶮㛃𬭚𠅤堃喆燊犇濛"})
    page = await clerk.get(f"/matters/{matter.id}/decision_notice")
    assert "印出来会是方框" not in page.text


async def test_the_result_page_takes_the_supervisors_opinion(world, client):
    matter = await told(world, "result_notice")
    supervisor, clerk = await client("孙监督"), await client("张经办")
    url = f"/matters/{matter.id}/notices/supervise"
    assert (await clerk.post(url, data={"text": "好"})).status_code == 403
    wrong = await supervisor.post(url, data={"text": "电话19900001234"})
    assert wrong.status_code == 422
    assert "“监督意见”里有手机号码" in wrong.text
    assert (await supervisor.post(url, data={"text": "账目清楚"})).status_code == 303
    assert "账目清楚" in (await clerk.get(f"/matters/{matter.id}/result_notice")).text


async def test_interim_notices_are_drafted_on_a_page_of_their_own(world, client):
    matter = await told(world, "implementation")
    clerk, secretary = await client("张经办"), await client("李书记")
    url = f"/matters/{matter.id}/notices"
    assert (await clerk.post(f"{url}/draft", data={"note": ""})).status_code == 303
    notice = await Notice.get()
    assert notice.title in (await secretary.get(url)).text
    await clerk.post(f"{url}/check", data={"notice": notice.id, "shown": notice.document_id})
    answer = await secretary.post(f"{url}/publish", data={"notice": notice.id})
    assert answer.headers["location"] == url
    page = await (await client("visitor")).get(f"/notices/{notice.code}")
    assert "现将进展情况公示如下" in page.text
    assert "提异议" in page.text


async def test_a_notice_that_waits_behind_others_says_how_many(world, client):
    await hung(world)
    _, notice = await hung(world)
    visitor = await client("visitor")
    for address in (f"/notices/{notice.code}", f"/notices/{notice.code}.pdf"):
        assert "PDF正在生成，前面还有1份" in (await visitor.get(address)).text
