"""The survey from the first page to the receipt, its menu, its photos, and what comes out of it."""

import io
import re
from datetime import timedelta
from html import unescape

import pytest
from PIL import Image

from deliberation.accounts.models import Account
from deliberation.documents.models import File
from deliberation.log.models import Entry
from deliberation.matters.models import Passage
from deliberation.stages.opinions.facts import facts
from deliberation.stages.opinions.models import Group, Opinion
from deliberation.stages.opinions.rules import blockers
from deliberation.stages.opinions.survey.facts import asked_in, given_with
from deliberation.stages.opinions.survey.keeping import forget
from deliberation.stages.opinions.survey.models import Enclosure, Upload
from deliberation.stages.opinions.survey.rules import Given
from tests.boards.pictures import phone
from tests.cast import matter_at
from tests.opinions.test_actions import code, opened, said, written
from tests.opinions.test_pages import answered

pytestmark = pytest.mark.anyio
VOICE = b"\x00\x00\x00\x1cftypM4A " + bytes(range(256)) * 4
PHOTO = phone((640, 480))


def base(matter) -> str:
    return f"/matters/{matter.id}/opinions"


def carried(html: str) -> dict[str, list[str]]:
    """What a page's form passes on unseen, and what is ticked on it."""
    found: dict[str, list[str]] = {}
    ticked = r'<input type="(?:radio|checkbox)" name="([^"]*)" value="([^"]*)"[^>]* checked'
    for pattern in (r'<input type="hidden" name="([^"]*)" value="([^"]*)"', ticked):
        for name, value in re.findall(pattern, html.partition("<main")[2]):
            found.setdefault(name, []).append(unescape(value))
    return found


class Form:
    """Somebody going from page to page of the form."""

    def __init__(self, client, matter):
        self.client, self.url, self.html, self.status = client, base(matter), "", 200

    async def open(self) -> "Form":
        self.html = (await self.client.get(f"{self.url}/survey")).text
        return self

    async def go(self, step: str, files=None, **typed) -> str:
        data = carried(self.html) | typed | {"step": step}
        answer = await self.client.post(f"{self.url}/survey", data=data, files=files)
        self.html, self.status = answer.text, answer.status_code
        return self.html

    async def hand_in(self, **typed):
        return await self.client.post(f"{self.url}/submit", data=carried(self.html) | typed)


def brought(*photos: bytes, voice: bytes = b"") -> list:
    files = [("photos", ("照片.jpg", content, "image/jpeg")) for content in photos]
    return files + ([("voice", ("录音.m4a", voice, "audio/mp4"))] if voice else [])


