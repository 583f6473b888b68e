import re
from datetime import date

import pytest

from deliberation.accounts.models import Account
from deliberation.stages.opinions.models import Group, Opinion
from deliberation.stages.opinions.reviews.models import Review
from tests.cast import matter_at
from tests.opinions.test_actions import CSV, opened, said, stranger, written
from tests.queries import counted
from tests.story.browser import parse

pytestmark = pytest.mark.anyio
PRIVATE = "我是3号楼2单元301室的，电话19900001234，身份证410101199001011234，楼道灯坏了"
SECRETS = ("19900001234", "410101199001011234", "301室", "2单元301")


def code_in(html: str) -> str:
    return re.search(r'name="request_code" value="([^"]+)"', html)[1]


async def answered(world, client, opinion, reason="列入方案", verdict="adopted"):
    clerk = await client("张经办")
    url = f"/matters/{opinion.matter_id}/opinions"
    reply = {"verdict": verdict, "reason": reason}
    done = await clerk.post(f"{url}/{opinion.id}/answer", data=reply)
    assert done.status_code == 303, done.text
    await published(client, url)


async def published(client, url):
    """The other clerk checks and publishes whatever was drafted."""
    other = await client("何经办")
    boxes = re.findall(r'name="draft" value="([^"]+)"', (await other.get(f"{url}/answers")).text)
    assert (await other.post(f"{url}/answers/check", data={"draft": boxes})).is_redirect
    done = await other.post(f"{url}/answers/publish")
    assert done.status_code == 303, done.text


async def test_a_resident_says_something_and_finds_it_again_with_its_answer(world, client):
    matter = await opened(world)
    url = f"/matters/{matter.id}/opinions"
    neighbour = await client("赵大妈")
    page = await neighbour.get(url)
    assert "2026年3月3日" in page.text and "2026年3月9日24:00" in page.text
    assert f'href="{url}/survey">说说您的想法</a>' in page.text
    code = code_in((await neighbour.get(f"{url}/survey")).text)
    form = {"text": "下水管又堵了", "stance": "agree", "request_code": code}
    done = await neighbour.post(f"{url}/submit", data=form)
    assert done.status_code == 303, done.text
    thanks = await neighbour.get(done.headers["location"])
    assert "谢谢，您的意见收到了" in thanks.text
    again = await neighbour.post(f"{url}/submit", data=form)
    assert again.headers["location"] == done.headers["location"]
    mine = (await neighbour.get(url)).text
    assert "我说过的" in mine
    assert "等待答复" in mine
    opinion = await Opinion.get()
    await answered(world, client, opinion)
    mine = (await neighbour.get(url)).text
    assert "等待答复" not in mine
    assert mine.count("列入方案") == 2  # with her own words, and among everyone's


async def test_nobody_else_sees_an_unanswered_opinion(world, client):
    matter = await opened(world)
    opinion = await said(world, matter, text="下水管又堵了")
    thanks = f"/matters/{matter.id}/opinions/sent/{opinion.request_code.partition('-')[2]}"
    assert (await (await client("赵大妈")).get(thanks)).status_code == 200
    for name in ("陈先生", "钱师傅", "visitor", "孙监督", "刘干部"):
        other = await client(name)
        page = await other.get(f"/matters/{matter.id}/opinions")
        assert page.status_code == 200
        assert "下水管又堵了" not in page.text
        assert (await other.get(thanks)).status_code == 404
        for inside in ("list", f"{opinion.id}", "record", "import", "export.csv"):
            path = f"/matters/{matter.id}/opinions/{inside}"
            assert (await other.get(path)).status_code == 404, (name, inside)


async def test_what_one_person_said_is_not_shown_to_others_of_the_home(world, client):
    matter = await opened(world)
    await said(world, matter, "卫师傅", "我想装电梯")
    home = world.households["2-102"]
    await written(
        world,
        matter,
        channel="paper",
        text="门口要坡道",
        building=world.buildings[2].id,
        room="102",
    )
    world.accounts["2-102"] = await Account.create(household=home, created_at=world.now)
    for name in ("蒋同学", "2-102"):
        page = (await (await client(name)).get(f"/matters/{matter.id}/opinions")).text
        assert "我想装电梯" not in page
        assert "门口要坡道" in page
    page = (await (await client("卫师傅")).get(f"/matters/{matter.id}/opinions")).text
    assert "我想装电梯" in page
    assert "门口要坡道" in page


