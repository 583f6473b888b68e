"""The package: every kind of vote verifies, nobody is in it, what is changed later is named."""

import base64
import io
import json
import re
import zipfile

import pytest
from tortoise import connections

from deliberation import verifier
from deliberation.log import signing
from deliberation.log.diff import diff
from deliberation.log.models import Entry, digest
from deliberation.matters.actions import advance
from deliberation.people.models import Person
from deliberation.places.models import Household
from deliberation.stages.notices.models import Notice
from deliberation.stages.vote.evidence.package import counted_vote, members, package
from deliberation.stages.vote.models import RollEntry, SecretAnswer, Vote
from deliberation.stages.vote.questions import YES_OR_NO
from tests.log.test_browser_verifier import PAGE, VERIFY
from tests.vote import recounted
from tests.vote.voting import two_people

YES = ("plan", "您是否同意方案？", YES_OR_NO)
pytestmark = pytest.mark.anyio


def printed(vote) -> dict:
    """What the notices say."""
    roll, rows = vote.manifest["roll"], vote.result["questions"]
    plain = ("not_returned", "invalid")
    counts = {
        f"{row['number']} {key}": votes
        for row in rows
        for key, votes in row["counts"].items()
        if key not in plain
    }
    return {"voters": roll["voters"], "root": roll["root"][:32]} | counts


@pytest.mark.parametrize("kind", recounted.KINDS)
async def test_every_kind_of_vote_verifies(world, kind):
    held = await recounted.KINDS[kind](world)
    vote = await held.refreshed()
    content = await package(vote)
    heads = [
        one["log_head"] for one in json.loads((await members(vote))["notices.json"])["notices"]
    ]
    assert heads and all(heads)
    for head in heads:
        assert verifier.verify(content, printed(vote) | {"head": head[:32]}) == []
    assert await package(vote) == content, "the same record gives the same bytes"


@pytest.mark.one_engine
@pytest.mark.parametrize("kind", recounted.KINDS)
async def test_the_page_that_verifies_finds_the_same(world, browser, kind):
    """`verify.html`, opened from a file in a Chromium."""
    held = await recounted.KINDS[kind](world)
    vote = await held.refreshed()
    content = base64.b64encode(await package(vote)).decode()
    page = await browser.new_page()
    await page.goto(PAGE.as_uri())
    found = [
        await page.evaluate(VERIFY, [content, typed])
        for typed in (printed(vote), printed(vote) | {"voters": 1})
    ]
    assert [{one["code"] for one in each} for each in found] == [set(), {"printed"}]


@pytest.mark.parametrize("kind", recounted.KINDS)
async def test_nobody_is_in_any_member(world, kind):
    held = await recounted.KINDS[kind](world)
    names = {person.name for person in await Person.all()}
    names |= {line.name for line in await RollEntry.filter(vote=held.vote)} - {""}
    units = {home.label for home in await Household.all()}
    assert len(names) > 15 and len(units) > 10
    for full in (False, True):
        for name, data in (await members(await held.refreshed(), full=full)).items():
            text = data.decode()
            assert not [one for one in names | units if one in text], name
            assert not re.search(r"1[3-9]\d{9}(?!\d)", re.sub("[0-9a-f]{32,}", "", text)), name
            assert held.matter.contact_phone not in text
            assert "漏列" not in text, "an amendment's reason is free text"


async def test_the_areas_are_in_the_scrutineers_package_only(world):
    held = await recounted.by_area(world)
    vote = await held.refreshed()
    plain, full = await members(vote), await members(vote, full=True)
    assert full.keys() - plain.keys() == {"openings.json"}
    voted = sorted(line.area for line in held.entries[: held.used])
    openings = json.loads(full["openings.json"])["openings"]
    assert len(set(voted)) > 5
    assert sorted({one["area"] for one in openings}) == sorted(set(voted))
    for row in json.loads(plain["ballots.json"])["answers"]:
        assert row.keys() == {"key", "question", "choice", "commitment"}
    assert verifier.verify(await package(vote, full=True), printed(vote)) == []


