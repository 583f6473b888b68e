"""From registration to the final plan: 动议, 一征, 一议, 二议 and, where declared, 党员大会."""

from deliberation import procedures
from tests.story.browser import Page
from tests.story.story import CLERK, SECRETARY, VISITOR, Story

TITLE = "东风里小区老旧管网改造"
PIPES = {
    "name": "更换排水主管",
    "category": "基础类",
    "quantity": "2栋，共86米",
    "pay-treasury": "400000",
    "pay-residents": "80000",
    "responsible": "示例市政公司",
    "upkeep": "物业负责，质保五年",
}
LAMPS = {
    "name": "更换楼道灯",
    "category": "完善类",
    "quantity": "24盏",
    "pay-treasury": "36000.50",
    "responsible": "示例照明公司",
}

ROOF = {
    "name": "屋面防水",
    "category": "基础类",
    "quantity": "2栋",
    "pay-maintenance": "90000",
    "responsible": "示例防水公司",
}


async def file(story: Story, procedure: str = procedures.DEFAULT) -> None:
    """The clerk registers the matter."""
    details = {
        "title": TITLE,
        "summary": "1981年的铸铁管年年堵",
        "source": "党员群众建议",
        "places": ["东风里小区"],
        "contact": CLERK,
        "contact_phone": "0371-6000 0003",
        "procedure": procedures.get(procedure).name,
    }
    page = await story.do(CLERK, "/matters/new", "/matters/new", details)
    story.matter = page.path.removesuffix("/matters")


async def register(story: Story, procedure: str = procedures.DEFAULT) -> None:
    """Filed, and discussed by the party organisation."""
    await file(story, procedure)
    await story.stuck("matters", "请登记社区党组织研究的日期、参加人和结论")
    found = {"on": story.day(-1), "by": "李书记等5人", "conclusion": "同意立项"}
    await story.do(CLERK, "matters", "/discuss", found)
    await story.onward("matters")


async def hear(story: Story) -> None:
    """A neighbour, a shopkeeper on no roll and a home that was visited are heard and answered."""
    await announce(story)
    await speak(story)
    await story.over("opinions")
    await story.stuck("opinions", "还有1条名册外人员的意见没有确认身份", "还有2条意见没有答复")
    await answer(story)
    await story.onward("opinions")


async def announce(story: Story) -> None:
    await story.stuck("opinions", "还没有公布征求意见的起止日期")
    await story.do(CLERK, "opinions", "/announce")
    await story.stuck("opinions", "征求意见到")


async def speak(story: Story) -> None:
    said = {"text": "楼下水管总堵，打我电话19900001234"}
    page = await answer_survey(story, "赵大妈", said, stance="同意改造")
    assert "19900001234" in page.text, "who said it reads it as it was said"
    stranger = {"text": "施工时给店门口留条路", "speaker": "刘师傅", "origin": "东门口的理发店"}
    await answer_survey(story, VISITOR, stranger)
    visit = {
        "channel": "入户走访",
        "building": "2号楼",
        "room": "101",
        "visitors": "何经办、王主任",
        "text": "楼道灯坏了半年，2号楼101门口最黑",
    }
    await story.do(CLERK, "opinions/record", "/record", visit)


async def answer_survey(story: Story, name: str, words: dict, **first: str) -> Page:
    """The first page, straight to the words, one to look over, and the receipt."""
    story.world.later(minutes=1)
    person = await story.person(name)
    page = await story.see(name, "opinions/survey")
    page = await person.press(page, "*/survey", first, "跳过选择，直接写话", 200)
    page = await person.press(page, "*/survey", words, "看一看再交", 200)
    return await person.press(page, "*/submit", button="交给社区")


async def answer(story: Story) -> None:
    """The stranger is confirmed; two opinions are answered as one group, the third alone."""
    waiting = await story.see(CLERK, "opinions/list")
    await story.do(CLERK, waiting.link("施工时给店门口留条路"), "/confirm")
    ids = [waiting.link(said).rpartition("/")[2] for said in ("楼下水管总堵", "施工时给店门口")]
    group = {"opinion": ids, "title": "更换下水管"}
    listed = await story.do(CLERK, "opinions/list", "/opinions/list*", group, "归并勾选的意见")
    adopted = {"verdict": "采纳", "reason": "列入方案，先挖后修，留出通道。"}
    await story.do(CLERK, listed.link("更换下水管"), "/answer", adopted)
    partly = {"verdict": "部分采纳", "reason": "先换公共部位的灯。"}
    await story.do(CLERK, listed.link("楼道灯坏了半年"), "/answer", partly)
    await story.do(SECRETARY, "opinions/answers", "/answers/check", button="全部核对无误")
    await story.do(SECRETARY, "opinions/answers", "/answers/publish")
    public = await story.see(VISITOR, "opinions")
    assert "更换下水管" in public.text and "先换公共部位的灯。" in public.text
    assert "［已隐去］" in public.text, "the room in the visit's words"