async def test_a_household_account_speaks_for_its_household(world, client):
    matter = await opened(world)
    home = world.households["1-101"]
    world.accounts["1-101"] = await Account.create(household=home, created_at=world.now)
    account = await client("1-101")
    page = await account.get(f"/matters/{matter.id}/opinions/survey")
    form = {"text": "同意", "request_code": code_in(page.text)}
    assert (await account.post(f"/matters/{matter.id}/opinions/submit", data=form)).is_redirect
    opinion = await Opinion.get()
    assert (opinion.household_id, opinion.person_id, opinion.speaker) == (home.id, None, "")


async def test_a_visitor_gives_a_name_waits_and_comes_back_by_the_address(world, client):
    matter = await opened(world)
    url = f"/matters/{matter.id}/opinions"
    visitor = await client("visitor")
    code = code_in((await visitor.get(f"{url}/survey")).text)
    form = {"text": "门口停车太乱", "request_code": code}
    missing = await visitor.post(f"{url}/submit", data=form)
    assert missing.status_code == 422
    assert "请写您的称呼，例如：刘师傅" in missing.text
    assert "门口停车太乱" in missing.text
    assert 'type="tel"' not in missing.text and 'type="file"' not in missing.text
    form |= {"speaker": "刘师傅", "origin": "理发店"}
    done = await visitor.post(f"{url}/submit", data=form)
    assert "等待社区确认" in (await visitor.get(done.headers["location"])).text
    opinion = await Opinion.get()
    clerk = await client("张经办")
    shown = await clerk.get(f"{url}/list?state=unconfirmed")
    assert "刘师傅" in shown.text
    assert (await clerk.post(f"{url}/{opinion.id}/confirm")).status_code == 303
    await answered(world, client, opinion, reason="划出车位")
    assert "划出车位" in (await visitor.get(done.headers["location"])).text


async def test_who_is_set_aside_reads_why(world, client):
    matter = await opened(world)
    opinion = await stranger(world, matter)
    clerk = await client("张经办")
    url = f"/matters/{matter.id}/opinions/{opinion.id}"
    assert (await clerk.post(f"{url}/set-aside", data={"reason": ""})).status_code == 422
    assert (await clerk.post(f"{url}/set-aside", data={"reason": "查无此店"})).is_redirect
    code = opinion.request_code.partition("-")[2]
    page = await (await client("visitor")).get(f"/matters/{matter.id}/opinions/sent/{code}")
    assert "查无此店" in page.text
    assert "查无此店" in (await clerk.get(url)).text


async def test_a_phone_an_identity_number_and_a_room_never_reach_a_public_page(world, client):
    matter = await opened(world)
    opinion = await said(world, matter, text=PRIVATE)
    await answered(world, client, opinion)
    pages = [
        await (await client(name)).get(f"/matters/{matter.id}{path}")
        for name in ("visitor", "钱师傅", "陈先生", "孙监督")
        for path in ("/opinions", "", "/record")
    ]
    assert "楼道灯坏了" in pages[0].text
    for page in pages:
        assert page.status_code == 200
        assert not [secret for secret in SECRETS if secret in page.text]
        assert "赵大妈" not in page.text
    clerk = await (await client("张经办")).get(f"/matters/{matter.id}/opinions/{opinion.id}")
    assert "公开时写成" in clerk.text
    assert "19900001234" in clerk.text


