import re
from datetime import timedelta

import pytest

from deliberation.calendar import SHANGHAI
from deliberation.matters.models import Matter
from deliberation.stages.notices.models import Notice
from deliberation.stages.vote.models import Ballot, RollEntry, Vote
from tests.cast import matter_at, plan_of

pytestmark = pytest.mark.anyio


def local(moment) -> str:
    """As a browser's datetime field sends it."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


async def send(client, url, expected=303, **data):
    answer = await client.post(url, data=data)
    assert answer.status_code == expected, answer.text
    return answer


async def ballot(client, base, *answers):
    """Votes page by page as a phone does and returns the receipt."""
    opened = await client.get(f"{base}/ballot", follow_redirects=True)
    assert opened.status_code == 200, opened.text
    url = str(opened.url.path)
    code = re.search(r'name="code" value="([0-9a-f]{32})"', opened.text)[1]
    chosen = {}
    for number, answer in enumerate(answers, 1):
        chosen[f"c{number}"] = answer
        page = await client.post(
            url, data={"code": code, "from": str(number), "step": str(number + 1)} | chosen
        )
        assert page.status_code == 200, page.text
    return await client.post(f"{url}/cast", data={"code": code} | chosen)


async def test_a_plan_is_voted_from_draft_to_certified_and_moves_on(world, client):
    matter = await matter_at(world, "vote")
    await plan_of(matter)
    base = f"/matters/{matter.id}/vote"
    clerk, secretary = await client("张经办"), await client("李书记")
    await send(clerk, f"{base}/draft", profile="P1", form="plan")
    page = await clerk.get(base)
    assert "监票人至少2名，已登记0名" in page.text
    for name in ("孙监督", "周监督"):
        person = str(world.people[name].id)
        await send(clerk, f"{base}/scrutineers", person=person, role="scrutineer")
    await send(clerk, f"{base}/post")
    visitor = await client("visitor")
    roll = await visitor.get(f"{base}/roll")
    assert "赵**" in roll.text and "赵大妈" not in roll.text
    early = await send(secretary, f"{base}/freeze", 422)
    assert "名册公示到2026年3月5日24:00结束" in early.text
    world.later(days=4)
    await send(secretary, f"{base}/freeze")
    closes = world.now + timedelta(days=2)
    await send(clerk, f"{base}/open", opens_at="", closes_at=local(closes))
    assert (await Notice.get(kind="D")).figures["opening"]["roll"]["heads"] == 4
    for name, answer in (("赵大妈", "for"), ("钱师傅", "for"), ("冯老师", "against")):
        receipt = await ballot(await client(name), base, answer, "for")
        assert receipt.status_code == 200, receipt.text
        assert "票已收到" in receipt.text
    early = await send(clerk, f"{base}/close", 422)
    assert "截止" in early.text
    assert (await visitor.get(f"{base}/result")).status_code == 404
    world.later(days=2)
    await send(clerk, f"{base}/close")
    page = await visitor.get(f"{base}/result")
    assert "应到4人的三分之二以上即3人,实到3人,符合规定" in page.text
    assert "实到3人的过半数即2人,同意2人,通过" in page.text
    for name in ("孙监督", "周监督"):
        scrutineer = await client(name)
        shown = re.search(r'name="shown" value="(\w{64})"', (await scrutineer.get(base)).text)[1]
        await send(scrutineer, f"{base}/certify", shown=shown)
    assert (await Vote.get()).status == "certified"
    await send(clerk, f"/matters/{matter.id}/advance", stage="vote")
    assert (await Matter.get(id=matter.id)).stage == "decision_notice"
    assert await Ballot.all().count() == 3
    assert await RollEntry.filter(state="voted").count() == 3
