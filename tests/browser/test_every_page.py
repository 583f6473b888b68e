"""Every page of the demo as everybody who may see it: by its links, by axe-core, by its looks."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

import httpx2
import pytest

from deliberation.app import create_app
from deliberation.database import disconnect
from tests.bench.pages import client
from tests.browser.chromium import Served
from tests.browser.crawl import Crawl, Found
from tests.browser.demo import NOW, OFFICES, ORIGIN, PEOPLE, Fixed, fill, main_pages, token_of
from tests.browser.looks import LARGE, LARGE_DESK, Looker

LONG = 1000  # elements
READ = ("me", "matter", "survey", "vote", "ballot", "evaluation", "notice")

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def app(tmp_path_factory):
    """The application on the demo's data, on the day they were made."""
    settings = await fill(tmp_path_factory.mktemp("demo") / "data")
    app = create_app(settings)
    app.state.clock = Fixed()
    yield app
    await disconnect()


@pytest.fixture(scope="module")
async def crawls(app):
    """The walks of all people, by who they are."""
    walks = {}
    for who in PEOPLE:
        cookies = {} if who == "visitor" else {"session": await token_of(who)}
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(
            transport=transport, base_url=ORIGIN, cookies=cookies
        ) as client:
            walks[who] = await Crawl(who, client, app).walk()
    return walks


@pytest.mark.parametrize("who", PEOPLE)
async def test_every_link_leads_to_a_page_that_is_whole(crawls, who):
    assert not crawls[who].wrong, "\n".join(crawls[who].wrong)
    assert len(crawls[who].pages) > 50


async def test_a_kept_page_is_what_would_be_made_to_the_end_of_its_minute(app, crawls):
    """Everything a visitor reaches, without the demo's clock at the top of every page."""
    quiet = create_app(replace(app.state.settings, demo=False))
    quiet.state.clock = clock = Moved()
    urls = dict.fromkeys(page.url for page in crawls["visitor"].pages)
    wrong = []
    async with client(quiet) as visitor, client(quiet) as other:
        for url in urls:
            clock.at = NOW.replace(second=0)
            first = await visitor.get(url)
            clock.at += timedelta(seconds=59)
            again = await visitor.get(url)
            made = await other.get(url, headers={"cookie": "one=1"})
            same = first.text == again.text == made.text
            if same is ('name="request_code"' in first.text):  # a form's code is for one alone
                wrong.append(url)
    assert not wrong, "\n".join(wrong)


class Moved(Fixed):
    at = NOW

    def now(self) -> datetime:
        return self.at


def kinds(crawls) -> list[Found]:
    """Of every address pattern the page with most forms in it, then the fullest, that is not too
    long to be looked at."""
    pages = [page for crawl in crawls.values() for page in crawl.pages if page.is_opened]
    best = {}
    for page in sorted(pages, key=lambda page: (len(page.nodes) < LONG, page.weight)):
        best[page.route] = page
    return list(best.values())


@pytest.fixture(scope="module")
async def lookers(app, crawls, file_browser):
    """`await lookers(who)`: that person's browser; `lookers.origin` is where the site is."""
    async with Served(app) as served:

        async def open_(who: str) -> Looker:
            cookies = crawls[who].client.cookies.jar
            found = [{"name": one.name, "value": one.value, "url": served.url} for one in cookies]
            return await Looker.open(file_browser, found, LARGE_DESK if who in OFFICES else LARGE)

        open_.origin = served.url
        yield open_


async def test_every_kind_of_page_is_for_every_eye_and_finger(crawls, lookers):
    wrong = []
    for who in PEOPLE:
        looker = await lookers(who)
        for page in [one for one in kinds(crawls) if one.who == who]:
            wrong += [f"{page}: {what}" for what in await looker.look(lookers.origin, page.url)]
        await looker.context.close()
    assert not wrong, "\n".join(wrong)


async def test_the_main_pages_are_read_in_colours_that_a_reader_chose(app, lookers):
    found = await main_pages(app.state.settings.data_dir)
    pages = sorted(found[name] for name in READ)
    wrong = []
    for who, urls in groupby(pages, key=lambda page: page[0]):
        looker = await lookers(who)
        for _, url in urls:
            wrong += [f"{url}: {what}" for what in await looker.contrast(lookers.origin, url)]
        await looker.context.close()
    assert not wrong, "\n".join(wrong)