async def meet(
    story: Story, stage: str, *, counts: tuple[int, int, int] | None, away: tuple[str, ...] = ()
) -> None:
    """A meeting is called for tomorrow and held; `counts` are 同意, 反对, 弃权."""
    held_at = f"{story.day(1)}T09:00"
    call = {"held_at": held_at, "venue": "社区会议室", "chair": SECRETARY, "recorder": CLERK}
    call["agenda"] = "逐项讨论方案"
    await story.do(SECRETARY, stage, "/convene", call)
    story.morning()
    page = await story.see(CLERK, stage)
    form = page.form(f"*/{stage}/meetings/*", {"points"})
    seats = [label.all("span")[0].text for label in form.node.all("label", of="choice")]
    minutes = {"present": [name for name in seats if name not in away], "points": "逐项讨论。"}
    for name in away:
        reason = f"reason-{story.world.people[name].id}"
        minutes[reason] = "外出学习"
    if counts:
        minutes |= dict(zip(("for", "against", "abstain"), map(str, counts), strict=True))
    await (await story.person(CLERK)).press(page, f"*/{stage}/meetings/*", minutes)
    for name in minutes["present"]:
        await story.do(name, stage, f"/{stage}/meetings/*/confirm")


async def propose(story: Story, *items: dict) -> None:
    """The committees meet (one is away) and write version 1 of the plan."""
    await story.stuck("proposal", "还没有召开“两委”会议", "方案里还没有改造内容", "方案还没有定稿")
    await meet(story, "proposal", counts=(2, 0, 0), away=("王主任",))
    page = await story.do(CLERK, "proposal", "/plan/start")
    assert page.path.endswith("/plan/1")
    for item in items or (PIPES, LAMPS):
        empty = {key: value for key, value in item.items() if not key.startswith("pay-")}
        page = await story.do(CLERK, page.link("添加改造内容"), "/plan/1/items", empty)
        await story.refused(SECRETARY, "plan/1", "/plan/1/freeze", "第")
        change = [href for href, text in page.links if text == "修改"][-1]
        page = await story.do(CLERK, change, "/plan/1/items/*", item)
    await story.stuck("proposal", "方案还没有定稿")
    assert "方案还没有定稿" in (await story.see(VISITOR, "plan")).text, "a draft is not public"
    await story.do(SECRETARY, "plan/1", "/plan/1/freeze")
    await story.onward("proposal")


async def consult(story: Story) -> None:
    """Property agrees, the power company sets a condition that the final plan meets."""
    await story.stuck(
        "consultation",
        "还没有邀请相关单位",
        "这些席位没有人，也没有说明原因：社区两委、居务监督委员会、物业公司",
        "商议会纪要还没有确认",
        "最终方案还没有定稿",
    )
    for name, seat in (("东风里物业公司", "物业公司"), ("示例市供电公司", "其他相关单位（X）")):
        asked = {"name": name, "seat": seat}
        letter = await story.do(CLERK, "consultation", "/invite", asked, status=200)
        assert "/invited#" in letter.text
    await _answered(story)
    public = (await story.see(VISITOR, "consultation")).text
    assert "施工期间每天清运两次" in public and "写入方案：一次开挖。" in public
    page = await story.see(CLERK, "consultation")
    while any(form.get("action").endswith("/explain") for form in page.tree.all("form")):
        seat = next(text for text in _open_seats(page))
        reason = {"seat": seat, "reason": "由社区两委代为征求意见"}
        page = await story.do(CLERK, "consultation", "/explain", reason)
    open_ = ("示例市供电公司的条件写明改了方案第1项", "商议会纪要还没有确认", "最终方案还没有定稿")
    await story.stuck("consultation", *open_)
    await meet(story, "consultation", counts=None)
    await finalise(story)
    await story.onward("consultation")


def _open_seats(page) -> list[str]:
    seats = page.form("*/explain").node.all("option")
    return [option.text for option in seats if option.get("value")]


async def _answered(story: Story) -> None:
    page = await story.see(CLERK, "consultation")
    forms = [form.get("action") for form in page.tree.all("form")]
    property_, power = [action for action in forms if action.endswith("/position")]
    agreed = {"stance": "同意", "what-1": "施工期间每天清运两次", "respondent": "何经理"}
    await story.do(CLERK, "consultation", property_, agreed)
    asked = {"stance": "有条件同意", "reason": "免得重复开挖", "conditions": "管线同沟，一次开挖"}
    asked["respondent"] = "郑主管"
    page = await story.do(CLERK, "consultation", power, asked)
    ways = [option.text for option in page.form("*/conditions/*").node.all("option")]
    first = next(way for way in ways if way.startswith("采纳，改方案第1项"))
    met = {"item": first, "answer": "写入方案：一次开挖。"}
    await story.do(CLERK, "consultation", "/conditions/*", met)


async def finalise(story: Story) -> None:
    """The next version differs in one quantity; the secretary freezes it as the final plan."""
    page = await story.do(CLERK, "plan", "/plan/start")
    base = page.path
    change = next(href for href, text in page.links if text == "修改")
    quantity = f"2栋，共{88 + int(base.rpartition('/')[2])}米，一次开挖"
    await story.do(CLERK, change, f"{base}/items/*", {"quantity": quantity})
    assert "最终方案还没有定稿" in (await story.see(CLERK, "consultation")).blockers
    await story.do(SECRETARY, base, f"{base}/freeze")
    assert "一次开挖" in (await story.see(VISITOR, "plan")).text


async def review(story: Story) -> None:
    """四议两公开: three of four full members come, three agree."""
    await story.stuck("party_meeting", "还没有召开党员大会")
    await meet(story, "party_meeting", counts=(3, 0, 0), away=("吴委员",))
    await story.onward("party_meeting")
