"""For whom tasks are asked, when, and over which matters. Reads only.

A feature that has tasks has a `tasks.py` with `async def tasks(scope) -> list[Task]`; it asks the
database for all matters at once, so that a list costs the same for one and for a hundred.
"""

from dataclasses import dataclass
from datetime import datetime

from deliberation.acting import INSIDE, Actor, may
from deliberation.database.plain import found
from deliberation.matters.models import Matter
from deliberation.matters.standing import Standing, standings
from deliberation.procedure import OVERSEERS, STAFF, Role
from deliberation.tasks.rules import Task

OFFICIALS = STAFF | {Role.SUPERVISOR}  # who work in the community and see what is missing


@dataclass(frozen=True)
class Scope:
    """The matters under way (`stands`) of which `actor` wants to know."""

    actor: Actor
    now: datetime
    stands: tuple[Standing, ...]

    def at(self, *stages: str) -> list[Standing]:
        """Those that stand at one of these stages."""
        return [one for one in self.stands if one.matter.stage in stages]

    def where(self, act: str) -> list[Standing]:
        """Those where the actor may do an act now."""
        return [one for one in self.stands if self.may(act, one)]

    def may(self, act: str, stands: Standing) -> bool:
        return may(self.actor, act, stands.matter, stands.stage)

    def official(self, stands: Standing) -> bool:
        """Whether the actor works there, and not only oversees it from above."""
        return bool(self.actor.roles_at(stands.matter.path) & OFFICIALS)

    def oversees(self, stands: Standing) -> bool:
        return bool(self.actor.roles_at(stands.matter.path) & OVERSEERS)


def by_stay(stands: list[Standing]) -> dict[int, Standing]:
    """Matters by the id of their stay in the current stage, to ask for all of them at once."""
    return {one.passage.id: one for one in stands if one.passage}


async def scope_of(actor: Actor, now: datetime) -> Scope:
    """Everything under way below an office of the actor, and in the community around a home."""
    paths = {office.path for office in actor.offices}
    homes = {office.path for office in actor.offices if office.role in INSIDE}
    around = {path[: at + 1] for path in homes for at, c in enumerate(path) if c == "/"}
    below = " OR ".join(f"x.path LIKE ${number}" for number in range(2, len(paths) + 2))
    covered = f"WHERE x.ended = '' AND (x.path IN $1 OR {below}) ORDER BY x.id DESC"
    rows = await found(Matter, covered, around, *(f"{path}%" for path in paths)) if paths else []
    return Scope(actor, now, tuple(await standings(rows)))


def second(
    scope: Scope, stands: Standing, entered: list, *, asked: str, own: str, path: str, **task
) -> Task:
    """What one person entered and another one has to look at: `entered` are (account, when) of
    each; `asked` and `own` say how many there are of others, or of one's own."""
    others = [row for row in entered if row[0] != scope.actor.account_id]
    account, at = (others or entered)[0]
    return Task(
        asked.format(len(others)) if others else own.format(len(entered)),
        f"/matters/{stands.matter.id}/{path}",
        matter=stands.matter,
        who="" if others else "第二个人",
        first_by=account,
        first_at=at,
        **task,
    )
