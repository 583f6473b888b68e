"""By hand on a phone in 长辈版: from the slip to the receipt, counted; by keyboard alone; and with
the Back button, which finds an ordinary page and never the browser's error."""

from base64 import b64decode
from dataclasses import dataclass
from io import BytesIO

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, expect

from deliberation.stages.implementation.models import Evaluation
from deliberation.stages.opinions.models import Opinion
from deliberation.stages.opinions.survey.facts import asked_in
from deliberation.stages.opinions.survey.rules import steps
from deliberation.stages.vote.models import Ballot
from deliberation.stages.vote.questions import YES_OR_NO
from deliberation.web.templates import environment
from tests.accounts.helpers import PHONE, give_phone, slip_for
from tests.browser.looks import PHONE as SCREEN
from tests.cast import matter_at
from tests.opinions.test_actions import opened
from tests.story.browser import parse
from tests.vote.voting import open_vote

pytestmark = [pytest.mark.anyio, pytest.mark.one_engine]
MOST_TABS = 60
THREE = [("item", f"您是否同意第{number}项？", YES_OR_NO) for number in (1, 2, 3)]


@dataclass
class Hand:
    """A finger on a phone: counts what it taps and the pages that come of it."""

    page: Page
    pages: int = 1  # the one it is on
    taps: int = 0

    async def tap(self, what: str) -> None:
        await self.page.locator(f"main {what}:visible").first.click()
        self.taps += 1

    async def turn(self, what: str) -> None:
        async with self.page.expect_navigation():
            await self.tap(what)
        self.pages += 1

    async def refused(self, what: str) -> None:
        """Pressed too early: the mistake takes the focus, and nothing is counted."""
        before = self.pages, self.taps
        await self.turn(what)
        await expect(self.page.locator("#errors:focus, [aria-invalid]:focus")).to_have_count(1)
        self.pages, self.taps = before


async def phone(browser: Browser, url: str, script: bool) -> Page:
    context = await browser.new_context(viewport=SCREEN, java_script_enabled=script)
    await context.add_cookies([{"name": "large", "value": "1", "url": url}])
    page = await context.new_page()
    page.set_default_timeout(30_000)
    return page


async def vote(page: Page, questions: int) -> Hand:
    hand = Hand(page)
    await hand.refused("form .primary")
    for _ in range(questions):
        await hand.tap("input[value=for]")
        await hand.turn("form .primary")
    await hand.turn("form .primary")
    await expect(page.locator("h1")).to_have_text("票已收到")
    return hand


