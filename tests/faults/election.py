"""A vote of two questions under way, voters who are signed in and do not give up, and the count.

Whatever happens to the server meanwhile, this must hold afterwards: what was acknowledged is
stored exactly once as it was acknowledged, nobody's ballot is doubled, the result is their sum.
"""

import asyncio
import random
import re
import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from tortoise import connections

from deliberation.accounts.models import Account, Session, SessionAccount
from deliberation.accounts.tokens import new_token, token_hash
from deliberation.log.models import Entry, broken
from deliberation.matters.models import Matter
from deliberation.people.models import Appointment
from deliberation.stages.vote import closing
from deliberation.stages.vote.models import Ballot, InclusionCode, RollEntry, SecretAnswer, Vote
from deliberation.stages.vote.questions import YES_OR_NO
from deliberation.stages.vote.rules import GRACE
from tests.faults.serving import CUT, Server
from tests.vote.voting import open_vote

QUESTIONS = [
    ("plan", "您是否同意方案？", YES_OR_NO),
    ("funds", "您是否同意居民出资？", YES_OR_NO),
]
KEYS = [option["key"] for option in YES_OR_NO]
_VERSION = re.compile(r"第(\d+)次投票")
_CODE = re.compile(r'<span class="code">([A-Z2-7]{16})</span>')
_PICKED = re.compile(r"<strong>(.+?)</strong>")
_LABELS = {option["label"]: option["key"] for option in YES_OR_NO}


@dataclass(frozen=True)
class Line:
    """A line of the roll, who stands on it and the cookie of their browser."""

    entry: int
    person: int
    token: str


@dataclass(frozen=True)
class Acknowledged:
    """A receipt as the voter saw it: the version of a named ballot, the code of a secret one."""

    entry: int
    choices: tuple[str, ...]
    receipt: str


@dataclass
class Election:
    """`versions` is how often each voter casts; `given` what has been acknowledged so far."""

    matter_id: int
    vote_id: int
    secret: bool
    lines: list[Line]
    versions: int = 1
    given: list[Acknowledged] = field(default_factory=list)
    broken_off: int = 0
    unavailable: int = 0

    @property
    def wanted(self) -> int:
        return len(self.lines) * self.versions

    @property
    def casting(self) -> str:
        return f"/matters/{self.matter_id}/vote/ballot/{{}}/cast"


async def prepare(world, voters: int, *, secret: bool, versions: int = 1) -> Election:
    """Opens a vote by the real clock whose voters are signed in as representatives."""
    world.now = datetime.now(UTC) - timedelta(minutes=5)
    matter, vote, entries = await open_vote(world, voters, secret=secret, questions=QUESTIONS)
    people = [entry.person_id for entry in entries]
    await Appointment.bulk_create(
        Appointment(
            person_id=one, place=world.compound, role="representative", since=date(2025, 1, 1)
        )
        for one in people
    )
    await Account.bulk_create(Account(person_id=one, created_at=world.now) for one in people)
    accounts = dict(await Account.filter(person_id__gte=min(people)).values_list("person_id", "id"))
    tokens = {token_hash(token): token for token in (new_token() for _ in people)}
    await Session.bulk_create(
        Session(
            token_hash=hashed,
            account_id=accounts[one],
            created_at=world.now,
            seen_at=datetime.now(UTC),
            expires_at=world.now + timedelta(days=365),
        )
        for one, hashed in zip(people, tokens, strict=True)
    )
    opened = await Session.filter(token_hash__in=[token_hash(t) for t in tokens.values()][:1])
    rows = await Session.filter(id__gte=opened[0].id).values_list("id", "account_id", "token_hash")
    await SessionAccount.bulk_create(
        SessionAccount(session_id=session, account_id=account) for session, account, _ in rows
    )
    held = {account: tokens[hashed] for _, account, hashed in rows}
    lines = [Line(entry.id, entry.person_id, held[accounts[entry.person_id]]) for entry in entries]
    return Election(matter.id, vote.id, secret, lines, versions)


async def everyone_casts(server: Server, election: Election, *, at_once: int, chance) -> None:
    """All voters cast, `at_once` of them at a time; returns when all have their receipts."""
    waiting = iter(chance.sample(election.lines, len(election.lines)))

    async def one_after_another(own: random.Random) -> None:
        for line in waiting:
            for _ in range(election.versions):
                await _cast(server, election, line, own)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(one_after_another(random.Random(chance.random())))


async def _cast(server: Server, election: Election, line: Line, chance: random.Random) -> None:
    """One ballot, sent until there is an answer; one in ten presses the button twice."""
    choices = tuple(chance.choices(KEYS, k=len(QUESTIONS)))
    fields = {f"c{number}": key for number, key in enumerate(choices, 1)}
    fields["code"] = secrets.token_hex(16)
    times = 2 if chance.random() < 0.1 else 1
    sending = [_until_answered(server, election, line, fields, chance) for _ in range(times)]
    receipts = set(await asyncio.gather(*sending))
    assert len(receipts) == 1, f"the same form got {receipts}"
    election.given.append(Acknowledged(line.entry, choices, receipts.pop()))


