"""Signed in when the page was opened, no longer when the form is sent: said, kept, led back."""

import pytest

from deliberation.accounts.models import Session
from deliberation.stages.opinions.models import Opinion
from deliberation.stages.vote.models import Ballot
from tests.accounts.helpers import PASSWORD, slip_for, staff_account
from tests.opinions.test_actions import opened
from tests.story.browser import parse
from tests.vote.voting import open_vote

pytestmark = pytest.mark.anyio
SAID = "您的登录已经到期"


@pytest.fixture
async def ended(world, client):
    """A browser of 赵大妈 whose session was ended elsewhere."""
    found = await client("赵大妈")
    await Session.all().update(revoked_at=world.now)
    return found


async def sign_in(world, phone, name: str = "赵大妈"):
    slip = await slip_for(world, name)
    return await phone.post(f"/s/{slip.token}", data={"code": slip.pin})


async def test_what_was_typed_is_not_done_stays_and_is_sent_again_after_signing_in(world, ended):
    matter = await opened(world)
    submit = f"/matters/{matter.id}/opinions/submit"
    typed = {"text": '楼道灯太暗"><b>', "stance": "agree", "request_code": "a" * 22}
    answer = await ended.post(submit, data=typed, files={"photos": ("a.jpg", b"1", "image/jpeg")})
    assert (answer.status_code, await Opinion.all().count()) == (401, 0)
    assert answer.headers["cache-control"] == "no-store"
    assert SAID in answer.text and "要再选一次" in answer.text and "<b>" not in answer.text
    (form,) = [one for one in parse(answer.text).all("form") if one.get("action") == submit]
    again = {one.get("name"): one.get("value") for one in form.all("input")}
    assert again == typed
    assert (await ended.post(submit, data=again)).status_code == 401
    await sign_in(world, ended)
    assert (await ended.post(submit, data=again)).status_code == 303
    assert (await Opinion.get()).person_id == world.people["赵大妈"].id


async def test_of_a_ballot_nothing_stays_and_signing_in_leads_back_to_it(world, ended):
    matter, _, (entry, *_) = await open_vote(world, 11, people=["赵大妈"], secret=True)
    ballot = f"/matters/{matter.id}/vote/ballot"
    answer = await ended.post(f"{ballot}/{entry.id}/cast", data={"code": "0" * 32, "c1": "against"})
    assert answer.status_code == 401 and "没有发出，也没有留下" in answer.text
    assert "against" not in answer.text and await Ballot.all().count() == 0
    back = await sign_in(world, ended)
    assert back.headers["location"] == ballot
    assert (await ended.get(ballot, follow_redirects=True)).status_code == 200
    ended.cookies.delete("session")
    assert (await sign_in(world, ended)).headers["location"] == "/me/next", "led back once"


async def test_a_page_for_the_signed_in_says_so_and_public_ones_are_there(world, client, ended):
    for path in ("/me/data", "/desk", "/people"):
        page = await ended.get(path)
        assert (path, page.status_code) == (path, 401) and SAID in page.text
    for path, status in (("/matters", 200), ("/no/such/page", 404)):
        assert (await ended.get(path)).status_code == status
    assert (await ended.post("/large", data={"large": "1"})).status_code == 303
    assert (await (await client("visitor")).get("/desk")).status_code == 404
    await staff_account(world)
    await ended.get("/desk")
    typed = {"username": "zhang", "password": PASSWORD}
    assert (await ended.post("/sign-in", data=typed)).headers["location"] == "/desk"


async def test_no_password_comes_back_and_no_cookie_leads_off_the_site(world, ended):
    answer = await ended.post("/me/password", data={"old": PASSWORD, "new": "1"})
    assert answer.status_code == 401 and PASSWORD not in answer.text
    for elsewhere in ("//example.org", "https://example.org", "/\\example.org"):
        ended.cookies.clear()
        ended.cookies.set("back", elsewhere)
        assert (await sign_in(world, ended)).headers["location"] == "/"
