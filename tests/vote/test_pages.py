"""The vote through HTTP: the whole way, the ballot on a phone, who may do and see what."""

import logging
import re
from datetime import timedelta

import pytest

from deliberation.calendar import SHANGHAI
from deliberation.matters.models import Matter, Passage
from deliberation.procedure import STAFF as KEEPERS
from deliberation.stages.notices.models import Notice, Objection
from deliberation.stages.vote.models import Ballot, InclusionCode, RollEntry, Vote
from deliberation.stages.vote.questions import YES_OR_NO
from deliberation.stages.vote.roll import pages as roll_pages
from deliberation.stages.vote.rules import PAPER, SECOND, STAGE
from tests.cast import RESIDENTS, STAFF, matter_at, plan_of
from tests.story.browser import parse
from tests.vote.voting import cast, open_vote, sign_in

pytestmark = pytest.mark.anyio


def local(moment) -> str:
    """As a browser's datetime field sends it."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


async def send(client, url, expected=303, **data):
    answer = await client.post(url, data=data)
    assert answer.status_code == expected, answer.text
    return answer


async def approve(second, base) -> None:
    """The second person presses the button of what waits, with what the page showed."""
    page = (await second.get(base)).text
    shown = re.search(r'name="shown" value="(\w{64})"', page)[1]
    number = re.search(r'name="approval" value="(\d+)"', page)[1]
    await send(second, f"{base}/approve", approval=number, shown=shown)


async def ballot(client, base, *answers):
    """Votes page by page as a phone does and returns the receipt."""
    opened = await client.get(f"{base}/ballot", follow_redirects=True)
    assert opened.status_code == 200, opened.text
    url = str(opened.url.path)
    code = re.search(r'name="code" value="([0-9a-f]{32})"', opened.text)[1]
    chosen = {}
    for number, answer in enumerate(answers, 1):
        chosen[f"c{number}"] = answer
        page = await client.post(
            url, data={"code": code, "from": str(number), "step": str(number + 1)} | chosen
        )
        assert page.status_code == 200, page.text
    return await client.post(f"{url}/cast", data={"code": code} | chosen)


async def test_a_plan_is_voted_from_draft_to_certified_and_moves_on(world, client):
    matter = await matter_at(world, "vote")
    await plan_of(matter)
    base = f"/matters/{matter.id}/vote"
    clerk, secretary = await client("张经办"), await client("李书记")
    await send(clerk, f"{base}/draft", profile="P1", form="plan")
    page = await clerk.get(base)
    assert "监票人至少2名，已登记0名" in page.text
    for name in ("孙监督", "周监督"):
        person = str(world.people[name].id)
        await send(clerk, f"{base}/scrutineers", person=person, role="scrutineer")
    await send(clerk, f"{base}/post")
    visitor = await client("visitor")
    roll = await visitor.get(f"{base}/roll")
    assert "赵**" in roll.text and "赵大妈" not in roll.text
    closes = world.now + timedelta(days=6)
    early = await send(clerk, f"{base}/freeze", 422, opens_at="", closes_at=local(closes))
    assert "2026年3月5日24:00" in early.text
    world.later(days=4)
    await send(clerk, f"{base}/freeze", opens_at="", closes_at=local(closes))
    await approve(secretary, base)
    await send(clerk, f"{base}/open")
    assert (await Notice.get(kind="D")).figures["opening"]["roll"]["heads"] == 4
    for name, answer in (("赵大妈", "for"), ("钱师傅", "for"), ("冯老师", "against")):
        receipt = await ballot(await client(name), base, answer, "for")
        assert receipt.status_code == 200, receipt.text
        assert "票已收到" in receipt.text
    early = await send(clerk, f"{base}/close", 422)
    assert "截止" in early.text
    result = f"{base}s/{(await Vote.get()).id}"
    assert (await visitor.get(result)).status_code == 404
    world.later(days=2, seconds=30)
    await send(clerk, f"{base}/close")
    page = await visitor.get(result)
    assert "应到4人的三分之二以上即3人，实到3人，符合规定" in page.text
    assert "实到3人的过半数即2人，同意2人，通过" in page.text
    for name in ("孙监督", "周监督"):
        scrutineer = await client(name)
        shown = re.search(r'name="shown" value="(\w{64})"', (await scrutineer.get(base)).text)[1]
        await send(scrutineer, f"{base}/certify", shown=shown)
    assert (await Vote.get()).status == "certified"
    await send(clerk, f"/matters/{matter.id}/advance", stage="vote")
    assert (await Matter.get(id=matter.id)).stage == "decision_notice"
    assert await Ballot.all().count() == 3
    assert await RollEntry.filter(state="voted").count() == 3


TWO = [("plan", "您是否同意方案？", YES_OR_NO), ("funds", "您是否同意居民出资？", YES_OR_NO)]


ON_ROLL = ("赵大妈", "钱师傅")  # on the lines 901 and 902 of a roll of invented people


async def test_two_questions_are_four_pages_and_going_back_keeps_what_was_chosen(world, client):
    matter, vote, _ = await open_vote(world, 10, secret=True, questions=TWO, people=ON_ROLL)
    voter, base = await client("赵大妈"), f"/matters/{matter.id}/vote"
    first = await voter.get(f"{base}/ballot", follow_redirects=True)
    assert "第 <strong>1</strong> 题，共 2 题" in first.text
    code = re.search(r'name="code" value="(\w+)"', first.text)[1]
    url = str(first.url.path)
    empty = await voter.post(url, data={"code": code, "from": "1", "step": "2"})
    assert (empty.status_code, "请先选一项" in empty.text) == (422, True)
    second = await voter.post(url, data={"code": code, "from": "1", "step": "2", "c1": "against"})
    assert '<input type="hidden" name="c1" value="against">' in second.text
    back = await voter.post(url, data={"code": code, "from": "2", "step": "1", "c1": "against"})
    assert 'value="against" checked' in back.text
    answers = {"code": code, "c1": "against", "c2": "for"}
    review = await voter.post(url, data=answers | {"from": "2", "step": "3"})
    assert "<strong>反对</strong>" in review.text and "不能再改" in review.text
    receipt = await voter.post(f"{url}/cast", data=answers)
    shown = re.search(r'class="code">([A-Z2-7]{16})<', receipt.text)[1]
    assert (await InclusionCode.get()).code == shown
    assert "反对" not in receipt.text
    again = await voter.post(f"{url}/cast", data=answers)
    assert shown in again.text
    assert "已经投过票" in (await voter.get(base)).text
    assert receipt.headers["cache-control"] == "no-store"


async def test_a_wrong_ballot_comes_back_with_its_reason_and_consumes_nothing(world, client):
    matter, vote, _ = await open_vote(world, 10, questions=TWO, people=ON_ROLL)
    voter, base = await client("赵大妈"), f"/matters/{matter.id}/vote"
    url = str((await voter.get(f"{base}/ballot", follow_redirects=True)).url.path)
    code = "0" * 32
    for wrong in ({"c1": "for"}, {"c1": "yes", "c2": "for"}, {"c1": "for", "c2": "for", "c9": "x"}):
        answer = await voter.post(f"{url}/cast", data={"code": code} | wrong)
        assert answer.status_code == 422, answer.text
    assert (await voter.post(f"{url}/cast", data={"c1": "for", "c2": "for"})).status_code == 422
    assert (await voter.post(f"{url}/cast", content=b"\x00")).status_code == 422
    assert await Ballot.all().count() == 0


@pytest.mark.parametrize("name", ["陈先生", "visitor", "管理员", "刘干部", "冯老师"])
async def test_whoever_is_not_on_the_roll_finds_no_ballot(world, client, name):
    matter, vote, _ = await open_vote(world, 10, people=ON_ROLL)
    mine = await RollEntry.get(number=901)
    person, base = await client(name), f"/matters/{matter.id}/vote/ballot"
    for path in ("", f"/{mine.id}", "/99999999", f"/{2**70}"):
        assert (await person.get(base + path)).status_code == 404, path
    sent = await person.post(f"{base}/{mine.id}/cast", data={"code": "0" * 32, "c1": "for"})
    assert sent.status_code in (403, 404)
    assert await Ballot.all().count() == 0


async def test_a_line_of_another_matters_roll_is_not_found_here(world, client):
    matter, vote, _ = await open_vote(world, 10, people=ON_ROLL)
    other, _, _ = await open_vote(world, 10)
    mine = await RollEntry.get(number=901)
    voter = await client("赵大妈")
    assert (await voter.get(f"/matters/{other.id}/vote/ballot/{mine.id}")).status_code == 404
    sent = await voter.post(
        f"/matters/{other.id}/vote/ballot/{mine.id}/cast", data={"code": "0" * 32, "c1": "for"}
    )
    assert sent.status_code == 403


async def test_a_long_roll_shows_the_building_that_is_asked_for(world, client, monkeypatch):
    homes = [(world.households[key], 6000) for key in ("1-101", "1-102", "2-101")]
    matter, _, _ = await open_vote(world, profile="P6", homes=homes)
    visitor, url = await client("visitor"), f"/matters/{matter.id}/vote/roll"

    async def lines(query: str = "") -> list[str]:
        page = parse((await visitor.get(url + query)).text)
        return [li.text for row in page.all("ul", of="row") for li in row.all("li")]

    assert len(await lines()) == 3
    monkeypatch.setattr(roll_pages, "MOST_LINES", 2)
    page = parse((await visitor.get(f"{url}?whole=1")).text)
    links = [a.get("href") for a in page.all("a") if "?building=" in a.get("href")]
    assert len(links) == 2 and await lines("?building=x") == []
    assert [len(await lines(link.removeprefix(url))) for link in links] == [2, 1]


EVERYBODY = [*STAFF, *RESIDENTS, "刘干部", "管理员", "陈先生", "visitor"]
PAGES = ("", "/vote", "/vote/roll", "/vote/attendance", "/vote/paper", "/record")


def without_turnout(html: str) -> str:
    """The page without the one number staff may see before the close."""
    return re.sub(r'<div class="bar">.*?</div>\s*<progress.*?</progress>', "", html, flags=re.S)


@pytest.mark.parametrize("secret", [False, True])
async def test_before_the_close_no_page_changes_by_a_ballot_but_in_the_number_cast(
    world, client, secret
):
    matter, vote, entries = await open_vote(world, 12, secret=secret, questions=TWO)
    await sign_in(matter, vote, entries[:2])
    result = f"/votes/{vote.id}"

    async def seen() -> dict:
        found = {}
        for name in EVERYBODY:
            person = await client(name)
            for path in (*PAGES, result):
                answer = await person.get(f"/matters/{matter.id}{path}")
                found[name, path] = (answer.status_code, without_turnout(answer.text))
        return found

    before = await seen()
    for entry in entries[:7]:
        await cast(world, matter, entry, "against", "abstain")
    await cast(world, matter, entries[8], "for", "for")
    assert await seen() == before
    clerk = await client("张经办")
    assert "<strong>8</strong> / 12" in (await clerk.get(f"/matters/{matter.id}/vote")).text
    visitor = await client("visitor")
    assert "已投票" not in (await visitor.get(f"/matters/{matter.id}/vote")).text
    assert before["张经办", "/vote"][0] == before["张经办", "/vote/paper"][0] == 200
    assert before["visitor", result][0] == before["李书记", result][0] == 404
    world.later(days=2, seconds=30)
    await send(clerk, f"/matters/{matter.id}/vote/close")
    assert (await seen())["visitor", result][0] == 200


STEP_ACTS = {
    "scrutineers": "vote.name_scrutineer",
    "scrutineers/remove": "vote.name_scrutineer",
    "ages": "vote.decide_age",
    "post": "vote.post_roll",
    "rebuild": "vote.post_roll",
    "freeze": "vote.propose",
    "sign-in": "vote.sign_in",
    "later": "vote.propose",
    "early": "vote.propose",
    "amend": "vote.propose",
    "close": "vote.close",
    "certify": "vote.certify",
    "conclude": "vote.propose",
    "void": "vote.propose",
    "draft": "vote.draft",
    "paper/issue": "vote.propose",
    "paper/enter": "vote.enter_paper",
    "paper/confirm": "vote.confirm_paper",
    "paper/count": "vote.enter_paper",
    "paper/count/confirm": "vote.confirm_paper",
    "paper/refuse": "vote.confirm_paper",
    "roll/objections": "vote.file_objection",
    "roll/answers": "vote.answer_objection",
    "open": "vote.open",
}
TYPED = {
    "person": "1",
    "role": "teller",
    "adult": "1",
    "closes_at": "2026-03-20T09:00",
    "shown": "0" * 64,
    "reason": "有误",
    "profile": "P1",
    "form": "plan",
    "number": "1",
    "c1": "for",
    "batch": "1",
    "papers": "1",
    "t1-for": "1",
    "t1-against": "0",
    "t1-abstain": "0",
    "t1-invalid": "0",
    "objection": "1",
    "upheld": "1",
    "answer": "核对无误",
    "approval": "1",
    "strike": "1",
    "text": "名册不对",
}


@pytest.mark.parametrize("name", EVERYBODY)
async def test_every_step_is_for_the_roles_that_the_stage_declares_and_nobody_else(
    world, client, name
):
    matter, vote, entries = await open_vote(world, 3, status="frozen")
    await sign_in(matter, vote, [])
    person, actor = await client(name), await world.actor(name)
    roles = actor.roles_at(matter.path)
    for path, act in STEP_ACTS.items():
        answer = await person.post(f"/matters/{matter.id}/vote/{path}", data=TYPED)
        allowed = bool(roles & STAGE.may[act])
        refused = answer.status_code in (403, 404)
        assert refused is not allowed, (path, answer.status_code)
    for path in ("approve", "withdraw", "paper/approve", "paper/withdraw"):
        answer = await person.post(f"/matters/{matter.id}/vote/{path}", data=TYPED)
        allowed = bool(roles & (KEEPERS | SECOND | PAPER))
        assert (answer.status_code in (403, 404)) is not allowed, (path, answer.status_code)
    listed = {"persons": str(entries[0].person_id)}
    answer = await person.post(f"/matters/{matter.id}/vote/attendance", data=listed)
    allowed = bool(roles & STAGE.may["vote.sign_in"] & KEEPERS)
    assert (answer.status_code in (403, 404)) is not allowed


async def test_the_ballot_page_asks_few_queries_however_long_the_roll(world, client, caplog):
    matter, vote, _ = await open_vote(world, 300, people=ON_ROLL)
    voter, entry = await client("赵大妈"), await RollEntry.get(number=901)
    with caplog.at_level(logging.DEBUG, logger="tortoise.db_client"):
        page = await voter.get(f"/matters/{matter.id}/vote/ballot/{entry.id}")
    assert page.status_code == 200
    asked = [record for record in caplog.records if "SELECT" in record.getMessage()]
    assert 1 < len(asked) <= 10


async def test_the_roll_is_public_with_masked_names_and_redacted_objections(world, client):
    matter, vote, _ = await open_vote(world, 2, status="posted", people=ON_ROLL)
    neighbour, base = await client("冯老师"), f"/matters/{matter.id}/vote"
    text = "19900001234说3号楼201的老吴不该在上面"
    await send(neighbour, f"{base}/roll/objections", text=text, name="冒名")
    public = (await (await client("visitor")).get(f"{base}/roll")).text
    assert "赵**" in public and "钱**" in public
    for hidden in ("赵大妈", "19900001234", "冯老师", "冒名"):
        assert hidden not in public
    clerk = await client("张经办")
    staff = (await clerk.get(f"{base}/roll")).text
    assert "冯老师" in staff and "冒名" not in staff
    filed = str((await Objection.get()).id)
    await send(clerk, f"{base}/roll/answers", 422, objection=filed, upheld="", answer="")
    await send(clerk, f"{base}/roll/answers", objection=filed, upheld="0", answer="核对无误")
    assert "核对无误" in (await (await client("visitor")).get(f"{base}/roll")).text


async def test_paper_of_a_named_vote_is_entered_twice_on_the_page(world, client):
    matter, _, entries = await open_vote(world, 3)
    base = f"/matters/{matter.id}/vote/paper"
    first, second = await client("张经办"), await client("何经办")
    await send(first, f"{base}/enter", number="1", c1="against")
    page = await second.get(base)
    assert "待核对：1份" in page.text
    assert "checked" not in page.text
    wrong = await send(second, f"{base}/confirm", 422, number="1", c1="for")
    assert "与第一次录入不一致" in wrong.text
    await send(second, f"{base}/confirm", number="1", c1="against")
    assert (await RollEntry.get(id=entries[0].id)).channel == "paper"
    assert (await (await client("赵大妈")).get(base)).status_code == 404


async def test_papers_of_a_secret_vote_are_issued_returned_and_counted_on_the_page(world, client):
    matter, vote, _ = await open_vote(world, 12, secret=True)
    base = f"/matters/{matter.id}/vote/paper"
    first, second = await client("张经办"), await client("何经办")
    await send(first, f"{base}/issue", number="1-11")
    await approve(second, base)
    await send(first, f"{base}/return", number="1-10")
    await send(first, f"{base}/hand-back", number="11")
    await approve(second, base)
    assert "本批票数" not in (await first.get(base)).text
    world.later(days=2, seconds=30)
    batch = {"papers": "10", "t1-for": "9", "t1-against": "1", "t1-abstain": "0"}
    batch["t1-invalid"] = "0"
    await send(first, f"{base}/count", **batch)
    waiting = re.search(r'name="batch" value="(\d+)"', (await second.get(base)).text)[1]
    await send(second, f"{base}/count/confirm", batch=waiting, **batch)
    await send(first, f"/matters/{matter.id}/vote/close")
    assert (await Vote.get(id=vote.id)).result["questions"][0]["counts"]["for"] == 9


async def test_the_result_shows_the_sums_and_masks_who_watched(world, client):
    matter, vote, entries = await open_vote(world, 3, questions=TWO)
    for entry in entries:
        await cast(world, matter, entry, "for", "against")
    world.later(days=2, seconds=30)
    await send(await client("张经办"), f"/matters/{matter.id}/vote/close")
    page = (await (await client("visitor")).get(f"/matters/{matter.id}/votes/{vote.id}")).text
    assert "实到3人的过半数即2人，同意3人，通过" in page
    assert "实到3人的过半数即2人，同意0人，未通过" in page
    assert "孙**、周**" in page and "孙监督" not in page


async def test_the_choice_of_profiles_prints_rule_and_basis_with_its_mark(world, client):
    matter = await matter_at(world, "vote")
    await plan_of(matter)
    url = f"/matters/{matter.id}/vote/draft"
    page = (await (await client("张经办")).get(url)).text
    assert page.count('name="profile"') == 8
    assert page.count("依据待核对") == 4
    assert "《民法典》第二百七十八条" in page
    assert (await (await client("赵大妈")).get(url)).status_code == 404
    clerk = await client("张经办")
    wrong = await send(clerk, url, 422, profile="P7", form="plan", secret="1")
    assert "只能记名" in wrong.text and 'value="P7" id' not in wrong.text
    await send(clerk, url, profile="P2", form="items")
    shown = (await clerk.get(f"/matters/{matter.id}/vote")).text
    assert "居民出资要先经居民会议讨论" in shown
    assert "公开决议之前要附上居民会议讨论的记录。" in shown
    ended = {"stage": "decision_notice", "entered_at": world.now, "left_at": world.now}
    await Passage.create(matter=matter, outcome="passed", **ended)
    after = (await clerk.get(f"/matters/{matter.id}/vote")).text
    assert "之前要附上" not in after and "决议公开时没有附上居民会议讨论的记录。" in after
    assert shown.count("同意 / 反对 / 弃权") == 3


async def test_from_the_closing_instant_on_the_page_no_longer_says_that_voting_goes_on(
    world, client
):
    matter, vote, _ = await open_vote(world, 3)
    someone = await client("visitor")
    world.now = vote.closes_at - timedelta(seconds=1)
    assert "正在表决" in (await someone.get(f"/matters/{matter.id}/vote")).text
    world.now = vote.closes_at
    page = (await someone.get(f"/matters/{matter.id}/vote")).text
    assert "投票已经截止，等候计票" in page and "正在表决" not in page
