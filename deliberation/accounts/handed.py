"""Who gave whom the means to sign in, for whoever watches: slips, help at the desk, and the links
by which staff choose a password. Who gives one could use it themselves, so it is seen by others."""

from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import Q
from tortoise.functions import Count, Max

from deliberation.accounts.models import Account, DeskHelp, Slip
from deliberation.acting import Actor
from deliberation.people.models import Member
from deliberation.places.offices import covered
from deliberation.procedure import Role

PER_PAGE = 50


@dataclass(frozen=True)
class Handed:
    """Slips that somebody issued at one moment: `count` of them; of a single one also whose it is,
    and whether it took the place of an earlier one."""

    at: datetime
    by: str
    count: int
    whom: str = ""
    again: bool = False


def within(actor: Actor, roles: frozenset[Role]) -> Q | None:
    """The filter for what belongs to an account inside an office of one of `roles`."""
    persons = covered(actor, roles, "account__person__place__path")
    homes = covered(actor, roles, "account__household__path")
    return None if persons is None else persons | homes


async def slips_in(inside: Q, number: int) -> tuple[list[Handed], bool]:
    """One page of what was issued, newest first, and whether there is more."""
    sheets = Slip.filter(inside).annotate(count=Count("id"), slip=Max("id"))
    grouped = sheets.group_by("issued_at", "issued_by").order_by("-issued_at")
    rows = await (
        grouped.offset((number - 1) * PER_PAGE)
        .limit(PER_PAGE + 1)
        .values("issued_at", "issued_by", "count", "slip")
    )
    single = [row["slip"] for row in rows if row["count"] == 1]
    whose = dict(await Slip.filter(id__in=single).values_list("id", "account_id"))
    named = await _named([*whose.values(), *[row["issued_by"] for row in rows]])
    firsts = await _firsts(list(whose.values()))
    return [_handed(row, whose, named, firsts) for row in rows[:PER_PAGE]], len(rows) > PER_PAGE


def _handed(row: dict, whose: dict[int, int], named: dict[int, str], firsts: set[int]) -> Handed:
    account = whose.get(row["slip"])
    by = named.get(row["issued_by"], "系统")
    again = account is not None and row["slip"] not in firsts
    return Handed(row["issued_at"], by, row["count"], named.get(account, ""), again)


async def _firsts(accounts: list[int]) -> set[int]:
    """The first slip that each of the accounts ever had."""
    first: dict[int, int] = {}
    slips = Slip.filter(account_id__in=accounts).order_by("id")
    for account, slip in await slips.values_list("account_id", "id"):
        first.setdefault(account, slip)
    return set(first.values())


async def helps_in(inside: Q) -> list[tuple[DeskHelp, str]]:
    """The newest sign-ins at the desk, each with whose it was."""
    helps = DeskHelp.filter(inside).order_by("-id").limit(PER_PAGE)
    rows = await helps.select_related("helper", "witness")
    named = await _named([row.account_id for row in rows])
    return [(row, named[row.account_id]) for row in rows]


async def passwords_in(inside: Q) -> list[tuple[Account, str]]:
    """The staff accounts (of `inside`) whose owners were last given a link to choose a password,
    each with who gave it."""
    given = Account.filter(inside, welcome_at__not_isnull=True).order_by("-welcome_at", "-id")
    rows = await given.limit(PER_PAGE).select_related("person")
    named = await _named([row.welcome_by for row in rows])
    return [(row, named.get(row.welcome_by, "系统")) for row in rows]


async def _named(ids: list[int | None]) -> dict[int, str]:
    """Accounts as one speaks of them: the home, or the person with the home they live in."""
    accounts = await Account.filter(id__in={id for id in ids if id}).select_related(
        "person", "household"
    )
    people = [row.person_id for row in accounts if row.person_id and not row.username]
    lives = Member.filter(person_id__in=people).order_by("-id")
    homes = dict(await lives.values_list("person_id", "household__label"))
    return {row.id: _name(row, homes) for row in accounts}


def _name(account: Account, homes: dict[int, str]) -> str:
    if account.household:
        return f"{account.household.label}这一户"
    return f"{homes.get(account.person_id, '')} {account.person.name}".strip()
