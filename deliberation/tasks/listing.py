"""The list itself: what each feature tells, and what each stage's own reasons say is missing.

A stage declares its tasks next to its rules, as `Reason`s among its blockers: the same list is on
the matter's page, disables the button, refuses the act and says here whose turn it is. What depends
on the person (a vote, a signature) a feature tells in its `tasks.py`, found by that name.
"""

from datetime import datetime
from functools import cache

from deliberation import features
from deliberation.act_names import ACT_NAMES
from deliberation.acting import Actor
from deliberation.database.once import kept
from deliberation.database.plain import rows
from deliberation.matters.standing import Standing, blockers
from deliberation.procedure import Reason, Role
from deliberation.procedures import STANDING
from deliberation.tasks.rules import Task
from deliberation.tasks.scope import Scope, scope_of

_NAMES = (
    "SELECT a.id, p.name FROM account a LEFT JOIN person p ON p.id = a.person_id WHERE a.id IN $1"
)
READY = "都齐了，可以办下一步"


async def tasks(actor: Actor, now: datetime) -> list[Task]:
    """What waits for `actor`, and for whom they wait, over all matters where they hold an office
    or live; the most pressing first."""
    return await of_scope(await scope_of(actor, now))


async def of_scope(scope: Scope) -> list[Task]:
    found = await particular(scope)
    told = {(one.matter.id, one.instead or one.act) for one in found if one.matter and one.act}
    for stands in scope.stands:
        if scope.official(stands):
            missing = await _missing(scope, stands)
            found += [task for task in missing if (task.matter.id, task.act) not in told]
    return sorted(found, key=lambda task: task.rank)


@kept
async def at_desk(actor: Actor, minute: datetime) -> tuple[Scope, list[Task], dict[int, str]]:
    """The matters, what waits in them and `first_people` as they are at the beginning of a minute:
    the same to its end unless something is written, since deadlines are set to the minute."""
    scope = await scope_of(actor, minute)
    listed = await of_scope(scope)
    return scope, listed, await first_people(listed)


async def of_matter(actor: Actor, now: datetime, stands: Standing) -> list[Task]:
    """What one matter asks of `actor` beside what it lacks, which its page shows anyway."""
    if stands.stage is None:
        return []
    found = await particular(Scope(actor, now, (stands,)))
    return [one for one in found if one.matter and one.matter.id == stands.matter.id]


async def particular(scope: Scope) -> list[Task]:
    """What the features tell of whoever asks, in as many queries whatever the number of matters."""
    found = [task for source in _sources() for task in await source(scope)]
    return sorted(found, key=lambda task: task.rank)


async def first_people(listed: list[Task]) -> dict[int, str]:
    """The names of those who did the first half of what waits for a second person, by account."""
    ids = {task.first_by for task in listed if task.first_by}
    return {id: name for id, name in await rows(_NAMES, ids)} if ids else {}


@cache
def _sources() -> tuple:
    return tuple(module.tasks for module in features.modules("tasks"))


async def _missing(scope: Scope, stands: Standing) -> list[Task]:
    """What a matter's stage lacks before it can be left, each with whose turn it is."""
    reasons = await blockers(stands.matter, stands.stage, scope.now)
    reasons = reasons or [Reason(READY, "matters.advance")]
    return [_task(scope, stands, reason) for reason in reasons]


def _task(scope: Scope, stands: Standing, reason: str) -> Task:
    if not isinstance(reason, Reason):
        reason = Reason(reason)
    roles = _roles(stands, reason.act)
    mine = roles & scope.actor.roles_at(stands.matter.path)
    names = "、".join(role.label for role in Role if role in roles)
    return Task(
        what=str(reason),
        url=address(stands, reason) if mine else _stage(stands),
        label=ACT_NAMES.get(reason.act, "去办"),
        matter=stands.matter,
        until=reason.until,
        who=reason.who or ("" if mine else names),
        act=reason.act,
    )


def _roles(stands: Standing, act: str) -> frozenset[Role]:
    declared = STANDING.get(act) or stands.stage.may.get(act)
    return declared or frozenset(stands.stage.next_roles)


def address(stands: Standing, reason: Reason) -> str:
    """Where a reason is removed."""
    if reason.at.startswith("/"):
        return reason.at
    return f"/matters/{stands.matter.id}/{reason.at}" if reason.at else _stage(stands)


def _stage(stands: Standing) -> str:
    """The page that everybody may open, also those who only wait for others."""
    return f"/matters/{stands.matter.id}/{stands.stage.key}"