async def test_a_resident_answers_goes_back_adds_a_photo_and_hands_in_once(world, client):
    matter = await opened(world)
    form = await Form(await client("赵大妈"), matter).open()
    assert "第 <strong>1</strong> 题，共 7 题" in form.html
    assert "<title>第1题，共7题 · " in form.html
    assert "交物业费吗" in await form.go("fee", stance="agree")
    assert "出一部分钱吗" in await form.go("share", fee="willing")
    assert "电梯" in await form.go("menu", share="unwilling")
    page = await form.go("words", basic=["drain", "roof"], improving="lift")
    assert 'type="file"' in page and 'name="speaker"' not in page
    page = await form.go("menu", brought(PHOTO, voice=VOICE), text="第一行\n<b>第二行</b>")
    assert carried(page)["basic"] == ["drain", "roof"], "nothing is lost by going back"
    review = await form.go("review", improving=["lift", "parking"])
    for shown in ("同意改造", "愿意</strong>", "不愿意</strong>", "排水、屋面、停车、加装电梯"):
        assert shown in review, shown
    assert "&lt;b&gt;第二行&lt;/b&gt;" in review and "一段语音" in review
    assert review.index("第二行") < review.index("您同意改造吗"), "the own words first"
    assert "还有2题没有回答" in review and review.count("没有回答") == 1
    assert re.search(r'value="demolition" formaction="[^"]*">去回答', review)
    (photo,) = re.findall(r'src="([^"]+/survey/uploads/\d+)"', review)
    own = await form.client.get(photo)
    assert own.headers["cache-control"] == "no-store"
    with Image.open(io.BytesIO(own.content)) as image:
        assert image.size == (640, 480) and not image.getexif()
    for name in ("钱师傅", "visitor", "张经办"):
        assert (await (await client(name)).get(photo)).status_code == 404, name
    assert "改好了" in await form.go("stance") and carried(form.html)["stance"] == ["agree"]
    await form.go("review", stance="consider")
    done = await form.hand_in()
    assert done.status_code == 303, done.text
    assert (await form.hand_in()).headers["location"] == done.headers["location"]
    receipt = (await form.client.get(done.headers["location"])).text
    for shown in (
        "谢谢，您的意见收到了",
        "9:00</span>收到",
        "打印回执",
        "不愿意",
        "停车",
        "<audio",
        "<img",
    ):
        assert shown in receipt, shown
    opinion = await Opinion.get()
    assert (opinion.stance, opinion.text) == ("consider", "第一行\n<b>第二行</b>")
    given = (await given_with([opinion]))[opinion.id]
    willing = {"fee": "willing", "share": "unwilling"}
    assert given == Given(willing, frozenset({"drain", "roof", "lift", "parking"}))
    assert await Enclosure.all().count() == await File.filter(enclosures__id__gt=0).count() == 2
    assert await Upload.all().count() == 0
    changed = await form.hand_in(stance="agree")
    assert changed.status_code == 422 and "刚才改写的还没有收下" in changed.text
    form.html = changed.text
    assert (await form.hand_in(kept=[])).status_code == 303, "handed in once more it is another"
    assert [row.stance for row in await Opinion.all()] == ["consider", "agree"]
    bare = await Form(form.client, matter).open()
    ticked = {"stance": "agree", "fee": "willing", "share": "unwilling", "improving": "lift"}
    assert (await bare.hand_in(**ticked)).status_code == 303
    for page in ("/me", base(matter)):
        assert (
            "想改：加装电梯；愿意：交物业费；不愿意：出资改造" in (await bare.client.get(page)).text
        )


async def test_photos_and_voice_are_for_who_said_it_and_the_staff_alone(world, client, app):
    matter, home = await opened(world), world.households["2-102"]
    world.accounts["2-102"] = await Account.create(household=home, created_at=world.now)
    form = await Form(await client("卫师傅"), matter).open()
    await form.go("review", brought(PHOTO, voice=VOICE), text="门口要坡道")
    assert (await form.hand_in()).status_code == 303
    opinion = await Opinion.get()
    urls = [f"{base(matter)}/enclosures/{row.id}" for row in await Enclosure.all()]
    for name in ("卫师傅", "张经办"):
        photo, voice = [await (await client(name)).get(url) for url in urls]
        assert photo.headers["content-type"] == "image/jpeg" and PHOTO not in photo.content
        assert voice.content == VOICE and voice.headers["content-type"] == "audio/mp4"
        part = await (await client(name)).get(urls[1], headers={"Range": "bytes=4-7"})
        assert (part.status_code, part.content) == (206, b"ftyp")
    await answered(world, client, opinion)
    files = [f"/files/{row.id}" for row in await File.all()]
    for name in ("蒋同学", "2-102", "钱师傅", "陈先生", "visitor", "孙监督", "刘干部", "管理员"):
        other = await client(name)
        for url in urls + files:
            assert (await other.get(url)).status_code == 404, (name, url)
        assert "/enclosures/" not in (await other.get(base(matter))).text
    assert (await (await client("张经办")).get(files[0])).status_code == 404
    other = await matter_at(world, "opinions")
    moved = urls[0].replace(f"/{matter.id}/", f"/{other.id}/")
    assert (await (await client("张经办")).get(moved)).status_code == 404
    sheet = (await (await client("张经办")).get(f"{base(matter)}/export.csv")).text
    assert "门口要坡道" in sheet and "照片" not in sheet and "enclosures" not in sheet
    log = str([entry.body for entry in await Entry.all()])
    assert not [row.sha256 for row in await File.all() if row.sha256 in log]


