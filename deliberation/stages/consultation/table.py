"""The 1+6+X table of one stay in the stage: who sits where and what they answered. Reads only."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from deliberation.database.plain import found, refer, rows
from deliberation.matters.models import Passage
from deliberation.procedure import Norms
from deliberation.stages.consultation.models import (
    Condition,
    Invitation,
    Link,
    Organisation,
    Position,
    PositionFile,
    Undertaking,
)
from deliberation.stages.consultation.rules import OTHER_SEAT, SEATS, reminder_due

_OF_STAY = "JOIN invitation i ON i.id = x.invitation_id WHERE i.passage_id = $1 ORDER BY x.id"
_OF_POSITIONS = (
    'JOIN "position" p ON p.id = x.position_id JOIN invitation i ON i.id = p.invitation_id '
    "WHERE i.passage_id = $1 ORDER BY x.id"
)

_ASKED = "EXISTS (SELECT 1 FROM invitation i WHERE i.organisation_id = x.id"
_KNOWN = (
    f"WHERE x.community_id = $1 AND (NOT {_ASKED}) OR {_ASKED} AND i.withdrawn_at IS NULL)) "
    "ORDER BY x.id"
)


@dataclass(frozen=True)
class Written:
    """A position with what belongs to it."""

    position: Position
    conditions: tuple[Condition, ...] = ()
    undertakings: tuple[Undertaking, ...] = ()
    files: tuple[PositionFile, ...] = ()


@dataclass(frozen=True)
class Answered:
    """An invitation with all that was written, oldest first (the last counts), and its links."""

    invitation: Invitation
    written: tuple[Written, ...] = ()
    links: tuple[Link, ...] = ()

    @property
    def name(self) -> str:
        return self.invitation.organisation.name

    @property
    def last(self) -> Written | None:
        return self.written[-1] if self.written else None

    @property
    def position(self) -> Position | None:
        return self.last.position if self.last else None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        return self.last.conditions if self.last else ()

    @property
    def link(self) -> Link | None:
        """The newest link, revoked or not."""
        return self.links[-1] if self.links else None

    @property
    def told(self) -> date | None:
        """By when it was asked to answer; None as long as it was sent nothing."""
        return self.invitation.due_on if self.links else None

    @property
    def absent(self) -> bool:
        """Only who was sent a link can have let it lie."""
        silent = self.position is None and self.invitation.absent_at is not None
        return silent and bool(self.links)

    @property
    def unsent(self) -> bool:
        """Whether it has no way to answer: no link was issued, or the newest was revoked."""
        lacks = self.link is None or self.link.revoked_at is not None
        return self.position is None and not self.absent and lacks

    @property
    def waiting(self) -> bool:
        return self.position is None and not self.absent and not self.unsent


@dataclass(frozen=True)
class Table:
    """`explained` maps seats to the reason why nobody sits there; who was asked by mistake is among
    the `withdrawn`."""

    answered: tuple[Answered, ...] = ()
    explained: dict[str, str] = field(default_factory=dict)
    withdrawn: tuple[Answered, ...] = ()

    def at(self, seat: str) -> list[Answered]:
        return [entry for entry in self.answered if entry.invitation.seat == seat]

    def filled(self, seat: str) -> bool:
        """Whether someone sits there: asked, and not recorded absent."""
        return any(not entry.absent for entry in self.at(seat))

    @property
    def empty_seats(self) -> list[str]:
        """The fixed groups with nobody and no reason, by name."""
        empty = [seat for seat in SEATS if not self.filled(seat) and seat not in self.explained]
        return [SEATS[seat] for seat in empty]

    @property
    def waiting(self) -> list[str]:
        return [entry.name for entry in self.answered if entry.waiting]

    @property
    def unsent(self) -> list[str]:
        return [entry.name for entry in self.answered if entry.unsent]

    @property
    def due_on(self) -> date | None:
        """Until when the last of those who have not answered may."""
        days = [entry.invitation.due_on for entry in self.answered if entry.waiting]
        return max(days, default=None)

    def reminders(self, norms: Norms, now: datetime) -> list[Answered]:
        """Who should be reminded now: their last days run and they have not answered."""
        return [
            entry
            for entry in self.answered
            if entry.waiting and reminder_due(entry.invitation.due_on, norms, now)
        ]

    @property
    def open_conditions(self) -> int:
        return sum(item.met is None for entry in self.answered for item in entry.conditions)

    @property
    def dissent(self) -> list[Answered]:
        """Who does not agree, or whose conditions were not all met: kept with the plan."""
        return [
            entry
            for entry in self.answered
            if (entry.position and entry.position.stance == "disagree")
            or any(row.met is False for row in entry.conditions)
        ]

    @property
    def warnings(self) -> list[str]:
        """Shown, never blocking: what a reader should notice before the matter moves on."""
        told = [
            f"{name}席位没有单位到位：{self.explained[seat]}"
            for seat, name in SEATS.items()
            if not self.filled(seat) and seat in self.explained
        ]
        told += [f"{entry.name}缺席：期限内没有答复" for entry in self.answered if entry.absent]
        told += [
            f"{entry.name}不同意"
            for entry in self.answered
            if entry.position and entry.position.stance == "disagree"
        ]
        if not self.at(OTHER_SEAT):
            told.append("还没有邀请供水、供电、燃气等其他相关单位（X）")
        return told


async def table(passage: Passage | None) -> Table:
    """The table of a stay, in a few queries whatever the number of organisations."""
    if passage is None:
        return Table()
    asked = await found(Invitation, "WHERE x.passage_id = $1 ORDER BY x.id", passage.id)
    await refer(asked, "organisation")
    written = await _written(passage)
    links: dict[int, list] = defaultdict(list)
    for link in await found(Link, _OF_STAY, passage.id):
        links[link.invitation_id].append(link)
    empty = await rows("SELECT seat, reason FROM empty_seat WHERE passage_id = $1", passage.id)
    every = [Answered(row, tuple(written[row.id]), tuple(links[row.id])) for row in asked]
    stands = tuple(entry for entry in every if entry.invitation.withdrawn_at is None)
    withdrawn = tuple(entry for entry in every if entry.invitation.withdrawn_at)
    return Table(stands, {seat: reason for seat, reason in empty}, withdrawn)


async def known_to(community: int) -> list[Organisation]:
    """Organisations to choose from: not those that were only ever asked by mistake."""
    return await found(Organisation, _KNOWN, community)


async def _written(passage: Passage) -> dict[int, list[Written]]:
    """Everything that was written in a stay, by invitation."""
    parts = [
        _by_position(await found(Condition, _OF_POSITIONS, passage.id)),
        _by_position(await found(Undertaking, _OF_POSITIONS, passage.id)),
        _by_position(await refer(await found(PositionFile, _OF_POSITIONS, passage.id), "file")),
    ]
    written: dict[int, list[Written]] = defaultdict(list)
    for row in await found(Position, _OF_STAY, passage.id):
        written[row.invitation_id].append(Written(row, *(tuple(part[row.id]) for part in parts)))
    return written


def _by_position(written: list) -> dict[int, list]:
    parts: dict[int, list] = defaultdict(list)
    for row in written:
        parts[row.position_id].append(row)
    return parts
