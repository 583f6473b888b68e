"""The register of objections: who must answer by when, and what each objector sees of it."""

from datetime import date

import pytest

from deliberation.acting import Refused
from deliberation.documents.models import Document
from deliberation.documents.queue import html_of
from deliberation.matters import actions as matters
from deliberation.stages.notices import objections, register
from deliberation.stages.notices.facts import facts
from deliberation.stages.notices.models import Objection
from deliberation.stages.notices.rules import goes_up
from tests.notices.test_actions import answered, hung, object_to
from tests.notices.test_pages import made
from tests.notices.test_rules import LAST, LAST_MOMENT, MIDNIGHT

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("level", "upheld", "now", "may"),
    [
        ("committee", None, LAST_MOMENT, False),
        ("committee", None, MIDNIGHT, True),
        ("committee", False, LAST_MOMENT, True),
        ("committee", True, MIDNIGHT, False),
        ("party", None, MIDNIGHT, True),
        ("subdistrict", None, MIDNIGHT, False),
        ("subdistrict", False, MIDNIGHT, False),
    ],
)
def test_an_objection_goes_up_when_it_was_declined_or_its_day_has_passed(level, upheld, now, may):
    assert goes_up(level, upheld, LAST, now) is may


async def test_what_nobody_answered_in_time_is_taken_up_and_waits_there(world):
    matter, notice = await hung(world)  # Monday: answered by Thursday 2026-03-05
    row = await object_to(world, matter, notice)
    assert row.due_on == date(2026, 3, 5)
    visitor = await world.actor("visitor")
    with pytest.raises(Refused, match="过期没有答复"):
        await objections.escalate(visitor, matter, row.id, now=world.now)
    world.later(days=4)
    party = await objections.escalate(visitor, matter, row.id, now=world.now)
    assert (party.level, party.due_on) == ("party", date(2026, 3, 11))
    with pytest.raises(Refused, match="由上一级答复"):
        await answered(world, matter, row, False)
    assert (await facts(matter, "decision_notice")).open_objections == (party.due_on,)
    steps = await register.chain(row, world.now)
    assert [one["state"] for one in steps] == ["过期没有答复，已提请上一级", "待答复"]
    await answered(world, matter, party, False, who="李书记")
    assert (await facts(matter, "decision_notice")).open_objections == ()


async def test_an_overdue_answer_holds_the_stage_and_the_page_says_so(world, client, app):
    matter, notice = await hung(world)
    await made(app, await notice.document)
    row = await object_to(world, matter, notice)
    await Objection.all().update(phone_cipher="")
    world.later(days=8)  # the period is over
    clerk = await world.actor("张经办")
    with pytest.raises(Refused, match="还有1条异议没有答复，其中1条已经超期"):
        await matters.advance(clerk, matter, "decision_notice", world.now)
    app.state.clock.now = lambda: world.now
    page = (await (await client("张经办")).get(f"/matters/{matter.id}/decision_notice")).text
    assert "其中1条已经超期" in page and "应在2026年3月5日以前答复，已经超期" in page
    await answered(world, matter, row, False)
    assert (await facts(matter, "decision_notice")).open_objections == ()


async def test_the_clerks_register_has_what_is_overdue_first(world, client, app):
    matter, notice = await hung(world)
    rows = []
    for text in ("先提的", "答复过的", "后提的"):
        rows.append(await object_to(world, matter, notice, text=text))
        world.later(days=1)
    await answered(world, matter, rows[1], False)
    world.later(days=1)  # Friday: the first was due on Thursday
    app.state.clock.now = lambda: world.now
    for name in ("张经办", "孙监督", "刘干部"):
        page = (await (await client(name)).get("/objections")).text
        at = [page.index(text) for text in ("先提的", "后提的", "答复过的")]
        assert at == sorted(at) and page.count("超期</span>") == 1, name
    assert 'href="/objections"' in (await (await client("张经办")).get("/desk")).text
    for name in ("赵大妈", "visitor", "管理员"):
        assert (await (await client(name)).get("/objections")).status_code == 404, name


async def test_a_register_shows_no_other_communitys_objections(world, client):
    matter, notice = await hung(world)
    await object_to(world, matter, notice)
    matter.path = world.elsewhere.path.rsplit("/", 2)[0] + "/"
    await matter.save(update_fields=["path"])
    assert "面积算错了" not in (await (await client("张经办")).get("/objections")).text
    assert "面积算错了" in (await (await client("刘干部")).get("/objections")).text


async def test_objectors_find_theirs_on_their_own_page_and_nobody_elses(world, client):
    matter, notice = await hung(world)
    url = f"/notices/{notice.code}/object"
    sent = {"name": "赵大妈", "phone": "19900001234", "text": "面积算错了"}
    mine = (await (await client("赵大妈")).post(url, data=sent)).headers["location"]
    page = (await (await client("赵大妈")).get("/me")).text
    assert mine in page and "应在2026年3月5日以前答复" in page
    await answered(world, matter, await Objection.get(), False)
    assert "2026年3月2日答复" in (await (await client("赵大妈")).get("/me")).text
    assert "我的异议" not in (await (await client("钱师傅")).get("/me")).text
    paper = sent | {"name": "钱师傅", "text": "代为登记"}
    await (await client("张经办")).post(url, data=paper)
    assert "我的异议" not in (await (await client("张经办")).get("/me")).text


async def test_the_public_page_counts_and_names_nobody(world, client):
    matter, notice = await hung(world)
    visitor = await world.actor("visitor")
    first = await object_to(world, matter, notice, text="第一条")
    await object_to(world, matter, notice, text="第二条")
    await answered(world, matter, first, False)
    page = (await (await client("visitor")).get(f"/notices/{notice.code}")).text
    assert "收到2条异议，已答复1条，成立0条" in page
    party = await objections.escalate(visitor, matter, first.id, now=world.now)
    page = (await (await client("visitor")).get(f"/notices/{notice.code}")).text
    assert "收到2条异议，已答复0条，成立0条" in page
    await answered(world, matter, party, True, who="李书记")
    page = (await (await client("visitor")).get(f"/notices/{notice.code}")).text
    assert "收到2条异议，已答复1条，成立1条" in page
    for hidden in ("第一条", "第二条", "赵大妈"):
        assert hidden not in page


async def test_a_register_is_printed_for_the_dossier_by_staff_only(world, client, app):
    matter, notice = await hung(world)
    await made(app, await notice.document)
    row = await object_to(world, matter, notice)
    await Objection.all().update(phone_cipher="")
    await answered(world, matter, row, False)
    url = f"/matters/{matter.id}"
    assert (
        await (await client("visitor")).post(f"/objections/{matter.id}/register")
    ).status_code == 403
    clerk = await client("张经办")
    assert (await clerk.post(f"/objections/{matter.id}/register")).status_code == 303
    assert "登记簿正在生成" in (await clerk.get(f"{url}/decision_notice")).text
    document = await Document.get(template=objections.REGISTER)
    html = html_of(document, world.settings)
    for printed in ("赵大妈", "面积算错了", "已核对", "不成立", notice.number, "2026年3月5日"):
        assert printed in html
    await made(app, document)
    await document.refresh_from_db()
    link = f"/files/{document.file_id}"
    assert link in (await clerk.get(f"{url}/decision_notice")).text
    assert (await clerk.get(link)).status_code == 200
    assert (await (await client("赵大妈")).get(link)).status_code == 404