async def test_what_is_no_photo_too_much_or_somebody_elses_is_refused_at_its_page(world, client):
    matter = await opened(world)
    form = await Form(await client("赵大妈"), matter).open()
    await form.go("words", stance="agree", basic="roof")
    for files, why in (
        (brought(b"<svg onload=alert(1)>"), "这不是能读出的照片"),
        (brought(voice=b"<script>alert(1)</script>"), "这不是录音"),
        (brought(*[PHOTO] * 4), "一次最多交3个文件"),
    ):
        page = await form.go("review", files, text="漏雨")
        assert form.status == 422 and why in page and "漏雨" in page, why
        assert "只有文件要再选一次" in page
        assert carried(page)["stance"] == ["agree"] and carried(page)["basic"] == ["roof"]
    long = await form.go("review", brought(PHOTO), text="漏" * 3000)
    assert form.status == 422 and "最多" in long and "文件要再选" not in long
    assert len(carried(long)["kept"]) == 1, "what else is wrong takes no photo away"
    await form.go("words", brought(PHOTO))
    assert form.html.count('name="kept"') == 2
    page = await form.go("review", brought(PHOTO, PHOTO), text="漏雨")
    assert form.status == 422 and "最多3张照片，加上这次有4张" in page
    kept = carried(page)["kept"]
    await form.go("review", text="漏雨", kept=kept[:1])
    assert carried(form.html)["kept"] == kept[:1], "one was left out"
    other = await Form(await client("钱师傅"), matter).open()
    for stolen in (kept[:1], ["9" * 9], ["x"]):
        refused = await other.hand_in(text="我的", kept=stolen)
        assert refused.status_code == 422 and "请重新选" in refused.text, stolen
    await forget(world.later(hours=12))
    await other.go("words", brought(PHOTO))
    await forget(world.later(hours=12, minutes=1))
    late = await form.hand_in()
    assert late.status_code == 422 and "已经不在了" in late.text and "漏雨" in late.text
    assert await Opinion.all().count() == 0
    assert await Upload.all().count() == 1, "what was never handed in is gone after a day"


async def test_nobody_keeps_photos_who_is_on_no_roll_or_outside_the_period(world, client):
    matter = await opened(world)
    visitor = await Form(await client("visitor"), matter).open()
    page = await visitor.go("words", stance="agree")
    assert 'type="file"' not in page and 'name="speaker"' in page
    page = await visitor.go("review", brought(PHOTO), text="乱")
    assert visitor.status == 422 and "请写您的称呼" in page
    await visitor.go("review", brought(PHOTO), text="乱", speaker="刘师傅", origin="理发店")
    assert (await visitor.hand_in()).status_code == 303
    clerk = await Form(await client("张经办"), matter).open()
    assert "请在“登记意见”里记下来" in clerk.html and "<textarea" not in clerk.html
    form = await Form(await client("赵大妈"), matter).open()
    await form.go("words")
    await Passage.filter(matter=matter, stage="opinions").update(
        last_on=world.now.date() - timedelta(days=1)
    )
    await form.go("review", brought(PHOTO), text="晚了")
    assert form.status == 422
    assert await Upload.all().count() == 0
    late = await form.client.post(
        f"{form.url}/submit", data={"text": "晚", "request_code": code(7)}
    )
    assert late.status_code == 422 and "征求意见已于" in late.text


async def test_forms_nobodys_page_made_are_answered_with_a_page(world, client):
    matter = await opened(world)
    form = await Form(await client("赵大妈"), matter).open()
    for typed in (
        {"step": "x", "from": "stance"},
        {"step": "review"},
        {"stance": "强烈同意", "step": "menu", "from": "stance"},
        {"fee": "x", "step": "menu", "from": "fee"},
        {"basic": ["drain", "money"], "step": "words", "from": "menu"},
        {"kept": "１", "step": "review", "from": "words"},
    ):
        answer = await form.client.post(f"{form.url}/survey", data=typed)
        assert answer.status_code == 422, typed
    for typed in ({}, {"text": " "}, {"wants": "lift"}, {"basic": "lift", "text": "好"}):
        data = {"request_code": code(1)} | typed
        assert (await form.client.post(f"{form.url}/submit", data=data)).status_code == 422, typed
    for id in (0, 2**31, 10**30):
        for path in ("survey/uploads", "enclosures"):
            assert (await form.client.get(f"{form.url}/{path}/{id}")).status_code == 404
    assert await Opinion.all().count() == 0


