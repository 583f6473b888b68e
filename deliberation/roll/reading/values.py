"""Single cells as values: names, areas, counts, years of birth and choices.

Whatever is impossible or cannot be read refuses the row: a guessed value would end up in a count
of votes.
"""

from __future__ import annotations

import datetime
import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from deliberation.roll.reading.grid import Refused
from deliberation.roll.reading.text import blank, spoken, tight

MAX_AREA = 10_000_00  # hundredths of a square metre
MAX_SIZE = 50
FIRST_YEAR = 1900
# Ages near majority are left open: the age says nothing of the month, and the vote asks for it.
UNCERTAIN_AGES = range(15, 20)

# A roll repeats its values; typed, because 1, 1.0 and True are equal but read differently.
_cached = lru_cache(maxsize=4096, typed=True)
_AREA = re.compile(
    r"(?:约|大约)?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)\.?[0-9]*)(?:M2|平方米|平方|平米|平)?(?:左右)?"
)
_COUNT = re.compile(r"([0-9]+|[一二两三四五六七八九十])[人口个名位]?")
_CHINESE = {char: number for number, char in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_DATE = re.compile(
    r"([0-9]{4})(?:[年./-]([0-9]{1,2})?(?:[月./-]?(?:(?<=[月./-])([0-9]{1,2})日?)?)?)?"
    r"(?:T?[0-9:.]{5,})?"
)
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})?")
_AGE = re.compile(r"([0-9]{1,3})(?:周?岁)?")
_SERIAL_EPOCH = datetime.date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 3_654, 99_999  # 1910 on: below that the number is a year


@_cached
def read_area(value: object) -> int | None:
    """Hundredths of a square metre, rounded half up; None where nothing is written."""
    if blank(value):
        return None
    found = _AREA.fullmatch(tight(value))
    if isinstance(value, bool) or not found:
        raise Refused("面积看不懂，请只填数字，例如 83.17。")
    try:
        area = Decimal(found[1].replace(",", ""))
    except InvalidOperation as error:
        raise Refused("面积看不懂，请只填数字，例如 83.17。") from error
    if area >= MAX_AREA:
        raise Refused("面积超过10000平方米，请核对。")
    hundredths = int((area * 100).quantize(Decimal(1), ROUND_HALF_UP))
    if not 0 < hundredths <= MAX_AREA:
        raise Refused("面积应大于0且不超过10000平方米，请核对。")
    return hundredths


@_cached
def read_size(value: object) -> int | None:
    """How many people live in the household; None where nothing is written."""
    if blank(value):
        return None
    found = _COUNT.fullmatch(tight(value))
    if isinstance(value, bool) or not found:
        raise Refused("家庭人口看不懂，请填整数，例如 3。")
    size = _CHINESE.get(found[1]) or int(found[1][:9])
    if size > MAX_SIZE:
        raise Refused(f"家庭人口超过{MAX_SIZE}人，请核对。")
    return size


@_cached
def read_birth(value: object, today: datetime.date) -> tuple[int | None, datetime.date | None]:
    """Year of birth and, where the whole date is written, the date."""
    if blank(value):
        return None, None
    year, month, day = _year_month_day(value, today)
    try:
        written = datetime.date(year, month or 1, day or 1)
    except ValueError as error:
        raise Refused("出生年份或日期不存在，请核对。") from error
    if year < FIRST_YEAR or written > today:
        raise Refused(f"出生年份早于{FIRST_YEAR}年或晚于今天，请核对。")
    return year, written if day else None


