"""The sums of a vote as notices print them: share, need, figure, verdict, one sentence each.

The wording follows what communities post (“应到51人的三分之二以上即34人,实到42人,符合规定”), so
that a resident with the notice in hand can recount. Only prints: the tally computes.
"""

from deliberation.stages.vote.profiles import Base, Electorate, Profile
from deliberation.stages.vote.roll.electorate import Weights


def quorum_sums(
    profile: Profile, entitled: Weights, need: Weights, turnout: Weights
) -> tuple[str, ...]:
    """Whether enough took part: one sentence, or heads, area and the two together."""
    whole = "业主" if profile.electorate is Electorate.OWNERS else "应到"
    heads, area = _lines(
        profile,
        (whole, "专有部分面积", profile.quorum_text, _came(profile)),
        (entitled, need, turnout),
    )
    if profile.by_area:
        verdict = "表决有效" if turnout.reaches(need) else "流会"
        return (*_both(heads, area, need, turnout), _together(need, turnout, verdict))
    return (f"{heads},符合规定" if turnout.reaches(need) else f"{heads},不符合规定,流会",)


def majority_sums(
    profile: Profile, base: Weights, need: Weights, agreed: Weights
) -> tuple[str, ...]:
    """Whether enough agreed: one sentence, or heads, area and the two together."""
    whole = "应到" if profile.base is Base.ENTITLED else _came(profile)
    heads, area = _lines(
        profile,
        (whole, f"{whole}面积", profile.majority_text, "同意"),
        (base, need, agreed),
    )
    verdict = "通过" if agreed.reaches(need) else "未通过"
    if profile.by_area:
        return (*_both(heads, area, need, agreed), _together(need, agreed, verdict))
    return (f"{heads},{verdict}",)


def area_text(area: int) -> str:
    """Hundredths of m² as 6,000.00㎡."""
    return f"{area // 100:,}.{area % 100:02d}㎡"


def _came(profile: Profile) -> str:
    return "参与表决" if profile.base is Base.PARTICIPATING else "实到"


def _lines(
    profile: Profile, words: tuple[str, str, str, str], figures: tuple[Weights, Weights, Weights]
) -> tuple[str, str]:
    heads_of, area_of, share, verb = words
    whole, need, actual = figures
    unit = profile.unit
    heads = f"{heads_of}{whole.heads}{unit}的{share}即{need.heads}{unit},{verb}{actual.heads}{unit}"
    area = f"{area_of}{area_text(whole.area)}的{share}即{area_text(need.area)}"
    return heads, f"{area},{verb}{area_text(actual.area)}"


def _both(heads: str, area: str, need: Weights, actual: Weights) -> tuple[str, str]:
    return (
        f"{heads},{_holds(actual.heads >= need.heads)}",
        f"{area},{_holds(actual.area >= need.area)}",
    )


def _together(need: Weights, actual: Weights, verdict: str) -> str:
    heads, area = actual.heads >= need.heads, actual.area >= need.area
    if heads == area:
        return f"人数和面积均{_holds(heads)},{verdict}"
    return f"人数{_holds(heads)},面积{_holds(area)},{verdict}"


def _holds(reached: bool) -> str:
    return "符合规定" if reached else "不符合规定"
