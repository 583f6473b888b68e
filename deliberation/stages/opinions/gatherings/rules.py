"""What stands on the lines that staff write down of a meeting or paste from a chat. Pure.

A line is a point. Where it is known who said it, building and room stand in front with a colon.
"""

import re
from dataclasses import dataclass
from datetime import date

KINDS = {"bench": "小板凳会议", "chat": "微信群摘录"}
MOST_POINTS = 100
MOST_CAME = 5000
_BULLET = re.compile(r"^\s*(?:[-*•·●]|[（(]?\d{1,2}[.、)）](?!\d))\s*")
_HOME = re.compile(r"^(.{1,20}?(?:号楼|栋|幢|座|楼|#))[\s-]*(\d[^：:]{0,18})$")


@dataclass(frozen=True)
class Point:
    """Line `number`, from 1 as typed: what was said, and the home in front of it, '' for none."""

    number: int
    text: str
    building: str = ""
    room: str = ""


def points(typed: str) -> list[Point]:
    """One for every line that is not empty, without the marks lists are made with."""
    found = []
    for number, line in enumerate(typed.split("\n"), 1):
        text = _BULLET.sub("", line).strip()
        head, colon, rest = re.match(r"([^：:]*)([：:]?)(.*)", text).groups()
        home = _HOME.match(head.strip())
        if colon and home and rest.strip():
            found.append(Point(number, rest.strip(), home[1], home[2].strip()))
        elif text:
            found.append(Point(number, text))
    return found


def homes(typed: str) -> list[tuple[int, str, str]]:
    """(line, building, room) of the homes that were there, one a line; '' for what is no home."""
    rows = [(number, line.strip()) for number, line in enumerate(typed.split("\n"), 1)]
    read = [(number, _HOME.match(line)) for number, line in rows if line]
    return [(number, *(found.groups() if found else ("", ""))) for number, found in read]


def held_wrong(
    channel: str, *, hosts: str, came: int | None, guests: int, count: int
) -> dict[str, str]:
    """Why a meeting cannot be written down like this, by the field it stands in."""
    wrong = {}
    if channel == "bench" and not hosts:
        wrong["hosts"] = "小板凳会议要写主持人"
    if channel == "bench" and not came:
        wrong["came"] = "小板凳会议要写来了多少人"
    if came and guests > came:
        wrong["guests"] = f"到场的住户写了{guests}户，比来的{came}人还多"
    if not count:
        wrong["points"] = "请写下说了什么，一行一条"
    if count > MOST_POINTS:
        wrong["points"] = f"一次最多{MOST_POINTS}条，现在有{count}条"
    return wrong


def origin(place: str, held_on: date) -> str:
    """Where a point came from, as staff read it beside the opinion."""
    return f"{held_on.month}月{held_on.day}日{place}"