def _year_month_day(value: object, today: datetime.date) -> tuple[int, int | None, int | None]:
    if isinstance(value, datetime.date):
        serial = (datetime.date(value.year, value.month, value.day) - _SERIAL_EPOCH).days
        if FIRST_YEAR <= serial <= today.year:
            return serial, None, None  # a bare year in a cell formatted as a date
        return value.year, value.month, value.day
    text = tight(value).removesuffix("生").removesuffix("出")
    if re.fullmatch(r"[0-9]{5}", text) and _FIRST_SERIAL <= int(text) <= _LAST_SERIAL:
        written = _SERIAL_EPOCH + datetime.timedelta(days=int(text))
        return written.year, written.month, written.day
    found = _COMPACT.fullmatch(text) or _DATE.fullmatch(text)
    if isinstance(value, bool) or not found:
        raise Refused("出生年份或日期看不懂，请写成 1981、1981-05 或 1981-05-06。")
    year, month, day = (int(part) if part else None for part in found.groups())
    if month == 0 or day == 0:
        raise Refused("出生年份或日期不存在，请核对。")
    return year, month, day


@_cached
def read_age(value: object, today: datetime.date) -> int | None:
    """Year of birth from an age, which may be one off; None around the age of majority."""
    if blank(value):
        return None
    found = _AGE.fullmatch(tight(value))
    if isinstance(value, bool) or not found or int(found[1]) > today.year - FIRST_YEAR:
        raise Refused("年龄看不懂或不可能，请核对，最好改填出生年份。")
    age = int(found[1])
    return None if age in UNCERTAIN_AGES else today.year - age


_NOT_A_NAME = frozenset(
    (
        "空置",
        "空户",
        "空房",
        "空关",
        "无人",
        "无人居住",
        "未入住",
        "未登记",
        "待定",
        "同上",
        "〃",
        "无户主",
    )
)
# Radicals, composition marks, private use and variant selectors stand in for characters that the
# program which wrote the file could not encode; they are somebody's name.
_NAME = re.compile(
    "(?=.*[^\\W\\d_])[\\w\\s·.*?□\ufffd'’⺀-⿿\ue000-\uf8ff\ufe00-\ufe0f\U000e0100-\U000e01ef-]{1,40}"
)
_NOTE = re.compile(r"\(([^()]*)\)?|\)")
_BETWEEN_NAMES = re.compile(r"[、,;/\n&+|]+(?![^(]*\))")
_SPACE_TO_DROP = re.compile(r"(?<![A-Za-z.])\s+|\s+(?![A-Za-z])")
_PREFIX = re.compile(r"(户主|业主|房主|租户|承租人|姓名):")
_SUFFIX = re.compile(r"(?<=..)[-\s]*(已故|去世|病故|租户|租客|承租人|已搬走|已搬离)$")


def read_names(value: object) -> list[tuple[str, str]]:
    """The names in a cell, each with the note written beside it, without spaces inside.

    Two co-owners are often written into one cell; a part of one character is no name of its own.
    """
    if blank(value):
        raise Refused("没有姓名，请补上。")
    parts = [part for part in _BETWEEN_NAMES.split(spoken(value)) if part.strip()]
    people = [_name(part) for part in parts]
    if len(people) > 1 and any(len(name) < 2 for name, _ in people):
        people = [_name("".join(spoken(value).split("\n")))]
    for name, _ in people:
        if tight(name) in _NOT_A_NAME or blank(name):
            raise Refused("姓名一格里没有人名，请填写姓名；空置的房屋请在备注里写“空置”。")
        if not _NAME.fullmatch(name) or re.search(r"[0-9]{7}", name):
            raise Refused("姓名一格里的内容不像人名，请只写姓名，说明写到备注里。")
    if len({name for name, _ in people}) < len(people) or not people:
        raise Refused("姓名一格里的内容不像人名，请只写姓名，说明写到备注里。")
    return people


def _name(part: str) -> tuple[str, str]:
    notes = [note.strip() for note in _NOTE.findall(part) if note.strip()]
    name = _SPACE_TO_DROP.sub("", " ".join(_NOTE.sub(" ", part).split()))
    if found := _PREFIX.match(name):
        notes.insert(0, found[1])
        name = name[found.end() :]
    if found := _SUFFIX.search(name):
        notes.append(found[1])
        name = name[: found.start()]
    return name, "；".join(notes)
