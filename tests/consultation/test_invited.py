"""An organisation's link: no account, nobody else's answer, nothing lost, no trace in logs."""

import re
from datetime import timedelta

import pytest

from deliberation.acting import Refused
from deliberation.calendar import end_of
from deliberation.documents.models import File
from deliberation.log.models import Entry
from deliberation.stages.consultation import invitations, positions
from deliberation.stages.consultation.models import Condition, Link, Position, Undertaking
from tests.cast import matter_at, plan_of
from tests.consultation.test_actions import DUE, invite

pytestmark = pytest.mark.anyio
PDF = b"%PDF-1.7 a drawing"
SAID = {
    "stance": "conditional",
    "reason": "免得反复开挖",
    "conditions": "管线同沟\n夜间停工",
    "what-1": "完成电缆入地",
    "item-1": "2",
    "due-1": "2026-09-30",
    "who-1": "运维部",
    "amount-1": "310000",
    "respondent": "郑主管",
}


async def asked(world, name="示例供电公司"):
    """A matter in consultation with its plan, an organisation invited and its link's token."""
    matter = await matter_at(world, "consultation")
    await plan_of(matter)
    invitation = await invite(world, matter, name=name)
    return matter, invitation, await linked(world, matter, invitation)


async def linked(world, matter, invitation, due_on=DUE) -> str:
    clerk = await world.actor("张经办")
    return await invitations.issue(clerk, matter, invitation.id, due_on=due_on, now=world.now)


async def enter(client, token):
    """A browser that opened the link."""
    browser = await client("visitor")
    answer = await browser.post("/invited", data={"code": token})
    return browser, answer


async def test_the_clerk_sees_a_link_once_and_only_its_hash_is_kept(world, client):
    matter = await matter_at(world, "consultation")
    await invite(world, matter)
    clerk = await client("张经办")
    base = f"/matters/{matter.id}/consultation"
    page = await clerk.post(f"{base}/invitations/1/link", data={"due_on": "2026-03-09"})
    assert page.status_code == 200, page.text
    assert page.headers["cache-control"] == "no-store"
    token = re.search(r"/invited#([\w-]+)<", page.text)[1]
    assert len(token) >= 22, "128 bits in base64"
    link = await Link.get()
    assert token not in str(vars(link)) and len(link.token_hash) == 64
    assert token not in (await clerk.get(base)).text
    assert token not in str([entry.body for entry in await Entry.all()])


async def test_an_organisation_answers_without_an_account_and_everyone_reads_it(world, client):
    matter, invitation, token = await asked(world)
    browser, answer = await enter(client, f"http://127.0.0.1:8000/invited#{token}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/invited/{invitation.id}")
    assert token not in answer.headers["location"]
    cookie = answer.headers["set-cookie"]
    assert f"Path=/invited/{invitation.id}" in cookie and "HttpOnly" in cookie
    page = await browser.get(f"/invited/{invitation.id}")
    assert page.headers["cache-control"] == "no-store"
    for shown in ("示例供电公司", "2026年3月9日24:00", "更换排水主管", "516,000.50"):
        assert shown in page.text
    files = [("files", ("图纸.pdf", PDF, "application/pdf"))]
    sent = await browser.post(f"/invited/{invitation.id}", data=SAID, files=files)
    assert sent.status_code == 303, sent.text
    position = await Position.get().select_related("link")
    assert (position.link.invitation_id, position.recorded_by) == (invitation.id, None)
    promise = await Undertaking.get()
    assert (promise.what, promise.item, promise.amount, str(promise.due_on)) == (
        "完成电缆入地",
        2,
        31000000,
        "2026-09-30",
    )
    public = (await browser.get(f"/matters/{matter.id}/consultation")).text
    for shown in (
        "有条件同意",
        "管线同沟",
        "完成电缆入地（方案第2项）",
        "310,000.00",
        "2026年9月30日",
    ):
        assert shown in public
    for kept in ("郑主管", "图纸.pdf"):
        assert kept not in public
    file = await File.get()
    assert (await browser.get(f"/files/{file.id}")).status_code == 404
    clerk = await client("张经办")
    assert (await clerk.get(f"/files/{file.id}")).content == PDF
    staff = (await clerk.get(f"/matters/{matter.id}/consultation")).text
    assert "郑主管" in staff and "打开过1次" in staff


async def test_an_answer_may_be_corrected_until_the_deadline_and_the_earlier_one_stays(
    world, client
):
    matter, invitation, token = await asked(world)
    browser, _ = await enter(client, token)
    url = f"/invited/{invitation.id}"
    files = [("files", ("图纸.pdf", PDF, "application/pdf"))]
    await browser.post(url, data=SAID, files=files)
    form = (await browser.get(url)).text
    assert 'value="310000.00"' in form and "管线同沟\n夜间停工" in form
    agreed = {"stance": "agree", "respondent": "郑主管", "seen": "1", "keep": "1"}
    assert (await browser.post(url, data=agreed)).status_code == 303
    public = (await browser.get(f"/matters/{matter.id}/consultation")).text
    assert "以前的答复（1份，已被代替）" in public and "免得反复开挖" in public
    assert "附件1份" in public
    assert await Condition.all().count() == 2
    found = (await positions.history(await (await Link.get()).invitation)).last
    assert (found.position.stance, found.conditions, len(found.files)) == ("agree", (), 1)
    world.now = end_of(DUE)
    late = await browser.post(url, data=agreed | {"seen": "2", "reason": "又想了想"})
    assert late.status_code == 422
    assert "2026年3月9日24:00" in late.text and "已经过了" in late.text
    assert "又想了想" in late.text
    assert await Position.all().count() == 2


