"""Personal data in free text: where it stands and what kind it is. Pure.

Source: personal information law (个人信息保护法). Found are mobile and landline numbers, identity
numbers, bank cards, room numbers and the names that stand beside them. Numbers that are nobody's
must stay: money, dates, areas, articles of law, numbers of notices.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

MARK = "［已隐去］"
MOBILE, LANDLINE, IDENTITY = "手机号码", "座机号码", "身份证号码"
CARD, ROOM, NAMED = "银行卡号", "门牌号", "姓名和门牌号"
_AROUND = 8
_NAME_MOST = 12  # characters: no name with its “家住” is longer

# Full-width forms count as what they stand for; one character for one, so that places stay.
_PLAIN = str.maketrans("０１２３４５６７８９Ｘｘ－—（）：　", "0123456789Xx--():\x20")
_PRINTS = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{32,}(?![0-9A-Za-z])")  # fingerprints, of no person
_IDENTITY = re.compile(r"(?<!\d)\d{6}[\s-]?\d{8}[\s-]?\d{3}[\dXx](?![\dXx])")
_CARD = re.compile(r"(?<!\d)[3-6]\d{3}(?:[\s-]?\d{4}){2,3}(?:[\s-]?\d{1,4})?(?!\d)")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d(?:[\s-]?\d){8}(?!\d)")
_AREA = r"(?:010|02\d|0[3-9]\d\d)"
_LOCAL = r"[2-8]\d{2,3}[\s-]?\d{4}"
_LANDLINE = re.compile(
    rf"(?<![\d.-])(?:\({_AREA}\)\s*|{_AREA}[\s-]?){_LOCAL}(?!\d)(?:-\d{{1,5}}(?!\d))?"
    rf"|(?<=[电座]话|座机|致电|联系|拨打|家里|号码)(?:[是为:]\s*|\s*){_LOCAL}(?!\d)"
)
_DOOR = r"\d{3,4}(?!\d|\s*(?:平|㎡|米|元|万|天|年|个|人|盏|度))\s*[室户]?"
_ROOM = re.compile(
    rf"(?<!\d)\d{{1,3}}\s*(?:号楼|号|栋|幢|座|#)\s*-?\s*"
    rf"(?:\d{{1,2}}\s*(?:单元|门)?\s*-\s*|\d{{1,2}}\s*(?:单元|门)\s*)?{_DOOR}"
    rf"|(?<!\d)\d{{1,2}}\s*(?:单元|门)\s*-?\s*{_DOOR}"
    r"|(?<![\d-])\d{1,3}-\d{1,2}-\d{3,4}(?![\d-])"
    r"|(?<![\d-])\d{1,2}-\d{3,4}(?![\d元天年万个米平户人件条%-])"
    r"|(?<!\d)\d{3,4}\s*室"
)
_SURNAME = (
    "(?:欧阳|司马|上官|诸葛|皇甫|尉迟|公孙|令狐|慕容|宇文|长孙|司徒|夏侯|端木|"
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁"
    "任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫"
    "孔向汤褚卫蒋沈喆堃])"
)
_TITLE = "(?:先生|女士|大爷|大妈|大叔|阿姨|老师|师傅|同志|奶奶|爷爷)"
_END = r"(?=$|[\s,，。；;、：:！!？?（）()“”的家住反同提了说在称]|户主)"
# A name stands right after a room or right before it (with 住 or 家住 between), and nowhere else.
_AFTER = re.compile(
    rf"[\s、:(]{{0,2}}(?!谢谢)(?:{_SURNAME}{_TITLE}|{_SURNAME}[一-鿿]{{1,2}}{_END})"
)
_BEFORE = re.compile(
    rf"(?:^|(?<=[\s,，。；;、：:！!？?（(“])){_SURNAME}(?:{_TITLE}|[一-鿿]{{1,2}}?)"
    r"[\s,，、:(]{0,2}(?:家?住在?)?$"
)


@dataclass(frozen=True)
class Found:
    """What stands at text[start:end]; `kind` is the word people read."""

    start: int
    end: int
    kind: str


def found(text: str, *, printed: Iterable[str] = (), office: bool = False) -> list[Found]:
    """Everything personal, in order and without overlap.

    `printed` are numbers that the notice prints as its own contact anyway; with `office` a
    landline is let pass, where the text names an organisation and how to reach it.
    """
    own = {_digits(number) for number in printed if number}
    plain = _PRINTS.sub(_blank, text.translate(_PLAIN))
    rows = []
    for kind, pattern in _PATTERNS.items():
        for match in pattern.finditer(plain):
            if kind == CARD and not _luhn(_digits(match[0])):
                continue
            plain = plain[: match.start()] + _blank(match) + plain[match.end() :]
            start = match.end() - len(match[0].lstrip("是为: "))
            if _digits(match[0]) not in own and not (office and kind == LANDLINE):
                rows.append(Found(start, match.end(), kind))
    return _apart(sorted((_named(row, plain) for row in rows), key=lambda row: row.start))


_PATTERNS = {
    IDENTITY: _IDENTITY,
    CARD: _CARD,
    MOBILE: _MOBILE,
    LANDLINE: _LANDLINE,
    ROOM: _ROOM,
}


def _named(row: Found, plain: str) -> Found:
    """A room together with the name beside it."""
    if row.kind != ROOM:
        return row
    near = max(0, row.start - _NAME_MOST)
    before, after = _BEFORE.search(plain[: row.start], near), _AFTER.match(plain, row.end)
    start = before.start() if before else row.start
    end = after.end() if after else row.end
    return Found(start, end, NAMED if before or after else ROOM)


def _apart(rows: list[Found]) -> list[Found]:
    """A name between two rooms belongs to the first."""
    apart: list[Found] = []
    for row in rows:
        start = max(row.start, apart[-1].end) if apart else row.start
        apart.append(Found(start, row.end, row.kind))
    return apart


def hide(text: str) -> str:
    """The text with everything personal replaced by a mark."""
    for row in reversed(found(text)):
        text = f"{text[: row.start]}{MARK}{text[row.end :]}"
    return text


def excerpt(text: str, row: Found) -> str:
    """Where a find stands, without repeating it: …请打［已隐去］找我…"""
    before, after = hide(text[: row.start]), hide(text[row.end :])
    head = ("…" if len(before) > _AROUND else "") + before[-_AROUND:]
    tail = after[:_AROUND] + ("…" if len(after) > _AROUND else "")
    return f"{head}{MARK}{tail}".replace("\n", " ")


def _blank(match: re.Match) -> str:
    return "\0" * len(match[0])


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text.translate(_PLAIN))


def _luhn(digits: str) -> bool:
    """The check digit of a bank card (ISO/IEC 7812)."""
    if not 15 < len(digits) < 20:
        return False
    doubled = [int(one) * (1 + place % 2) for place, one in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