async def test_a_voice_note_is_written_down_before_the_stage_ends_and_then_answered(world, client):
    matter = await opened(world)
    form = await Form(await client("赵大妈"), matter).open()
    await form.go("review", brought(voice=VOICE))
    assert (await form.hand_in()).status_code == 303
    known = await facts(matter, "opinions")
    assert (known.unwritten, known.unanswered) == (1, 0)
    assert "还有1段语音没有写成文字" in blockers(known, None, world.later(days=9))
    clerk, opinion = await client("张经办"), await Opinion.get()
    url = f"{base(matter)}/{opinion.id}"
    assert "<audio" in (await clerk.get(url)).text
    assert (await clerk.post(f"{url}/spoken", data={"spoken": ""})).status_code == 422
    denied = await form.client.post(f"{url}/spoken", data={"spoken": "假的"})
    assert denied.status_code == 404
    for spoken in ("六楼漏雨", "六楼漏雨，找19900001234"):
        assert (await clerk.post(f"{url}/spoken", data={"spoken": spoken})).status_code == 303
        assert (await Opinion.get()).text == f"（语音）{spoken}"
    known = await facts(matter, "opinions")
    assert (known.unwritten, known.unanswered) == (0, 1)
    again = await form.hand_in()
    assert again.status_code == 303, "the form as it was sent is still the same form"
    entries = await Entry.filter(act="opinions.transcribe")
    assert [entry.account_id for entry in entries] == [world.accounts["张经办"].id] * 2
    assert "漏雨" not in str([entry.body for entry in entries])
    await answered(world, client, opinion)
    public = (await (await client("visitor")).get(base(matter))).text
    assert "六楼漏雨" in public and "19900001234" not in public


async def survey(world, client, matter, who: str, **answers) -> None:
    form = await Form(await client(who), matter).open()
    done = await form.hand_in(**answers)
    assert done.status_code == 303, done.text


async def test_households_are_counted_by_their_latest_answer_and_few_are_not_told_apart(
    world, client
):
    matter = await opened(world)
    everyone = ("赵大妈", "钱师傅", "冯老师", "褚阿姨")
    for who in everyone:
        await survey(world, client, matter, who, stance="agree", fee="willing", improving="lift")
    url = f"{base(matter)}/demand"
    rows = r"<th[^>]*>交物业费</th>(.*?)</tr>"

    async def counts() -> list[str]:
        page = (await (await client("visitor")).get(url)).text
        return re.findall(r"<span>([^<]*)</span>", re.search(rows, page, re.S)[1])

    assert await counts() == ["4", "不显示", "不显示", "不显示"]
    await survey(world, client, matter, "卫师傅", stance="disagree", fee="unwilling")
    await survey(world, client, matter, "蒋同学", fee="consider")
    await survey(world, client, matter, "赵大妈", basic="roof")
    assert await counts() == ["5", "4", "0", "1"]
    page = (await (await client("visitor")).get(url)).text
    assert "要3户，不要0户" in page, "who ticked again wants what was ticked last"
    assert "想法一致" not in page, "a tick says nothing of those who did not tick"
    assert re.search(r"是否同意改造</th>.*?<span>5<.*?<span>4<.*?<span>1<.*?<span>0<", page, re.S)
    known = await facts(matter, "opinions")
    assert (known.total, known.covered, known.unanswered) == (7, 5, 0)
    own = (await (await client("赵大妈")).get(base(matter))).text
    assert "等待答复" not in own, "what was only counted waits for no answer"


async def test_staff_record_the_same_answers_and_the_file_lists_them(world, client):
    matter = await opened(world)
    clerk = await client("张经办")
    form = {
        "channel": "paper",
        "building": str(world.buildings[1].id),
        "room": "101",
        "said_on": "2026-03-02",
        "request_code": code(60),
    }
    empty = await clerk.post(f"{base(matter)}/record", data=form)
    assert empty.status_code == 422 and "请至少回答一题" in empty.text
    form |= {"demolition": "consider", "basic": ["drain", "roof"]}
    assert (await clerk.post(f"{base(matter)}/record", data=form)).status_code == 303
    await written(world, matter, text="灯不亮")
    sheet = (await clerk.get(f"{base(matter)}/export.csv")).text.splitlines()
    assert "态度,拆除违建,交物业费,交维修资金,出资改造,想改什么,意见" in sheet[0]
    assert ",再考虑,,,,排水、屋面,,," in sheet[1] and sheet[1].endswith("只回答了问卷")
    assert ",,,,,,灯不亮," in sheet[2]
    shown = await clerk.get(f"{base(matter)}/list?state=counted")
    assert "只回答了问卷" in shown.text and "灯不亮" not in shown.text
    opinion = await Opinion.get(text="")
    page = (await clerk.get(f"{base(matter)}/{opinion.id}")).text
    assert "排水、屋面" in page and 'name="verdict"' not in page