async def test_the_last_moment_before_the_deadline_still_counts(world, client):
    _, invitation, token = await asked(world)
    browser, _ = await enter(client, token)
    world.now = end_of(DUE) - timedelta(microseconds=1)
    answer = await browser.post(f"/invited/{invitation.id}", data=SAID)
    assert answer.status_code == 303


async def test_a_link_revoked_while_the_page_is_open_says_so_and_keeps_what_was_typed(
    world, client
):
    matter, invitation, token = await asked(world)
    browser, _ = await enter(client, token)
    clerk = await client("张经办")
    base = f"/matters/{matter.id}/consultation/invitations/{invitation.id}"
    assert (await clerk.post(f"{base}/revoke")).status_code == 303
    answer = await browser.post(f"/invited/{invitation.id}", data=SAID)
    assert answer.status_code == 422
    assert "这个链接已经作废，请向社区要新的链接" in answer.text
    for typed in ("免得反复开挖", "管线同沟\n夜间停工", "完成电缆入地", "郑主管", "310000"):
        assert typed in answer.text
    assert await Position.all().count() == 0
    assert "回到这一页再交一次" in answer.text and "disabled" not in answer.text
    assert "disabled" in (await browser.get(f"/invited/{invitation.id}")).text
    again = await linked(world, matter, invitation)
    await browser.post("/invited", data={"code": again})
    assert (await browser.post(f"/invited/{invitation.id}", data=SAID)).status_code == 303
    refused = await clerk.post(f"{base}/revoke")
    assert refused.status_code == 303
    assert "没有可以用的链接" in (await clerk.post(f"{base}/revoke")).text


async def test_a_new_link_ends_the_one_before_and_may_move_the_deadline(world, client):
    matter, invitation, old = await asked(world)
    with pytest.raises(Refused, match="只能推后"):
        await linked(world, matter, invitation, DUE - timedelta(days=1))
    world.now = end_of(DUE)
    await invitations.lapse(world.now)
    staff = (await (await client("张经办")).get(f"/matters/{matter.id}/consultation")).text
    assert 'value="2026-03-11"' in staff, "the earliest day that is allowed"
    with pytest.raises(Refused, match="至少到明天"):
        await linked(world, matter, invitation)
    token = await linked(world, matter, invitation, DUE + timedelta(days=2))
    _, refused = await enter(client, old)
    assert refused.status_code == 422 and "已经作废" in refused.text
    browser, _ = await enter(client, token)
    assert (await browser.post(f"/invited/{invitation.id}", data=SAID)).status_code == 303
    entry = await positions.history(invitation)
    assert not entry.absent and entry.position.stance == "conditional"


async def test_wrong_tokens_open_nothing_and_are_throttled(world, client):
    _, invitation, token = await asked(world)
    browser = await client("visitor")
    for guess in ("", "x", token[:-1], token.swapcase(), token + "A", "长" * 300, "\x00"):
        answer = await browser.post("/invited", data={"code": guess})
        assert answer.status_code == 422, guess
    assert "请等" in (await browser.post("/invited", data={"code": "guess"})).text
    assert (await browser.get(f"/invited/{invitation.id}")).headers["location"] == "/invited"
    assert (await browser.post(f"/invited/{invitation.id}", data=SAID)).status_code == 422
    assert await Position.all().count() == 0
    assert await Entry.filter(act__in=["consultation.open", "consultation.answer"]).count() == 0


async def test_another_organisations_token_answers_only_for_itself(world, client):
    matter, first, one = await asked(world)
    second = await invite(world, matter, name="示例供水公司")
    two = await linked(world, matter, second)
    browser, _ = await enter(client, one)
    forged = {"Cookie": f"invited={one}"}
    other = await client("visitor")
    answer = await other.post(f"/invited/{second.id}", data=SAID, headers=forged)
    assert answer.status_code == 422 and await Position.all().count() == 0
    with pytest.raises(Refused, match="没有这个链接"):
        said = positions.Said("agree")
        await positions.answer(one, second.id, said, seen=None, now=world.now)
    await browser.post("/invited", data={"code": two})
    for invitation in (first, second):
        said = {"stance": "agree", "reason": f"第{invitation.id}家", "respondent": "郑主管"}
        assert (await browser.post(f"/invited/{invitation.id}", data=said)).status_code == 303
    rows = await Position.all().values_list("invitation_id", "reason")
    assert rows == [(first.id, f"第{first.id}家"), (second.id, f"第{second.id}家")]


