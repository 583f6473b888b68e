"""One row of a roll as an entry: the people it names and what it says of their household."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from deliberation.roll.reading.choices import (
    is_vacant,
    read_gender,
    read_party,
    read_tenure,
    read_yes,
)
from deliberation.roll.reading.columns import FIELDS, Header
from deliberation.roll.reading.grid import Formula, Refused, Row
from deliberation.roll.reading.parsed import PersonRow
from deliberation.roll.reading.phones import read_phones
from deliberation.roll.reading.text import plain, spoken, tight
from deliberation.roll.reading.values import read_age, read_area, read_birth, read_names, read_size

HEADS = frozenset(
    ("户主", "本人", "户主本人", "本户户主", "业主", "房主", "产权人", "租户", "承租人", "户代表")
)
_TOTAL = re.compile(
    r".{0,8}(合计|总计|小计|共计|累计|总户数|总人数)[:0-9户人口.,M]*|共[0-9]+[户人].*"
)
_TOTAL_CHARACTER = re.compile("[计总共]")
_IDENTITY = re.compile(r"[0-9]{17}[0-9X]|(?<![0-9])[0-9]{15}(?![0-9])", re.IGNORECASE)
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9][\s-]?[0-9]{4}[\s-]?[0-9]{4}(?![0-9])")
_TWO_NAMES = re.compile(r"[^\W\da-zA-Z]{2} [^\W\da-zA-Z]{2}")
_DOUBTFUL = re.compile(r"[*?□\ufffd]")


@dataclass
class Entry:
    """`remarks` concern this row; those in `once` are worth saying once for the whole sheet."""

    people: list[PersonRow]
    area: int | None
    tenure: str
    vacant: bool
    size: int | None
    compound: str
    remarks: list[str] = field(default_factory=list)
    once: list[str] = field(default_factory=list)


def is_total(row: Row, header: Header) -> bool:
    """Whether the row adds up others: any cell but a remark says so."""
    texts = [(index, cell) for index, cell in enumerate(row.cells) if isinstance(cell, str)]
    if not _TOTAL_CHARACTER.search("".join([cell for _, cell in texts])):
        return False
    notes = header.columns.get("note", ())
    return any(index not in notes and _TOTAL.fullmatch(tight(cell)) for index, cell in texts)


def has_formula(fields: dict[str, list]) -> bool:
    """Whether a column that is read holds a formula or an error value."""
    return any(isinstance(cell, Formula) for cells in fields.values() for cell in cells)


def says_head(fields: dict[str, list]) -> bool:
    """Whether the row's own relationship cell makes it the head's."""
    return "relationship" in fields and tight(fields["relationship"][0]) in HEADS


def read_entry(row: Row, fields: dict[str, list], header: Header, sheet: str, today: date) -> Entry:
    """All that a row says, apart from where. Raises Refused for the first fault found."""

    def cell(name: str) -> object:
        return fields[name][0] if name in fields else None

    by_person = header.by_person
    names = read_names(cell("name") if "name" in header.columns else cell("head_name"))
    if any(tight(name) in FIELDS for name, _ in names):
        raise Refused("姓名一格里是列名，不是人名，请核对这一行是不是多出来的表头。")
    phones = read_phones(fields.get("phone", []))
    year, born = read_birth(cell("birth"), today)
    entry = Entry(
        people=[],
        area=read_area(cell("area")),
        tenure="",
        vacant=False,
        size=read_size(cell("size")),
        compound=tight(cell("compound")),
    )
    if "age" in fields:
        year = read_age(cell("age"), today)
        entry.once.append("出生年份由年龄推算，可能差一岁，请核对。")
        if year is None:
            entry.remarks.append("年龄接近18岁，看不出出生年份，请补填出生年份。")
    written = "；".join(spoken(text).replace("\n", " ") for text in fields.get("note", []))
    states = [tight(text) for text in fields.get("tenure", [])]
    entry.vacant = any(is_vacant(text) for text in [written, *states])
    relationship = tight(cell("relationship"))[:20]
    entry.tenure = _tenure(states, names[0][1], relationship, header, entry)
    gender = party = representative = ""
    if "gender" in fields:
        gender = _choice(read_gender, "性别", tight(cell("gender")), entry) or ""
    if "party" in fields:
        party = _choice(read_party, "政治面貌", tight(cell("party")), entry) or ""
    if "representative" in fields:
        text = tight(cell("representative"))
        representative = _choice(read_yes, "居民代表", text, entry)
    if by_person:
        head = relationship in HEADS
        if not relationship and "head_name" in fields:
            named = tight(cell("head_name"))
            head = named == tight(names[0][0]) or bool(read_yes(named))
    else:
        head, relationship = True, relationship or "户主"
    for index, (name, beside) in enumerate(names):
        first = index == 0  # what the row says of one person, it says of the first
        entry.people.append(
            PersonRow(
                row=row.number,
                name=name,
                relationship=relationship if first else "",
                is_head=head and first,
                gender=gender if first else "",
                birth_year=year if first else None,
                birth_date=born if first else None,
                phone=phones.mobiles[0] if first and phones.mobiles else "",
                other_phones=phones.mobiles[1:] if first else (),
                party=party if first else "",
                representative=bool(representative) and first,
                note=_note("；".join(filter(None, (beside, written if first else ""))), entry),
                sheet=sheet,
            )
        )
    _remark(entry, names, phones, header, row)
    if len(names) == 1 and _TWO_NAMES.search(plain(cell("name") or cell("head_name"))):
        entry.remarks.append("姓名中间有空格，按一个人登记，请核对是不是两个人。")
    return entry


def _choice(reader, title: str, text: str, entry: Entry):
    value = reader(text)
    if value is None:
        entry.once.append(f"“{title}”一列的“{text[:20]}”看不懂，按没有填写处理，请核对。")
    return value


def _tenure(states: list[str], beside: str, relationship: str, header: Header, entry: Entry) -> str:
    """The row's own words first, then the note beside the name, then the title of the column."""
    for text in states:
        if said := read_tenure(text):
            return said
    for text in (beside, relationship):
        if said := read_tenure(text):
            return said
    if header.names_owners:
        return "owner"
    for text in states:
        _choice(read_tenure, "产权或居住情况", text, entry)
    return ""


