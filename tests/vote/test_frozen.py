"""Frozen means frozen: pages, actions, imports and a second SQL client try to change a vote.

Each attempt must fail, leave every guarded row as it was, and be noted: a refused act in the
program's log, a refused statement in `attempt` (SQLite) or the server's own log (PostgreSQL).
Whoever owns the database can still drop triggers, rewrite SQLite's schema table or the file
itself: that is out of scope here, and what the printed hashes and the verifier are for.
"""

import logging
import re
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from deliberation import features
from deliberation.acting import Forbidden, Refused
from deliberation.database import migrate
from deliberation.people.models import Person
from deliberation.people.phones import Phones
from deliberation.procedure import Role
from deliberation.roll import actions as roll
from deliberation.roll.reading.grid import Row, Sheet
from deliberation.roll.reading.parsing import parse
from deliberation.stages.vote import closing, dangerous, drafts, opening
from deliberation.stages.vote.count.counting import digest
from deliberation.stages.vote.evidence.manifest import (
    frozen_lines,
    leaf_of,
    manifest,
    manifest_digest,
)
from deliberation.stages.vote.models import InclusionCode, RollEntry, SecretAnswer, Vote
from deliberation.stages.vote.paper import batches, desk, sheets
from deliberation.stages.vote.roll import rolls
from tests.cast import plan_of
from tests.older import older, tables
from tests.vote.raw import UNKEYED, Raw, columns, guarded
from tests.vote.voting import cast, open_vote, sign_in, stand, two_people

pytestmark = pytest.mark.anyio


@pytest.fixture
async def raw(world, engine, request):
    log = request.getfixturevalue("postgres").log if engine == "postgres" else None
    found = Raw(world, log)
    yield found
    await found.close()


@pytest.fixture
async def three(world) -> SimpleNamespace:
    """A draft, and under way a named vote with paper, a plan, a meeting, and a secret vote."""
    _, draft, _ = await open_vote(world, 2, status="draft")
    matter, named, _ = await open_vote(world, 6, status="draft")
    plan = await plan_of(matter)
    await Vote.filter(id=named.id).update(plan_id=plan.id)
    await stand(world, matter, named, "open")
    entries = await RollEntry.filter(vote=named)
    await named.refresh_from_db()
    await sign_in(matter, named, entries[:2])
    for entry in entries[:3]:
        await cast(world, matter, entry, "for")
    sheet = {"number": entries[3].number, "choices": {"1": "against"}, "now": world.now}
    await sheets.enter(await world.actor("张经办"), matter, **sheet)
    await sheets.confirm(await world.actor("何经办"), matter, **sheet)
    waiting = await dangerous.propose(
        await world.actor("张经办"),
        matter,
        "vote.extend",
        {"closes_at": (named.closes_at + timedelta(days=1)).isoformat()},
        world.now,
    )
    hidden, secret, lines = await open_vote(world, 24, secret=True)
    for entry in lines[:10]:
        await cast(world, hidden, entry, "against")
    numbers = [line.number for line in lines[10:20]]
    await two_people(world, hidden, "vote.issue_paper", {"numbers": numbers})
    await desk.return_papers(await world.actor("张经办"), hidden, numbers=numbers, now=world.now)
    return SimpleNamespace(
        matter=matter, named=named, draft=draft, secret=secret, hidden=hidden, waiting=waiting
    )


async def close_both(world, three) -> None:
    clerk, second = await world.actor("张经办"), await world.actor("何经办")
    world.later(days=2, seconds=30)
    batch = {"papers": 10, "tallies": {"1": {"for": 10, "against": 0, "abstain": 0, "invalid": 0}}}
    made = await batches.enter(clerk, three.hidden, **batch, now=world.now)
    await batches.confirm(second, three.hidden, batch=made.id, **batch, now=world.now)
    for matter in (three.matter, three.hidden):
        vote = await closing.close(clerk, matter, world.now)
        shown = digest(vote.result)
        await closing.certify(await world.actor("孙监督"), matter, shown=shown, now=world.now)


