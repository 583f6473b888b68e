"""What watchers download: enough to check everything signed, and nothing about anybody's ballot."""

import asyncio
import hashlib
import json
import re

import pytest

from deliberation.accounts.models import Account
from deliberation.acting import acting
from deliberation.log import keys, pages, signing
from deliberation.log.models import Entry
from deliberation.matters import actions
from deliberation.places.models import Place
from deliberation.stages.vote.paper import desk, sheets
from tests.cast import NOW, matter_at
from tests.log.helpers import act, assert_checkpoints, assert_signed, canon, restart
from tests.vote.papers import handed_out
from tests.vote.voting import cast, open_vote

pytestmark = pytest.mark.anyio
FEED = "/log/checkpoints.json"


@pytest.fixture
async def visitor(client):
    return await client("visitor")


async def get(visitor, url: str) -> dict:
    answer = await visitor.get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    return answer.json()


def assert_chain(found: dict) -> None:
    """Checks a matter's log as a watcher would, with nothing of ours."""
    previous = "0" * 64
    for number, entry in enumerate(found["entries"], 1):
        assert (entry["sequence"], entry["previous"]) == (number, previous)
        hashed = entry | {"chain": found["chain"]}
        previous = hashed.pop("digest")
        text = b"deliberation/entry\n" + canon(hashed)
        assert hashlib.sha256(text).hexdigest() == previous
    digests = {entry["sequence"]: entry["digest"] for entry in found["entries"]}
    assert {one["sequence"]: one["digest"] for one in found["checkpoints"]} == digests
    assert_checkpoints(found["checkpoints"], found["keys"])


async def test_a_matters_whole_record_can_be_checked_from_what_is_downloaded(world, visitor):
    matter = await matter_at(world, "vote")
    await act(world, matter, 3)
    found = await get(visitor, f"/matters/{matter.id}/log.json")
    assert found.keys() == {"chain", "entries", "keys", "rotations", "checkpoints"}
    assert found["chain"] == f"matter/{matter.id}"
    assert found["entries"][0].keys() == {
        *("sequence", "at", "act", "account", "matter", "body", "previous", "digest")
    }
    assert len(found["entries"]) == 3
    assert_chain(found)


async def test_a_matter_that_is_not_there_has_no_record(world, visitor):
    assert (await visitor.get("/matters/999/log.json")).status_code == 404


async def test_the_feed_has_every_matters_checkpoints_page_by_page(world, visitor, monkeypatch):
    monkeypatch.setattr(pages, "PER_PAGE", 2)
    one, other = await matter_at(world, "vote"), await matter_at(world, "vote")
    await act(world, one, 2)
    await act(world, other, 2)
    await act(world, one, 1)
    seen, after, more = [], 0, True
    while more:
        found = await get(visitor, f"{FEED}?after={after}")
        assert found.keys() == {"keys", "rotations", "checkpoints", "next", "more"}
        assert_checkpoints(found["checkpoints"], found["keys"])
        seen += found["checkpoints"]
        after, more = found["next"], found["more"]
    names = [(row["chain"], row["sequence"]) for row in seen]
    mine, theirs = f"matter/{one.id}", f"matter/{other.id}"
    assert names == [(mine, 1), (mine, 2), (theirs, 1), (theirs, 2), (mine, 3)]
    assert (await get(visitor, f"{FEED}?after=5"))["checkpoints"] == []
    await act(world, other, 1)
    [newest] = (await get(visitor, f"{FEED}?after=5"))["checkpoints"]
    assert (newest["chain"], newest["sequence"]) == (theirs, 3)


@pytest.mark.parametrize("typed", ["", "-1", "x", "²", "1.5", "9" * 30, "%00"])
async def test_an_odd_cursor_begins_at_the_beginning(world, visitor, typed):
    await act(world, await matter_at(world, "vote"))
    assert len((await get(visitor, f"{FEED}?after={typed}"))["checkpoints"]) == 1


async def test_who_has_it_already_gets_304_until_there_is_more(world, visitor):
    matter = await matter_at(world, "vote")
    await act(world, matter)
    for url in (FEED, f"/matters/{matter.id}/log.json"):
        tag = (await visitor.get(url)).headers["etag"]
        for known in (tag, f'"other", {tag}'):
            again = await visitor.get(url, headers={"If-None-Match": known})
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        await act(world, matter)
        more = await visitor.get(url, headers={"If-None-Match": tag})
        assert more.status_code == 200 and more.headers["etag"] != tag


