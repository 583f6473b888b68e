"""Vote profiles: who votes, how many must take part, how many must agree, and by what rule.

Sources are named in each profile's `basis`. “以上” includes the number, “过半数” excludes it
(Civil Code 1259). A profile is a legal text: it is superseded, never edited once a vote used it,
and its values are copied into the vote when it opens (`as_json`), so that an old vote is always
read by its own rule.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Any, Literal


class Electorate(StrEnum):
    """Whose roll a vote is taken on."""

    PARTY_AND_REPRESENTATIVES = "party_and_representatives"
    REPRESENTATIVES_AND_COMMITTEE = "representatives_and_committee"
    RESIDENTS = "residents"
    HOUSEHOLDS = "households"
    GROUP_REPRESENTATIVES = "group_representatives"
    PARTY = "party"
    OWNERS = "owners"


class Base(StrEnum):
    """What the majority is a share of."""

    PRESENT = "present"  # signed in, or ballot accepted
    ENTITLED = "entitled"  # the whole roll
    PARTICIPATING = "participating"  # ballot accepted


@dataclass(frozen=True)
class Profile:
    """One way of deciding; shares are of heads and, when `by_area`, of area as well.

    `notice_days` are full days between notice and meeting, `proxies` how many one proxy may
    carry (0: none allowed), `items` the plan items that call for this profile by law, `slip`
    whose slip opens the ballot. `verified` is False while nobody has checked the article.
    """

    key: str
    name: str
    electorate: Electorate
    quorum: Fraction
    quorum_includes: bool
    majority: Fraction
    majority_includes: bool
    base: Base
    by_area: bool
    notice_days: int
    secret_allowed: bool
    proxies: int
    slip: Literal["person", "household"]
    basis: str
    verified: bool
    needs_residents_meeting_for_funds: bool
    items: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """The counting word of a head."""
        return "户" if self.electorate is Electorate.HOUSEHOLDS else "人"

    @property
    def quorum_text(self) -> str:
        return share_text(self.quorum, self.quorum_includes)

    @property
    def majority_text(self) -> str:
        return share_text(self.majority, self.majority_includes)

    @property
    def basis_text(self) -> str:
        """The basis as printed, marked as long as it is unverified."""
        return self.basis if self.verified else f"{self.basis}(依据待核对)"

    @property
    def words(self) -> str:
        """The rule in one sentence, for the choice page and the opening notice."""
        if self.by_area:
            return (
                f"业主人数的{self.quorum_text}且专有部分面积的{self.quorum_text}参与表决,"
                f"参与表决人数的{self.majority_text}且参与表决面积的{self.majority_text}同意,方为通过"
            )
        heads = f"{self.unit}数"
        base = "实到" if self.base is Base.PRESENT else "应到"
        return (
            f"应到{heads}的{self.quorum_text}到会,{base}{heads}的{self.majority_text}同意,方为通过"
        )


def share_text(share: Fraction, includes: bool) -> str:
    """三分之二以上 (includes the number), 过半数 or 超过三分之二 (excludes it)."""
    if share == Fraction(1, 2) and not includes:
        return "过半数"
    words = f"{_numeral(share.denominator)}分之{_numeral(share.numerator)}"
    return f"{words}以上" if includes else f"超过{words}"


def _numeral(number: int) -> str:
    return "零一二三四五六七八九十"[number] if number <= 10 else str(number)


def as_json(profile: Profile) -> dict[str, Any]:
    """The profile's values for a vote row: strings, booleans, integers, fractions as [n, d]."""
    values = asdict(profile)
    for name in ("quorum", "majority"):
        values[name] = [values[name].numerator, values[name].denominator]
    return values | {
        "electorate": profile.electorate.value,
        "base": profile.base.value,
        "items": list(profile.items),
    }


def from_json(values: Mapping[str, Any]) -> Profile:
    """The profile a vote row was opened with; TypeError or ValueError if it is not one."""
    changed = {
        "electorate": Electorate(values["electorate"]),
        "quorum": Fraction(*values["quorum"]),
        "majority": Fraction(*values["majority"]),
        "base": Base(values["base"]),
        "items": tuple(values["items"]),
    }
    return Profile(**{**values, **changed})


TWO_THIRDS, HALF, THREE_QUARTERS = Fraction(2, 3), Fraction(1, 2), Fraction(3, 4)

# The residents'-committee law was revised with effect from 2026-01-01; the new article has not
# been seen, so what rests on the older text stays unverified.
_LAW_2018 = "《城市居民委员会组织法》第九条(2018年文本)"
_CIVIL_CODE = "《民法典》第二百七十八条"

_P1 = Profile(
    key="P1",
    name="党员和居民代表",
    electorate=Electorate.PARTY_AND_REPRESENTATIVES,
    quorum=TWO_THIRDS,
    quorum_includes=True,
    majority=HALF,
    majority_includes=False,
    base=Base.PRESENT,
    by_area=False,
    notice_days=3,
    secret_allowed=True,
    proxies=0,
    slip="person",
    basis="“一征三议两公开”工作法;人数比例参照“四议两公开”工作法",
    verified=True,
    needs_residents_meeting_for_funds=True,
)
_P2 = replace(
    _P1,
    key="P2",
    name="居民代表会议",
    electorate=Electorate.REPRESENTATIVES_AND_COMMITTEE,
    basis="社区居民代表会议议事规则",
    verified=False,
)
# P3, P4 and P5 are the three forms of a 居民会议, so none of them asks for another one.
_P3 = replace(
    _P1,
    key="P3",
    name="居民会议",
    electorate=Electorate.RESIDENTS,
    quorum=HALF,
    quorum_includes=False,
    notice_days=10,
    basis=_LAW_2018,
    verified=False,
    needs_residents_meeting_for_funds=False,
)
_P4 = replace(
    _P3,
    key="P4",
    name="户代表会议",
    electorate=Electorate.HOUSEHOLDS,
    proxies=3,
    slip="household",
)
_P5 = replace(
    _P3,
    key="P5",
    name="居民小组代表",
    electorate=Electorate.GROUP_REPRESENTATIVES,
    notice_days=3,
)
_P6 = replace(
    _P1,
    key="P6",
    name="党员大会",
    electorate=Electorate.PARTY,
    base=Base.ENTITLED,
    basis="“四议两公开”工作法(到会人数);《中国共产党支部工作条例(试行)》第十一条(赞成人数)",
    needs_residents_meeting_for_funds=False,
)
# Owners' votes are named: an area of 83.17 m² names its owner.
_P7 = replace(
    _P1,
    key="P7",
    name="业主(一般)",
    electorate=Electorate.OWNERS,
    base=Base.PARTICIPATING,
    by_area=True,
    notice_days=15,
    secret_allowed=False,
    proxies=3,
    basis=_CIVIL_CODE,
    needs_residents_meeting_for_funds=False,
    items=("使用维修资金", "选聘或者解聘物业服务企业"),
)
_P8 = replace(
    _P7,
    key="P8",
    name="业主(重大)",
    majority=THREE_QUARTERS,
    majority_includes=True,
    items=("筹集维修资金", "改建、重建", "改变共有部分用途", "利用共有部分从事经营活动"),
)

PROFILES = {profile.key: profile for profile in (_P1, _P2, _P3, _P4, _P5, _P6, _P7, _P8)}
