"""Casting by phone: one transaction in which the vote is open, one line of the roll moves, and the
ballot is stored; only then is anyone told.

The form's random code makes a retry harmless: the same code gets the same receipt. A secret ballot
is kept as answers under random keys and a code that proves “counted”; nothing joins them to a line
of the roll. Casting leaves no entry in the log, which would tell who voted when.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from deliberation.acting import Act, Actor, Forbidden, Refused, acting
from deliberation.calendar import moment_text
from deliberation.log.standing import restored_reasons
from deliberation.matters.models import Matter
from deliberation.stages.vote.facts import asked, current_vote
from deliberation.stages.vote.models import (
    Ballot,
    InclusionCode,
    RollEntry,
    SecretAnswer,
    Vote,
    standing,
)
from deliberation.stages.vote.own import own_entries
from deliberation.stages.vote.rules import GRACE, VOTING, phone_blockers
from deliberation.stages.vote.tally import check_choices

_CODE = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Receipt:
    """What a voter keeps: the inclusion code of a secret ballot, or the named one as stored."""

    secret: bool
    code: str = ""
    version: int = 0
    choices: Mapping[str, str] | None = None
    cast_at: datetime | None = None


def new_code() -> str:
    """A form's code: 128 random bits in hex."""
    return secrets.token_hex(16)


def inclusion_code(entry: RollEntry, code: str) -> str:
    """16 base32 characters from the form's code, which is stored nowhere.

    The line's number keeps two voters apart who send the same code.
    """
    digest = hashlib.sha256(f"inclusion\n{entry.id}\n{code}".encode()).digest()
    return base64.b32encode(digest).decode()[:16]


def request_code(entry: RollEntry, code: str) -> str:
    """Marks a named ballot with the form it came from."""
    return hashlib.sha256(f"request\n{entry.id}\n{code}".encode()).hexdigest()[:40]


async def cast(
    actor: Actor,
    matter: Matter,
    *,
    entry_id: int,
    choices: Mapping[str, str],
    code: str,
    arrived: datetime,
    now: datetime,
) -> Receipt:
    """Stores the ballot for a line of the roll and returns its receipt.

    `arrived` is when the server accepted the request: before the closing instant it counts.
    Raises Forbidden for somebody else's line, Refused for everything else; then nothing is used up.
    """
    async with acting(actor, "vote.cast", now, matter=matter, quiet=True) as act:
        vote = await _locked(act, matter)
        if not _CODE.fullmatch(code):
            raise Refused("投票页面不完整，请重新打开投票页")
        entry = next((row for row in await own_entries(vote, actor) if row.id == entry_id), None)
        if entry is None:
            raise Forbidden("名册上没有您的这一票，不能投票")
        known = await _receipt(vote, entry, code)
        if known:  # a retry, be it after the end: what was stored is never called refused
            return known
        _check_open(vote, arrived, now)
        reasons = check_choices(await asked(vote), choices)
        reasons += phone_blockers(vote.secret, await standing(vote).count())
        reasons += restored_reasons(matter)
        if reasons:
            raise Refused(*reasons)
        store = _cast_secret if vote.secret else _cast_named
        return await store(act, vote, entry, choices, code)


async def _locked(act: Act, matter: Matter) -> Vote:
    """The vote as the transaction sees it: closing waits for this lock, and this for closing."""
    vote = await current_vote(matter)
    if vote is None:
        raise Refused("现在没有正在进行的表决")
    if act.connection.capabilities.dialect != "sqlite":
        await act.connection.execute_query("SELECT id FROM vote WHERE id = $1 FOR SHARE", [vote.id])
        await vote.refresh_from_db()
    return vote


def _check_open(vote: Vote, arrived: datetime, now: datetime) -> None:
    if vote.closes_at is None or vote.status not in VOTING and arrived < vote.closes_at:
        raise Refused("表决没有在进行，这张票没有计入")
    if vote.status not in VOTING or arrived >= vote.closes_at or now >= vote.closes_at + GRACE:
        raise Refused("表决已经截止，这张票没有计入")
    if arrived < vote.opens_at:
        raise Refused(f"表决从{moment_text(vote.opens_at)}开始，请到时再投")


async def _receipt(vote: Vote, entry: RollEntry, code: str) -> Receipt | None:
    """The receipt of what this form already stored; None when it stored nothing."""
    if vote.secret:
        key = inclusion_code(entry, code)
        stored = await InclusionCode.filter(code=key, vote=vote).exists()
        return Receipt(True, key) if stored else None
    ballot = await Ballot.get_or_none(entry=entry, request_code=request_code(entry, code))
    return _named(ballot) if ballot else None


def _named(ballot: Ballot) -> Receipt:
    return Receipt(False, "", ballot.version, ballot.choices, ballot.cast_at)


async def _cast_named(
    act: Act, vote: Vote, entry: RollEntry, choices: Mapping[str, str], code: str
) -> Receipt:
    """Appends a version; the last one before the end counts, except that paper stands."""
    entry = await RollEntry.filter(id=entry.id).select_for_update().get()
    known = await _receipt(vote, entry, code)
    if known:
        return known
    _refuse_paper(entry)
    ballot = await Ballot.create(
        entry=entry,
        version=await Ballot.filter(entry=entry).count() + 1,
        choices=dict(choices),
        channel="phone",
        cast_at=act.now,
        request_code=request_code(entry, code),
    )
    await RollEntry.filter(id=entry.id).update(state="voted", channel="phone")
    return _named(ballot)


async def _cast_secret(
    act: Act, vote: Vote, entry: RollEntry, choices: Mapping[str, str], code: str
) -> Receipt:
    """One line moves from none to voted, exactly once; the answers go in joined to nothing."""
    moved = await RollEntry.filter(id=entry.id, state="none").update(state="voted", channel="phone")
    if moved != 1:
        known = await _receipt(vote, entry, code)
        if known:
            return known
        _refuse_paper(await RollEntry.get(id=entry.id))
        raise Refused("您已经投过票，无记名表决不能改票")
    key = inclusion_code(entry, code)
    await InclusionCode.create(code=key, vote=vote)
    for number, choice in choices.items():
        await SecretAnswer.create(
            **_hidden(vote, entry, number, code), vote=vote, question=int(number), choice=choice
        )
    return Receipt(True, key)


def _hidden(vote: Vote, entry: RollEntry, number: str, code: str) -> dict[str, str]:
    """Key and salt of a secret answer: random, or made from the form's code where the assembly
    chose that everyone can find the own answers (and show them to whoever forces them)."""
    if not vote.checkable:
        return {"key": secrets.token_hex(16), "salt": secrets.token_hex(16)}
    seed = f"{entry.id}\n{number}\n{code}"
    made = hashlib.sha256(f"answer\n{seed}".encode()).hexdigest()
    return {"key": made[:32], "salt": made[32:]}


def _refuse_paper(entry: RollEntry) -> None:
    if entry.state == "paper_issued":
        raise Refused("您已经领了纸质票，请用纸质票投票；想改用手机请先把纸质票交回")
    if entry.channel == "paper":
        raise Refused("您的纸质票已经计入，以纸质票为准")
