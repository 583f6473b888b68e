"""Secret stays secret: after the close no trace of the order of casting is left in what is kept.

Forty voters cast in an order that only the test knows. Every channel an operator could read is
tried: row headers and the place of rows on disk, the bytes of the file and of the write-ahead log,
the record, sessions, the program's log, the sizes of answers. Before the close the same look finds
the order (on PostgreSQL from the rows, on SQLite from the marks' pages), so it could be found.
"""

import logging
import random
import re

import pytest

from deliberation.accounts.models import Access, Session
from deliberation.database import sqlite_path
from deliberation.log.models import Entry
from deliberation.stages.vote import closing
from deliberation.stages.vote.casting import ballots, commitments
from deliberation.stages.vote.models import InclusionCode, RollEntry, SecretAnswer, Vote
from tests.vote.raw import Raw
from tests.vote.voting import cast, open_vote, two_people

pytestmark = pytest.mark.anyio
VOTERS = 44
OPTIONS = ("for", "against", "abstain")


def same_order(one: list, other: list) -> float:
    """How much two orders of the same things agree: Spearman's rho, from -1 to 1."""
    place = {thing: at for at, thing in enumerate(other)}
    count = len(one)
    apart = sum((at - place[thing]) ** 2 for at, thing in enumerate(one))
    return 1 - 6 * apart / (count * (count**2 - 1))


@pytest.fixture
async def raw(world):
    found = Raw(world, None)
    yield found
    await found.close()


class Cast:
    """A secret vote, and what only the test knows: the lines and codes in the order of casting."""

    def __init__(self, matter, vote):
        self.matter, self.vote = matter, vote
        self.lines, self.codes, self.choices = [], [], []


@pytest.fixture
async def known(world) -> Cast:
    """Ballots one by one, a log batch on the way, the rest at the close."""
    matter, vote, entries = await open_vote(world, VOTERS + 2, secret=True)
    found, dice = Cast(matter, vote), random.Random(7)
    for number, entry in enumerate(dice.sample(entries, VOTERS)):
        choice = dice.choice(OPTIONS)
        world.later(seconds=dice.randint(5, 90))
        receipt = await cast(world, matter, entry, choice)
        found.lines.append(entry.number)
        found.codes.append(receipt.code)
        found.choices.append(choice)
        if number == 24:
            await commitments.log_batch(matter, world.now)
    return found


async def close(world, known: Cast) -> None:
    world.now = known.vote.closes_at
    world.later(minutes=1)
    await closing.close(await world.actor("张经办"), known.matter, world.now)


async def rows_by_header(raw: Raw, header: str) -> tuple[list, list]:
    """Lines that voted and inclusion codes, each in the order of a row's system column."""
    age = "age(xmin) DESC" if header == "xmin" else "ctid"
    marks = await raw.fetch(f"SELECT number FROM roll_entry WHERE state = 'voted' ORDER BY {age}")
    codes = await raw.fetch(f"SELECT code FROM inclusion_code ORDER BY {age}")
    return [row[0] for row in marks], [row[0] for row in codes]


async def transactions(raw: Raw) -> dict[str, set]:
    """The transactions that wrote the rows of each table of the ballots."""
    tables = ("roll_entry", "secret_answer", "inclusion_code")
    return {
        name: {str(row[0]) for row in await raw.fetch(f"SELECT xmin::text FROM {name}")}
        for name in tables
    }


async def test_postgres_keeps_neither_transaction_nor_place_of_a_row(world, known, raw, engine):
    if engine == "sqlite":
        await no_row_numbers(raw)
        return
    marks, codes = await rows_by_header(raw, "xmin")
    assert (marks, codes) == (known.lines, known.codes)  # before: joined by mere reading
    shared = await transactions(raw)
    assert len(shared["inclusion_code"] & shared["roll_entry"]) == VOTERS
    _, codes = await rows_by_header(raw, "ctid")
    assert same_order(codes, known.codes) > 0.9
    await close(world, known)
    found = await transactions(raw)
    assert {name: len(ids) for name, ids in found.items()} == dict.fromkeys(found, 1)
    marks, codes = await rows_by_header(raw, "ctid")
    assert marks == sorted(marks) and codes == sorted(codes)
    keys = [row[0] for row in await raw.fetch("SELECT key FROM secret_answer ORDER BY ctid")]
    assert keys == sorted(keys)
    for table in ("roll_entry", "secret_answer", "inclusion_code"):
        dead = await raw.fetch(f"SELECT count(*) FROM {table} WHERE xmax <> 0")
        assert dead == [(0,)]


async def no_row_numbers(raw: Raw) -> None:
    for table in ("secret_answer", "inclusion_code"):
        assert "no such column" in await raw.run(f"SELECT rowid FROM {table}")
        assert "no such column" in await raw.run(f"SELECT _rowid_ FROM {table}")


