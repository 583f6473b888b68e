"""What a result of few voters would tell about each of them. Pure.

A secret ballot is no secret any more where everybody chose the same, or where so few came through
one door that their answers are theirs.
"""

from collections.abc import Mapping

from deliberation.stages.vote.rules import SECRET_LEAST

UNANIMOUS = "全票一致，等于公开了每个人的选择"


def split_shown(secret: bool, phone: int, paper: int) -> bool:
    """Whether to tell how many came by phone and how many on paper."""
    return not secret or 0 in (phone, paper) or min(phone, paper) >= SECRET_LEAST


def is_unanimous(secret: bool, counts: Mapping[str, int]) -> bool:
    """Whether a secret vote's counts say what everyone who voted chose."""
    given = [key for key, heads in counts.items() if heads and key != "not_returned"]
    return secret and len(given) == 1