def _attacks(section: str) -> list[str]:
    """The statements under a heading of `attacks.sql`."""
    text = Path(__file__).with_name("attacks.sql").read_text()
    return text.split(f"-- {section}\n")[1].split("\n\n")[0].strip().split("\n")


ALWAYS, COUNTED, REPLACES = map(_attacks, ("ALWAYS", "COUNTED", "REPLACES"))


async def tried(raw: Raw, statements: list[str], three) -> list[str]:
    """Runs each of the statements; returns those that were not refused, changed a row or were
    not noted."""
    freeze = (await raw.fetch(f"SELECT id FROM approval WHERE vote_id = {three.named.id}"))[0][0]
    ids = {"n": three.named.id, "s": three.secret.id, "d": three.draft.id}
    ids |= {"w": three.waiting.id, "f": freeze}
    before, got_through = await raw.dump(), []
    for statement in statements:
        sql = re.sub(r":([nsdwf])\b", lambda at: str(ids[at[1]]), statement)
        noted = await raw.noted()
        said = await raw.run(sql)
        refused = said is not None and "frozen: " in said
        if not refused or await raw.noted() == noted or await raw.dump() != before:
            got_through.append(f"{sql}: {said}")
            before = await raw.dump()
    return got_through


async def replaced(raw: Raw, engine) -> list[str]:
    """Whole tables written over themselves: by REPLACE on SQLite, emptied on PostgreSQL."""
    if engine == "sqlite":
        filled = [table for table, rows in (await raw.dump()).items() if rows]
        return [f"REPLACE INTO {table} SELECT * FROM {table}" for table in filled] + REPLACES
    tables = [f"TRUNCATE {table} CASCADE" for table in guarded()]
    return [*tables, "TRUNCATE matter CASCADE", "TRUNCATE person CASCADE"]


async def test_while_a_vote_is_open_no_statement_of_a_second_client_changes_it(three, raw, engine):
    assert await tried(raw, ALWAYS, three) == []
    assert await tried(raw, await replaced(raw, engine), three) == []


async def test_after_the_count_no_statement_of_a_second_client_changes_it(
    world, three, raw, engine
):
    await close_both(world, three)
    skipped = "status = 'certified'"  # tried apart: with one signature of two
    assert await tried(raw, [one for one in ALWAYS if skipped not in one], three) == []
    assert await tried(raw, [*COUNTED, *await replaced(raw, engine)], three) == []
    alone = await tried(raw, [one for one in ALWAYS if skipped in one], three)
    assert alone == []


async def test_an_approval_moves_the_end_once_and_an_amendment_adds_what_it_lists(
    world, three, raw
):
    """The approvals are real and stay: used again by hand they open nothing."""
    closes_at = (three.named.closes_at + timedelta(days=3)).isoformat()
    first = await two_people(world, three.matter, "vote.extend", {"closes_at": closes_at})
    later = (three.named.closes_at + timedelta(days=4)).isoformat()
    await two_people(world, three.matter, "vote.extend", {"closes_at": later})
    amend = {"add": [], "strike": [6], "reason": "搬走"}
    struck = await two_people(world, three.matter, "vote.amend", amend)
    assert (await RollEntry.get(vote=three.named, number=6)).struck_by == struck.id
    line = "vote_id, number, person_id, heads, area, marks, salt, state, channel, added_by"
    again = [
        "UPDATE vote SET closes_at = '2031-01-01 00:00:00+00:00', "
        f"end_approval_id = {first.id} WHERE id = :n",
        f"UPDATE vote SET end_approval_id = {first.id} WHERE id = :n",
        f"UPDATE roll_entry SET struck_by = {struck.id} WHERE vote_id = :n AND number = 5",
        f"INSERT INTO roll_entry ({line}) "
        f"VALUES (:n, 99, 1, 1, 0, '', '', 'none', '', {struck.id})",
        f"UPDATE roll_entry SET struck_by = NULL WHERE struck_by = {struck.id}",
    ]
    assert await tried(raw, again, three) == []


