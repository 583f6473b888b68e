"""Where a household lives, read from one cell or several: building, entrance and room.

People write “3号楼2单元301室”, “3-2-301”, “2-301”, “3栋”, “1#”, “A座1203”, “三号楼”, “3层东户”.
What numbers between dashes mean depends on what the other cells already say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from deliberation.roll.reading.grid import Refused
from deliberation.roll.reading.text import NOTHING, plain

_DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
# Also at the end, but only after a word that belongs to a place: 王五 keeps his name.
_NUMERAL = re.compile(
    r"[零〇一二两三四五六七八九十百]+(?=号|栋|幢|座|单元|门|层|楼|室|#)"
    r"|(?:^|(?<=[号栋幢座元门层楼-]))[零〇一二两三四五六七八九十百]+$"
)
_DASH = re.compile(r"[‐-―−－_~～·.．/\\]+|(?<=[0-9A-Z])-?\s+-?(?=[0-9A-Z])|--+")
_STRONG = re.compile(
    r"(?<![0-9A-Z])第?([0-9]{1,4}|[A-Z][0-9]{0,3}|[0-9]{1,3}[A-Z])"
    r"(?:号?楼座|号楼|#楼?|号?[栋幢]楼?|号?座)"
)
# “3号” or “3楼” is a building only where an entrance or a whole room number follows.
_WEAK = re.compile(
    r"(?<![0-9A-Z])([0-9]{1,3}|[A-Z])(?:[号楼](?=-?[0-9A-Z东西南北中]{1,2}(?:单元|门))"
    r"|号(?=-?[0-9]{3,4}室?$))"
)
_BARE = re.compile(r"第?([0-9]{1,4}|[A-Z][0-9]{0,3}|[0-9]{1,3}[A-Z])[号楼#]?")
_NAMED = re.compile(r"\D{1,19}[楼栋幢座苑阁轩院舍寓]")
_LABEL = "([0-9]{1,2}|[A-Z]|[东西南北中甲乙丙丁])"
_ENTRANCE = re.compile(rf"-?{_LABEL}(?:单元|门洞?(?![面市店头牌])|梯)")
_BARE_ENTRANCE = re.compile(rf"(?:第|单元)?{_LABEL}(?:号|#|单元|门|梯)?")
_FLOOR = re.compile(r"([0-9]{1,2})[层楼F]-?(.+)")
_ROOM_WORD = re.compile(r"(?<=[0-9A-Z])(室|房间|号房|房|户|号|#)$")


@dataclass(frozen=True)
class Spot:
    """What the cells say; None where they say nothing. `prefix` is what precedes the building."""

    prefix: str = ""
    building: str | None = None
    entrance: str | None = None
    room: str | None = None


@lru_cache(maxsize=1024, typed=True)
def read_building(value: object) -> Spot:
    """A building cell, which may go on to the entrance and the room."""
    text = _text(value, "楼栋")
    if not text:
        return Spot()
    if text in NOTHING:
        raise Refused("没有楼栋，请补上，例如“3号楼”。")
    text = _uniform(text)
    parts = text.split("-")
    if (bare := _BARE.fullmatch(parts[0])) and len(parts) <= 3 and all(parts):
        spot = Spot(building=_building(bare[1]))
        if len(parts) > 1:
            spot = replace(spot, entrance=read_entrance(parts[1]).entrance)
        return replace(spot, room=_room(parts[2])) if len(parts) > 2 else spot
    spot = _peel(text, building_known=False, entrance=None)
    if spot.building and (spot.room is None or spot.room[0].isdigit()):
        return spot
    if len(text) > 20:
        raise Refused("楼栋看不懂，请写成“3号楼”这样的形式。")
    return Spot(building=text)


@lru_cache(maxsize=1024, typed=True)
def read_entrance(value: object) -> Spot:
    """An entrance cell, which may begin with the building."""
    text = _text(value, "单元")
    if text in NOTHING or text == "0":
        return Spot(entrance="") if text else Spot()
    text = _uniform(text)
    if bare := _BARE_ENTRANCE.fullmatch(text):
        return Spot(entrance=_entrance(bare[1]))
    if pair := re.fullmatch(r"([0-9]{1,3}|[A-Z])-([0-9]{1,2})", text):
        return Spot(building=_building(pair[1]), entrance=_entrance(pair[2]))
    spot = _peel(text, building_known=True, entrance=None)
    if spot.entrance:
        return replace(spot, room=None)
    if len(text) > 10:
        raise Refused("单元看不懂，请写成“2单元”这样的形式。")
    return Spot(entrance=text)


@lru_cache(maxsize=8192, typed=True)
def read_room(value: object, building_known: bool, entrance: str | None, floor: object) -> Spot:
    """A room or address cell. `entrance` is the one in its own column, None where there is none."""
    text = _text(value, "房号")
    if not text:
        return Spot()
    if text in NOTHING:
        raise Refused("没有房号，请补上，例如“301”。")
    text = _ROOM_WORD.sub("", _uniform(text))
    level = re.fullmatch(r"([0-9]{1,2})[层楼F]?", _uniform(plain(floor)))
    if level and re.fullmatch(r"[0-9]{1,2}", text):
        return Spot(room=_room(level[1] + text.zfill(2)))
    if level and not re.search(r"[0-9]", text):
        return Spot(room=_room(f"{int(level[1])}层{text}"))
    return _peel(text, building_known, entrance)


def _text(value: object, column: str) -> str:
    """Excel turns “3-2” into a date and “2.30” into a number; both are beyond repair."""
    if hasattr(value, "isoformat") or isinstance(value, float) and not value.is_integer():
        raise Refused(f"{column}被表格软件变成了日期或小数，请把这一列设为文本后重新填写。")
    return plain(value)


@lru_cache(maxsize=8192)
def _uniform(text: str) -> str:
    text = _DASH.sub("-", text.upper().strip()).replace(" ", "")
    return _NUMERAL.sub(_number, text.replace("＃", "#")).strip("-,，、:;") or ""


def _number(found: re.Match) -> str:
    word = found[0]
    if not re.search("[十百]", word):
        return "".join(str(_DIGITS[char]) for char in word)
    total = digit = 0
    for char in word:
        if char in _DIGITS:
            digit = _DIGITS[char]
        else:
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
    return str(total + digit)


def _peel(text: str, building_known: bool, entrance: str | None) -> Spot:
    """Take building, entrance and floor off the front of `text`, as far as they are named."""
    prefix, building = "", None
    found = _STRONG.search(text) or _WEAK.search(text)
    if found:
        prefix, building = text[: found.start()].strip("-"), _building(found[1])
        text = text[found.end() :]
    named = _ENTRANCE.match(text) if found else _ENTRANCE.search(text)
    if named:
        before = text[: named.start()].strip("-")
        if not found and _NAMED.fullmatch(before):
            building = before
        elif before and before[-1] in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ":
            raise Refused("房号里的单元看不懂，请写成“3号楼2单元301室”。")
        spot = Spot(prefix, building, _entrance(named[1]))
        rest = text[named.end() :]
    else:
        spot, rest = Spot(prefix, building), text
    rest = _ROOM_WORD.sub("", rest.strip("-,，、"))
    if not rest:
        return spot
    if floor := _FLOOR.fullmatch(rest):
        door = floor[2]
        if re.fullmatch(r"[0-9]{1,2}", door):
            return replace(spot, room=_room(floor[1] + door.zfill(2)))
        return replace(spot, room=_room(door if door[0].isdigit() else f"{floor[1]}层{door}"))
    return _dashed(spot, rest, building_known or bool(building), entrance)


def _dashed(spot: Spot, rest: str, building_known: bool, entrance: str | None) -> Spot:
    parts = rest.split("-")
    numbers = all(re.fullmatch(r"[0-9]{1,4}|[A-Z][0-9]?", part) for part in parts[:-1])
    short = re.fullmatch(r"[0-9]{1,2}", parts[-1])  # a door on a floor, not a whole room number
    whole = replace(spot, room=_room(rest))
    if len(parts) == 1 or not numbers or not all(parts):
        return whole
    if spot.entrance is not None:
        return (
            replace(spot, room=_room(parts[0] + parts[1].zfill(2)))
            if (len(parts) == 2 and short)
            else whole
        )
    if len(parts) == 2:
        first, door = parts
        if not building_known:
            return replace(spot, building=_building(first), room=_room(door))
        if short and (entrance and _entrance(first) != entrance or re.fullmatch("0[0-9]", door)):
            return replace(spot, room=_room(first + door.zfill(2)))
        if len(first) > 2:
            return whole  # two room numbers, such as 101-102
        return replace(spot, entrance=_entrance(first), room=_room(door))
    if len(parts) == 3 and short:
        if not building_known:
            raise Refused("房号看不出楼栋、单元和房间，请写成“3号楼2单元301室”。")
        return replace(spot, entrance=_entrance(parts[0]), room=_room(parts[1] + parts[2].zfill(2)))
    if len(parts) in (3, 4) and spot.building is None:
        door = parts[2] + parts[3].zfill(2) if len(parts) == 4 and short else parts[-1]
        return Spot(spot.prefix, _building(parts[0]), _entrance(parts[1]), _room(door))
    raise Refused("房号看不出楼栋、单元和房间，请写成“3号楼2单元301室”。")


def _building(token: str) -> str:
    if token.isdigit():
        return f"{int(token)}号楼"
    return f"{token}座" if token[-1].isalpha() else f"{token}号楼"


def _entrance(token: str) -> str:
    return f"{int(token)}单元" if token.isdigit() else f"{token}单元"


def _room(text: str) -> str:
    if len(text) > 20:
        raise Refused("房号太长，看不懂，请写成“301”这样的形式。")
    return str(int(text)) if text.isdigit() and text.isascii() else text
