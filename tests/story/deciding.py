"""三议 and 一公开: the roll, the ballots, the certified result, the notice of the resolution."""

from tests.boards.pictures import phone
from tests.story.browser import Page
from tests.story.story import (
    CLERK,
    OTHER_CLERK,
    SECRETARY,
    SUPERVISORS,
    VISITOR,
    Story,
)

PAPER = "冯老师"


async def post_roll(story: Story, *, secret: bool = False) -> None:
    """The vote drafted, two scrutineers named, the meeting called, the roll posted."""
    await story.stuck("vote", "还没有起草表决")
    page = await story.see(CLERK, "vote")
    values = {"secret": ["无记名表决"]} if secret else {}
    await story.do(CLERK, page.link("起草表决"), "/vote/draft", values)
    await story.stuck("vote", "名册还没有公示")
    await story.refused(CLERK, "vote", "/vote/post", "监票人至少2名，已登记0名")
    for name in SUPERVISORS:
        await story.do(CLERK, "vote", "/vote/scrutineers", {"person": name, "role": "监票人"})
    story.held_on = story.day(10)
    call = {
        "held_at": f"{story.held_on}T10:00",
        "venue": "社区大会议室",
        "chair": SECRETARY,
        "recorder": CLERK,
    }
    await story.do(CLERK, "vote", "/vote/post", call)


async def freeze_roll(story: Story) -> None:
    """Posted to its end, objected to and answered; the clerk proposes to freeze it, the secretary
    approves."""
    times = {"opens_at": f"{story.held_on}T09:00", "closes_at": f"{story.held_on}T19:00"}
    said = {"text": "三单元漏了一名党员"}
    await story.do("褚阿姨", "vote/roll", "/vote/roll/objections", said)
    missing = ("名册公示到", "还有1条对名册的异议没有答复")
    await story.refused(CLERK, "vote", "/vote/freeze", *missing, values=times)
    await story.stuck("vote", "名册公示到", "还有1条对名册的异议没有答复", "名册还没有冻结")
    await story.over("vote")
    declined = {"upheld": "不成立", "answer": "已查组织关系，不在本小区。"}
    await story.do(CLERK, "vote/roll", "/vote/roll/answers", declined)
    await story.stuck("vote", "名册还没有冻结")
    await story.do(CLERK, "vote", "/vote/freeze", times)
    await approve(story, SECRETARY)


async def approve(story: Story, name: str, url: str = "vote") -> None:
    """The second person of whatever waits on that page."""
    await story.do(name, url, f"/{url}/approve")


async def open_vote(story: Story) -> None:
    """Announced on the morning of the meeting, open until the evening."""
    await story.stuck("vote", "表决还没有开始")
    while story.day() != story.held_on:
        story.morning()
    await story.do(CLERK, "vote", "/vote/open")


async def by_phone(story: Story, name: str, answer: str, **others: str) -> Page:
    """Votes page by page and returns the receipt; `others` (c2) differ from `answer`."""
    voter = await story.person(name)
    links = (await story.see(name, "vote")).links
    page = await voter.see(next(href for href, says in links if says in ("去投票", "改票")))
    questions = 0
    while "看一看，再投出" not in page.text:
        questions += 1
        given = {f"c{questions}": others.get(f"c{questions}", answer)}
        page = await voter.press(page, "*/vote/ballot/*", given, status=200)
    return await voter.press(page, "*/cast", status=200)


async def number_of(story: Story, name: str) -> str:
    """A voter's number on the roll, as staff read it."""
    lines = (await story.see(CLERK, "vote/roll")).tree.all("li")
    return next(li.text.split()[0] for li in lines if name in li.text)


async def on_paper(story: Story, name: str, answer: str) -> None:
    """A named sheet entered by one clerk and confirmed by the other."""
    form = (await story.see(CLERK, "vote/paper")).form("*/paper/enter")
    sheet = {field: answer for field in form.names if field[:1] == "c" and field[1:].isdecimal()}
    sheet["number"] = await number_of(story, name)
    await story.do(CLERK, "vote/paper", "/paper/enter", sheet)
    page = await story.see(CLERK, "vote/paper")
    own = await (await story.person(CLERK)).press(page, "*/paper/confirm", sheet, status=422)
    assert "另一个人" in "".join(own.errors)
    assert "待核对：1份" in page.text
    await story.do(OTHER_CLERK, "vote/paper", "/paper/confirm", sheet)


async def count_papers(story: Story, found: dict[str, int]) -> None:
    """The few papers of the box, written off by one clerk and again by the other."""
    form = (await story.see(CLERK, "vote/paper")).form("*/paper/few")
    questions = {field.partition("-")[2] for field in form.names}
    answers = [answer for answer, papers in found.items() for _ in range(papers)]
    written = {
        f"p{place}-{question}": answer
        for place, answer in enumerate(answers, 1)
        for question in questions
    }
    await story.do(CLERK, "vote/paper", "/paper/few", written)
    await story.do(OTHER_CLERK, "vote/paper", "/paper/few/confirm", written)