async def test_a_group_is_public_with_some_words_in_which_nothing_tells_a_home(world, client):
    matter = await opened(world)
    first, second = await said(world, matter), await said(world, matter, "褚阿姨", "厨房返味", 2)
    waits = await stranger(world, matter)
    telling = [PRIVATE, "李大爷家天天返水", "3号楼东户的水管漏", "打13900005678找我"]
    hidden = [await written(world, matter, text=text, n=20 + n) for n, text in enumerate(telling)]
    wrong = await written(world, matter, text="这句话我没说过", n=30)
    await Review.create(opinion=wrong, agrees=False, wrong="没说", said_at=world.now)
    clerk, visitor = await client("张经办"), await client("visitor")
    url = f"/matters/{matter.id}/opinions"
    data = {"opinion": [str(first.id)], "title": "更换下水管"}
    done = await clerk.post(f"{url}/list?state=unanswered", data=data)
    assert done.headers["location"].startswith(f"{url}/list?state=unanswered")
    group = await Group.get()
    assert ">1条<" in (alone := (await visitor.get(url)).text) and first.text not in alone
    rest = [str(row.id) for row in (second, wrong, *hidden)]
    assert (await clerk.post(f"{url}/list", data={"opinion": rest, "group": group.id})).is_redirect
    trace = f"/matters/{matter.id}/trace/groups/{group.id}"
    for page in ((await visitor.get(url)).text, (await visitor.get(trace)).text):
        assert "“下水管又堵了”" in page and "“厨房返味”" in page and "7条意见" in page
        assert not [one for one in (*SECRETS, "大爷", "东户", "没说过", waits.text) if one in page]
    reply = {"verdict": "partly", "reason": "先换主管"}
    assert (await clerk.post(f"{url}/groups/{group.id}/answer", data=reply)).is_redirect
    await published(client, url)
    page = (await visitor.get(url)).text
    assert "更换下水管" in page and "部分采纳" in page and "先换主管" in page
    assert 'is-done"><svg' in page.split("部分采纳")[0][-250:]
    reply = {"verdict": "referred", "reason": "转给供水公司"}
    assert (await clerk.post(f"{url}/groups/{group.id}/answer", data=reply)).is_redirect
    await published(client, url)
    page = (await visitor.get(url)).text
    assert '<span class="badge">转办</span>' in page, "no tick for what others are asked to do"
    assert (await clerk.post(f"{url}/{second.id}/take-out")).is_redirect
    assert "厨房返味" not in (await visitor.get(url)).text


async def test_coverage_and_its_warning_are_shown_to_everyone(world, client):
    matter = await opened(world)
    await said(world, matter)
    page = (await (await client("visitor")).get(f"/matters/{matter.id}/opinions")).text
    assert "已听到1户，共5户；目标是3/4以上" in page
    assert "<strong>1</strong> / 5 户（20%）" in page


async def test_the_clerk_announces_the_period_and_the_default_comes_from_the_rule_set(
    world, client
):
    matter = await matter_at(world, "opinions", procedure="one-three-two-community")
    url = f"/matters/{matter.id}/opinions"
    clerk = await client("张经办")
    assert re.search(r'name="days"[^>]*value="15"', (await clerk.get(url)).text)
    wrong = await clerk.post(f"{url}/announce", data={"days": "2"})
    assert wrong.status_code == 422
    assert "征求意见的期限是3到30天，现在填的是2天" in wrong.text
    assert (await clerk.post(f"{url}/announce", data={"days": "１５"})).is_redirect
    page = await (await client("visitor")).get(url)
    assert "2026年3月17日24:00" in page.text
    denied = await (await client("赵大妈")).post(f"{url}/announce", data={"days": "7"})
    assert denied.status_code == 403


async def test_a_visit_is_recorded_in_the_stairwell_and_the_next_door_is_prepared(world, client):
    matter = await opened(world)
    url = f"/matters/{matter.id}/opinions/record"
    clerk = await client("张经办")
    page = await clerk.get(url)
    building = str(world.buildings[1].id)
    form = {
        "channel": "visit",
        "building": building,
        "room": "102",
        "visitors": "张三",
        "text": "灯坏了",
        "said_on": "2026-03-02",
        "request_code": code_in(page.text),
    }
    wrong = await clerk.post(url, data=form)
    assert wrong.status_code == 422
    assert "入户走访要写两名走访人的姓名" in wrong.text
    assert 'value="102"' in wrong.text
    form |= {"visitors": "张三、李四"}
    assert (await clerk.post(url, data=form)).is_redirect
    assert (await clerk.post(url, data=form)).is_redirect
    assert await Opinion.all().count() == 1
    following = (await clerk.get(url)).text
    assert 'value="张三、李四"' in following
    assert f'<option value="{building}" selected>' in following
    assert 'value="102"' not in following