async def saved_as_a_picture(page: Page) -> None:
    """Pressed, the receipt stands on the page as a picture with writing on it, to be kept."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.locator("[data-picture]").click()
    await expect(page.locator("main figure")).to_be_focused()
    url = await page.locator("main figure img").get_attribute("src")
    assert await page.locator("main figure a").get_attribute("href") == url
    assert all(url.startswith("data:") for url in asked)  # it never left the phone
    picture = Image.open(BytesIO(b64decode(url.removeprefix("data:image/png;base64,"))))
    lines = (picture.height - 80) // 52
    rows = [picture.convert("L").crop((0, 40 + 52 * n, 720, 92 + 52 * n)) for n in range(lines)]
    assert lines > 5 and all(row.getextrema()[0] < 128 for row in rows)


@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
async def test_n_questions_are_n_and_two_pages_from_the_slip_on(
    world, app, served, browser, script
):
    person, page = world.people["赵大妈"], await phone(browser, served.url, script)
    await give_phone(app, person)
    scanned = f"{served.url}/s/{(await slip_for(world, '赵大妈')).token}"
    await open_vote(world, 3, people=["赵大妈"])
    await page.goto(scanned)
    check = Hand(page)
    await check.refused("form .button")
    await page.locator("input[name=code]").fill(PHONE[-4:])
    await check.turn("form .button")
    one = await vote(page, 1)
    assert (one.pages, one.taps) == (3, 3)
    if script:
        await saved_as_a_picture(page)
    else:
        await expect(page.locator("[data-picture]")).to_be_hidden()

    await open_vote(world, 3, people=["赵大妈"], questions=THREE)
    await page.goto(scanned)  # known to this phone, so that nothing is checked again
    three = await vote(page, 3)
    assert (three.pages, three.taps) == (3 + 2, 3 + 4)
    assert await Ballot.all().count() == 2

    matter = await opened(world)
    await page.goto(scanned)
    opinion, asked = Hand(page), len(steps(await asked_in(matter))) - 1
    await opinion.tap("input[value=agree]")
    for number in range(asked):
        if number == asked - 1:
            await page.locator("textarea").fill("楼道灯太暗")
        await opinion.turn("form .primary")
    await opinion.turn("form .primary")
    await expect(page.locator("main .is-done h2")).to_contain_text("谢谢，您的意见收到了")
    assert (opinion.pages, opinion.taps) == (asked + 2, asked + 2)
    assert (await Opinion.get()).stance == "agree"

    await matter_at(world, "implementation")
    await page.goto(scanned)
    verdict = Hand(page)
    await verdict.refused("form .button")
    await verdict.tap("input[value=satisfied]")
    for _ in range(2):
        await verdict.turn("form .button")
    await expect(page.locator("h1")).to_have_text("评议已收到")
    assert (verdict.pages, verdict.taps) == (3, 3)
    assert (await Evaluation.get()).verdict == "satisfied"
    await page.goto(scanned)
    await expect(page.locator("h1")).to_have_text("我的")
    await expect(page.locator("#voted .card")).to_have_count(2)


async def reach(page: Page, what: str) -> None:
    """Tab by Tab to the first element that the selector names."""
    for _ in range(MOST_TABS):
        if await page.locator(f":is({what}):focus").count():
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{what} cannot be reached on {page.url}")


async def press(page: Page, what: str, key: str = "Enter") -> None:
    """Reaches something, presses it, and waits for the page that comes."""
    await reach(page, what)
    async with page.expect_navigation():
        await page.keyboard.press(key)


async def type_in(page: Page, what: str, text: str) -> None:
    await reach(page, what)
    await page.keyboard.type(text)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def test_a_resident_votes_by_keyboard_alone_and_without_a_script(world, app, served, browser):
    page = await phone(browser, served.url, False)
    _, vote, _ = await open_vote(world, 3, people=["赵大妈"])
    await give_phone(app, world.people["赵大妈"])
    await page.goto(f"{served.url}/s/{(await slip_for(world, '赵大妈')).token}")
    await type_in(page, "input[name=code]", "")
    await expect(page.locator("input[name=code]")).to_be_focused()
    await expect(page.locator("main .error")).to_have_text("数字不对，还可以试4次")
    assert "都还在" not in await page.content()
    await type_in(page, "input[name=code]", PHONE[-4:])
    await expect(page.locator(".who strong")).to_have_text("赵大妈")
    await press(page, "main button")
    await expect(page.locator("#errors")).to_be_focused()
    await reach(page, "input[value=for]")
    await page.keyboard.press("Space")
    await press(page, "main button")
    await expect(page.locator("h1")).to_have_text("请看一看，再投出")
    await press(page, "main button")
    await expect(page.locator("h1")).to_have_text("票已收到")
    assert await Ballot.filter(entry__vote=vote).count() == 1


async def signed_in(world, browser, url: str, script: bool) -> Page:
    page = await phone(browser, url, script)
    token = await world.token("赵大妈")
    await page.context.add_cookies([{"name": "session", "value": token, "url": url}])
    return page


async def turn(page: Page, what: str = "main form .button:not(.quiet)") -> None:
    async with page.expect_navigation():
        await page.locator(f"{what}:visible").first.click()


async def choose(page: Page, *answers: str) -> None:
    for answer in answers:
        await page.locator(f"main input[value={answer}]:visible").check()
        await turn(page)


async def test_back_shows_the_step_before_as_it_was_and_a_changed_mind_counts(
    world, served, browser
):
    """Without a script; of a named vote, an opinion and an evaluation."""
    page = await signed_in(world, browser, served.url, script=False)
    matter, _, _ = await open_vote(world, 3, people=["赵大妈"], questions=THREE)
    await page.goto(f"{served.url}/matters/{matter.id}/vote/ballot")
    await choose(page, "for", "for", "for")
    await turn(page)
    await expect(page.locator(".mode")).to_be_hidden()
    await turn(page, "main .row a")
    for shown in ("票已收到", "请看一看，再投出"):
        await page.go_back()
        await expect(page.locator("h1")).to_have_text(shown)
    for number in (3, 2):
        await page.go_back()
        await expect(page.locator("main legend")).to_have_text(f"您是否同意第{number}项？")
        await expect(page.locator("input:checked")).to_have_value("for")
    await choose(page, "against", "for")
    await turn(page)
    await expect(page.locator("main .is-done")).to_contain_text("第2次投票")
    last = await Ballot.all().order_by("-version").first()
    assert last.choices == {"1": "for", "2": "against", "3": "for"}

    matter = await opened(world)
    await page.goto(f"{served.url}/matters/{matter.id}/opinions/survey")
    await page.locator("main input[value=agree]").check()
    await turn(page, "button[value=words]")
    for _ in range(2):
        await turn(page)
    await expect(page.locator("main .is-done h2")).to_contain_text("谢谢，您的意见收到了")
    await page.go_back()
    await expect(page.locator("h1")).to_have_text("请看一看，再交")
    await page.go_back()
    await expect(page.locator("main textarea")).to_be_visible()

    matter = await matter_at(world, "implementation")
    await page.goto(f"{served.url}/matters/{matter.id}/evaluation")
    await choose(page, "satisfied")
    await turn(page)
    await page.go_back()
    await expect(page.locator("h1")).to_have_text("请看一看，再交")
    await page.go_back()
    await expect(page.locator("input:checked")).to_have_value("satisfied")

    await turn(page, ".foot button")
    await page.go_back()
    await expect(page.locator("input:checked")).to_have_count(0)


async def test_back_from_a_secret_receipt_finds_that_one_has_voted_and_nothing_of_the_ballot(
    world, served, browser
):
    page = await signed_in(world, browser, served.url, script=True)
    matter, _, _ = await open_vote(world, 11, people=["赵大妈"], questions=THREE[:2], secret=True)
    await page.goto(f"{served.url}/matters/{matter.id}/vote/ballot")
    form = page.url
    await choose(page, "for", "against")
    await turn(page)
    code = await page.locator(".receipt .code").inner_text()
    await page.locator(".mode").click()
    await page.locator("html:not(.large)").wait_for()
    await expect(page.locator(".receipt .code")).to_have_text(code)
    await turn(page, "main .row a")
    for _ in range(4):
        await page.go_back()
        assert page.url == form
        await expect(page.locator("main")).to_contain_text("您已经投过票")
        assert code not in await page.content()
        await expect(page.locator("main input")).to_have_count(0)


async def test_what_is_swapped_later_lies_in_a_region_that_stays_and_is_announced():
    macros = environment().get_template("macros.html").module
    html = macros.waiting("pdf", "/notices/A", "正在生成")
    (region,) = [node for node in parse(str(html)).walk() if node.get("role") == "status"]
    (swapped,) = [node for node in region.walk() if node.has("hx-get")]
    assert swapped.get("hx-swap") == "outerHTML" and swapped.get("hx-select") == "#pdf"