async def test_a_note_of_an_attempt_stays(three, raw, engine):
    found = await raw.noted()
    assert await raw.run("DELETE FROM ballot")
    assert await raw.noted() == found + 1
    if engine == "sqlite":  # the notes are rows: to change one is an attempt, too
        for sql in ("DELETE FROM attempt", "UPDATE attempt SET at = ''"):
            assert "frozen" in await raw.run(sql)
        assert await raw.noted() == found + 3


# Pages and actions

TYPED = {
    "person": "1",
    "role": "teller",
    "adult": "1",
    "opens_at": "",
    "closes_at": "2026-03-20T09:00",
    "shown": "0" * 64,
    "reason": "有误",
    "profile": "P1",
    "form": "plan",
    "number": "1",
    "c1": "for",
    "batch": "1",
    "papers": "1",
    "t1-for": "1",
    "t1-against": "0",
    "t1-abstain": "0",
    "t1-invalid": "0",
    "objection": "1",
    "upheld": "1",
    "answer": "核对无误",
    "text": "名册不对",
    "approval": "1",
    "strike": "1",
    "code": "0" * 32,
}
FROZEN_STEPS = ["draft", "scrutineers", "scrutineers/remove", "ages", "post", "rebuild", "freeze"]
FROZEN_STEPS += ["roll/objections", "roll/answers", "certify", "close", "open", "approve"]
FROZEN_STEPS += ["withdraw", "conclude", "early", "paper/issue", "paper/hand-back", "paper/count"]
FROZEN_STEPS += ["paper/count/confirm", "paper/count/refuse", "paper/return"]
CLOSED_STEPS = [*FROZEN_STEPS, "attendance", "sign-in", "later", "amend", "paper/enter"]
CLOSED_STEPS += ["paper/confirm", "paper/refuse"]
VOTE_TABLES = (
    "vote question scrutineer roll_entry ballot secret_answer inclusion_code paper_count "
    "certification approval entry meeting attendance plan_item funding"
).split()
LINE = re.compile(r"refused [a-z_.]+ matter=(\d+|None) account=(\d+|None)")


async def refused_pages(world, client, three, raw, caplog, steps, persons) -> list[str]:
    """Forms that did not come back refused, changed a row or left no line in the log."""
    before, got_through = await raw.dump(*VOTE_TABLES), []
    for name in ("张经办", "李书记", "孙监督"):
        person = await client(name)
        for step in steps:
            caplog.clear()
            url = f"/matters/{three.matter.id}/vote/{step}"
            answer = await person.post(url, data=TYPED | {"persons": persons})
            lines = [one.getMessage() for one in caplog.records if one.name == "deliberation"]
            noted = [one for one in lines if LINE.fullmatch(one)]
            if answer.status_code not in (403, 404, 422) or not noted or len(noted) != len(lines):
                got_through.append(f"{name} {step}: {answer.status_code} {lines}")
        if await raw.dump(*VOTE_TABLES) != before:
            got_through.append(f"{name} changed something")
    return got_through


async def test_the_forms_of_every_step_before_the_freeze_are_refused_and_noted(
    world, client, three, raw, caplog
):
    caplog.set_level(logging.INFO, logger="deliberation")
    persons = str((await RollEntry.filter(vote=three.named).first()).person_id)
    assert await refused_pages(world, client, three, raw, caplog, FROZEN_STEPS, persons) == []


async def test_after_the_count_the_forms_of_every_step_are_refused_and_noted(
    world, client, three, raw, caplog
):
    await close_both(world, three)
    caplog.set_level(logging.INFO, logger="deliberation")
    persons = str((await RollEntry.filter(vote=three.named).first()).person_id)
    steps = [step for step in CLOSED_STEPS if step != "void"]
    assert await refused_pages(world, client, three, raw, caplog, steps, persons) == []