async def test_a_vote_of_heads_has_no_areas_to_open(world):
    held = await recounted.named(world)
    assert "openings.json" not in await members(await held.refreshed(), full=True)


async def test_there_is_no_package_before_the_count_or_of_a_void_vote(world):
    held = await recounted.held(world, 6)
    assert await counted_vote(held.matter, held.vote.id) is None
    await held.ended()
    assert await counted_vote(held.matter, held.vote.id) is None
    await held.counted()
    assert (await counted_vote(held.matter, held.vote.id)).id == held.vote.id
    await two_people(world, held.matter, "vote.void", {"reason": "题目写错"}, now=world.now)
    assert await counted_vote(held.matter, held.vote.id) is None


async def test_a_name_that_is_erased_later_leaves_its_leaf(world):
    held = await recounted.named(world)
    before = (await members(await held.refreshed()))["roll.json"]
    await RollEntry.filter(id=held.entries[0].id).update(name="", unit="")
    assert (await members(await held.refreshed()))["roll.json"] == before


async def open_to_hands(table: str) -> None:
    """What whoever owns the database can do: no trigger refuses any more."""
    client = connections.get("default")
    if client.capabilities.dialect == "sqlite":
        for event in ("insert", "update", "delete"):
            await client.execute_script(f"DROP TRIGGER IF EXISTS guard_{table}_{event}")
        return
    await client.execute_script(f"ALTER TABLE {table} DISABLE TRIGGER USER")


async def sql(text: str) -> None:
    await connections.get("default").execute_script(text)


async def one_ballot(vote):
    await sql(
        """UPDATE ballot SET choices = '{"1":"against","2":"against"}' WHERE id = """
        "(SELECT min(id) FROM ballot)"
    )


async def one_ballot_less(vote):
    await sql("DELETE FROM ballot WHERE id = (SELECT max(id) FROM ballot)")


async def one_line(vote):
    await sql("UPDATE roll_entry SET name = '别人' WHERE number = 2")


async def one_line_added_before_the_others(vote):
    await sql("UPDATE roll_entry SET salt = 'ff' WHERE number = 2")


async def one_entry(vote):
    body = await Entry.get(chain=f"matter/{vote.matter_id}", act="vote.open")
    await Entry.filter(id=body.id).update(body=body.body | {"notice": 999})


async def one_entry_less(vote):
    await sql("DELETE FROM entry WHERE act = 'vote.propose'")


async def the_result(vote):
    vote.result["questions"][0]["counts"]["for"] += 1
    vote.result["questions"][0]["counts"]["against"] -= 1
    await Vote.filter(id=vote.id).update(result=vote.result)


async def the_manifest(vote):
    vote.manifest["profile"]["majority"] = [1, 3]
    await Vote.filter(id=vote.id).update(manifest=vote.manifest)


async def who_confirmed_a_sheet(vote):
    await sql("UPDATE ballot SET confirmed_by = entered_by WHERE channel = 'paper'")


TAMPERED = {
    one_ballot: ("ballot", {"close", "recount"}, {"diff-ballots"}),
    one_ballot_less: ("ballot", {"close", "ballots-count"}, {"diff-ballots"}),
    one_line: ("roll_entry", {"roll"}, {"diff-roll"}),
    one_line_added_before_the_others: ("roll_entry", {"roll"}, {"diff-roll"}),
    one_entry: ("entry", {"log"}, {"diff-fork"}),
    one_entry_less: ("entry", {"log"}, {"diff-fork"}),
    the_result: ("vote", {"close", "certify", "recount"}, {"diff-result"}),
    the_manifest: ("vote", {"manifest"}, {"diff-manifest"}),
    who_confirmed_a_sheet: ("ballot", {"two-people"}, {"diff-ballots"}),
}


