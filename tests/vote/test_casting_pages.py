"""The ballot over HTTP: the receipt in each kind of vote, and what its answer gives away."""

import logging
import re

import pytest

from deliberation.accounts.models import Session, SessionAccount
from deliberation.stages.vote.models import Ballot, RollEntry, SecretAnswer
from deliberation.stages.vote.questions import YES_OR_NO
from tests.vote.voting import open_vote, two_people

pytestmark = pytest.mark.anyio
CODE = "0123456789abcdef0123456789abcdef"
LONG = [
    {"key": "a", "label": "甲"},
    {"key": "option-with-a-long-key", "label": "把外墙、屋面、下水和楼道照明一起换新的那个方案"},
]
CHOICE = [("choice", "选哪个方案？", LONG)]


async def household_vote(world, **kind):
    """A vote in which 赵大妈 votes for her home beside ten others."""
    home = world.households["1-101"]
    matter, vote, rows = await open_vote(world, 10, profile="P4", homes=[(home, 0)], **kind)
    return matter, vote, rows[-1], f"/matters/{matter.id}/vote/ballot/{rows[-1].id}"


@pytest.mark.parametrize("secret", [False, True])
@pytest.mark.parametrize("path", ["/cast", ""])
async def test_answers_on_the_way_have_one_size_whatever_was_chosen(world, client, secret, path):
    _, _, _, url = await household_vote(world, secret=secret, questions=CHOICE)
    sizes = set()
    for choice in ("a", "option-with-a-long-key", "abstain", "wrong"):
        voter = await client("赵大妈")
        given = {"code": CODE, "from": "1", "step": "2", "c1": choice}
        answer = await voter.post(url + path, data=given)
        assert answer.headers["cache-control"] == "no-store" if secret else "private, no-cache"
        assert answer.headers["content-encoding"] == "identity"
        assert answer.headers["content-length"] == str(len(answer.content))
        sizes.add(len(answer.content))
    assert len(sizes) == 1


async def test_a_named_receipt_says_what_was_chosen_and_that_paper_goes_before(world, client):
    _, _, _, url = await household_vote(world, questions=[("plan", "方案？", YES_OR_NO)])
    voter = await client("赵大妈")
    for version in (1, 2):
        data = {"code": f"{version:032x}", "c1": "against"}
        page = (await voter.post(f"{url}/cast", data=data)).text
        assert f"第{version}次投票" in page and "<strong>反对</strong>" in page
        assert "以纸质票为准" in page and "回执码" not in page and "没有再计" not in page
    page = (await voter.get(url)).text
    assert "这一题选的是<strong>反对</strong>" in page and 'value="against" checked' in page
    data = {"code": CODE, "from": "1", "step": "2", "c1": "for"}
    review = (await voter.post(url, data=data)).text
    assert "这一票已经投过（第2次" in review and "投出这一票" in review
    world.later(minutes=1)
    again = await voter.post(f"{url}/cast", data={"code": f"{1:032x}", "c1": "against"})
    assert "第1次投票" in again.text and "这张票没有再计一次" in again.text
    assert "您的票已经计入" not in again.text
    world.later(days=30)
    for path, answer in ((url, data), (f"{url}/cast", {"code": CODE, "c1": "for"})):
        late = (await voter.post(path, data=answer)).text
        assert "截止了，这以后不再收票" in late and "投出这一票" not in late


async def test_a_ballot_left_open_says_whose_it_is_once_another_of_the_phone_acts(world, client):
    matter, vote, _ = await open_vote(world, 10, people=["赵大妈"])
    entry = await RollEntry.get(vote=vote, number=901)
    phone = await client("赵大妈")
    session = await Session.get(account=world.accounts["赵大妈"])
    await SessionAccount.create(session=session, account=world.accounts["钱师傅"])
    url = f"/matters/{matter.id}/vote/ballot/{entry.id}"
    assert (await phone.get(url)).status_code == 200
    await phone.post("/me/switch", data={"account": world.accounts["钱师傅"].id})
    step = {"code": CODE, "from": "1", "step": "2", "c1": "for"}
    for answer in (
        await phone.get(url),
        await phone.post(url, data=step),
        await phone.post(f"{url}/cast", data={"code": CODE, "c1": "for"}),
    ):
        assert answer.status_code == 403
        assert "这张票是赵大妈的" in answer.text and "这部手机现在是钱师傅" in answer.text
    assert not await Ballot.exists()
    back = {"account": world.accounts["赵大妈"].id, "next": url}
    assert f'name="next" value="{url}"' in answer.text
    assert (await phone.post("/me/switch", data=back)).headers["location"] == url
    away = await phone.post("/me/switch", data=back | {"next": "//evil.example"})
    assert away.headers["location"] == "/"
    cast = await phone.post(f"{url}/cast", data={"code": CODE, "c1": "for"})
    assert cast.status_code == 200 and await Ballot.exists()
    # Who is not on this phone is told nothing of whose line it is.
    assert (await (await client("冯老师")).get(url)).status_code == 404


