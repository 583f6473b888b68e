"""A screen in a real Chromium: paired, turning without a script, through a loss of the network."""

import asyncio

import pytest
from playwright.async_api import expect

from deliberation.boards import screen_pages
from deliberation.boards.models import Showing
from tests.boards.hung import board, published
from tests.browser.chromium import Served

pytestmark = [pytest.mark.anyio, pytest.mark.one_engine]
TALL, WIDE = {"width": 1080, "height": 1920}, {"width": 1920, "height": 1080}


@pytest.fixture
async def served(app, monkeypatch):
    monkeypatch.setattr(screen_pages, "TURN", 2)
    monkeypatch.setattr(screen_pages, "POLL", 1)
    async with Served(app) as found:
        yield found


async def shown(page, number: int) -> None:
    await expect(page.locator(".pages")).to_have_text(f"第{number}页/共2页", timeout=15_000)


async def pair(screen, client, row) -> None:
    """What is read from the screen is typed by staff; the screen is touched by nobody."""
    code = await screen.locator(".code").inner_text()
    staff = await client("张经办")
    typed = await staff.post(f"/boards/{row.id}/pair", data={"code": code})
    assert typed.status_code == 303, typed.text


async def test_a_screen_is_paired_and_turns_its_pages_without_a_script(
    world, client, app, served, browser
):
    notice, row = await published(world, app), await board(world)
    context = await browser.new_context(java_script_enabled=False, viewport=TALL)
    screen = await context.new_page()
    pictures = []
    screen.on("response", lambda one: ".png" in one.url and pictures.append(one.status))
    await screen.goto(f"{served.url}/board")
    await pair(screen, client, row)
    await shown(screen, 1)
    await expect(screen.locator("h1")).to_have_text(notice.title)
    await shown(screen, 2)
    await shown(screen, 1)
    assert pictures and set(pictures) <= {200, 304}
    assert await Showing.filter(notice=notice, how="served").count() == 1
    assert await Showing.filter(how="reported").count() == 0
    (cookie,) = await context.cookies()
    assert cookie["name"] == "board" and cookie["httpOnly"] and cookie["sameSite"] == "Lax"


@pytest.mark.parametrize("viewport", [TALL, WIDE], ids=["upright", "lying"])
async def test_a_page_fills_the_screen_and_nothing_lies_outside(
    world, client, app, served, browser, viewport
):
    row = await board(world)
    await published(world, app)
    screen = await browser.new_page(viewport=viewport)
    await screen.goto(f"{served.url}/board")
    await pair(screen, client, row)
    await shown(screen, 1)
    await screen.wait_for_load_state("load")
    leaf = await screen.locator("main").bounding_box()
    assert leaf["width"] * leaf["height"] >= 0.36 * viewport["width"] * viewport["height"]
    for part in ("main", "h1", ".pages", "figure", ".clock"):
        box = await screen.locator(part).bounding_box()
        assert box["x"] >= 0 and box["y"] >= 0, part
        assert box["x"] + box["width"] <= viewport["width"] + 1, part
        assert box["y"] + box["height"] <= viewport["height"] + 1, part


async def loaded(screen) -> bool:
    return await screen.evaluate("document.querySelector('.leaf').naturalWidth > 0")


async def test_a_screen_keeps_its_pages_through_a_loss_of_the_network_and_reports_it(
    world, client, app, served, browser
):
    notice, row = await published(world, app), await board(world)
    context = await browser.new_context(viewport=WIDE)
    screen, broken = await context.new_page(), []
    screen.on("pageerror", lambda error: broken.append(str(error)))
    screen.on("console", lambda one: "Content Security" in one.text and broken.append(one.text))
    await screen.goto(f"{served.url}/board")
    await pair(screen, client, row)
    await shown(screen, 1)
    await screen.evaluate("navigator.serviceWorker.ready.then(() => true)")
    for number in (2, 1, 2, 1):
        await shown(screen, number)
    await screen.wait_for_function("localStorage.getItem('board.sent')")
    assert await Showing.filter(notice=notice, how="reported").count() == 1
    await expect(screen.locator(".lost")).to_be_hidden()

    await screen.evaluate("localStorage.setItem('board.sent', '0')")  # a minute has passed
    await served.stop()
    await context.set_offline(True)
    for number in (2, 1, 2):
        await shown(screen, number)
        assert await loaded(screen)
    await expect(screen.locator(".lost")).to_be_visible()
    await expect(screen.locator(".clock")).to_be_hidden()
    kept = await screen.evaluate("localStorage.getItem('board.spans')")
    assert notice.code in kept

    world.later(minutes=20)  # so that what comes now begins a new stretch
    await served.start()
    await context.set_offline(False)
    await shown(screen, 1)
    async with asyncio.timeout(15):
        while await Showing.filter(notice=notice, how="reported").count() < 2:
            await asyncio.sleep(0.2)
    await screen.wait_for_function("localStorage.getItem('board.lost') === 'false'")
    await shown(screen, 2)
    await expect(screen.locator(".lost")).to_be_hidden()
    assert not broken


async def test_a_revoked_screen_forgets_what_it_kept(world, client, app, served, browser):
    await published(world, app)
    row = await board(world)
    screen = await browser.new_page()
    await screen.goto(f"{served.url}/board")
    await pair(screen, client, row)
    await shown(screen, 1)
    await screen.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await shown(screen, 2)
    kept = "caches.open('board').then((one) => one.keys()).then((keys) => keys.length)"
    await shown(screen, 1)
    assert await screen.evaluate(kept) > 0
    await (await client("张经办")).post(f"/boards/{row.id}/unpair")
    await expect(screen.locator(".code")).to_be_visible(timeout=15_000)
    assert await screen.evaluate(kept) == 0