async def _until_answered(
    server: Server, election: Election, line: Line, fields: dict, chance: random.Random
) -> str:
    while True:
        try:
            path = election.casting.format(line.entry)
            status, text = await server.ask("POST", path, line.token, fields)
        except CUT:
            election.broken_off += 1
        else:
            if status == 200:
                return receipt_of(election, text, fields)
            assert status >= 500, f"{status} {text}"
            election.unavailable += 1
        await asyncio.sleep(chance.uniform(0.05, 0.15))


def receipt_of(election: Election, text: str, fields: dict) -> str:
    """What the page acknowledges; a named ballot with the choices that were sent."""
    if election.secret:
        return _CODE.search(text)[1]
    shown = [_LABELS[label] for label in _PICKED.findall(text) if label in _LABELS]
    assert shown == [fields[f"c{number}"] for number in range(1, len(QUESTIONS) + 1)]
    return _VERSION.search(text)[1]


@dataclass
class Found:
    """What the tables hold against what was acknowledged; `problems` is empty when all is well."""

    stored: int = 0
    lost: int = 0
    doubled: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def fine(self) -> bool:
        return not (self.lost or self.doubled or self.problems)


async def check(world, election: Election) -> Found:
    """Compares the tables with the receipts, closes the vote and compares the result."""
    found = Found()
    await (_check_secret if election.secret else _check_named)(election, found)
    voted = await RollEntry.filter(vote_id=election.vote_id, state="voted").count()
    if voted != len({one.entry for one in election.given}):
        found.problems.append(f"{voted} lines marked")
    await _check_database(found)
    await _check_result(world, election, found)
    return found


async def _check_named(election: Election, found: Found) -> None:
    rows = Ballot.filter(entry__vote_id=election.vote_id)
    stored = {}
    async for ballot in rows:
        found.stored += 1
        stored[ballot.entry_id, str(ballot.version)] = tuple(ballot.choices.values())
    told = {(one.entry, one.receipt): one.choices for one in election.given}
    if len(told) != len(election.given):
        found.problems.append("two forms got the same receipt")
    found.lost = sum(stored.get(key) != choices for key, choices in told.items())
    found.doubled = found.stored - len(told)
    if set(stored) != set(told):
        found.problems.append(f"other versions than acknowledged: {set(stored) ^ set(told)}")


async def _check_secret(election: Election, found: Found) -> None:
    codes = await InclusionCode.filter(vote_id=election.vote_id).values_list("code", flat=True)
    told = [one.receipt for one in election.given]
    found.stored = len(codes)
    found.lost = len(set(told) - set(codes))
    found.doubled = len(codes) - len(set(told))
    answers = await SecretAnswer.filter(vote_id=election.vote_id).values_list("question", "choice")
    if Counter(answers) != _sums(election.given):
        found.problems.append(f"answers {Counter(answers)}, not {_sums(election.given)}")


def _sums(given: list[Acknowledged]) -> Counter:
    return Counter((n, key) for one in given for n, key in enumerate(one.choices, 1))


async def _check_database(found: Found) -> None:
    client = connections.get("default")
    if client.capabilities.dialect == "sqlite":
        for question, fine in (("integrity_check", [("ok",)]), ("foreign_key_check", [])):
            _, rows = await client.execute_query(f"PRAGMA {question}")
            if [tuple(row) for row in rows] != fine:
                found.problems.append(f"{question}: {[tuple(row) for row in rows]}")
    for chain in set(await Entry.all().values_list("chain", flat=True)):
        if await broken(chain) is not None:
            found.problems.append(f"chain {chain} is broken")


async def _check_result(world, election: Election, found: Found) -> None:
    """The counted result is the sum of everyone's last acknowledged ballot."""
    last = {}
    for one in sorted(election.given, key=lambda one: 0 if election.secret else int(one.receipt)):
        last[one.entry] = one
    matter = await Matter.get(id=election.matter_id)
    vote = await Vote.get(id=election.vote_id)
    late = vote.closes_at + GRACE + timedelta(seconds=1)
    result = (await closing.close(await world.actor("张经办"), matter, late)).result
    sums = _sums(list(last.values()))
    for question in result["questions"]:
        told = {key: sums[question["number"], key] for key in KEYS}
        counted = {key: question["counts"][key] for key in KEYS}
        if counted != told:
            found.problems.append(f"result {counted}, acknowledged {told}")
    if result["phone"] != len(last):
        found.problems.append(f"{result['phone']} by phone, acknowledged {len(last)}")
