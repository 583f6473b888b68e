"""A database that does not answer: 503 in plain words, and what was typed is kept or not shown."""

import pytest
from tortoise import connections

from tests.story.browser import parse

pytestmark = pytest.mark.anyio
CAST = "/matters/7/vote/ballot/9/cast"
FORM = {"c1": "for", "code": "0123456789abcdef0123456789abcdef"}


@pytest.fixture
async def resident(client):
    """A browser signed in before its sessions cannot be read any more."""
    browser = await client("赵大妈")
    await connections.get("default").execute_script("ALTER TABLE session RENAME TO gone")
    return browser


async def test_a_ballot_comes_back_in_a_form_though_nobody_had_read_it_yet(resident):
    answer = await resident.post(CAST, data=FORM)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"
    assert answer.headers["Cache-Control"] == "no-store"
    page = parse(answer.text)
    assert [heading.text for heading in page.all("h1")] == ["没有投成，请稍后再试"]
    [form] = [form for form in page.all("form") if form.get("action") == CAST]
    assert {one.get("name"): one.get("value") for one in form.all("input")} == FORM
    assert form.all("button")[0].text == "再投一次"


async def test_what_was_sent_is_escaped_and_too_much_of_it_is_not_repeated(resident):
    evil = '"><script>alert(1)</script>'
    answer = await resident.post(CAST, data=FORM | {"c2": evil})
    assert "<script>alert" not in answer.text
    sent = {one.get("name"): one.get("value") for one in parse(answer.text).all("input")}
    assert sent["c2"] == evil
    answer = await resident.post(CAST, data=FORM | {"c2": "x" * 70_000})
    assert (answer.status_code, "xxx" in answer.text) == (503, False)


async def test_a_password_is_not_repeated(resident):
    typed = {"username": "zhangjingban", "password": "correct horse"}
    answer = await resident.post("/sign-in", data=typed)
    assert answer.status_code == 503
    assert "没有办成，请稍后再试" in answer.text
    assert "correct horse" not in answer.text


async def test_a_page_that_only_shows_something_says_so_too(resident):
    answer = await resident.get("/matters")
    assert (answer.status_code, "没有办成，请稍后再试" in answer.text) == (503, True)
