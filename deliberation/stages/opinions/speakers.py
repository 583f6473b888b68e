"""Whose words an opinion is: a household's, a person's, or those of someone on no roll."""

from dataclasses import dataclass

from deliberation.acting import Actor
from deliberation.database.once import once
from deliberation.database.plain import found, refer
from deliberation.matters.facts import scope_paths
from deliberation.matters.models import Matter
from deliberation.places.models import Household
from deliberation.procedure import Role
from deliberation.stages.opinions.models import Opinion


@dataclass(frozen=True)
class Speaker:
    """`household_id` is the home that counts as heard, None for an owner who lives elsewhere.

    Who is not `on_roll` in the matter's community names themselves and waits for a clerk.
    `path` is where that home lies, '' without one.
    """

    person_id: int | None
    household_id: int | None
    on_roll: bool
    path: str = ""


async def speaker_of(actor: Actor, matter: Matter) -> Speaker:
    """For whom an actor speaks in this matter: the home they live in, within its scope first."""
    on_roll = Role.RESIDENT in actor.roles_at(matter.path)
    here = Household.filter(id__in=actor.homes, path__startswith=matter.path).order_by("id")
    homes = await here if actor.homes else []
    scope = tuple(await scope_paths(matter))
    homes.sort(key=lambda home: not home.path.startswith(scope))
    home = homes[0] if homes else None
    return Speaker(actor.person_id, home and home.id, on_roll, home.path if home else "")


@once
async def said_by(actor: Actor) -> list[Opinion]:
    """All that an actor may read as their own, the newest first, with its matters.

    What a person said in their own name is theirs alone; what a household said, or what was
    written down at its door, is for all who live there.
    """
    if not (actor.person_id or actor.homes):
        return []
    mine = "WHERE x.person_id = $1 OR (x.household_id IN $2 AND x.person_id IS NULL)"
    said = await found(Opinion, f"{mine} ORDER BY x.id DESC", actor.person_id or 0, actor.homes)
    return await refer(said, "matter")
