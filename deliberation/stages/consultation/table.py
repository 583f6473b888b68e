"""The 1+6+X table of one stay in the stage: who sits where and what they answered. Reads only."""

from dataclasses import dataclass, field
from datetime import datetime

from deliberation.calendar import day_text, end_of
from deliberation.matters.models import Passage
from deliberation.stages.consultation.models import Condition, EmptySeat, Invitation, Position
from deliberation.stages.consultation.rules import OTHER_SEAT, SEATS


@dataclass(frozen=True)
class Answered:
    """An invitation with the position that counts (the newest) and its conditions."""

    invitation: Invitation
    position: Position | None = None
    conditions: tuple[Condition, ...] = ()

    @property
    def name(self) -> str:
        return self.invitation.organisation.name

    @property
    def waiting(self) -> bool:
        return self.position is None and self.invitation.absent_at is None

    def absent_reasons(self, now: datetime) -> list[str]:
        """Why they cannot be recorded absent: shown beside the button and refused by it."""
        due_on = self.invitation.due_on
        if not self.waiting:
            return [f"{self.name}已经登记过答复或逾期未答"]
        return (
            []
            if now >= end_of(due_on)
            else [f"{self.name}的答复期限到{day_text(due_on)}24:00，还没有过"]
        )

    @property
    def absent(self) -> bool:
        return self.position is None and self.invitation.absent_at is not None


@dataclass(frozen=True)
class Table:
    """`explained` maps seats to the reason why nobody sits there."""

    answered: tuple[Answered, ...] = ()
    explained: dict[str, str] = field(default_factory=dict)

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
    def open_conditions(self) -> int:
        return sum(item.met is None for entry in self.answered for item in entry.conditions)

    @property
    def warnings(self) -> list[str]:
        """Shown, never blocking: what a reader should notice before the matter moves on."""
        found = [
            f"{name}席位没有单位到位：{self.explained[seat]}"
            for seat, name in SEATS.items()
            if not self.filled(seat) and seat in self.explained
        ]
        found += [f"{entry.name}逾期没有答复" for entry in self.answered if entry.absent]
        found += [
            f"{entry.name}不同意"
            for entry in self.answered
            if entry.position and entry.position.stance == "disagree"
        ]
        if not self.at(OTHER_SEAT):
            found.append("还没有邀请供水、供电、燃气等其他相关单位（X）")
        return found


async def table(passage: Passage | None) -> Table:
    """The table of a stay, in four queries whatever the number of organisations."""
    if passage is None:
        return Table()
    rows = await Invitation.filter(passage=passage).select_related("organisation")
    positions = await Position.filter(invitation__passage=passage)
    newest = {position.invitation_id: position for position in positions}
    conditions: dict[int, list] = {}
    for item in await Condition.filter(position__invitation__passage=passage):
        conditions.setdefault(item.position_id, []).append(item)
    seats = await EmptySeat.filter(passage=passage).values_list("seat", "reason")
    answered = []
    for row in rows:
        position = newest.get(row.id)
        held = conditions.get(position.id, []) if position else []
        answered.append(Answered(row, position, tuple(held)))
    return Table(tuple(answered), dict(seats))
