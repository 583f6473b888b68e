"""Rows put together into households, and those that repeat an earlier row refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from deliberation.roll.reading.carry import Place
from deliberation.roll.reading.entries import Entry
from deliberation.roll.reading.grid import Refused
from deliberation.roll.reading.parsed import HouseholdRow, PersonRow, Refusal

# Parts of one compound: a building of theirs is not the building of the same number elsewhere.
_PART = re.compile(r"(期|[东西南北中A-Z0-9][区院]|组团|号院)$")


@dataclass(frozen=True)
class Taken:
    """A row that was read, `named`: with its building; of its sheet, `by_person`: it lists one
    person a row, `related`: and how they belong to their household.
    """

    place: Place
    entry: Entry
    row: int
    sheet: str
    by_person: bool
    related: bool
    named: bool


class Grouping:
    """Households in the order of their first rows. `several`: rows must name their sheet."""

    def __init__(self, taken: list[Taken], several: bool) -> None:
        self.several = several
        self.refused: list[Refusal] = []
        self.warnings: list[Refusal] = []
        self._shared: set[str] = set()  # sheets told that rows of one room became one household
        strip = self._one_prefix(taken)
        drafts: dict[Place, list[Taken]] = {}
        for item in taken:
            place = item.place._replace(prefix="") if strip else item.place
            try:
                self._join(drafts.get(place, []), item)
            except Refused as error:
                self.refused.append(Refusal(item.row, item.sheet, str(error)))
            else:
                drafts.setdefault(place, []).append(item)
        self.households = tuple(self._household(place, rows) for place, rows in drafts.items())

    def _one_prefix(self, taken: list[Taken]) -> bool:
        """Whether words before the building only repeat the compound's name and may go.

        “东风里3号楼” and “3号楼” are one building; “二期3号楼” and “3号楼” are two.
        """
        prefixes = {item.place.prefix for item in taken}
        longest = max(prefixes, key=len, default="")
        chain = all(longest.endswith(prefix) for prefix in prefixes)
        if len(prefixes) <= 1 or chain and not _PART.search(longest):
            return True
        first = next(item for item in taken if item.place.prefix)
        names = "、".join(sorted(prefix or "（无）" for prefix in prefixes))[:200]
        self._warn(first, f"楼栋前的写法不一，按不同的楼栋登记：{names}，请核对。")
        return False

    def _warn(self, item: Taken | PersonRow, text: str) -> None:
        self.warnings.append(Refusal(item.row, item.sheet, text))

    def _join(self, rows: list[Taken], item: Taken) -> None:
        """Raises Refused where `item` cannot stand beside the rows its household has."""
        if rows and not item.by_person:
            raise Refused(self._again(rows, item))
        if rows and item.entry.compound and item.entry.compound != rows[0].entry.compound:
            raise Refused(f"与{self._where(rows[0])}房号相同而小区不同，请按小区分成几个文件导入。")
        for earlier in rows:
            if any(_same(a, b) for a in earlier.entry.people for b in item.entry.people):
                raise Refused(f"与{self._where(earlier)}重复，同一户同一人已经登记，请核对。")
        if rows and not item.related and item.sheet not in self._shared:
            self._shared.add(item.sheet)
            self._warn(item, "没有“与户主关系”一列，同一房号的几行按一户登记，首行为户主，请核对。")

    def _again(self, rows: list[Taken], item: Taken) -> str:
        """What is wrong with a further row of a home in a list of one row a home."""
        where, known = self._where(rows[0]), {one.name for row in rows for one in row.entry.people}
        if known.isdisjoint(one.name for one in item.entry.people):
            return f"与{where}房号相同而姓名不同：是一家人请写在同一格，不是请核对房号。"
        return f"与{where}重复，同一户已经登记，请核对后只留一行。"

    def _where(self, item: Taken) -> str:
        return f"工作表“{item.sheet}”第{item.row}行" if self.several else f"第{item.row}行"

    def _household(self, place: Place, rows: list[Taken]) -> HouseholdRow:
        """One household of its rows; where they differ, the first that says something decides."""
        entries = [item.entry for item in rows]
        areas = [entry.area for entry in entries if entry.area is not None]
        if len(set(areas)) > 1:
            self._warn(rows[0], "这一户各行的面积不同，以第一个为准，请核对。")
        return HouseholdRow(
            row=rows[0].row,
            building=place.prefix + place.building,
            entrance=place.entrance,
            room=place.room,
            area_hundredths=areas[0] if areas else None,
            tenure=next((entry.tenure for entry in entries if entry.tenure), ""),
            vacant=any(entry.vacant for entry in entries),
            size=next((entry.size for entry in entries if entry.size is not None), None),
            people=self._people([person for entry in entries for person in entry.people]),
            sheet=rows[0].sheet,
        )

    def _people(self, people: list[PersonRow]) -> tuple[PersonRow, ...]:
        """The same people with at most one head: the first, where nothing is said of the first."""
        heads = [index for index, person in enumerate(people) if person.is_head]
        for index in heads[1:]:
            people[index] = replace(people[index], is_head=False)
            self._warn(people[index], "这一户前面已有户主，本行按成员登记，请核对。")
        if not heads and people[0].relationship:
            self._warn(people[0], "这一户没有户主，暂以年龄最长者为联系人，请核对。")
        elif not heads:
            people[0] = replace(people[0], is_head=True)
        return tuple(people)


def _same(one: PersonRow, other: PersonRow) -> bool:
    """Whether two rows of a household are one person: nothing shows that they are two."""
    if one.name != other.name:
        return False
    if one.phone and one.phone == other.phone:
        return True
    return one.birth_year == other.birth_year or None in (one.birth_year, other.birth_year)
