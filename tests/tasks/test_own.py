"""What waits for a resident stands first on 我的 and on the matter's own page."""

from datetime import timedelta

import pytest

from deliberation.calendar import local_date
from deliberation.matters.models import Matter, Passage
from deliberation.stages.vote.models import RollEntry
from tests.cast import matter_at
from tests.vote.voting import open_vote

pytestmark = pytest.mark.anyio


async def test_an_open_vote_waits_for_who_is_on_the_roll_until_they_voted(world, client):
    matter, _, _ = await open_vote(world, 10, people=["赵大妈"])
    entry = await RollEntry.get(number=901)
    voter, base = await client("赵大妈"), f"/matters/{matter.id}/vote"
    button = f'href="{base}/ballot/{entry.id}">去投票</a>'
    for url in ("/me", f"/matters/{matter.id}"):
        assert button in (await voter.get(url)).text
    assert button not in (await (await client("钱师傅")).get(f"/matters/{matter.id}")).text
    assert (await voter.get("/me/next")).headers["location"] == f"{base}/ballot/{entry.id}"
    other = await matter_at(world, "implementation")
    assert (await voter.get("/me/next")).headers["location"] == "/me", "two forms wait"
    await Matter.filter(id=other.id).update(ended="terminated")
    await RollEntry.filter(id=entry.id).update(state="voted", channel="phone")
    assert button not in (await voter.get("/me")).text
    own = (await voter.get(f"/matters/{matter.id}")).text
    assert button not in own and "您已经投过票" in own


async def test_opinions_are_asked_for_only_while_the_period_runs(world, client):
    matter = await matter_at(world, "opinions")
    button = f'href="/matters/{matter.id}/opinions/survey"'
    visitor = await client("visitor")
    assert button not in (await visitor.get(f"/matters/{matter.id}")).text
    today = local_date(world.now)
    await Passage.filter(matter=matter, stage="opinions").update(
        first_on=today, last_on=today + timedelta(days=6)
    )
    assert button in (await visitor.get(f"/matters/{matter.id}")).text
    assert button in (await (await client("赵大妈")).get("/me")).text
    assert button not in (await (await client("张经办")).get(f"/matters/{matter.id}")).text
    world.later(days=7)
    assert button not in (await visitor.get(f"/matters/{matter.id}")).text


async def test_a_household_is_asked_for_its_verdict_while_works_go_on(world, client):
    matter = await matter_at(world, "implementation")
    resident, waiting = await client("赵大妈"), ">去评议</a>"
    assert waiting in (await resident.get("/me")).text
    answer = {"verdict": "satisfied", "comment": ""}
    await resident.post(f"/matters/{matter.id}/evaluation/submit", data=answer)
    assert waiting not in (await resident.get("/me")).text
