"""The story told with a finger and a mouse: the same steps in a real browser.

Whatever is done is done by links and buttons of the page that is open. What the story only looks
up, and what somebody of the staff does a second time, comes without the browser.
"""

from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

from playwright.async_api import Browser, Locator, Response
from playwright.async_api import Page as Screen

from tests.browser.looks import DESK, PHONE
from tests.cast import STAFF
from tests.story.browser import Form, Node, Page, Person, options
from tests.story.story import Story

MINUTE = timedelta(minutes=1)


class Clicker(Person):
    """Someone at a browser of their own; `typed` counts the pages they opened by an address."""

    def __init__(self, name: str, client, screen: Screen, origin: str):
        super().__init__(name, client)
        self.screen, self.origin, self.shown, self.typed, self.clicked = screen, origin, None, 0, 0

    async def see(self, url: str, status: int = 200) -> Page:
        """By a link of the open page, where there is one."""
        link = self.screen.locator(f'a[href="{url}"]:visible').first
        if await link.count():
            self.clicked += 1
            return await self._came(link.click(), status)
        self.typed += 1
        return await self._came(self.screen.goto(self.origin + url), status)

    async def press(
        self,
        page: Page,
        action: str,
        values: dict | None = None,
        button: str = "",
        status: int = 303,
    ) -> Page:
        form = page.form(action, set(values or {}))
        pressed = form.button(button)
        assert not pressed.has("disabled"), f"{form.where} is disabled: {form.reasons}"
        if self.shown is not page:
            await self.see(page.path)
        box = self.screen.locator("form").nth(page.tree.all("form").index(form.node))
        for name, value in (values or {}).items():
            await _fill(box, form, name, value)
        number = form.node.all("button").index(pressed)
        await _unfold(box.locator("button").nth(number))
        came = await self._came(box.locator("button").nth(number).click(), status)
        self.clicked += 1
        return came

    async def _came(self, going, status: int) -> Page:
        """The page that comes of a click or an address."""
        answers: list[Response] = []

        def note(answer: Response) -> None:
            answers.append(answer)

        self.screen.on("response", note)
        # A page that was left may change its own address first, which is no page that came.
        async with self.screen.expect_event("domcontentloaded"):
            await going
        self.screen.remove_listener("response", note)
        answer = [one for one in answers if one.request.is_navigation_request()][-1]
        redirected = answer.request.redirected_from is not None
        found = 303 if status == 303 and redirected and answer.status == 200 else answer.status
        url = SimpleNamespace(path=urlsplit(answer.url).path)
        text = await answer.text()
        self.shown = Page(SimpleNamespace(url=url, status_code=answer.status, text=text))
        assert found == status, f"{self.name} {url.path}: {found} {self.shown.errors}"
        return self.shown


async def _unfold(box: Locator) -> None:
    """Opens what something is folded away in."""
    for details in await box.locator("xpath=ancestor::details[not(@open)]").all():
        await details.locator("summary").first.click()


async def _fill(box: Locator, form: Form, name: str, given: str | list[str]) -> None:
    given = [given] if isinstance(given, str) else given
    field = box.locator(f'[name="{name}"]')
    await _unfold(field.first)
    nodes = [one for one in form.node.all("input", "select", "textarea") if one.get("name") == name]
    if nodes[0].tag == "select":
        await field.select_option(label=given)
    elif nodes[0].get("type") in ("radio", "checkbox"):
        wanted = {options(nodes, form)[label] for label in given}
        for number, node in enumerate(nodes):
            if _is_off(node, wanted):
                await field.nth(number).click()
    else:
        await field.fill(given[0])


def _is_off(node: Node, wanted: set[str]) -> bool:
    """Whether a tap is needed: a radio is never tapped off."""
    is_wanted = node.get("value") in wanted
    return is_wanted != node.has("checked") and (is_wanted or node.get("type") == "checkbox")


@dataclass(frozen=True)
class Screens:
    """What people hold: residents a phone that runs no script and staff a desk's screen with it,
    or the other way round."""

    staff_at_desk: bool

    def of(self, name: str) -> dict:
        at_desk = (name in STAFF) == self.staff_at_desk
        return {"viewport": DESK if at_desk else PHONE, "java_script_enabled": at_desk}


class Clicked(Story):
    """The story in `browser`, on the application served at `origin`."""

    def __init__(self, *told, browser: Browser, origin: str, screens: Screens):
        super().__init__(*told)
        self._browser, self._origin, self._screens, self.clickers = browser, origin, screens, {}
        self._last, self._done = ("", self.world.now), set()

    async def person(self, name: str) -> Clicker:
        if name not in self.clickers:
            plain = await super().person(name)
            context = await self._browser.new_context(**self._screens.of(name))
            for cookie, value in plain.client.cookies.items():
                await context.add_cookies([{"name": cookie, "value": value, "url": self._origin}])
            screen = await context.new_page()
            screen.set_default_timeout(30_000)
            self.clickers[name] = Clicker(name, plain.client, screen, self._origin)
        return self.clickers[name]

    async def see(self, name: str, url: str = "", status: int = 200) -> Page:
        return await (await super().person(name)).see(self._path(url), status)

    async def do(
        self,
        name: str,
        url: str,
        action: str,
        values: dict | None = None,
        button: str = "",
        status: int = 303,
    ) -> Page:
        if name in STAFF and (name, action) in self._done:
            return await self._plainly(name, url, action, values, button, status)
        self._done.add((name, action))
        before, self._last = self._last, (name, self.world.later(minutes=1))
        person, path = await self.person(name), self._path(url)
        again = before == (name, self.world.now - MINUTE) and person.shown.path == path
        page = person.shown if again else await person.see(path)
        return await person.press(page, f"*{action}", values, button, status)

    async def _plainly(self, name: str, url: str, *form) -> Page:
        """What the same hand did before, without the browser."""
        self._last = "", self.world.later(minutes=1)
        plain = await super().person(name)
        action, *rest = form
        page = await plain.see(self._path(url))
        return await plain.press(page, f"*{action}", *rest)

    async def refused(
        self, name: str, url: str, action: str, *reasons: str, values: dict | None = None
    ) -> None:
        page = await self.see(name, url)
        assert page.form(f"*{action}").button().has("disabled")

    async def in_public(self) -> None:
        """What everyone may read is looked through where the story is told without a browser."""