def menu(html: str) -> dict[str, list[str]]:
    data = carried(html)
    for name, value in re.findall(r'name="(name-[^"]*)" type="text" value="([^"]*)"', html):
        data[name] = [value]
    return data


async def test_a_menu_is_made_from_a_template_and_only_grows_once_announced(world, client):
    matter = await matter_at(world, "opinions")
    url, clerk = f"{base(matter)}/menu", await client("张经办")
    for name in ("赵大妈", "孙监督", "visitor"):
        assert (await (await client(name)).get(url)).status_code == 404
    taken = await clerk.post(f"{url}/template", data={"template": "one-five-three"})
    assert taken.status_code == 303
    data = menu((await clerk.get(url)).text)
    assert (len(data["basic"]), data["raising"]) == (5, ["rooms"])
    data |= {"raising": [], "own-1": "晾衣架", "kind-1": "improving", "questions": ["fee"]}
    data |= {"name-road": "路面", "own-2": "找19900001234", "kind-2": "basic"}
    refused = await clerk.post(url, data=data)
    assert refused.status_code == 422 and "手机号码" in refused.text and "晾衣架" in refused.text
    assert (await clerk.post(url, data=data | {"own-2": ""})).status_code == 303
    asked = await asked_in(matter)
    assert asked.menu.items["own1"].name == "晾衣架" and asked.menu.items["road"].name == "路面"
    assert "rooms" not in asked.menu.items and asked.questions == ("fee",)
    assert (await clerk.post(f"{base(matter)}/announce", data={"days": "7"})).is_redirect
    page = (await clerk.get(url)).text
    assert "期限已经公布，只能增加" in page and 'name="template"' not in page
    data = menu(page)
    fewer = await clerk.post(url, data=data | {"basic": data["basic"][1:], "name-road": "马路"})
    assert fewer.status_code == 422
    assert "不能拿掉：" in fewer.text and "不能改名：路面" in fewer.text
    assert (await clerk.post(f"{url}/template", data={"template": "whole"})).status_code == 422
    more = data | {"improving": [*data["improving"], "lift"], "questions": ["fee", "share"]}
    assert (await clerk.post(url, data=more)).status_code == 303
    form = await Form(await client("赵大妈"), matter).open()
    page = await form.go("menu")
    assert all(name in page for name in ("晾衣架", "路面", "加装电梯")) and "卫生服务" not in page
    assert "维修资金" not in await form.go("fund"), "it leads to the first page"


async def test_the_menu_is_where_a_category_comes_from_and_what_was_chosen_stays(world, client):
    before = await matter_at(world, "opinions")
    clerk = await client("张经办")
    url = f"{base(before)}/menu"
    await clerk.post(f"{url}/template", data={"template": "one-five-three"})
    matter = await opened(world)
    await written(world, matter, n=70, text="晾衣架锈了")
    grouped = await said(world, matter, text="装电梯")
    group = await Group.create(matter=matter, title="电梯", category="lift")
    await Opinion.filter(id=grouped.id).update(group_id=group.id)
    await Passage.filter(matter=matter, stage="opinions").update(last_on=None)
    like = {"template": f"matter-{before.id}"}
    refused = await clerk.post(f"{base(matter)}/menu/template", data=like)
    assert refused.status_code == 422 and "已经有人选了，不能拿掉：加装电梯" in refused.text
    await Group.filter(id=group.id).update(category="")
    assert (await clerk.post(f"{base(matter)}/menu/template", data=like)).status_code == 303
    page = (await clerk.get(f"{base(matter)}/groups/{group.id}")).text
    assert "提升类：党群用房" in page and "加装电梯</option>" not in page and "其他：出资" in page
    sort = {"title": "电梯", "category": "lift"}
    wrong = await clerk.post(f"{base(matter)}/groups/{group.id}/sort", data=sort)
    assert wrong.status_code == 422
    data = menu((await clerk.get(f"{base(matter)}/menu")).text)
    data |= {"own-1": "晾衣架", "kind-1": "improving"}
    assert (await clerk.post(f"{base(matter)}/menu", data=data)).status_code == 303
    sections = (await clerk.get(f"{base(matter)}/answers")).text
    assert "<legend><strong>晾衣架</strong></legend>" in sections
    assert not [one for one in (await asked_in(before)).menu.items if one.startswith("own")]