async def test_the_files_hold_the_ballots_in_the_order_of_their_keys_only(
    world, known, raw, engine
):
    keys = [row[0] for row in await raw.fetch("SELECT key FROM secret_answer")]
    if engine == "postgres":
        await close(world, known)
        stored = [row[0] for row in await raw.fetch("SELECT key FROM secret_answer ORDER BY ctid")]
        assert stored == sorted(keys) and len(keys) == VOTERS
        return
    path = sqlite_path(world.settings)
    log = path.with_name(path.name + "-wal")
    before = log.read_bytes()
    first = sorted(known.codes, key=lambda code: before.find(code.encode()))
    assert same_order(first, known.codes) > 0.9  # the log tells it while the vote is open
    await close(world, known)
    after = path.read_bytes()
    assert not log.exists() or log.stat().st_size == 0
    for found in (keys, known.codes):
        # Cells of a page lie from its end: sorted one way or the other, page by page.
        pages: dict[int, list] = {}
        for one in found:
            places = [at.start() for at in re.finditer(one.encode(), after)]
            assert places
            for at in places:
                pages.setdefault(at // 4096, []).append((at, one))
        for cells in pages.values():
            listed = [one for _, one in sorted(cells)]
            assert listed in (sorted(listed), sorted(listed, reverse=True))
    # Keys say nothing by themselves. Drawn codes agree by chance, rho having a deviation of
    # 1 / sqrt(43) = 0.15: five of them leave one false alarm in millions of runs.
    assert abs(same_order(sorted(known.codes), known.codes)) < 0.77


async def test_the_record_tells_neither_when_nor_in_which_order(world, known):
    await close(world, known)
    entries = await Entry.filter(chain=f"matter/{known.matter.id}").order_by("sequence")
    acts = [entry.act for entry in entries]
    assert "vote.cast" not in acts and acts.count("vote.commit") == 2
    for entry in entries:
        if entry.act == "vote.commit":
            listed = entry.body["commitments"]
            assert listed == sorted(listed) and len(listed) >= 10
            assert entry.account_id is None
        text = str(entry.body)
        assert not any(code in text for code in known.codes) or sorted(known.codes) == [
            code for code in re.findall(r"[A-Z2-7]{16}", text) if code in set(known.codes)
        ]


async def test_whoever_casts_leaves_no_time_in_sessions_accesses_or_the_programs_log(
    world, client, caplog
):
    """The voter of the cast, through the pages, from the ballot to the receipt."""
    names = ("赵大妈", "钱师傅", "冯老师")
    matter, vote, _ = await open_vote(world, 12, secret=True, people=names)
    caplog.set_level(logging.DEBUG, logger="deliberation")
    quiet = ("tortoise", "aiosqlite", "asyncio", "httpx")
    order = ["冯老师", "赵大妈", "钱师傅"]
    clients = {name: await client(name) for name in names}
    before = await seen_at()
    for name in order:
        world.later(seconds=40)
        base = f"/matters/{matter.id}/vote/ballot"
        opened = await clients[name].get(base, follow_redirects=True)
        code = re.search(r'name="code" value="([0-9a-f]{32})"', opened.text)[1]
        sent = await clients[name].post(f"{opened.url.path}/cast", data={"code": code, "c1": "for"})
        assert sent.status_code == 200 and "票已收到" in sent.text
    assert await RollEntry.filter(vote=vote, state="voted").count() == 3
    assert await seen_at() == before
    assert await Access.all().count() == 0
    said = [one for one in caplog.records if not one.name.startswith(quiet)]
    assert [one.getMessage() for one in said if one.levelno > logging.DEBUG] == []


async def seen_at() -> list:
    return await Session.all().order_by("id").values_list("id", "seen_at")


async def test_receipts_have_the_same_size_whatever_was_chosen(world, client):
    """One person in three votes: a listener who counts the bytes of answers learns nothing."""
    person, sizes = await client("赵大妈"), []
    for choice in OPTIONS:
        matter, _, _ = await open_vote(world, 12, secret=True, people=["赵大妈"])
        page = await person.get(f"/matters/{matter.id}/vote/ballot", follow_redirects=True)
        form = {"code": ballots.new_code(), "c1": choice}
        answer = await person.post(f"{page.url.path}/cast", data=form)
        assert answer.status_code == 200 and "票已收到" in answer.text
        assert answer.headers["cache-control"] == "no-store"
        sizes.append(len(answer.content))
    assert len(set(sizes)) == 1, sizes


async def test_codes_and_answers_are_as_many_as_marks_and_join_to_nothing(world, known, raw):
    await close(world, known)
    assert await InclusionCode.filter(vote=known.vote).count() == VOTERS
    assert await SecretAnswer.filter(vote=known.vote).count() == VOTERS
    assert await RollEntry.filter(vote=known.vote, state="voted").count() == VOTERS
    lines = {str(row) for row in await RollEntry.all().values_list("id", "salt", "leaf")}
    hidden = await raw.fetch("SELECT * FROM secret_answer")
    kept = {str(value) for row in hidden for value in row if len(str(value)) > 20}
    assert kept and not any(value in line for line in lines for value in kept)
    codes, keys = sorted(known.codes), [row.key for row in await SecretAnswer.all()]
    assert not set(codes) & set(keys)
    # The n-th code is not the n-th key: knowing one's code finds no answer.
    answers = {row.key: row.choice for row in await SecretAnswer.filter(vote=known.vote)}
    chosen = dict(zip(known.codes, known.choices, strict=True))
    guessed = [answers[key] == chosen[code] for key, code in zip(sorted(keys), codes, strict=True)]
    assert sum(guessed) < VOTERS * 0.7


async def test_a_void_secret_vote_is_unlinked_like_a_counted_one(world, known, raw, engine):
    await two_people(world, known.matter, "vote.void", {"reason": "方案文本有误"})
    assert (await Vote.get(id=known.vote.id)).status == "void"
    if engine == "postgres":
        found = await transactions(raw)
        assert {name: len(ids) for name, ids in found.items()} == dict.fromkeys(found, 1)
        marks, codes = await rows_by_header(raw, "ctid")
        assert marks == sorted(marks) and codes == sorted(codes)
        return
    path = sqlite_path(world.settings)
    log = path.with_name(path.name + "-wal")
    assert not log.exists() or log.stat().st_size == 0