async def test_a_file_is_imported_and_its_bad_rows_are_named_on_the_page(world, client):
    matter = await opened(world)
    url = f"/matters/{matter.id}/opinions/import"
    clerk = await client("张经办")
    data = {"said_on": "2026-03-02", "visitors": "张三、李四"}

    async def post(content: bytes):
        return await clerk.post(url, data=data, files={"file": ("意见.csv", content, "text/csv")})

    bad = await post((CSV + "网上,9号楼,,,好\n").encode("gb18030"))
    assert bad.status_code == 422
    assert "第4行：涉及范围里没有“9号楼”这栋楼" in bad.text
    assert (await post(b"PK\x03\x04\x00")).status_code == 422
    assert (await post(CSV.encode("gb18030"))).is_redirect
    assert await Opinion.filter(matter=matter).count() == 2


async def test_the_list_is_filtered_searched_and_paged(world, client):
    matter = await opened(world)
    rows = "".join(f"微信群,1号楼,,,第{n}件事\n" for n in range(51))
    clerk = await client("张经办")
    url = f"/matters/{matter.id}/opinions"
    file = {"file": ("a.csv", (CSV + rows).encode(), "text/csv")}
    data = {"said_on": "2026-03-02", "visitors": "张三、李四"}
    assert (await clerk.post(f"{url}/import", data=data, files=file)).is_redirect
    first = (await clerk.get(f"{url}/list")).text
    assert first.count('name="opinion"') == 50
    assert "下一页" in first
    second = (await clerk.get(f"{url}/list?page=2")).text
    assert second.count('name="opinion"') == 3
    found = (await clerk.get(f"{url}/list?channel=visit&words=水管")).text
    assert found.count('name="opinion"') == 1
    await answered(world, client, await Opinion.filter(text="修路").first())
    assert (await clerk.get(f"{url}/list?state=answered")).text.count('name="opinion"') == 1
    assert "没有答复（52条）" in (await clerk.get(f"{url}/list?state=unanswered")).text
    every = [str(id) for id in await Opinion.filter(channel="chat").values_list("id", flat=True)]
    data = {"opinion": every, "title": "杂事"}
    assert (await clerk.post(f"{url}/list", data=data)).is_redirect
    group = await Group.get()
    assert "杂事（52条）" in (await clerk.get(f"{url}/groups/{group.id}")).text
    assert (await clerk.get(f"{url}/groups/{group.id}?page=2")).text.count("取出") == 2
    for odd in ("state=x&channel=%00&page=-1", "words=%00%25_'&page=99999999999999", "page=０"):
        assert (await clerk.get(f"{url}/list?{odd}")).status_code == 200


async def test_the_exported_file_holds_no_formula_and_only_the_filtered_opinions(world, client):
    matter = await opened(world)
    await said(world, matter, text='=HYPERLINK("http://x")')
    await written(world, matter, text="@cmd")
    clerk = await client("张经办")
    url = f"/matters/{matter.id}/opinions/export.csv"
    file = await clerk.get(url)
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert file.content.startswith(b"\xef\xbb\xbf")
    assert "\"'=HYPERLINK" in file.text
    assert "'@cmd" in file.text
    assert "1号楼101" in file.text
    assert "HYPERLINK" not in (await clerk.get(f"{url}?channel=phone")).text


async def test_ids_of_another_matter_are_not_found(world, client):
    matter, other = await opened(world), await opened(world)
    theirs = await said(world, other)
    group = await Group.create(matter=other, title="别的组")
    clerk = await client("张经办")
    url = f"/matters/{matter.id}/opinions"
    for path in (str(theirs.id), f"groups/{group.id}", "99999999999999", "groups/99999999999999"):
        assert (await clerk.get(f"{url}/{path}")).status_code == 404, path
    for path in (f"{theirs.id}/answer", f"groups/{group.id}/answer", f"{theirs.id}/confirm"):
        data = {"verdict": "adopted", "reason": "好"}
        assert (await clerk.post(f"{url}/{path}", data=data)).status_code == 404, path
    mine = await said(world, matter, n=2)
    data = {"opinion": str(mine.id), "group": str(group.id)}
    assert (await clerk.post(f"{url}/list", data=data)).status_code == 422
    data = {"opinion": str(theirs.id), "title": "新组"}
    assert (await clerk.post(f"{url}/list", data=data)).status_code == 422
    data = {"opinion": ["1", "x", "9" * 30], "title": "新组"}
    assert (await clerk.post(f"{url}/list", data=data)).status_code == 422


