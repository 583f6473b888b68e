"""Sheets of a roll as households, refusals and warnings.

Rolls list either one household or one person a row; both come out as households with the people
they name. Every row below a header ends as someone's row or as a refusal with its reason; only
blank rows, titles and repeated headers are passed over. A person's row stands even where the row
of the head of that household was refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from deliberation.roll.reading.carry import FORMULA, Carry, Place
from deliberation.roll.reading.columns import Header, find_header, header_at
from deliberation.roll.reading.entries import has_formula, is_total, read_entry, says_head
from deliberation.roll.reading.grid import Formula, Refused, Row, Sheet, Unreadable
from deliberation.roll.reading.households import Grouping, Taken
from deliberation.roll.reading.parsed import HouseholdRow, Parsed, PersonRow, Refusal
from deliberation.roll.reading.places import Spot, read_room
from deliberation.roll.reading.text import tight

__all__ = ["HouseholdRow", "Parsed", "PersonRow", "Refusal", "parse"]

MOSTLY = 4  # one row in so many left blank is the exception
_TITLE_BUILDING = re.compile(r"(?<![0-9A-Z~-])([0-9]{1,3}|[A-Z])(号楼|栋|幢|座|#楼)")


def parse(sheets: Sequence[Sheet], *, today: date) -> Parsed:
    """Households of all sheets that have a header. Raises Unreadable where none has one.

    `today` is the day of the import in Asia/Shanghai; nobody is born after it.
    """
    roll = _Roll(today)
    tables = [sheet for sheet in sheets if roll.read(sheet)]
    if not tables:
        raise Unreadable("没有找到表头，请保留一行写明“楼栋”“房号”“姓名”等列名的表头再导入。")
    grouping = Grouping(roll.taken, several=len(tables) > 1)
    rank = {sheet.name: position for position, sheet in enumerate(sheets)}

    def in_file(items: list[Refusal]) -> tuple[Refusal, ...]:
        return tuple(sorted(items, key=lambda item: (rank[item.sheet], item.row)))

    return Parsed(
        grouping.households,
        in_file(roll.refused + grouping.refused),
        in_file(roll.warnings + grouping.warnings),
    )


class _Roll:
    def __init__(self, today: date) -> None:
        self.today = today
        self.taken: list[Taken] = []
        self.refused: list[Refusal] = []
        self.warnings: list[Refusal] = []

    def read(self, sheet: Sheet) -> bool:
        """Read one sheet; False where it has no header."""
        self.warnings += [Refusal(row, sheet.name, text) for row, text in sheet.remarks]
        found = find_header(sheet.name, sheet.rows)
        if not found:
            if sheet.rows:
                self._warn(sheet.rows[0].number, sheet, "这张工作表没有找到表头，没有读取。")
            return False
        header, index = found
        building = _title_building(sheet, header, index)
        carry = Carry(building, titled=building is not None)
        heads: set[Place] = set()
        said: set[str] = set()
        self._about_columns(sheet, header)
        while index < len(sheet.rows):
            row = sheet.rows[index]
            if header.may_repeat(row) and (again := header_at(sheet.name, sheet.rows, index)):
                header, index = again
                continue
            index += 1
            if section := _section(row, header):
                carry.section(section)
                self._warn(row.number, sheet, "按小标题处理，下面没写楼栋或单元的行都归到这里。")
                continue
            try:
                taken = self._row(sheet, header, row, carry, heads)
            except Refused as error:
                self.refused.append(Refusal(row.number, sheet.name, str(error)))
                continue
            self.taken.append(taken)
            for text in taken.entry.remarks:
                self._warn(row.number, sheet, text)
            for text in taken.entry.once:
                if text not in said:
                    said.add(text)
                    self._warn(row.number, sheet, text)
        self._about_blanks(sheet)
        return True

    def _about_blanks(self, sheet: Sheet) -> None:
        """Where nearly every row names its building, a blank one may have been forgotten."""
        rows = [taken for taken in self.taken if taken.sheet == sheet.name]
        blank = [taken for taken in rows if not taken.named]
        if len(blank) * MOSTLY < len(rows):
            for taken in blank:
                where = f"{taken.place.prefix}{taken.place.building}"
                self._warn(taken.row, sheet, f"楼栋空白，按上一行登记到{where}，请核对。")

    def _warn(self, row: int, sheet: Sheet, text: str) -> None:
        self.warnings.append(Refusal(row, sheet.name, text))

    def _about_columns(self, sheet: Sheet, header: Header) -> None:
        if "identity" in header.columns:
            self._warn(header.row, sheet, "身份证号一列不读取、不保存。")
        if header.ignored:
            self._warn(header.row, sheet, f"这些列没有用到：{'、'.join(header.ignored)[:200]}。")

    def _row(self, sheet: Sheet, header: Header, row: Row, carry: Carry, heads: set) -> Taken:
        if is_total(row, header):
            carry.forget("room")
            raise Refused("合计行，不是住户，没有导入。")
        fields = header.fields(row)
        if not fields:
            raise Refused("这一行除了序号没有可读的内容，没有导入。")
        formula = has_formula(fields)
        try:
            buildings = "building" in header.columns
            spot = carry.read(fields, buildings)
            place = carry.settle(
                spot,
                buildings=buildings,
                rooms=header.shares_rooms,
                entrances="entrance" in header.columns,
            )
        except Refused as error:
            raise Refused(FORMULA) if formula else error from None
        if says_head(fields):
            if spot.room is None and place in heads:
                carry.forget("room")
                raise Refused("没有房号，又写着户主，不能并入上一户，请补上房号。")
            heads.add(place)
        if formula:
            raise Refused(FORMULA)
        entry = read_entry(row, fields, header, sheet.name, self.today)
        if spot.room is None and spot.building:
            entry.remarks.append("房号空白，按上一行的房号并入同一户，请核对。")
        named = spot.building is not None
        of_sheet = header.by_person, header.shares_rooms
        return Taken(place, entry, row.number, sheet.name, *of_sheet, named)


def _section(row: Row, header: Header) -> Spot | None:
    """A row whose only cell names a building or an entrance, but not in a column for that."""
    if row.cells.count(None) != len(row.cells) - 1:
        return None
    index, cell = len(row.cells) - 1, row.cells[-1]
    own = ("building", "entrance", "room") if "building" in header.columns else ("entrance",)
    if isinstance(cell, Formula) or any(index in header.columns.get(field, ()) for field in own):
        return None
    try:
        spot = read_room(re.sub(r"\(.*\)", "", tight(cell)), True, None, None)
    except Refused:
        return None
    named = spot.building or spot.entrance
    return spot if named and spot.room is None else None


def _title_building(sheet: Sheet, header: Header, index: int) -> tuple[str, str] | None:
    """The one building a sheet is about, from its name or, without such a column, its titles."""
    texts = [sheet.name]
    if "building" not in header.columns:
        texts += [cell for row in sheet.rows[:index] for cell in row.cells if isinstance(cell, str)]
    for text in texts:
        found = {(m[1], m[2]) for m in _TITLE_BUILDING.finditer(tight(text))}
        if len(found) == 1:
            spot = read_room("".join(found.pop()), True, None, None)
            return ("", spot.building) if spot.building else None
    return None
