"""The closing instant through real servers: ballots and closes over HTTP from all sides at once.

The servers' clock is set to just before the instant, runs over it, jumps past the grace while
ballots still come, and is put back when all is counted.
"""

import asyncio
import random
import re
from datetime import UTC, datetime, timedelta

from deliberation.stages.vote.rules import GRACE
from tests.faults.election import Election
from tests.faults.instant import KEYS, Round, compare
from tests.faults.serving import Offset, Server
from tests.vote.voting import open_vote

CLOSES = 20
BEFORE, AFTER = 0.4, 0.5  # seconds of a round on each side of the instant
_CODE = re.compile(r'<span class="code">([A-Z2-7]{16})</span>')


class ServedRound:
    def __init__(self, world, servers: list[Server], clock: Offset, chance: random.Random):
        self.world, self.servers, self.clock, self.chance = world, servers, clock, chance

    async def play(self, election: Election, *, secret: bool) -> Round:
        """One round; the voters of `election` cast in a new vote of their own."""
        self.world.now = datetime.now(UTC)
        tokens = {line.person: line.token for line in election.lines}
        matter, vote, entries = await open_vote(self.world, secret=secret, known=list(tokens))
        self.this = Round(matter, vote)
        self.clerk = await self.world.token("张经办")
        self.clock.set(vote.closes_at - timedelta(seconds=BEFORE))
        jobs = [self._cast(entry.id, tokens[entry.person_id]) for entry in entries]
        jobs += [self._close() for _ in range(CLOSES)]
        self.chance.shuffle(jobs)
        await asyncio.gather(self._past_the_grace(), *jobs)
        await self._close(0)
        self.clock.set(vote.closes_at - timedelta(minutes=1))
        left = [one for one in entries if one.id not in self.this.acknowledged]
        for entry in left[:3]:
            await self._cast(entry.id, tokens[entry.person_id], 0)
        await self._close(0)
        await compare(self.this)
        return self.this

    async def _past_the_grace(self) -> None:
        await asyncio.sleep(BEFORE + AFTER)
        self.clock.set(self.this.vote.closes_at + GRACE)

    async def _post(self, path: str, token: str, fields: dict, wait: float) -> tuple[int, str]:
        await asyncio.sleep(self.chance.random() * wait)
        server = self.chance.choice(self.servers)
        url = f"/matters/{self.this.matter.id}/vote/{path}"
        status, text = await server.ask("POST", url, token, fields)
        if status >= 500:
            self.this.problems.append(f"{path}: {status}")
        return status, text

    async def _cast(self, entry: int, token: str, wait: float = BEFORE + 2 * AFTER) -> None:
        choice = self.chance.choice(KEYS)
        fields = {"c1": choice, "code": f"{self.chance.getrandbits(128):032x}"}
        self.this.kinds[entry] = "in time or refused"
        status, text = await self._post(f"ballot/{entry}/cast", token, fields, wait)
        if status == 200:
            self.this.acknowledged[entry] = choice
            self.this.codes[entry] = _CODE.search(text)[1] if self.this.vote.secret else ""

    async def _close(self, wait: float = BEFORE + 3 * AFTER) -> None:
        status, _ = await self._post("close", self.clerk, {}, wait)
        self.this.closed += status == 303
