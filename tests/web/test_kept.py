"""A visitor's page is made once, and anew as soon as it would come out otherwise."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from starlette.requests import Request

from deliberation.calendar import end_of
from deliberation.database import sqlite_path
from deliberation.database.state import database_state
from deliberation.matters.models import Matter, Passage
from deliberation.places.models import Place
from deliberation.web.conditional import conditional
from deliberation.web.kept import Kept
from tests.cast import matter_at
from tests.queries import counted

pytestmark = pytest.mark.anyio


@pytest.fixture
async def heard(world):
    """A matter on which words are asked for until the end of 2026-03-09."""
    matter = await matter_at(world, "opinions")
    await Passage.filter(stage="opinions").update(last_on=world.now.date() + timedelta(days=7))
    return f"/matters/{matter.id}"


async def test_a_page_is_made_again_once_something_was_written(heard, client):
    visitor = await client("visitor")
    first = await visitor.get(heard)
    tag = {"If-None-Match": first.headers["etag"]}
    with counted() as asked:
        second, same = await visitor.get(heard), await visitor.get(heard, headers=tag)
    assert len(asked) == 2, "only whether anything was written"
    assert (second.text, second.headers) == (first.text, first.headers)
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag.popitem()[1])
    assert "content-length" not in same.headers and same.headers["content-security-policy"]

    await Matter.all().update(title="换名称")
    assert "换名称" in (await visitor.get(heard, headers=tag)).text
    assert "换名称" in (await visitor.get(heard)).text


async def test_a_page_is_made_again_when_a_deadline_has_passed(heard, client, world):
    visitor = await client("visitor")
    ends = end_of((await Passage.get(stage="opinions")).last_on)
    world.now = ends - timedelta(minutes=1)
    first = (await visitor.get(heard)).text
    assert "征求意见到" in first
    world.now = ends - timedelta(microseconds=1)
    with counted() as asked:
        assert (await visitor.get(heard)).text == first
    assert len(asked) == 1
    world.now = ends
    assert "征求意见到" not in (await visitor.get(heard)).text
    world.now = ends - timedelta(minutes=1)
    assert (await visitor.get(heard)).text == first, "the clock was put right"


async def test_nobody_gets_the_page_of_somebody_else(heard, client):
    visitor, resident = await client("visitor"), await client("赵大妈")
    first = (await visitor.get(heard)).text
    assert "您是" not in first and "赵大妈" in (await resident.get(heard)).text
    assert (await visitor.get(heard, headers={"cookie": "large=1"})).text != first
    assert (await visitor.get(f"{heard}?page=2")).status_code == 200
    assert (await visitor.get(heard)).text == first
    plain = await visitor.get(heard, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.text == first


async def test_two_people_never_share_the_code_of_a_form(heard, client):
    """It tells a form that was sent twice: two with one code would be taken for one."""
    visitor = await client("visitor")
    pages = [await visitor.get(f"{heard}/opinions/survey") for _ in range(2)]
    assert pages[0].text != pages[1].text
    assert pages[0].headers["cache-control"] == "private, no-cache"


async def test_what_does_not_ask_the_database_is_there_without_it_but_not_kept():
    answers, made = [], []

    async def app(scope, receive, send):
        made.append(scope["path"])
        await conditional(Request(scope), b"-", media_type="text/html")(scope, receive, send)

    async def send(message):
        answers.append(message)

    async def away() -> tuple:
        raise OSError

    for kept in (Kept(app, away), Kept(app, here)):
        for _ in range(2):
            scope = {"type": "http", "method": "GET", "path": "/about", "query_string": b""}
            now = {"state": {"now": datetime(2026, 3, 2, tzinfo=UTC)}, "headers": []}
            await kept(scope | now, None, send)
    assert [one["status"] for one in answers if "status" in one] == [200] * 4
    assert len(made) == 3, "with a database only once"


async def here() -> tuple:
    return (1,)


async def test_whatever_is_written_gives_the_database_another_name(world, engine):
    names = [await database_state(), await database_state()]
    assert names[0] == names[1], "reading is no change"
    await Place.all().update(phone="1")
    names.append(await database_state())
    if engine == "sqlite":
        with sqlite3.connect(sqlite_path(world.settings)) as other:
            other.execute("UPDATE place SET phone = '2'")
        names.append(await database_state())
    assert len(set(names)) == len(names) - 1, "each is another one"
