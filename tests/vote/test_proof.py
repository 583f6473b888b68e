"""The own line of the frozen roll: shown with a proof to whoever holds it, and to nobody else."""

import hashlib
import re

import pytest
import rfc8785

from deliberation.accounts.models import Account
from deliberation.stages.vote import closing
from deliberation.stages.vote.evidence import answers
from deliberation.stages.vote.evidence.proofs import own_proofs
from deliberation.stages.vote.models import RollEntry, Vote
from deliberation.stages.vote.paper import sheets
from tests.cast import NOW, unguarded
from tests.vote.voting import approved, cast, open_vote, voter

pytestmark = pytest.mark.anyio


async def opened(world, count=5, at=0, **more):
    """A vote whose line `at` belongs to “选民”, who can sign in; 陈先生 is on no line."""
    matter, vote, entries = await open_vote(world, count, **more)
    world.accounts["选民"] = await Account.create(person_id=entries[at].person_id, created_at=NOW)
    return matter, vote, entries, f"/matters/{matter.id}/vote/roll/mine"


def recount(found: dict) -> str:
    """The root from a downloaded proof with nothing but the standard library's hash."""
    content = b"deliberation/roll\n" + rfc8785.dumps(found["line"])
    node = hashlib.sha256(b"\x00" + content).digest()
    assert node.hex() == found["leaf"]
    for step in found["proof"]:
        neighbour = bytes.fromhex(step["hash"])
        pair = neighbour + node if step["side"] == "left" else node + neighbour
        node = hashlib.sha256(b"\x01" + pair).digest()
    return node.hex()


@pytest.mark.parametrize(("count", "at"), [(1, 0), (2, 1), (5, 0), (5, 4), (7, 6), (7, 3), (9, 8)])
async def test_the_file_of_any_line_leads_to_the_root_on_the_notice(world, client, count, at):
    _, vote, entries, url = await opened(world, count, at)
    page = await (await client("选民")).get(f"{url}/{entries[at].number}.json")
    assert page.headers["cache-control"] == "no-store"
    found = page.json()
    assert recount(found) == found["root"] == vote.manifest["roll"]["root"]
    assert (found["size"], found["index"]) == (count, at)
    assert found["line"]["name"] == f"选民{at}"


async def test_a_changed_line_leads_to_another_root(world, client):
    _, _, entries, url = await opened(world)
    found = (await (await client("选民")).get(f"{url}/1.json")).json()
    found["line"]["heads"] += 1
    changed = hashlib.sha256(b"\x00deliberation/roll\n" + rfc8785.dumps(found["line"])).hexdigest()
    assert changed != found["leaf"]


async def test_the_page_shows_the_line_and_the_figures_the_notice_bears(world, client):
    _, vote, _, url = await opened(world)
    page = (await (await client("选民")).get(url)).text
    root = vote.manifest["roll"]["root"]
    assert "选民0" in page and f"<strong>{root[:32]}</strong>" in page
    assert "对得上" in page and "名册一共5人" in page
    roll = (await (await client("visitor")).get(url.removesuffix("/mine"))).text
    assert root[:32] in roll and "冻结时共5人" in roll
    assert "/roll/mine" in (await (await client("选民")).get(url.removesuffix("/roll/mine"))).text


async def test_nobody_else_finds_a_page_or_a_file(world, client):
    _, _, _, url = await opened(world)
    for name in ("visitor", "陈先生", "李书记", "张经办", "孙监督"):
        assert (await (await client(name)).get(url)).status_code == 404, name
        assert (await (await client(name)).get(f"{url}/1.json")).status_code == 404, name
    assert (await (await client("选民")).get(f"{url}/2.json")).status_code == 404
    assert (await (await client("选民")).get(f"{url}/1.json")).status_code == 200


