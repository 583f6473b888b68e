"""How personal data is shown in public and found in free text, and who may appoint to what. Pure.

Source: personal information law (个人信息保护法): collect and show the least.
"""

from deliberation.people import private
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


def mask_name(name: str) -> str:
    """张* 李** 欧阳**: the surname, then one star per further character."""
    surname = 2 if name[:2] in _COMPOUND_SURNAMES and len(name) > 2 else 1
    return name[:surname] + "*" * max(len(name) - surname, 1 if name else 0)


_TITLES = {"male": "先生", "female": "女士"}


def address_of(name: str, gender: str) -> str:
    """王先生, 欧阳女士; 王** where the roll does not say which."""
    masked = mask_name(name)
    title = _TITLES.get(gender)
    return f"{masked.rstrip('*')}{title}" if title else masked


def mask_phone(phone: str) -> str:
    """138****5678; '' stays ''."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""


def personal_data(text: str, *, office: bool = False) -> list[str]:
    """What in a free text must not go public: sentences naming the kind, without repeating it.

    `office` lets landlines pass, where an organisation says how it is reached.
    """
    kinds = dict.fromkeys(row.kind for row in private.found(text, office=office))
    return [f"文字里有{kind}" for kind in kinds]


def redact(text: str) -> str:
    """The text with everything personal replaced by a mark."""
    return private.hide(text)


# Where each role that is given by appointment may be held, by kind of place.
_INSIDE = frozenset({"community", "compound", "building", "entrance"})
GENDERS = {"male": "男", "female": "女"}
PARTIES = {"member": "中共党员", "probationary": "预备党员"}
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
VOTERS = frozenset({Role.PARTY_MEMBER, Role.REPRESENTATIVE})  # offices of who votes on matters
_BY_SECRETARY = VOTERS | {Role.CLERK, Role.COMMITTEE, Role.SUPERVISOR}
OFFICIAL = STAFF | {Role.SUPERVISOR, Role.SUBDISTRICT, Role.DISTRICT, Role.ADMINISTRATOR}


def appointable(roles: frozenset[Role]) -> frozenset[Role]:
    """The roles that whoever holds `roles` may give and end: a secretary none of their own rank,
    an administrator none of those who vote."""
    given = _BY_SECRETARY if Role.SECRETARY in roles else frozenset()
    return given | (OFFICIAL if roles & {Role.ADMINISTRATOR, Role.SYSTEM} else frozenset())


def appointing(role: Role) -> str:
    """The act by which a role is given and ended."""
    return "people.appoint_voter" if role in VOTERS else "people.appoint"


def wrong_place(role: Role, kind: str) -> str:
    """Why a role cannot be held at a kind of place; '' when it can."""
    if kind in SEATS[role]:
        return ""
    return f"“{role.label}”不能在这一级任命，请另选地点"
