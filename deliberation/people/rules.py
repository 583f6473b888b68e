"""How personal data is shown in public and found in free text, and who may appoint to what. Pure.

Source: personal information law (个人信息保护法): collect and show the least.
"""

import re

from deliberation.procedure import STAFF, Role

_COMPOUND_SURNAMES = [
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "令狐",
    "慕容",
    "宇文",
    "长孙",
    "司徒",
    "夏侯",
    "端木",
    "百里",
    "南宫",
    "独孤",
]
# Full-width forms count as what they stand for; one character for one, so that places stay.
_PLAIN = str.maketrans("０１２３４５６７８９Ｘｘ－", "0123456789Xx-")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d(?:[\s-]?\d){8}(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)\d{6}[\s-]?\d{8}[\s-]?\d{3}[\dXx](?![\dXx])")
_DOOR = r"\d{3,4}(?!\d|\s*(?:平|㎡|米|元|万|天|年|个|人|盏|度))\s*[室户]?"
_ROOM = re.compile(
    rf"(?<!\d)\d{{1,3}}\s*(?:号楼|号|栋|幢|座|#)\s*-?\s*"
    rf"(?:\d{{1,2}}\s*(?:单元|门)?\s*-\s*|\d{{1,2}}\s*(?:单元|门)\s*)?{_DOOR}"
    rf"|(?<!\d)\d{{1,2}}\s*(?:单元|门)\s*-?\s*{_DOOR}"
    r"|(?<![\d-])\d{1,3}-\d{1,2}-\d{3,4}(?![\d-])"
    r"|(?<![\d-])\d{1,2}-\d{3,4}(?![\d元天年万个米平户人件条%-])"
    r"|(?<!\d)\d{3,4}\s*室"
)
_KINDS = {_IDENTITY: "身份证号码", _PHONE: "手机号码", _ROOM: "门牌号"}


def mask_name(name: str) -> str:
    """张* 李** 欧阳**: the surname, then one star per further character."""
    surname = 2 if name[:2] in _COMPOUND_SURNAMES and len(name) > 2 else 1
    return name[:surname] + "*" * max(len(name) - surname, 1 if name else 0)


def mask_phone(phone: str) -> str:
    """138****5678; '' stays ''."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""


def personal_data(text: str) -> list[str]:
    """What in a free text must not go public: sentences naming the kind, without repeating it."""
    return [f"文字里有{kind}" for kind in dict.fromkeys(kind for _, _, kind in _found(text))]


def redact(text: str) -> str:
    """The text with phones, identity numbers and room numbers replaced by a mark."""
    for start, end, _ in reversed(_found(text)):
        text = f"{text[:start]}［已隐去］{text[end:]}"
    return text


def _found(text: str) -> list[tuple[int, int, str]]:
    """(start, end, kind) of everything personal, in order and without overlap."""
    plain, found = text.translate(_PLAIN), []
    for pattern, kind in _KINDS.items():
        for match in pattern.finditer(plain):
            found.append((match.start(), match.end(), kind))
            plain = plain[: match.start()] + "\0" * len(match[0]) + plain[match.end() :]
    return sorted(found)


# Where each role that is given by appointment may be held, by kind of place.
_INSIDE = frozenset({"community", "compound", "building", "entrance"})
SEATS = {
    Role.CLERK: frozenset({"community"}),
    Role.SECRETARY: frozenset({"community"}),
    Role.COMMITTEE: frozenset({"community"}),
    Role.SUPERVISOR: frozenset({"community"}),
    Role.PARTY_MEMBER: _INSIDE,
    Role.REPRESENTATIVE: _INSIDE,
    Role.SUBDISTRICT: frozenset({"subdistrict"}),
    Role.DISTRICT: frozenset({"district"}),
    Role.ADMINISTRATOR: frozenset({"district"}),
}
_BY_SECRETARY = frozenset(
    {Role.CLERK, Role.COMMITTEE, Role.SUPERVISOR, Role.PARTY_MEMBER, Role.REPRESENTATIVE}
)
OFFICIAL = STAFF | {Role.SUPERVISOR, Role.SUBDISTRICT, Role.DISTRICT, Role.ADMINISTRATOR}


def appointable(roles: frozenset[Role]) -> frozenset[Role]:
    """The roles that whoever holds `roles` may give: a secretary none of their own rank."""
    if roles & {Role.ADMINISTRATOR, Role.SYSTEM}:
        return frozenset(SEATS)
    return _BY_SECRETARY if Role.SECRETARY in roles else frozenset()


def wrong_place(role: Role, kind: str) -> str:
    """Why a role cannot be held at a kind of place; '' when it can."""
    if kind in SEATS[role]:
        return ""
    return f"“{role.label}”不能在这一级任命，请另选地点"
