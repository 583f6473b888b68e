"""What to do when something is wrong is one tap away from where it is, with whom to call."""

import pytest

from deliberation.accounts.help_pages import TOPICS
from deliberation.stages.vote.models import RollEntry
from tests.accounts.helpers import browser, slip_for
from tests.vote.voting import open_vote

pytestmark = pytest.mark.anyio
PHONE, ABOVE, FAR = "0371-6000 0003", "0371-6000 0002", "0371-6000 0004"


async def test_every_trouble_has_a_page_that_says_what_to_do_and_whom_to_call(app, world, client):
    resident = await client("赵大妈")
    index = (await resident.get("/help")).text
    for key, title in TOPICS.items():
        assert f'href="/help/{key}">{title}</a>' in index
        page = (await resident.get(f"/help/{key}")).text
        assert f"<h1>{title}</h1>" in page and "您可以这样办" in page
        assert 'href="tel:037160000003"' in page and FAR not in page, key
    assert (await resident.get("/help/nothing")).status_code == 404
    assert ABOVE in (await resident.get("/help/voted")).text
    assert "退出，我不是赵大妈" in (await resident.get("/help/wrong")).text
    assert PHONE in (await (await client("visitor")).get("/help/lost")).text


async def test_a_slip_that_does_not_work_says_why_and_leads_on(app, world):
    old, new = await slip_for(world, "赵大妈"), await slip_for(world, "赵大妈")
    async with browser(app) as first, browser(app) as second:
        gone, here = [(await first.get(f"/s/{one.token}")).text for one in (old, new)]
        assert "/help/revoked" in gone and PHONE in gone
        assert "/help/wrong" in here and "/help/phone" in here
        for _ in range(6):
            refused = (await first.post(f"/s/{new.token}", data={"code": "0"})).text
        assert "输错的次数太多" in refused and PHONE in refused
        third = await slip_for(world, "赵大妈")
        await first.post(f"/s/{third.token}", data={"code": third.pin})
        used = (await second.get(f"/s/{third.token}")).text
        assert "/help/used" in used and PHONE in used


async def test_somebody_voted_for_me_and_a_vote_that_closed_have_a_way_on(world, client):
    matter, _, _ = await open_vote(world, 10, people=["赵大妈"])
    entry = await RollEntry.get(number=901)
    ballot = f"/matters/{matter.id}/vote/ballot/{entry.id}"
    voter = await client("赵大妈")
    assert ballot not in (await voter.get("/help/voted")).text
    await RollEntry.filter(id=entry.id).update(state="voted", channel="phone")
    assert f'href="{ballot}"' in (await voter.get("/help/voted")).text
    assert ballot not in (await (await client("钱师傅")).get("/help/voted")).text
    world.later(days=3)
    late = (await voter.get(ballot)).text
    assert "截止了，这以后不再收票" in late and "/help/closed" in late
    visitor = await (await client("visitor")).get(ballot)
    assert visitor.status_code == 404 and 'href="/sign-in"' in visitor.text
