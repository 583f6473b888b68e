"""What axe-core, a narrow screen and a finger find wrong with a page in a real Chromium."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Browser, BrowserContext, Page

PHONE = {"width": 360, "height": 740}
NARROW = {"width": 320, "height": 740}
DESK = {"width": 1280, "height": 800}
SCRIPT = Path(__file__).with_name("looks.js").read_text()
LOOK = """async ({ only, rules, tap, least, text }) => [
  ...looks.shifted, ...looks.sound(), ...await looks.axe(only, rules), ...looks.fingers(tap),
  ...looks.letters(least), ...looks.sideways(), ...looks.sideways(text)]"""


@dataclass(frozen=True)
class Mode:
    """A way to look at a page: the least to tap and to read, in CSS pixels, and the largest letters
    that must fit; `only` and `rules` are axe's."""

    tap: int
    least: int
    text: str
    only: tuple[str, ...] | None = None
    off: tuple[str, ...] = ()

    def given(self) -> dict:
        return asdict(self) | {"rules": {name: {"enabled": False} for name in self.off}}


# The page is the same in both but for its style, so only what depends on that is asked again.
STYLED = ("color-contrast-enhanced", "target-size", "link-in-text-block")
NORMAL = Mode(44, 14, "225%")  # twice what it is
LARGE = Mode(60, 24, "40px", only=(*STYLED, "scrollable-region-focusable"))  # 30 pt
LARGE_DESK = replace(LARGE, only=())
# Names of fields that a browser might fill in of itself; pictures further down, whose size is known
# once they come.
TOLERATED = ("GenericIssue", "LazyLoadImageIssue")
CALM = {"contrast": "null", "forced_colors": "null"}
PROJECTED = Mode(44, 14, "", off=("meta-refresh",))  # read from afar; renews itself


class Looker:
    """Somebody's browser on a phone."""

    def __init__(self, context: BrowserContext, page: Page, large: Mode):
        self.context, self.page, self.large, self.noise = context, page, large, []
        page.on("console", lambda one: one.type == "error" and self.noise.append(one.text))
        page.on("pageerror", lambda error: self.noise.append(str(error)))

    @classmethod
    async def open(cls, browser: Browser, cookies: list[dict], large: Mode) -> "Looker":
        context = await browser.new_context(viewport=PHONE)
        await context.add_cookies(cookies)
        await context.add_init_script(SCRIPT)
        looker = cls(context, await context.new_page(), large)
        await looker._listen()
        return looker

    async def _listen(self) -> None:
        """To what Chromium itself finds: deprecated calls, refused cookies, a policy not kept."""
        protocol = await self.context.new_cdp_session(self.page)
        protocol.on("Audits.issueAdded", self._issue)
        await protocol.send("Audits.enable")

    def _issue(self, found: dict) -> None:
        if found["issue"]["code"] not in TOLERATED:
            self.noise.append(str(found["issue"])[:300])

    async def look(self, origin: str, url: str) -> list[str]:
        """What is wrong with a page in each of its modes."""
        if url.endswith("/screen"):
            return await self._in(PROJECTED, origin, url, "0")
        wrong = await self._in(NORMAL, origin, url, "0")
        return wrong + [f"large: {what}" for what in await self._in(self.large, origin, url, "1")]

    async def contrast(self, origin: str, url: str) -> list[str]:
        """What cannot be told apart with more contrast, and in the reader's own two colours."""
        wrong = []
        await self.page.goto(origin + url)
        await self.page.evaluate(AXE_SCRIPT)
        for media in ({"contrast": "more"}, {"forced_colors": "active"}):
            await self.page.emulate_media(**(CALM | media))
            found = await self.page.evaluate("looks.axe(['color-contrast-enhanced'], {})")
            wrong += [f"{media}: {what}" for what in found + self.noise]
            self.noise.clear()
        return wrong

    async def _in(self, mode: Mode, origin: str, url: str, large: str) -> list[str]:
        await self.context.add_cookies([{"name": "large", "value": large, "url": origin}])
        await self.page.goto(origin + url)
        await self.page.evaluate(AXE_SCRIPT)
        wrong = await self.page.evaluate(LOOK, mode.given())
        for size in (NARROW, DESK, PHONE):  # the next page opens on a phone that stands still
            await self.page.set_viewport_size(size)
            wrong += await self.page.evaluate("looks.sideways()")
        noise, self.noise[:] = list(self.noise), []
        return wrong + noise
