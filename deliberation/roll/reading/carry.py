"""What blank place cells inherit from the rows above.

Rolls name a building once, in a merged cell or on its first row, and persons of one household
share a merged room. Whatever changes resets what lies below it, and a cell that cannot be read is
not passed over: rows that would inherit from it are refused rather than moved next door.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from deliberation.roll.reading.grid import Formula, Refused
from deliberation.roll.reading.places import Spot, read_building, read_entrance, read_room
from deliberation.roll.reading.text import tight

DITTO = frozenset(("同上", "〃", "″", '"', "''", "“", "”", "``"))
FORMULA = "这一行有公式或错误值，公式不会被计算，请改成固定的文字或数字。"
CONFLICT = "{}在两处写得不一样，请核对。"


class Place(NamedTuple):
    """Where a household lives; `prefix` is what was written before the building."""

    prefix: str
    building: str
    entrance: str
    room: str


@dataclass
class Carry:
    """The place of the row above; None where it is unknown.

    `titled` says that a title named the building of the rows below, `whole` that a title or a
    building cell named their entrance too.
    """

    building: tuple[str, str] | None = None
    entrance: str | None = None
    room: str | None = None
    titled: bool = False
    whole: bool = False

    def section(self, spot: Spot) -> None:
        """A title row between households: “3号楼”, “3号楼2单元” or “2单元”."""
        if spot.building:
            self.building, self.titled = (spot.prefix, spot.building), True
        self.entrance, self.room, self.whole = spot.entrance, None, spot.entrance is not None

    def read(self, fields: dict[str, list], buildings: bool) -> Spot:
        """What the row's own cells say; `buildings`: whether the sheet has a column of them.

        Raises Refused, having forgotten what became doubtful.
        """

        def cell(field: str) -> object:
            value = fields[field][0] if field in fields else None
            return None if isinstance(value, str) and tight(value) in DITTO else value

        try:
            level = "building"
            spot = self._cell(cell("building"), read_building)
            if spot.building:
                self.whole = spot.entrance is not None
            level = "entrance"
            spot = _join(spot, self._cell(cell("entrance"), read_entrance))
            level = "room"
            known = buildings or self.titled or bool(spot.building)
            room = cell("room") or cell("address")
            return _join(spot, self._cell(room, read_room, known, spot.entrance, cell("floor")))
        except Refused:
            self.forget(level)
            raise

    def _cell(self, value: object, reader, *context) -> Spot:
        if isinstance(value, Formula):
            raise Refused(FORMULA)
        return Spot() if value is None else reader(value, *context)

    def forget(self, level: str) -> None:
        """Nothing below may inherit this level, nor what lies inside it."""
        self.room = None
        if level != "room":
            self.entrance = None
        if level == "building":
            self.building = None

    def settle(self, spot: Spot, *, buildings: bool, entrances: bool, rooms: bool) -> Place:
        """The row's place; the flags say what may be inherited by a row that names a room, or not.

        Raises Refused where building or room stay unknown.
        """
        if spot.room and not spot.building and not (buildings or self.titled):
            self.forget("building")
        if spot.building and (spot.prefix, spot.building) != self.building:
            self.building, self.entrance, self.room = (spot.prefix, spot.building), None, None
        if spot.entrance is not None:
            if spot.entrance != self.entrance:
                self.room = None
            self.entrance = spot.entrance
        elif spot.room is not None and not (entrances or self.whole):
            self.entrance = None
        if spot.room is not None or not rooms:
            self.room = spot.room
        if self.building is None:
            raise Refused("没有楼栋，请补上，例如“3号楼”。")
        if self.room is None:
            raise Refused("没有房号，请补上，例如“301”。")
        return Place(*self.building, self.entrance or "", self.room)


def _join(one: Spot, other: Spot) -> Spot:
    """Two readings of a place as one. Raises Refused where they contradict each other."""
    for level, word in (("building", "楼栋"), ("entrance", "单元"), ("room", "房号")):
        first, second = getattr(one, level), getattr(other, level)
        if first and second and first != second:
            raise Refused(CONFLICT.format(word))
    return Spot(
        one.prefix if one.building else other.prefix,
        one.building or other.building,
        one.entrance or other.entrance if other.entrance is not None else one.entrance,
        one.room or other.room,
    )
