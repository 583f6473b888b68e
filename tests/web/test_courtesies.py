"""What the script adds, in a real Chromium: 长辈版 in the middle of a form, the page read aloud."""

import pytest

from tests.browser.looks import PHONE
from tests.cast import matter_at
from tests.opinions.test_actions import opened

pytestmark = [pytest.mark.anyio, pytest.mark.one_engine]
# The browser's voice, which a machine without loudspeakers lacks: it keeps what it was given.
VOICE = """
window.said = [];
window.SpeechSynthesisUtterance = class extends EventTarget {
  constructor(text) { super(); this.text = text; }
};
Object.defineProperty(window, "speechSynthesis", { value: {
  speak: (words) => window.said.push(words), cancel: () => { window.said = []; },
} });
"""


@pytest.fixture
async def page(world, served, browser):
    context = await browser.new_context(viewport=PHONE)
    cookie = {"name": "session", "value": await world.token("赵大妈"), "url": served.url}
    await context.add_cookies([cookie])
    await context.add_init_script(VOICE)
    found = await context.new_page()
    found.set_default_timeout(20_000)
    found.origin = served.url
    return found


async def test_large_mode_keeps_what_was_typed_and_stays(world, page):
    matter = await opened(world)
    await page.goto(f"{page.origin}/matters/{matter.id}/opinions/survey")
    await page.get_by_role("button", name="直接写话").click()
    words = page.locator("textarea").first
    await words.fill("楼道灯太暗")
    await page.get_by_role("button", name="长辈版").click()
    await page.locator("html.large").wait_for()
    assert await words.input_value() == "楼道灯太暗"
    await page.get_by_role("button", name="标准版").wait_for()
    await page.set_viewport_size({"width": 360, "height": 740})
    await page.goto(f"{page.origin}/matters")
    assert await page.locator("html.large").count() == 1
    assert (await page.locator("main").bounding_box())["y"] <= 170  # the page itself begins soon


async def test_the_page_is_read_line_by_line_until_it_is_stopped(world, page):
    matter = await matter_at(world, "opinions")
    await page.goto(f"{page.origin}/matters/{matter.id}")
    assert not await page.get_by_role("button", name="读给我听").is_visible()
    await page.get_by_role("button", name="长辈版").click()
    await page.get_by_role("button", name="读给我听").click()
    said = await page.evaluate("said.map((words) => words.text)")
    assert matter.title in said and "读给我听" not in said
    await page.get_by_role("button", name="不读了").click()
    assert await page.evaluate("said.length") == 0
