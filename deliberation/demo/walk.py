"""A matter carried along the line by program: what the stages' scripts share.

Dates are passed in and nothing sleeps; every step is an act that a page would do too, by the
person who would do it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from deliberation.acting import Actor
from deliberation.calendar import SHANGHAI, end_of
from deliberation.demo.opinions import EVERYTHING
from deliberation.demo.people import Staff
from deliberation.documents.files import Files
from deliberation.matters.actions import advance
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Matter
from deliberation.people.phones import Phones


@dataclass
class Walk:
    """Where the walk stands: `now` moves forward only. `turnout` is the share who vote, in %,
    `voting` how long ballots are open, `items` the plan items it is about.

    `render` makes the PDFs that wait: a notice's period may not end before its file exists.
    """

    staff: Staff
    phones: Phones
    now: datetime
    procedure: str
    render: Callable[[datetime], Awaitable[None]]
    files: Files
    matter: Matter | None = None
    turnout: int = 90
    voting: timedelta = timedelta(hours=9)
    items: frozenset[str] = EVERYTHING
    counts: dict[str, int] = field(default_factory=dict)

    async def actor(self, key: str) -> Actor:
        return await self.staff.actor(key, self.now)

    def later(self, **span) -> datetime:
        self.now += timedelta(**span)
        return self.now

    def morning(self, days: int = 1) -> datetime:
        """Nine in the morning, local, `days` after today."""
        local = self.now.astimezone(SHANGHAI) + timedelta(days=days)
        moved = local.replace(hour=9, minute=0, second=0, microsecond=0).astimezone(self.now.tzinfo)
        self.now = max(self.now, moved)
        return self.now

    def after(self, last_on) -> datetime:
        """Nine in the morning after the last day of a period."""
        self.now = max(self.now, end_of(last_on) + timedelta(hours=9))
        return self.now

    async def period_over(self, stage: str) -> datetime:
        return self.after((await current_passage(self.matter, stage)).last_on)

    async def done(self, stage: str) -> None:
        """The clerk moves the matter on."""
        await advance(await self.actor("zhangjingban"), self.matter, stage, self.later(minutes=5))
        await self.matter.refresh_from_db()
