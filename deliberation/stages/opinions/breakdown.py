"""Counts of households by building or floor that expose nobody. Pure.

Source: the house's rule that nothing under five households is broken down. Hiding small cells is
not enough: whoever knows the sum and the other cells subtracts. So hidden cells are at least two,
together at least five, and could each be anything from nobody up; a row that cannot be shown so
is not broken down at all.
"""

import re
import unicodedata
from collections.abc import Sequence

LEAST = 5
BANDS = ("一层", "二三层", "四层以上")
CONFLICT, ACCORD = "conflict", "accord"


def shown(cells: Sequence[int], most: Sequence[int]) -> list[int | None] | None:
    """The cells of a row whose sum is public, None for each hidden one; None for the whole row.

    `most` is how many households there are in each place, which anybody may know. Which further
    cell is hidden goes by its place in the row, not by its size: the smallest would tell.
    """
    hidden = {place for place, count in enumerate(cells) if count < LEAST}
    for place in range(len(cells)):
        if not hidden or _safe(hidden, cells, most):
            break
        hidden.add(place)
    if len(hidden) == len(cells):
        return None
    return [None if place in hidden else count for place, count in enumerate(cells)]


def mostly(cells: Sequence[int], most: Sequence[int]) -> int | None:
    """The place where more than half of a row is, None without one.

    For rows that cannot be shown. It is said of ten or more who could as well all be there, which
    leaves open whether anybody is elsewhere.
    """
    place = max(range(len(cells)), key=cells.__getitem__, default=None)
    total = sum(cells)
    if total < 2 * LEAST or cells[place] * 2 <= total or most[place] < total:
        return None
    return place


def _safe(hidden: set[int], cells: Sequence[int], most: Sequence[int]) -> bool:
    """Whether each hidden cell could as well be nobody: the others could hold the whole sum."""
    together = sum(cells[place] for place in hidden)
    small = all(cells[place] < LEAST for place in hidden)
    rooms = {place: min(most[place], LEAST - 1) if small else most[place] for place in hidden}
    others_hold_all = all(sum(rooms.values()) - room >= together for room in rooms.values())
    return len(hidden) > 1 and together >= LEAST and others_hold_all


def accord(wanting: int, against: int) -> str:
    """CONFLICT where both sides are many, ACCORD where nearly all want it, '' otherwise."""
    few, many = sorted((wanting, against))
    if few >= LEAST and few * 3 >= many:
        return CONFLICT
    return ACCORD if wanting >= LEAST and against * 10 <= wanting else ""


def floor_of(room: str) -> int | None:
    """The floor of a room such as 101, 2-301 or 1203室; None when it does not say."""
    numbers = re.findall(r"\d+", unicodedata.normalize("NFKC", room))
    if not numbers or len(numbers[-1]) not in (3, 4):
        return None
    return int(numbers[-1][:-2]) or None


def band(room: str) -> int | None:
    """The place in BANDS of a room; None when it does not say its floor."""
    floor = floor_of(room)
    if floor is None:
        return None
    return 0 if floor == 1 else 1 if floor < 4 else 2
