"""From the slip to the receipt by keyboard alone, without a script, on a narrow phone."""

import pytest
from playwright.async_api import Page, async_playwright, expect

from deliberation.stages.vote.models import Ballot
from deliberation.web.templates import environment
from tests.accounts.helpers import PHONE, give_phone, slip_for
from tests.boards.test_browser import Served
from tests.browser.looks import PHONE as SCREEN
from tests.browser.looks import chromium
from tests.story.browser import parse
from tests.vote.voting import open_vote

pytestmark = [pytest.mark.anyio, pytest.mark.one_engine]
MOST_TABS = 60


@pytest.fixture
async def served(app):
    found = Served(app)
    await found.start()
    yield found
    await found.stop()


@pytest.fixture
async def page(served):
    async with async_playwright() as playwright:
        browser = await chromium(playwright)
        yield await browser.new_page(viewport=SCREEN, java_script_enabled=False)
        await browser.close()


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


async def test_a_resident_votes_by_keyboard_alone_and_without_a_script(world, app, served, page):
    _, vote, _ = await open_vote(world, 3, people=["赵大妈"])
    await give_phone(app, world.people["赵大妈"])
    slip = await slip_for(world, "赵大妈")

    await page.goto(f"{served.url}/s/{slip.token}")
    await type_in(page, "input[name=code]", "")
    await expect(page.locator("#errors")).to_be_focused()
    await type_in(page, "input[name=code]", PHONE[-4:])
    await expect(page.locator(".who strong")).to_have_text("赵大妈")

    await press(page, "main a[href*='/vote']")
    await press(page, "main a[href*='/vote/ballot/']")
    await press(page, "main button")
    await expect(page.locator("#errors")).to_be_focused()
    await reach(page, "input[value=for]")
    await page.keyboard.press("Space")
    await press(page, "main button")
    await expect(page.locator("h1")).to_have_text("请看一看，再投出")
    await press(page, "main button")
    await expect(page.locator("h1")).to_have_text("票已收到")
    assert await Ballot.filter(entry__vote=vote).count() == 1


async def test_what_is_swapped_later_lies_in_a_region_that_stays_and_is_announced():
    macros = environment().get_template("macros.html").module
    html = macros.waiting("pdf", "/notices/A", "正在生成")
    (region,) = [node for node in parse(str(html)).walk() if node.get("role") == "status"]
    (swapped,) = [node for node in region.walk() if node.has("hx-get")]
    assert swapped.get("hx-swap") == "outerHTML" and swapped.get("hx-select") == "#pdf"