async def test_an_answer_from_a_second_browser_is_not_written_over_unseen(world, client):
    _, invitation, token = await asked(world)
    office, phone = (await enter(client, token))[0], (await enter(client, token))[0]
    url = f"/invited/{invitation.id}"
    await office.post(url, data=SAID)
    twice = await office.post(url, data=SAID)
    assert twice.status_code == 303 and await Position.all().count() == 1
    answer = await phone.post(url, data=SAID | {"stance": "disagree", "conditions": ""})
    assert answer.status_code == 422
    assert "另外交过一份答复" in answer.text and 'name="seen" value="1"' in answer.text
    again = SAID | {"stance": "disagree", "conditions": "", "seen": "1"}
    assert (await phone.post(url, data=again)).status_code == 303
    assert [row.stance for row in await Position.all()] == ["conditional", "disagree"]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([("合同.docx", b"PK\x03\x04")], "请上传照片（JPG、PNG、WebP）或者PDF"),
        ([("图.pdf", b"<script>alert(1)</script>")], "请上传照片"),
        ([("图.pdf", b"")], "这是一个空文件"),
        ([("图.pdf", PDF + b"0" * 10 * 1024 * 1024)], "文件太大，最多10MB"),
        ([("图.pdf", PDF)] * 3, "一次最多交2个文件"),
    ],
)
async def test_files_of_a_wrong_kind_size_or_number_are_refused_and_the_words_stay(
    world, client, files, sentence
):
    _, invitation, token = await asked(world)
    browser, _ = await enter(client, token)
    brought = [("files", (name, content, "application/pdf")) for name, content in files]
    answer = await browser.post(f"/invited/{invitation.id}", data=SAID, files=brought)
    assert answer.status_code == 422
    assert sentence in answer.text and "免得反复开挖" in answer.text
    assert (await File.all().count(), await Position.all().count()) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"stance": ""}, "请选同意、有条件同意或不同意"),
        ({"conditions": ""}, "请逐条写明条件"),
        ({"what-1": ""}, "请写承诺做什么"),
        ({"item-1": "9"}, "承诺写明的那一项，方案里没有"),
        ({"amount-1": "很多"}, "请填写金额"),
        ({"due-1": "明年"}, "日期请写成"),
        ({"respondent": ""}, "请写填写人的姓名和职务"),
        ({"reason": "长" * 2001}, "最多2000个字"),
    ],
)
async def test_a_wrong_answer_comes_back_with_what_was_typed(world, client, changes, sentence):
    _, invitation, token = await asked(world)
    browser, _ = await enter(client, token)
    answer = await browser.post(f"/invited/{invitation.id}", data=SAID | changes)
    assert answer.status_code == 422
    assert sentence in answer.text and "运维部" in answer.text
    assert await Position.all().count() == 0


async def test_once_the_consultation_is_over_the_link_shows_and_takes_nothing(world, client):
    matter, invitation, token = await asked(world)
    browser, _ = await enter(client, token)
    matter.stage = "vote"
    await matter.save()
    page = await browser.get(f"/invited/{invitation.id}")
    assert page.status_code == 200 and "商议已经结束" in page.text
    assert (await browser.post(f"/invited/{invitation.id}", data=SAID)).status_code == 403
    _, refused = await enter(client, token)
    assert refused.status_code == 403


async def test_no_log_ever_holds_a_token(world, client, caplog):
    caplog.set_level("DEBUG")
    _, invitation, token = await asked(world)
    browser, _ = await enter(client, token)
    await browser.get(f"/invited/{invitation.id}")
    await browser.post(f"/invited/{invitation.id}", data=SAID)
    world.now = end_of(DUE)
    refused = await browser.post("/invited", data={"code": token})
    assert refused.status_code == 422
    said = [record.getMessage() for record in caplog.records]
    assert any("consultation.open" in line for line in said)
    assert not [line for line in said if token in line]
    page = await browser.get(f"/invited/{invitation.id}")
    assert page.headers["referrer-policy"] == "same-origin"
    assert token not in page.text


async def test_organisations_whose_last_days_run_are_listed_to_be_reminded(world, client):
    matter, _, _ = await asked(world)
    clerk, url = await client("张经办"), f"/matters/{matter.id}/consultation"
    world.now = end_of(DUE) - timedelta(days=3, microseconds=1)
    assert "该提醒的单位" not in (await clerk.get(url)).text
    world.later(microseconds=1)
    assert "该提醒的单位" in (await clerk.get(url)).text
    assert "该提醒的单位" not in (await (await client("visitor")).get(url)).text
    world.now = end_of(DUE)
    assert "该提醒的单位" not in (await clerk.get(url)).text


async def test_a_body_that_is_far_too_big_is_refused_with_the_way_back(world, client):
    _, invitation, token = await asked(world)
    browser, _ = await enter(client, token)
    files = [("files", ("图.pdf", PDF + b"0" * 26 * 1024 * 1024, "application/pdf"))]
    answer = await browser.post(f"/invited/{invitation.id}", data=SAID, files=files)
    assert answer.status_code == 413
    assert "请按返回键回到填写的页面" in answer.text
    assert (await File.all().count(), await Position.all().count()) == (0, 0)
