"""A matter on its way, seen through pages only: what everyone sees, what is missing, what moves.

Nothing here calls an act or writes a row; the clock is moved and the waiting PDFs are made.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urldefrag

import pymupdf

from deliberation.calendar import SHANGHAI, end_of
from deliberation.documents.queue import Queue
from tests.cast import RESIDENTS, World
from tests.story.browser import Page, Person

CLERK, OTHER_CLERK, SECRETARY = "张经办", "何经办", "李书记"
SUPERVISORS = ("孙监督", "周监督")
VISITOR = "visitor"
PHONE = re.compile(r"(?<![0-9a-z])1[3-9]\d{9}(?![0-9a-z])")  # not within a digest
UNTIL = re.compile(r"(\d+)年(\d+)月(\d+)日24:00")


def local(moment: datetime) -> str:
    """As a browser's datetime field sends it."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


class Story:
    """`matter` is the URL of the matter once it is registered, `held_on` the day on which the
    meeting votes."""

    def __init__(self, world: World, client: Callable[[str], Awaitable], queue: Queue):
        self.world, self._client, self._queue = world, client, queue
        self._people: dict[str, Person] = {}
        self.matter = self.held_on = ""

    async def person(self, name: str) -> Person:
        if name not in self._people:
            self._people[name] = Person(name, await self._client(name))
        return self._people[name]

    async def see(self, name: str, url: str = "", status: int = 200) -> Page:
        """A page of the matter (`url` below its own), or any other by its whole path. Everybody's
        may be one that was kept: it is what would be made now."""
        person, path = await self.person(name), self._path(url)
        page = await person.see(path, status)
        if name == VISITOR:
            made = await person.client.get(path, headers={"cookie": "one=1"}, follow_redirects=True)
            assert made.text == page.html or "private" in made.headers["cache-control"], path
        return page

    async def do(
        self,
        name: str,
        url: str,
        action: str,
        values: dict | None = None,
        button: str = "",
        status: int = 303,
    ) -> Page:
        """Someone opens a page, fills in the form there and presses its button a minute later."""
        self.world.later(minutes=1)
        page = await self.see(name, url)
        return await (await self.person(name)).press(page, f"*{action}", values, button, status)

    async def refused(
        self, name: str, url: str, action: str, *reasons: str, values: dict | None = None
    ) -> None:
        """The button is disabled, the reasons stand beside it, and they refuse whoever sends it."""
        page = await self.see(name, url)
        shown = page.form(f"*{action}").reasons
        _fits(shown, reasons)
        answer = await (await self.person(name)).press_disabled(page, f"*{action}", values)
        assert set(shown) <= set(answer.errors), f"{shown} is not what refused: {answer.errors}"

    async def stuck(self, stage: str, *reasons: str) -> None:
        """Exactly these things are missing to leave the stage: shown, disabled, refused."""
        page = await self.see(CLERK, stage)
        assert page.blockers == page.form("*/advance").reasons
        await self.refused(CLERK, stage, "/advance", *reasons)
        _fits((await self.see(VISITOR)).blockers, reasons)

    async def onward(self, stage: str) -> Page:
        """Nothing is missing any more: the clerk ends the stage, and the line shows it."""
        before = await self.see(CLERK, stage)
        assert before.blockers == []
        (asked,) = before.tree.all("details", of="ask")
        assert not asked.has("open") and asked.all("form"), "moving on is asked once more"
        assert re.search("以后，.+(下一步是|议题就此办结).+(只有书记能退回来|不能退回)", asked.text)
        name = next(name for name, state in before.line.items() if state == "current")
        after = await self.do(CLERK, stage, "/advance")
        assert after.line[name] == (await self.see(VISITOR)).line[name] == "done"
        await self.in_public()
        return after

    async def over(self, stage: str) -> None:
        """Moves the clock to the instant at which the period ends that the page speaks of."""
        blockers = (await self.see(CLERK, stage)).blockers
        said = [found for reason in blockers if (found := UNTIL.search(reason))]
        assert len(said) == 1, f"no period is shown among {blockers}"
        ends = end_of(date(*map(int, said[0].groups())))
        self.world.now = ends - timedelta(seconds=1)
        assert said[0].string in (await self.see(CLERK, stage)).blockers
        self.world.now = ends
        assert said[0].string not in (await self.see(CLERK, stage)).blockers
        self.morning(0)

    def morning(self, days: int = 1) -> None:
        """Nine o'clock, local, `days` after today."""
        day = self.today + timedelta(days=days)
        self.world.now = datetime.combine(day, time(9), SHANGHAI).astimezone(UTC)

    @property
    def today(self) -> date:
        return self.world.now.astimezone(SHANGHAI).date()

    def day(self, days: int = 0) -> str:
        return (self.today + timedelta(days=days)).isoformat()

    async def make_pdfs(self) -> None:
        await self._queue.drain()

    async def in_public(self) -> None:
        """Every page a visitor reaches from the matter's is there and names no resident."""
        for page in await self.reach(VISITOR):
            told = [name for name in RESIDENTS if name in page.html] + PHONE.findall(page.html)
            assert not told, f"{page.path} tells everyone {told}"

    async def reach(self, name: str) -> list[Page]:
        """Every page of the matter and its notices that links lead someone to."""
        waiting, seen, pages = [self.matter], {self.matter}, []
        while waiting:
            page = await (await self.person(name)).see(waiting.pop())
            pages.append(page)
            for href, _ in page.links:
                url = urldefrag(href)[0]
                ours = url.startswith((f"{self.matter}/", "/notices/"))
                if ours and url not in seen and not url.endswith((".pdf", ".csv", ".png")):
                    seen.add(url)
                    waiting.append(url)
        return pages

    async def notice(self, about: str) -> Page:
        """The newest notice whose title holds `about`, as everyone sees it."""
        return await self.see(VISITOR, (await self.see(VISITOR)).link(about))

    async def announced(self, about: str, *says: str) -> None:
        """An end or a delay is announced to everyone, on the screen and on paper."""
        await self.make_pdfs()
        page, paper = await self.notice(f"{about}的公告"), await self.paper(f"{about}的公告")
        for words in says:
            assert words in page.text and words in paper, f"the announcement lacks “{words}”"

    async def stands_at(self, stage: str) -> None:
        """Everyone sees the stage as current, those before it done and those after to come."""
        states = (await self.see(VISITOR, stage)).line
        here = list(states.values()).index("current")
        assert list(states.values()) == ["done"] * here + ["current"] + ["todo"] * (
            len(states) - here - 1
        )
        assert (await self.see(VISITOR)).link("去“").endswith(f"/{stage}")

    async def paper(self, about: str) -> str:
        """The same as PDF: its text without spaces."""
        page = await self.notice(about)
        visitor = await self.person(VISITOR)
        answer = await visitor.client.get(page.link("打开PDF"))
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        sheets = pymupdf.open(stream=answer.content)
        text = "".join("".join(sheet.get_text().split()) for sheet in sheets)
        assert not [name for name in RESIDENTS if name in text] and not PHONE.search(text)
        return text

    def _path(self, url: str) -> str:
        return url if url.startswith("/") else f"{self.matter}/{url}".rstrip("/")


def _fits(shown: list[str], reasons: tuple[str, ...]) -> None:
    """As many reasons as expected, each one beginning as expected."""
    told = [reason for reason in reasons if any(one.startswith(reason) for one in shown)]
    assert len(shown) == len(reasons) == len(told), f"shown {shown}, expected {reasons}"