def _note(text: str, entry: Entry) -> str:
    """The note without numbers that must not lie about in plain text."""
    without = _MOBILE.sub("（号码略）", _IDENTITY.sub("（证件号略）", plain(text)))
    if without != plain(text):
        entry.remarks.append("备注里的证件号和手机号没有保存，手机号请填到手机号一列。")
    return without


def _remark(entry: Entry, names: list, phones, header: Header, row: Row) -> None:
    if len(names) > 1:
        entry.remarks.append("一格里有几个姓名，各登记为一人，电话等记在第一人名下，请核对。")
    if any(_DOUBTFUL.search(name) for name, _ in names):
        entry.remarks.append("姓名里有“*”“?”或乱码，可能不完整，请核对。")
    if len(phones.mobiles) > 1:
        entry.remarks.append("有几个手机号，只登记第一个，验证码发到这个号码，请核对。")
    if phones.landline:
        entry.remarks.append("座机收不到验证码，没有保存，如有手机请补填手机号。")
    if phones.words:
        entry.remarks.append("电话一格没有号码，按没有电话处理，请核对。")
    notes = " ".join(person.note for person in entry.people)
    if "已故" in notes or "去世" in notes or "病故" in notes:
        entry.remarks.append("注明已故，仍按名册登记，请核对是否应删去。")
    if re.search(r"党员|居民代表", notes):
        entry.remarks.append("备注提到党员或居民代表，没有据此登记身份，请填到对应的列。")
    if header.untitled(row):
        entry.once.append("没有列名的格里有内容，没有读取，请核对是否错列。")
