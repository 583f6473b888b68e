"""Casting by phone: one transaction in which the vote is open, one line of the roll moves, and the
ballot is stored; only then is anyone told.

The form's random code makes a retry harmless: the same code gets the same receipt. A secret ballot
is kept as answers under random keys and a code that proves “counted”; nothing joins them to a line
of the roll. Casting leaves no entry in the log, which would tell who voted when.

A disk takes a moment for every commit, so ballots that wait at the same moment share one: each
process has one writer per matter, and nobody is answered before the commit (`box.py` decides,
`casting_rows.py` reads and writes).
"""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from anyio.lowlevel import RunVar

from deliberation.acting import Actor, Refused, Together, acting_together
from deliberation.matters.models import Matter
from deliberation.refusals import noted
from deliberation.stages.vote import closing
from deliberation.stages.vote.casting.box import Cast, Late
from deliberation.stages.vote.casting.receipts import Receipt
from deliberation.stages.vote.casting.rows import open_box, store

logger = logging.getLogger("deliberation")
MOST = 200  # ballots in one transaction: a bound on how long anybody waits for the others


def new_code() -> str:
    """A form's code: 128 random bits in hex."""
    return secrets.token_hex(16)


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
    return await put_in(matter.id, Cast(actor, entry_id, choices, code, arrived, now))


async def put_in(matter: int, cast: Cast) -> Receipt:
    """The same, by the matter's id; raises DoesNotExist when there is no such matter."""
    writers = _writers.get(None)
    if writers is None:
        writers = {}
        _writers.set(writers)
    waiting = Waiting(cast)
    if matter not in writers:
        writers[matter] = Writer(matter, writers.pop)
    writers[matter].take(waiting)
    return await waiting.answer


class Waiting:
    """A ballot, and whoever waits for its receipt or has gone away meanwhile."""

    def __init__(self, cast: Cast):
        self.cast = cast
        self.answer: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()

    def tell(self, outcome: Receipt | Exception) -> None:
        if self.answer.done():
            return
        if isinstance(outcome, Exception):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


class Writer:
    """Stores the ballots of one matter, group by group, in a task of its own: a client that goes
    away takes nothing back and disturbs nobody."""

    def __init__(self, matter: int, leave: Callable[[int], object]):
        self._matter, self._leave = matter, leave
        self._waiting: list[Waiting] = []
        self._task: asyncio.Task | None = None

    def take(self, waiting: Waiting) -> None:
        self._waiting.append(waiting)
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        while self._waiting:
            group: list[Waiting] = []
            try:
                outcomes = await self._store(group)
            except Exception as error:
                outcomes = await self._after(error, group)
            await self._end_if_late(outcomes)
            for waiting, outcome in zip(group, outcomes, strict=True):
                waiting.tell(outcome)
        self._leave(self._matter)

    async def _store(self, group: list[Waiting]) -> list[Receipt | Exception]:
        """Fills an empty `group` once the transaction has begun: more came in while it waited."""
        first = (group or self._waiting)[0].cast
        async with acting_together("vote.cast", first.now, matter=self._matter) as together:
            if not group:
                group += self._waiting[:MOST]
                del self._waiting[:MOST]
            outcomes = await _decide(together, [waiting.cast for waiting in group])
        return outcomes

    async def _after(self, error: Exception, group: list[Waiting]) -> list[Receipt | Exception]:
        """What becomes of a group whose transaction failed: each ballot is tried alone, once, so
        that none fails by its neighbour. Without a transaction there is nothing to try."""
        if not group:
            group += self._waiting
            self._waiting.clear()
            return [error] * len(group)
        logger.error("a group of ballots was not stored: %s", type(error).__name__)
        outcomes: list[Receipt | Exception] = []
        for waiting in group:
            try:
                outcomes += await self._store([waiting])
            except Exception as own:
                outcomes.append(own)
        return outcomes

    async def _end_if_late(self, outcomes: list[Receipt | Exception]) -> None:
        """Writes the closing instant down before anyone hears of it, so that a clock put back
        cannot open the vote again."""
        late = [outcome.at for outcome in outcomes if isinstance(outcome, Late)]
        if not late:
            return
        try:
            with suppress(Refused):
                await closing.end(await Matter.get(id=self._matter), max(late))
        except Exception as error:  # the vote's watch writes it down a moment later
            logger.error("the end of a vote was not written down: %s", type(error).__name__)


async def _decide(together: Together, casts: list[Cast]) -> list[Receipt | Exception]:
    """The outcome of each ballot in the order they came; what was taken is written."""
    box = await open_box(together, casts)
    outcomes: list[Receipt | Exception] = []
    for cast in casts:
        try:
            with noted("vote.cast", None, together.matter.id):
                together.act(cast.actor)
                if box is None:
                    raise Refused("现在没有正在进行的表决")
                outcomes.append(replace(box.take(cast), title=together.matter.title))
        except Refused as refusal:
            outcomes.append(refusal)
    if box:
        await store(together, box)
    return outcomes


_writers: RunVar[dict[int, Writer]] = RunVar("ballot writers")