async def test_hostile_words_come_back_or_are_cleaned(world, client):
    matter = await opened(world)
    url = f"/matters/{matter.id}/opinions"
    neighbour = await client("赵大妈")
    code = code_in((await neighbour.get(f"{url}/survey")).text)
    long = await neighbour.post(f"{url}/submit", data={"text": "长" * 3000, "request_code": code})
    assert long.status_code == 422
    assert "最多2000个字，现在有3000个字" in long.text
    empty = await neighbour.post(f"{url}/submit", data={"text": " \x00 ", "request_code": code})
    assert empty.status_code == 422
    markup = {"text": "<script>a</script>\x00好", "request_code": code, "stance": ""}
    assert (await neighbour.post(f"{url}/submit", data=markup)).is_redirect
    assert "&lt;script&gt;a&lt;/script&gt;好" in (await neighbour.get(url)).text
    for data in ({"text": "好"}, {"text": "好", "request_code": "\x00" * 20}):
        assert (await neighbour.post(f"{url}/submit", data=data)).status_code == 422
    assert (await neighbour.get(f"{url}/sent/%00")).status_code == 404
    stance = {"text": "好", "stance": "强烈同意", "request_code": code}
    assert (await neighbour.post(f"{url}/submit", data=stance)).status_code == 422
    clerk = await client("张经办")
    for box in ("-3", "1-", "1-" + "9" * 5000):
        assert (await clerk.post(f"{url}/answers/check", data={"draft": box})).status_code == 422
    file = {"building": ("1.txt", b"1")}
    assert (await clerk.post(f"{url}/record", files=file)).status_code == 422


async def test_a_matter_that_has_not_reached_the_stage_has_no_such_page(world, client):
    matter = await matter_at(world, "matters")
    visitor = await client("visitor")
    assert (await visitor.get(f"/matters/{matter.id}/opinions")).status_code == 404


async def test_after_the_stage_the_answers_stay_public_and_the_forms_are_gone(world, client):
    matter = await opened(world)
    opinion = await said(world, matter)
    await answered(world, client, opinion)
    world.later(days=8)
    clerk, stage = await client("张经办"), f"/matters/{matter.id}/opinions"
    (ready,) = parse((await clerk.get(stage)).text).all("section", of="is-done")
    for words in ("已听到1户，共5户", "不能再提意见", "只有书记能退回来", "确认办完"):
        assert words in ready.text
    assert (
        await clerk.post(f"/matters/{matter.id}/advance", data={"stage": "opinions"})
    ).is_redirect
    page = (await (await client("钱师傅")).get(f"/matters/{matter.id}/opinions")).text
    assert "列入方案" in page
    assert f"/matters/{matter.id}/opinions/survey" not in page
    shown = await clerk.get(f"/matters/{matter.id}/opinions/{opinion.id}")
    assert "列入方案" in shown.text
    assert 'name="verdict"' not in shown.text


async def test_the_public_page_asks_the_same_few_queries_however_much_was_said(world, client):
    matter = await opened(world)
    url = f"/matters/{matter.id}/opinions"
    await answered(world, client, await said(world, matter))
    visitor = await client("visitor")
    with counted() as few:
        await visitor.get(url)
    for n in range(2, 9):
        await answered(world, client, await said(world, matter, text=f"第{n}件事", n=n))
        grouped = await written(world, matter, n=40 + n, said_on=date(2026, 3, 2))
        grouped.group = await Group.create(matter=matter, title=f"第{n}组")
        await grouped.save()
    with counted() as many:
        page = await visitor.get(url)
    assert "第8件事" in page.text
    assert "第8组" in page.text
    assert 0 < len(few) <= 20
    assert len(many) == len(few)