async def test_keys_and_rotations_go_along(world, visitor):
    matter = await matter_at(world, "vote")
    await act(world, matter)
    path = world.settings.log_key_path
    statement = await asyncio.to_thread(keys.rotate, path, NOW)
    await restart(world.settings)
    await act(world, matter)
    for url in (FEED, f"/matters/{matter.id}/log.json"):
        found = await get(visitor, url)
        assert [one["key"] for one in found["keys"]] == [statement["old"], statement["new"]]
        [rotation] = found["rotations"]
        content = {name: value for name, value in rotation.items() if name != "signature"}
        public = found["keys"][0]["public"]
        assert_signed(public, rotation["signature"], "deliberation/rotation", content)
        assert {one["key"] for one in found["checkpoints"]} == {statement["old"], statement["new"]}


# What must not be in it


@pytest.mark.parametrize("secret", [False, True])
async def test_casting_by_phone_and_paper_changes_not_one_byte(world, visitor, secret):
    matter, _, roll = await open_vote(world, 12, secret=secret)
    await act(world, matter)
    urls = (FEED, f"/matters/{matter.id}/log.json")
    before = [(await visitor.get(url)).content for url in urls]
    clerk, other = await world.actor("张经办"), await world.actor("何经办")
    for row in roll[:5]:
        await cast(world, matter, row, "for", at=world.later(minutes=1))
    sheet = {"number": roll[6].number, "now": world.now}
    if secret:
        await handed_out(world, matter, roll[6].number)
        await desk.return_papers(clerk, matter, numbers=[roll[6].number], now=world.now)
    else:
        await sheets.enter(clerk, matter, choices={"1": "for"}, **sheet)
        await sheets.confirm(other, matter, choices={"1": "for"}, **sheet)
    assert [(await visitor.get(url)).content for url in urls] == before


async def test_people_who_sign_in_between_two_acts_leave_no_gap(world, visitor):
    """Row ids would: each sign-in is an entry of a place."""
    matter = await matter_at(world, "vote")
    await act(world, matter)
    before = await get(visitor, FEED)
    community = await Place.get(id=world.community.id)
    resident = await world.actor("赵大妈")
    for _ in range(3):
        async with acting(resident, "accounts.sign_in", world.now, place=community) as one:
            one.record(account=resident.account_id)
    assert await Entry.all().count() == 4
    assert await get(visitor, FEED) == before
    await act(world, matter)
    found = await get(visitor, f"{FEED}?after={before['next']}")
    assert (len(found["checkpoints"]), found["next"]) == (1, before["next"] + 1)
    assert "place/" not in json.dumps(found)


async def test_names_and_words_and_phones_are_in_neither(world, visitor):
    clerk = await world.actor("张经办")
    words = ("钱师傅家漏水", "0371-6000 0003", "先修钱师傅家", "东风里改造")
    details = actions.Details(words[3], words[0], "party", "张经办", words[1])
    place = world.community
    matter = await actions.register(clerk, place, details, procedure="one-three-two", now=world.now)
    on = world.now.date()
    await actions.discuss(clerk, matter, on=on, by="李书记", conclusion=words[2], now=world.now)
    names = [person.name for person in world.people.values()]
    for url in (FEED, f"/matters/{matter.id}/log.json"):
        text = (await visitor.get(url)).text
        assert "matter/" in text
        assert not [word for word in (*words, *names) if word in text]
    assert await Account.all().count() > 0


async def test_the_page_of_the_record_says_for_whom_it_is_and_leads_there(world, visitor):
    matter = await matter_at(world, "vote")
    await act(world, matter)
    page = (await visitor.get(f"/matters/{matter.id}/record")).text
    assert "街道、居务监督委员会和任何人都可以各自留存一份" in page
    assert f'href="/matters/{matter.id}/log.json"' in page and f'href="{FEED}"' in page
    assert signing.keys().current in page


async def test_the_page_of_the_record_comes_in_pages_and_whole_to_be_printed(world, visitor):
    matter = await matter_at(world, "vote")
    await act(world, matter, 23)
    url = f"/matters/{matter.id}/record"

    async def shown(query: str) -> list[int]:
        found = re.findall(r'<th scope="row">(\d+)\. ', (await visitor.get(url + query)).text)
        return [int(number) for number in found]

    assert await shown("") == list(range(23, 3, -1))
    assert await shown("?page=2") == [3, 2, 1]
    assert await shown("?page=9") == []
    assert await shown("?all=1") == list(range(1, 24))
    first = (await visitor.get(url)).text
    assert f'href="{url}?page=2"' in first and '决议表决 <span class="meta">23条' in first
