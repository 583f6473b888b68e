"""The register of objections: with names for those who answer, each one's own for its objector.

Every row has its day: what is overdue comes first, what is answered last.
"""

from datetime import datetime

from tortoise.expressions import Q

from deliberation.acting import Actor
from deliberation.calendar import end_of
from deliberation.database.plain import found, refer
from deliberation.matters.models import Matter, Passage
from deliberation.places.offices import covered
from deliberation.procedure import OVERSEERS, STAFF
from deliberation.stages.notices.models import Objection
from deliberation.stages.notices.rules import LEVELS, goes_up

STATES = {None: ("待答复", "wait"), False: ("不成立", "done"), True: ("成立", "fail")}
TAKEN = ("过期没有答复，已提请上一级", "fail")
ANSWERED_MOST = 100


async def of_stay(passage: Passage, now: datetime) -> list[dict]:
    """The objections to the notices of a stay in a stage."""
    return await _sorted(Q(notice__passage=passage), now)


async def of_matter(matter: Matter, now: datetime) -> list[dict]:
    """All of a matter's, to its notices and its rolls, in the order they came."""
    rows = await _sorted(Q(notice__matter=matter) | Q(vote__matter=matter), now)
    return sorted(rows, key=lambda one: one["row"].id)


async def of_offices(actor: Actor, now: datetime) -> list[dict]:
    """All in the places where whoever asks works or oversees: every open one, and those answered
    last."""
    here = STAFF | OVERSEERS
    notices = covered(actor, here, "notice__matter__path")
    rolls = covered(actor, here, "vote__matter__path")
    return await _sorted(notices | rolls, now) if notices else []


async def of_account(account, now: datetime) -> list[dict]:
    """A resident's own: filed under their name, or with their household's slip."""
    own = "x.person_id = $1" if account.person_id else "x.recorded_by = $1"
    rest = f"WHERE {own} ORDER BY x.due_on, x.id"
    filed = await found(Objection, rest, account.person_id or account.id)
    for relation in ("notice", "vote"):
        await refer(filed, relation)
        await refer([about for row in filed if (about := getattr(row, relation))], "matter")
    waiting = [row for row in filed if row.upheld is None]
    done = [row for row in filed if row.upheld is not None]
    done.sort(key=lambda row: row.answered_at, reverse=True)
    return await _listed(waiting, done[:ANSWERED_MOST], now)


async def chain(row: Objection, now: datetime) -> list[dict]:
    """An objection from its first level to its last, for the objector: state and answers."""
    first = row
    while first.escalated_from_id:
        first = await Objection.get(id=first.escalated_from_id)
    steps = [first]
    while following := await Objection.get_or_none(escalated_from_id=steps[-1].id):
        steps.append(following)
    taken = {one.escalated_from_id for one in steps}
    return [_shown(one, taken, now) for one in steps]


def may_go_up(steps: list[dict], now: datetime) -> bool:
    last = steps[-1]["row"]
    return goes_up(last.level, last.upheld, last.due_on, now)


async def _sorted(which: Q, now: datetime) -> list[dict]:
    """Overdue first, then what is due next, then what is done, the newest first."""
    every = Objection.filter(which).prefetch_related("notice__matter", "vote__matter")
    waiting = await every.filter(upheld__isnull=True).order_by("due_on", "id")
    done = await every.filter(upheld__isnull=False).order_by("-answered_at").limit(ANSWERED_MOST)
    return await _listed(waiting, done, now)


async def _listed(waiting: list[Objection], done: list[Objection], now: datetime) -> list[dict]:
    ids = [row.id for row in waiting]
    higher = Objection.filter(escalated_from_id__in=ids)
    taken = set(await higher.values_list("escalated_from_id", flat=True)) if ids else set()
    rows = [_shown(row, taken, now) for row in [*waiting, *done]]
    return sorted(rows, key=lambda one: one["done"])


def _shown(row: Objection, taken: set[int], now: datetime) -> dict:
    passed_on = row.upheld is None and row.id in taken
    state, mark = TAKEN if passed_on else STATES[row.upheld]
    return {
        "row": row,
        "filed_at": row.filed_at,
        "due_on": row.due_on,
        "level": LEVELS[row.level],
        "state": state,
        "mark": mark,
        "done": passed_on or row.upheld is not None,
        "late": row.upheld is None and not passed_on and now >= end_of(row.due_on),
    }
