"""What a roll file would change, thing by thing, as the clerk reads it before pressing.

Names stand in full, as in the file; phones masked: to see one in full asks for a reason.
"""

from collections.abc import Callable
from datetime import date

from deliberation.calendar import day_text
from deliberation.people.rules import GENDERS, PARTIES, mask_phone
from deliberation.roll.changes import Change

_NONE = "未登记"
_ASKED = "扫纸条登录时改问新号码的后四位"
_TENURES = {"owner": "自有", "tenant": "租住"}
_WORDS: dict[str, tuple[str, Callable]] = {
    "area": ("面积", lambda hundredths: f"{hundredths // 100}.{hundredths % 100:02d}㎡"),
    "tenure": ("产权", _TENURES.get),
    "vacant": ("空置", lambda vacant: "是" if vacant else "否"),
    "size": ("人口数", lambda size: f"{size}人"),
    "gender": ("性别", GENDERS.get),
    "birth_year": ("出生年份", lambda year: f"{year}年"),
    "birth_date": ("出生日期", lambda day: day_text(day) if isinstance(day, date) else str(day)),
    "party": ("党员", PARTIES.get),
}


def told(change: Change, reveal: Callable[[str], str]) -> list[str]:
    """One line for each thing that changes at a known home, old → new; `reveal` opens a phone."""
    lines = [_line(name, change.was[name], new) for name, new in change.fields.items()]
    for person, columns in change.persons.items():
        old, number = change.people[person], change.phones.get(person)
        for name, new in columns.items():
            if name != "phone_hash":
                lines.append(f"{old['name']}：{_line(name, old[name], new)}")
        if number:
            lines.append(f"{old['name']}：{_phone(reveal(old['phone_cipher']), number)}")
    lines += [f"{change.people[person]['name']}：登记为居民代表" for person in change.elected]
    if change.newcomers:
        names = "、".join(person.name for person in change.newcomers)
        lines.append(f"新增{len(change.newcomers)}人：{names}")
    return lines


def _line(name: str, old, new) -> str:
    word, said = _WORDS[name]
    nothing = "否" if name == "party" else _NONE
    before = nothing if old is None or old == "" else said(old) or old
    return f"{word} {before} → {said(new) or new}"


def _phone(old: str, new: str) -> str:
    """Both masked; a slip that asked the old number asks the new one from then on."""
    before, after = mask_phone(old), mask_phone(new)
    inside = "（中间四位不同）" if before == after else ""
    return f"电话 {before or _NONE} → {after}{inside}" + (f"，{_ASKED}" if old else "")
