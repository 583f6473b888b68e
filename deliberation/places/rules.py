"""The levels of the tree of places, as administration has them. Pure."""

import re

LEVELS = ("district", "subdistrict", "community", "compound", "building", "entrance")
LEVEL_NAMES = {
    "district": "区",
    "subdistrict": "街道",
    "community": "社区",
    "compound": "小区",
    "building": "楼栋",
    "entrance": "单元",
}


def level_below(kind: str) -> str:
    """The kind of place that may be created inside one; '' below an entrance."""
    place = LEVELS.index(kind) + 1
    return LEVELS[place] if place < len(LEVELS) else ""


def counted(name: str) -> list[tuple[int, str]]:
    """A sort key by which people count: “10号楼” after “9号楼”, the numbers as numbers."""
    parts = re.split(r"(\d+)", name)
    return [(int(part), "") if part.isdigit() else (0, part) for part in parts]
