"""What waits for a resident stands first on 我的 and on the matter's own page."""

import re
from datetime import timedelta

import pytest

from deliberation.calendar import local_date
from deliberation.matters.models import Matter, Passage
from deliberation.stages.opinions import seconding
from deliberation.stages.opinions.telling import stood, unseen
from deliberation.stages.vote.models import RollEntry
from tests.cast import matter_at
from tests.opinions.test_actions import answer, opened, said
from tests.opinions.test_groups import grouped
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
    await matter_at(world, "implementation")
    to_ballot = f"{base}/ballot/{entry.id}"
    assert (await voter.get("/me/next")).headers["location"] == to_ballot, "a verdict can wait"
    other, _, _ = await open_vote(world, 10, people=["赵大妈"])
    assert (await voter.get("/me/next")).headers["location"] == "/me", "two ballots wait"
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


async def test_what_waits_stands_before_answers_and_what_my_home_seconded_stays(world, client):
    matter, neighbour = await opened(world), await world.actor("钱师傅")
    group = await grouped(world, matter, rows=[await said(world, matter, "钱师傅")])
    mine, me = await client("褚阿姨"), await world.actor("褚阿姨")
    await seconding.second(me, matter, group, "second", world.now)
    page = (await mine.get("/me")).text
    assert "您家附议的：下水道" in page and "等待答复" in page.split("您家附议的")[1]
    said_too = [await said(world, matter, "褚阿姨", f"第{n}句话", n) for n in range(2, 6)]
    for subject in [*said_too, group]:
        await answer(world, matter, subject)
    page = (await mine.get("/me")).text
    assert page.index("等着我的事") < page.index("给您的答复")
    news = page.split('id="news"')[1].split("</section>")[0]
    assert news.count("<article") == 3 and "还有2条" in news
    for left in (2, 0):
        ids = re.findall(r'name="answer" value="(\d+)"', (await mine.get("/me")).text)
        await mine.post("/me/seen", data={"answer": ids})
        assert len(await unseen(me)) == left
    kept = (await mine.get("/me")).text.split("您家附议的：下水道")[1]
    assert "现在：还没有列入方案" in kept and f"/trace/groups/{group.id}" in kept
    assert not await stood(neighbour)
