"""Each household in a matter's scope is asked once whether the works were well done."""

from deliberation.database.plain import rows
from deliberation.matters.facts import scopes
from deliberation.matters.models import Matter
from deliberation.places.offices import homes_of
from deliberation.tasks.rules import Task
from deliberation.tasks.scope import Scope


async def tasks(scope: Scope) -> list[Task]:
    asked = [one.matter for one in scope.where("implementation.evaluate")]
    if not (asked and scope.actor.homes):
        return []
    own = await homes_of(scope.actor)
    homes = {home.id: home.path for home in own if home.id in scope.actor.homes}
    ids = [matter.id for matter in asked]
    given = "SELECT matter_id FROM evaluation WHERE matter_id IN $1 AND household_id IN $2"
    said = {matter for (matter,) in await rows(given, ids, [*homes])}
    paths = await scopes(ids)
    return [
        _verdict(matter, matter.id in said)
        for matter in asked
        if any(home.startswith(tuple(paths[matter.id] or [matter.path])) for home in homes.values())
    ]


def _verdict(matter: Matter, said: bool) -> Task:
    url = f"/matters/{matter.id}/evaluation"
    if said:
        return Task("您家已经评议过，还可以改。", url, "看评议", matter, done=True)
    text = "这件事办得怎么样？一户一票。"
    return Task(text, url, "去评议", matter, act="implementation.evaluate")