async def test_actions_called_past_the_pages_are_refused_too(world, three, raw, caplog):
    clerk, secretary = await world.actor("张经办"), await world.actor("李书记")
    matter, now = three.matter, world.now
    caplog.set_level(logging.INFO, logger="deliberation")
    extend = {"closes_at": three.named.closes_at.isoformat()}
    strike = {"add": [], "strike": [1], "reason": "x"}
    before = await raw.dump(*VOTE_TABLES)
    for act in (
        drafts.draft(clerk, matter, drafts.Draft("P2", "plan", False), now),
        drafts.name_scrutineer(clerk, matter, person=1, role="teller", now=now),
        drafts.remove_scrutineer(clerk, matter, person=1, now=now),
        rolls.decide_age(clerk, matter, person=1, is_adult=True, now=now),
        rolls.post_roll(clerk, matter, None, now),
        rolls.rebuild(clerk, matter, now),
        opening.open_vote(clerk, matter, now),
        closing.close(clerk, matter, now),
        closing.certify(await world.actor("孙监督"), matter, shown="0" * 64, now=now),
        dangerous.propose(clerk, matter, "vote.extend", extend, now),
        dangerous.propose(clerk, matter, "vote.amend", strike, now),
        dangerous.propose(clerk, matter, "vote.end_early", {}, now),
        dangerous.propose(clerk, matter, "vote.conclude", {}, now),
        dangerous.approve(secretary, matter, approval=three.waiting.id, shown="x", now=now),
        dangerous.approve(clerk, matter, approval=three.waiting.id, shown="x", now=now),
        dangerous.approve(secretary, three.hidden, approval=three.waiting.id, shown="x", now=now),
        sheets.enter(clerk, matter, number=4, choices={"1": "for"}, now=now),
        sheets.enter(clerk, three.hidden, number=1, choices={"1": "for"}, now=now),
        desk.return_papers(clerk, three.hidden, numbers=[1], now=now),
        closing.end(matter, now),
    ):
        caplog.clear()
        with pytest.raises(Refused):
            await act
        assert [one for one in caplog.messages if LINE.fullmatch(one)], act
    assert await raw.dump(*VOTE_TABLES) == before


async def test_a_line_about_a_refused_ballot_names_nobody(world, three, caplog):
    """Who tried to vote a second time has voted: the log must not say so."""
    entry = await RollEntry.filter(vote=three.secret, state="voted").first()
    caplog.set_level(logging.INFO, logger="deliberation")
    with pytest.raises(Refused, match="已经投过票"):
        await cast(world, three.hidden, entry, "for")
    assert caplog.messages[-1] == f"refused vote.cast matter={three.hidden.id} account=None"
    with pytest.raises(Forbidden):
        await drafts.draft(
            await world.actor("赵大妈"), three.matter, drafts.Draft("P1", "plan", False), world.now
        )
    who = world.accounts["赵大妈"].id
    assert caplog.messages[-1] == f"refused vote.draft matter={three.matter.id} account={who}"


async def test_corrected_appointed_imported_people_and_places_leave_the_frozen_roll_alone(
    world, client, raw, tmp_path
):
    names = ("赵大妈", "钱师傅", "冯老师")
    matter, vote, _ = await open_vote(world, 3, status="frozen", people=names)
    kept = [table for table in VOTE_TABLES if table != "entry"]
    before = await raw.dump(*kept)
    clerk, secretary = await client("张经办"), await client("李书记")
    person, home = world.people["赵大妈"], world.households["1-101"]
    right = {"name": "赵秀英", "birth_year": "2015", "party": "member"}
    answers = [
        await clerk.post(f"/people/{person.id}/correct", data=right),
        await secretary.post(
            f"/people/{world.people['褚阿姨'].id}/appoint",
            data={
                "role": Role.SUPERVISOR.value,
                "place": str(world.community.id),
                "since": "2026-03-02",
            },
        ),
        await clerk.post(f"/places/{world.compound.id}", data={"name": "西风里", "built": "1990"}),
    ]
    assert [one.status_code for one in answers][:2] == [303, 303]
    assert (await Person.get(id=person.id)).name == "赵秀英"
    phones, actor = Phones.open(tmp_path / "field.key"), await world.actor("张经办")
    head = ["楼栋", "单元", "房号", "与户主关系", "姓名", "出生年份", "手机号", "面积"]
    rows = [head, ["1号楼", "", "101", "户主", "张三丰", 1950, "19900001234", 99]]
    said = parse([Sheet("名册", [Row(n, tuple(row)) for n, row in enumerate(rows, 1)])], today=DAY)
    upload = roll.Upload("0" * 64, "名册.xlsx", 1)
    made = await roll.preview(actor, world.compound, upload, said, phones, world.now)
    made = await roll.commit(actor, made, said, phones, world.now)
    assert made.status == "committed" and await Person.filter(name="张三丰").exists()
    assert await raw.dump(*kept) == before
    await roll.undo(actor, made, world.now)
    assert await raw.dump(*kept) == before
    content = await manifest(matter, vote, vote.opens_at, vote.closes_at)
    assert manifest_digest(content) == vote.manifest_digest
    lines = [line for line in await frozen_lines(vote) if line.leaf]
    assert len(lines) == 3 and all(leaf_of(line) == line.leaf for line in lines)
    assert home.id


