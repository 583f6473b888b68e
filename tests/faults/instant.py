"""A hundred casts against twenty closes around one closing instant, and what must come of it.

Times are passed to the actions, so that every order can happen: ballots that arrived in time and
wait into the half minute of grace, ballots that came too late, clerks who count early, at once and
late, a clock that jumps back. Each round is a new vote of the same people.
"""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from deliberation.acting import Refused
from deliberation.log.models import Entry
from deliberation.matters.models import Matter
from deliberation.stages.vote import closing
from deliberation.stages.vote.models import Ballot, InclusionCode, RollEntry, SecretAnswer, Vote
from deliberation.stages.vote.questions import YES_OR_NO
from deliberation.stages.vote.rules import GRACE
from tests.vote.voting import STEPS, cast, open_vote

CASTS, CLOSES = 100, 20
KEYS = [option["key"] for option in YES_OR_NO]
KINDS = ("in time", "in time", "in grace", "too late", "waited too long")
SECOND = timedelta(seconds=1)


@dataclass
class Round:
    """What everyone was told: entry → choice of the acknowledged, entry → kind of all casts."""

    matter: Matter
    vote: Vote
    kinds: dict[int, str] = field(default_factory=dict)
    acknowledged: dict[int, str] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)
    closed: int = 0
    seen: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def _moments(kind: str, end: datetime, chance: random.Random) -> tuple[datetime, datetime]:
    """(arrived, now) of a cast."""
    early, late = end - chance.random() * SECOND, end + chance.random() * SECOND
    return {
        "in time": (early, early),
        "in grace": (early, end + chance.uniform(0, 0.999) * GRACE),
        "too late": (late, late),
        "waited too long": (early, end + GRACE + chance.random() * SECOND),
    }[kind]


async def play(world, people: list[int], chance: random.Random, *, secret: bool) -> Round:
    """One round; `problems` of what it returns is empty when all is well."""
    matter, vote, entries = await open_vote(world, secret=secret, known=people)
    this, counted = Round(matter, vote), chance.random() < 0.7
    clerk = await world.actor("张经办")
    casts = [_cast(world, this, entry, chance) for entry in entries]
    closes = [_close(this, clerk, chance, counted) for _ in range(CLOSES)]
    jobs = casts + closes
    chance.shuffle(jobs)
    watching = asyncio.create_task(_watch(this))
    await asyncio.gather(*jobs)
    if not counted:
        for entry, kind in this.kinds.items():
            if kind.startswith("in ") and entry not in this.acknowledged:
                this.problems.append(f"refused while nothing was counted: {kind}")
        await _count(this, clerk, vote.closes_at + GRACE)
    watching.cancel()
    await _clock_put_back(world, this, clerk, entries)
    await compare(this)
    return this


async def _cast(world, this: Round, entry: RollEntry, chance: random.Random) -> None:
    kind, choice = chance.choice(KINDS), chance.choice(KEYS)
    arrived, now = _moments(kind, this.vote.closes_at, chance)
    this.kinds[entry.id] = kind
    await asyncio.sleep(chance.random() * 0.2)
    try:
        receipt = await cast(world, this.matter, entry, choice, at=arrived, now=now)
    except Refused:
        return
    this.acknowledged[entry.id], this.codes[entry.id] = choice, receipt.code


async def _close(this: Round, clerk, chance: random.Random, counted: bool) -> None:
    """Ends or counts the vote at some moment, too early ones included."""
    end = this.vote.closes_at
    moments = [end - SECOND, end, end + GRACE / 2]
    moments += [end + GRACE, end + GRACE + SECOND] if counted else []
    now = chance.choice(moments)
    await asyncio.sleep(chance.random() * 0.2)
    if chance.random() < 0.3:
        try:
            await closing.end(this.matter, now)
        except Refused:
            return
        if now < end:
            this.problems.append("ended before the closing instant")
    else:
        await _count(this, clerk, now)


async def _count(this: Round, clerk, now: datetime) -> None:
    try:
        await closing.close(clerk, this.matter, now)
    except Refused:
        return
    except Exception as error:
        this.problems.append(f"closing failed: {error!r}")
        return
    this.closed += 1
    if now < this.vote.closes_at + GRACE:
        this.problems.append("counted within the grace")


async def _watch(this: Round) -> None:
    while True:
        this.seen += await Vote.filter(id=this.vote.id).values_list("status", flat=True)
        await asyncio.sleep(0.005)


async def _clock_put_back(world, this: Round, clerk, entries: list[RollEntry]) -> None:
    """After the count somebody sets the clock back by a minute: nothing opens again."""
    before = this.vote.closes_at - timedelta(minutes=1)
    await _count(this, clerk, this.vote.closes_at + GRACE + SECOND)
    for entry in [one for one in entries if one.id not in this.acknowledged][:3]:
        try:
            await cast(world, this.matter, entry, KEYS[0], at=before)
            this.problems.append("cast after the count by a clock put back")
        except Refused:
            pass
    for step in (closing.end(this.matter, before), closing.close(clerk, this.matter, before)):
        try:
            await step
            this.problems.append("closed again by a clock put back")
        except Refused:
            pass
        except Exception as error:
            this.problems.append(f"closing failed: {error!r}")


async def compare(this: Round) -> None:
    """What everyone was told against the tables, the result and the log."""
    for entry, kind in this.kinds.items():
        if entry in this.acknowledged and not kind.startswith("in "):
            this.problems.append(f"acknowledged: {kind}")
    told, vote = this.acknowledged, await Vote.get(id=this.vote.id)
    if vote.secret:
        codes = await InclusionCode.filter(vote=vote).values_list("code", flat=True)
        if Counter(codes) != Counter(this.codes.values()):
            this.problems.append(f"{len(codes)} codes stored, {len(told)} acknowledged")
        stored = await SecretAnswer.filter(vote=vote).values_list("choice", flat=True)
        same = Counter(stored) == Counter(told.values())
        uncommitted = await SecretAnswer.filter(vote=vote, logged=False).count()
        if uncommitted:
            this.problems.append(f"{uncommitted} answers counted without a commitment in the log")
    else:
        rows = await Ballot.filter(entry__vote=vote).values_list("entry_id", "choices")
        same = sorted((entry, choices["1"]) for entry, choices in rows) == sorted(told.items())
    if not same:
        this.problems.append("stored is not what was acknowledged")
    marked = await RollEntry.filter(vote=vote, state="voted").values_list("id", flat=True)
    if set(marked) != set(told):
        this.problems.append("marked lines are not those acknowledged")
    sums = Counter(told.values())
    counts = vote.result["questions"][0]["counts"]
    if {key: counts[key] for key in KEYS} != {key: sums[key] for key in KEYS}:
        this.problems.append(f"result {counts}, acknowledged {sums}")
    await _one_way(this, vote)


async def _one_way(this: Round, vote: Vote) -> None:
    steps = [STEPS.index(status) for status in this.seen]
    if vote.status != "closed" or steps != sorted(steps):
        this.problems.append(f"status went {this.seen}")
    for act in ("vote.end", "vote.close"):
        times = await Entry.filter(matter_id=this.matter.id, act=act).count()
        if times != 1:
            this.problems.append(f"{times} entries {act}")
    if this.closed != 1:
        this.problems.append(f"{this.closed} closes were told they had counted")
