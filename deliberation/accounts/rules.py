"""Passwords, lifetimes, and what a slip is good for. Pure.

A slip is checked with four digits only, so it opens what a resident does and no office: offices
need the password.
"""

import re
import unicodedata
from datetime import date, timedelta

from deliberation.procedure import Role

STAFF_LIFE = timedelta(hours=12)
RESIDENT_LIFE = timedelta(days=180)
HELPED_LIFE = timedelta(hours=1)  # at the desk, where the next one waits
SEEN_EVERY = timedelta(hours=1)
PASSWORD_LEAST = 10
ADULT = 18
KNOWN_BY = {
    "card": "看过本人的身份证",
    "book": "看过户口簿或者房产证",
    "known": "我们两个人都认识本人",
}
BY_SLIP = frozenset({Role.RESIDENT, Role.REPRESENTATIVE, Role.PARTY_MEMBER})
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


_KINDS = (  # what a browser calls itself, and what people call that; the first that fits
    ("iphone", "苹果手机"),
    ("ipad", "苹果平板"),
    ("openharmony", "鸿蒙手机"),
    ("harmonyos", "鸿蒙手机"),
    ("android", "安卓手机"),
    ("windows", "电脑"),
    ("macintosh", "电脑"),
    ("linux", "电脑"),
)


def device(user_agent: str) -> str:
    """What somebody signs in on, as coarse as they would say it themselves: no make, no version;
    '' where nothing fits. WeChat's browser and the phone's own are two places."""
    said = user_agent.lower()
    kind = next((name for mark, name in _KINDS if mark in said), "")
    wechat = "微信" if "micromessenger" in said else ""
    return "的".join(part for part in (kind, wechat) if part)


def plain_username(typed: str) -> str:
    """The one spelling of a username: full-width and capital letters are made plain."""
    return unicodedata.normalize("NFKC", typed).strip().lower()


def username_problems(username: str) -> list[str]:
    """Why a plain username cannot be used; empty when it can."""
    if _USERNAME.fullmatch(username):
        return []
    return ["用户名用2到40个小写字母、数字或 . _ -，以字母或数字开头"]


def password_problems(password: str, username: str) -> list[str]:
    """Why a password is too weak; empty when it will do."""
    if len(password) < PASSWORD_LEAST:
        return [f"密码至少{PASSWORD_LEAST}个字，现在有{len(password)}个"]
    if plain_username(password) == username:
        return ["密码不能和用户名一样，请换一个"]
    return []


def last_four(typed: str) -> str:
    """What was typed as a check, full-width digits made plain, without spaces."""
    return unicodedata.normalize("NFKC", typed).replace(" ", "")


def may_hold_slip(birth_date: date | None, birth_year: int | None, on: date) -> bool:
    """Whether someone is of age on a day; an unknown age is given the benefit of the doubt."""
    if birth_date:
        had = (on.month, on.day) >= (birth_date.month, birth_date.day)
        return on.year - birth_date.year - (not had) >= ADULT
    return birth_year is None or on.year - birth_year >= ADULT