async def test_a_secret_receipt_has_a_code_and_nothing_that_proves_a_choice(world, client):
    _, _, _, url = await household_vote(world, secret=True)
    answer = await (await client("赵大妈")).post(f"{url}/cast", data={"code": CODE, "c1": "for"})
    assert re.search(r'class="code">[A-Z2-7]{16}<', answer.text)
    stored = await SecretAnswer.get()
    assert stored.key not in answer.text and stored.salt not in answer.text
    assert "同意" not in answer.text and "查票码" not in answer.text


async def test_a_checkable_receipt_shows_how_to_find_the_answers_and_warns(world, client):
    asked = [("plan", "方案？", YES_OR_NO), ("funds", "出资？", YES_OR_NO)]
    _, _, _, url = await household_vote(world, secret=True, checkable=True, questions=asked)
    voter, data = await client("赵大妈"), {"code": CODE, "c1": "for", "c2": "against"}
    for _ in range(2):
        page = (await voter.post(f"{url}/cast", data=data)).text
        for answer in await SecretAnswer.all():
            assert answer.key in page and answer.salt in page
        assert "谁逼您把查票码给他看，他也能查到您选了什么" in page
    assert await SecretAnswer.all().count() == 2


async def test_who_took_a_paper_is_told_on_the_phone_and_so_is_whose_paper_counts(world, client):
    matter, _, entry, url = await household_vote(world, secret=True)
    issued = {"numbers": [entry.number]}
    await two_people(world, matter, "vote.issue_paper", issued, second="何经办")
    voter, data = await client("赵大妈"), {"code": CODE, "c1": "for"}
    answer = await voter.post(f"{url}/cast", data=data)
    assert answer.status_code == 422 and "您已经领了纸质票" in answer.text
    assert "您已经领了纸质票" in (await voter.get(url)).text
    _, _, entry, url = await household_vote(world)
    await RollEntry.filter(id=entry.id).update(state="voted", channel="paper")
    answer = await voter.post(f"{url}/cast", data=data)
    assert answer.status_code == 422 and "您的纸质票已经计入" in answer.text
    opened = (await voter.get(url)).text
    assert "您的纸质票已经计入" in opened and '<form class="form"' not in opened
    assert await Ballot.all().count() + await SecretAnswer.all().count() == 0


async def test_a_matter_that_is_not_there_has_no_ballot(client):
    voter = await client("赵大妈")
    for matter in (999, 2**31, 2**70):
        url = f"/matters/{matter}/vote/ballot/1/cast"
        assert (await voter.post(url, data={"code": CODE, "c1": "for"})).status_code == 404


async def test_casting_asks_the_same_few_queries_whoever_votes(world, client, caplog):
    _, _, _, url = await household_vote(world)
    voter, data = await client("赵大妈"), {"code": CODE, "c1": "for"}
    with caplog.at_level(logging.DEBUG, logger="tortoise.db_client"):
        assert (await voter.post(f"{url}/cast", data=data)).status_code == 200
    asked = [one.getMessage() for one in caplog.records if one.name == "tortoise.db_client"]
    assert sum("FROM session" in one for one in asked) == 1
    assert len(asked) <= 14, asked


async def test_nothing_of_a_ballot_is_logged(world, client, caplog):
    _, _, entry, url = await household_vote(world, secret=True)
    with caplog.at_level(logging.INFO):
        data = {"code": CODE, "c1": "against"}
        await (await client("赵大妈")).post(f"{url}/cast", data=data)
    ours = "\n".join(one.getMessage() for one in caplog.records if "httpx" not in one.name)
    for hidden in ("赵大妈", "against", CODE, f"ballot/{entry.id}", "account"):
        assert hidden not in ours