async def ended(story: Story) -> None:
    """The closing instant passes; before it nobody can close the vote."""
    await story.refused(CLERK, "vote", "/vote/close", "表决到")
    story.world.later(hours=11)


async def count(story: Story) -> Page:
    """Closed, certified by both scrutineers; the result as everyone sees it."""
    await story.do(CLERK, "vote", "/vote/close")
    missing = [reason for reason in (await story.see(CLERK, "vote")).blockers if "核验" in reason]
    assert missing == ["需要2名监票人核验，已核验0名"]
    for name in SUPERVISORS:
        await story.do(name, "vote", "/vote/certify")
    return await story.see(VISITOR, "vote")


async def prepare(story: Story, *, secret: bool = False) -> None:
    await post_roll(story, secret=secret)
    await freeze_roll(story)
    await open_vote(story)


async def decide(story: Story) -> None:
    """A vote that carries: two by phone (one changes her mind), one on paper, one only comes."""
    await prepare(story)
    await story.do("钱师傅", "vote/sign-in", "/vote/sign-in")
    assert "第1次投票" in (await by_phone(story, "褚阿姨", "反对")).text
    assert "第2次投票" in (await by_phone(story, "褚阿姨", "同意")).text
    assert "票已收到" in (await by_phone(story, "赵大妈", "同意")).text
    await on_paper(story, PAPER, "同意")
    for name in await committee_on_roll(story):
        await by_phone(story, name, "同意")
    await ended(story)
    assert "表决结果：通过" in (await count(story)).text
    await story.onward("vote")


async def committee_on_roll(story: Story) -> list[str]:
    """Party members from outside the compound, where the whole community votes."""
    text = (await story.see(CLERK, "vote/roll")).text
    return [name for name in (SECRETARY, "吴委员") if name in text]


async def hang(story: Story, stage: str, note: str = "") -> None:
    """The clerk drafts and checks the stage's notice, the secretary signs, its PDF is made."""
    await story.do(CLERK, stage, "/notices/draft", {"note": note})
    await story.do(CLERK, stage, "/notices/check")
    await story.do(SECRETARY, stage, "/notices/publish")
    missing = (await story.see(CLERK, stage)).blockers
    assert "公示文件还在生成" in missing
    await story.make_pdfs()
    await photograph(story, stage)


async def photograph(story: Story, stage: str) -> None:
    """The proof of boards, where the rule set demands it: registers the board and its photo."""
    missing = [one for one in (await story.see(CLERK, stage)).blockers if "证明" in one]
    if not missing:
        return
    clerk, boards = await story.person(CLERK), await story.see(CLERK, "/boards")
    if "南门公示栏" not in boards.text.split("登记公示栏")[0]:
        board = {"name": "南门公示栏", "place": "东风里小区", "kind": "纸质公示栏"}
        await clerk.press(boards, "/boards", board)
    page = await story.see(CLERK, (await story.see(CLERK, "/boards")).link("南门公示栏"))
    form = page.form("*/photos")
    newest = form.node.all("option")[-1].text
    moment = "张贴时" if "张贴" in missing[0] else "期满时"
    data = form.filled({"notice": newest, "moment": moment})
    files = {"photo": ("board.jpg", phone(), "image/jpeg")}
    answer = await clerk.client.post(form.action, data=data, files=files)
    assert answer.status_code == 303, answer.text


async def publish_decision(story: Story) -> None:
    """The first notice, an objection declined, the residents' meeting attached, the period over."""
    money = "方案有居民出资，请附上居民会议讨论的记录"
    await story.stuck("decision_notice", "公示还没有签发", money)
    await hang(story, "decision_notice", "依据社区党组织的研究意见。")
    await story.stuck("decision_notice", "公示到", money)
    await object_to(story, "declined")
    await story.stuck("decision_notice", "公示到", money)
    await attach(story, "居民会议讨论", "居民会议讨论了居民出资，自愿参加。")
    await story.over("decision_notice")
    await photograph(story, "decision_notice")
    assert "居民会议讨论的记录已经附上" in (await story.see(VISITOR, "vote")).text
    await story.onward("decision_notice")


async def object_to(story: Story, verdict: str) -> None:
    """A resident objects without signing in, under a real name; the clerk answers."""
    said = {"name": "冯老师", "phone": "19900000003", "text": "工期和雨季重叠"}
    notice = await story.notice("决议内容的公示")
    mine = await story.do(VISITOR, f"{notice.path}/object", "/object", said)
    stage = await story.see(CLERK, "decision_notice")
    assert "还有1条异议没有答复" in stage.blockers
    answer = {"verdict": {"declined": "不成立", "upheld": "成立"}[verdict], "text": "已复核工期。"}
    await story.do(CLERK, "decision_notice", "/objections/*/answer", answer)
    assert "已复核工期。" in (await story.see(VISITOR, mine.path)).text


async def attach(story: Story, kind: str, description: str) -> None:
    page = await story.see(CLERK, "decision_notice")
    values = {"kind": kind, "decided_on": story.day(), "description": description}
    await story.do(CLERK, page.link("附上业主决定"), "/attach-owners", values)