@pytest.mark.parametrize("change", TAMPERED, ids=lambda change: change.__name__)
async def test_what_is_changed_in_the_tables_after_the_count_is_named(world, change):
    table, named, differs = TAMPERED[change]
    held = await recounted.named(world)
    before = await package(await held.refreshed())
    await open_to_hands(table)
    await change(await held.refreshed())
    after = await package(await held.refreshed())
    assert named <= {one.code for one in verifier.verify(after)}
    assert differs <= {one.code for one in diff(before, after)}


async def dropped(vote):
    await sql("DELETE FROM secret_answer WHERE key = (SELECT min(key) FROM secret_answer)")


async def swapped(vote):
    await sql(
        "UPDATE secret_answer SET choice = 'against' WHERE choice = 'for' AND key = "
        "(SELECT min(key) FROM secret_answer WHERE choice = 'for')"
    )


async def slipped_in(vote):
    await SecretAnswer.create(key="0" * 32, vote=vote, question=1, choice="for", salt="0" * 32)


async def code_gone(vote):
    await sql("DELETE FROM inclusion_code WHERE code = (SELECT min(code) FROM inclusion_code)")


async def batch_recounted(vote):
    await sql("UPDATE paper_count SET papers = papers - 1")


async def batch_by_one_person(vote):
    await sql("UPDATE paper_count SET confirmed_by = entered_by")


SECRETLY = {
    dropped: ("secret_answer", {"commitment-vanished", "close"}),
    swapped: ("secret_answer", {"commitment-vanished", "commitment-added"}),
    slipped_in: ("secret_answer", {"commitment-added", "ballots-count"}),
    code_gone: ("inclusion_code", {"codes-count"}),
    batch_recounted: ("paper_count", {"paper"}),
    batch_by_one_person: ("paper_count", {"two-people"}),
}


@pytest.mark.parametrize("change", SECRETLY, ids=lambda change: change.__name__)
async def test_a_secret_ballot_changed_after_the_count_is_named(world, change):
    table, named = SECRETLY[change]
    held = await recounted.secret(world)
    before = await package(await held.refreshed())
    await open_to_hands(table)
    await change(await held.refreshed())
    after = await package(await held.refreshed())
    assert named <= {one.code for one in verifier.verify(after)}
    assert "diff-ballots" in {one.code for one in diff(before, after)}


async def test_a_record_written_anew_with_the_key_in_hand_is_seen_beside_an_older_package(world):
    """Whoever holds the database and the key can make a package that is sound in itself."""
    held = await recounted.named(world)
    before = await package(await held.refreshed())
    vote = await held.refreshed()
    await open_to_hands("entry")
    await open_to_hands("notice")
    entries = await Entry.filter(chain=f"matter/{vote.matter_id}").order_by("sequence")
    previous = entries[0].previous
    for entry in entries:
        if entry.act == "vote.draft":
            entry.body |= {"profile": "P2"}
        entry.previous, entry.digest = previous, ""
        entry.digest = previous = digest(entry)
        signing.sign(entry)
        await entry.save()
    for notice in await Notice.filter(matter_id=vote.matter_id):
        old = notice.figures["log_head"]
        place = next(
            n
            for n, one in enumerate(json.loads((await members_of(before))["log.json"])["entries"])
            if one["digest"] == old
        )
        notice.figures |= {"log_head": entries[place].digest}
        await notice.save(update_fields=["figures"])
    after = await package(await held.refreshed())
    assert verifier.verify(after) == []
    assert {one.code for one in diff(before, after)} >= {"diff-fork"}


async def members_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


async def test_what_happens_later_continues_the_package(world):
    held = await recounted.named(world)
    before = await package(await held.refreshed())
    await advance(await world.actor("张经办"), held.matter, "vote", world.later(hours=1))
    after = await package(await held.refreshed())
    assert after != before
    assert diff(before, after) == []
    assert verifier.verify(after) == []
