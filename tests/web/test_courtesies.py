"""What the script adds, in a real Chromium: 长辈版 in the middle of a form, the page read aloud."""

import io

import pytest
from PIL import Image
from PIL.ExifTags import Base
from playwright.async_api import expect

from deliberation.stages.opinions.survey.keeping import MOST_PHOTO
from deliberation.stages.opinions.survey.models import Upload
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


async def test_a_photo_over_the_limit_is_made_smaller_before_it_travels(world, page, tmp_path):
    matter = await opened(world)
    image = Image.effect_noise((3000, 2200), 90).convert("RGB")
    image.paste((255, 0, 0), (0, 0, 1500, 200))  # the left half of the upper edge, as stored
    exif = Image.Exif()
    exif[Base.Orientation] = 6  # held upright: to be turned to the right
    image.save(tmp_path / "灯.jpg", quality=100, subsampling=0, exif=exif)
    assert (tmp_path / "灯.jpg").stat().st_size > MOST_PHOTO
    await page.goto(f"{page.origin}/matters/{matter.id}/opinions/survey")
    await page.get_by_role("button", name="直接写话").click()
    await page.locator("textarea").first.fill("楼道灯太暗")
    await page.set_input_files("[name=photos]", tmp_path / "灯.jpg")
    await page.locator("[name=photos]:valid").wait_for()
    await page.get_by_role("button", name="看一看再交").click()
    await page.get_by_role("button", name="交给社区").wait_for()
    kept = await Upload.get()
    with Image.open(io.BytesIO(kept.content)) as shown:
        assert shown.height > shown.width, "upright"
        assert shown.getpixel((920, 200))[0] > 200 > 90 > shown.getpixel((920, 200))[1]

    clerk = await page.context.browser.new_page()
    await clerk.context.add_cookies(
        [{"name": "session", "value": await world.token("张经办"), "url": page.origin}]
    )
    await clerk.goto(f"{page.origin}/matters/{matter.id}/opinions/paper")
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(b"%PDF-1.7" + bytes(13 * 1024 * 1024))
    await clerk.set_input_files("[name=files]", [tmp_path / "a.pdf", tmp_path / "b.pdf"])
    said = "一次最多共24MB，请分几次交"
    await expect(clerk.locator("[name=files]")).to_have_js_property("validationMessage", said)
    await clerk.close()


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