DAY = date(2026, 3, 2)


# The guards themselves, and the tables


async def test_guards_that_somebody_dropped_are_back_when_the_server_starts(
    world, three, raw, engine
):
    names = ["guard_question_update", "guard_ballot_delete", "guard_question_replace_by_update"]
    for name in names:
        table = name.split("_")[1]
        on = "" if engine == "sqlite" else f" ON {table}"
        assert await raw.run(f"DROP TRIGGER IF EXISTS {name}{on}") is None
    if engine == "postgres":
        assert await raw.run("ALTER TABLE roll_entry DISABLE TRIGGER USER") is None
    attacks = ["UPDATE question SET text = text WHERE vote_id = :n"]
    attacks += ["DELETE FROM ballot WHERE channel = 'paper'"]
    got_through = await tried(raw, attacks, three)
    assert len(got_through) == 2  # without the triggers both succeed
    assert await migrate(world.settings, features.model_modules()) == []
    attacks += ["DELETE FROM ballot", "UPDATE roll_entry SET salt = 'x' WHERE vote_id = :n"]
    assert await tried(raw, [attacks[0], *attacks[2:]], three) == []


async def test_secret_ballots_have_no_row_number_on_sqlite(three, raw, engine):
    for table in UNKEYED:
        if engine == "sqlite":
            assert "no such column: rowid" in await raw.run(f"SELECT rowid FROM {table}")
            assert await raw.run("SELECT rowid FROM ballot") is None
        else:
            assert not [one for one in await columns(table) if one in ("id", "cast_at", "at")]


async def test_a_filled_database_of_the_first_migration_keeps_every_row(
    world, three, engine, request, tmp_path
):
    await close_both(world, three)
    now = {name: await columns(name) for name in await tables()}
    old = await older(world, request, engine, tmp_path / "old", "0001_initial")
    first = {name: await columns(name) for name in await tables()}
    # What a later migration moves elsewhere is that feature's to test.
    first = {name: [one for one in known if one in now[name]] for name, known in first.items()}
    assert set(now) - set(first) >= {"approval", "proxy"}
    assert len(await columns("vote")) < len(now["vote"])
    before = {name: await _common(old.raw, name, known) for name, known in first.items()}
    assert len(before["ballot"]) == 4 and len(before["secret_answer"]) == 10
    assert (await migrate(old.settings, features.model_modules()))[0] == "0002_record"
    assert {name: await _common(old.raw, name, known) for name, known in first.items()} == before
    assert await SecretAnswer.all().count() == 10 and await InclusionCode.all().count() == 10
    assert "frozen" in await old.raw.run("DELETE FROM secret_answer")


async def _common(raw: Raw, name: str, known: list[str]) -> list[str]:
    listed = ", ".join(f'"{column}"' for column in known)
    return sorted(map(repr, await raw.fetch(f"SELECT {listed} FROM {name}")))