async def test_before_the_freeze_there_is_no_proof(world):
    _, vote, entries, _ = await opened(world)
    holder = voter(world, entries[0])
    assert len(await own_proofs(vote, holder)) == 1
    for status in ("draft", "posted", "void"):
        vote.status = status
        assert await own_proofs(vote, holder) == []


async def test_the_own_named_ballot_is_shown_and_the_last_one_marked(world, client):
    matter, _, entries, url = await opened(world)
    holder = await client("选民")
    assert "还没有收到您的票" in (await holder.get(url)).text
    await cast(world, matter, entries[0], "for")
    await cast(world, matter, entries[0], "against")
    await cast(world, matter, entries[1], "abstain")
    page = (await holder.get(url)).text
    assert page.count("以这一次为准") == 1 and "第2次" in page
    assert "<strong>同意</strong>" in page and "<strong>反对</strong>" in page
    assert "<strong>弃权</strong>" not in page and "清单里找" not in page


async def test_a_sheet_stands_over_the_phone_once_two_people_entered_it(world, client):
    matter, _, entries, url = await opened(world)
    await cast(world, matter, entries[0], "for")
    sheet = {"number": 1, "choices": {"1": "invalid"}, "now": world.now}
    await sheets.enter(await world.actor("张经办"), matter, **sheet)
    holder = await client("选民")
    waiting = (await holder.get(url)).text
    assert "等第二个人核对" in waiting and "无效" not in waiting
    await sheets.confirm(await world.actor("何经办"), matter, **sheet)
    page = (await holder.get(url)).text
    assert "无效" in page
    assert "以这一次为准" in re.split("第2次", page)[1] and page.count("以这一次为准") == 1


async def test_after_the_count_the_keys_lead_to_the_own_answers_in_the_list(world, client):
    matter, vote, entries, url = await opened(world)
    await cast(world, matter, entries[0], "for")
    await cast(world, matter, entries[1], "against")
    holder = await client("选民")
    assert (await holder.get(f"{url}/1.json")).json()["answers"] == []
    world.now = vote.closes_at
    world.later(minutes=1)
    await closing.close(await world.actor("张经办"), matter, world.now)
    found = (await holder.get(f"{url}/1.json")).json()["answers"]
    published = {row["key"]: row for row in (await answers.answers(vote)).rows}
    assert [published[one["key"]]["choice"] for one in found] == ["for"]
    assert len(published) == 2
    assert found[0]["key"] in (await holder.get(url)).text


async def test_a_secret_vote_shows_the_line_and_no_ballot(world, client):
    matter, vote, entries, url = await opened(world, 10, secret=True)
    await cast(world, matter, entries[0], "against")
    world.now = vote.closes_at
    world.later(minutes=1)
    await closing.close(await world.actor("张经办"), matter, world.now)
    holder = await client("选民")
    page = (await holder.get(url)).text
    assert "对得上" in page
    assert "您的票" not in page and "反对" not in page
    assert (await holder.get(f"{url}/1.json")).json()["answers"] == []


async def test_a_line_added_later_says_that_the_root_does_not_hold_it(world):
    matter, vote, entries, _ = await opened(world, 3)
    amendment = await approved(world, matter, vote, "vote.amend")
    await unguarded()
    added = await RollEntry.create(
        vote=vote, number=4, person=world.people["赵大妈"], added_by=amendment.id
    )
    [proof] = await own_proofs(await Vote.get(id=vote.id), voter(world, added))
    assert proof.added and not proof.holds and proof.path == []
    [first] = await own_proofs(await Vote.get(id=vote.id), voter(world, entries[0]))
    assert first.holds and first.size == 3


async def test_an_erased_name_no_longer_leads_to_the_root(world, client):
    _, _, entries, url = await opened(world)
    holder = await client("选民")
    assert "对得上" in (await holder.get(url)).text
    await RollEntry.filter(id=entries[0].id).update(name="")
    page = (await holder.get(url)).text
    assert "对不上" in page and "对得上" not in page
