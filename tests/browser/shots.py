"""The main pages as pictures, to be looked at: `make shots` writes them to build/screenshots.

Each at 360 × 740 and at 1280 × 800, in both modes: NAME-WIDTH[-large].png, the whole page long.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser

from deliberation.app import create_app
from deliberation.database import disconnect
from deliberation.places.models import Place, PlaceKind
from tests.browser.chromium import Served, chromium
from tests.browser.demo import Fixed, fill, main_pages, token_of
from tests.browser.looks import DESK, PHONE


async def shoot(browser: Browser, out: Path, origin: str, pages: dict) -> None:
    for name, (who, path) in pages.items():
        for large in ("0", "1"):
            context = await browser.new_context()
            cookies = {"large": large} | (
                {} if who == "visitor" else {"session": await token_of(who)}
            )
            await context.add_cookies(
                [{"name": key, "value": value, "url": origin} for key, value in cookies.items()]
            )
            page = await context.new_page()
            for size in (PHONE, DESK):
                await page.set_viewport_size(size)
                await page.goto(origin + path)
                file = f"{name}-{size['width']}{'-large' if large == '1' else ''}.png"
                await page.screenshot(path=out / file, full_page=True)
            await context.close()


async def main(out: Path, folder: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    app = create_app(await fill(folder))
    app.state.clock = Fixed()
    app.state.name = (await Place.get(kind=PlaceKind.COMMUNITY)).name
    async with Served(app) as served, chromium() as browser:
        await shoot(browser, out, served.url, await main_pages(folder))
    await disconnect()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="shots-") as name:
        asyncio.run(main(Path(sys.argv[1]), Path(name) / "data"))
