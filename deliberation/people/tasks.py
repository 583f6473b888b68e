"""What waits in people's data: somebody says that theirs is wrong."""

from deliberation.database.plain import rows
from deliberation.places.offices import COVERED, held
from deliberation.procedures import STANDING
from deliberation.tasks.rules import Task
from deliberation.tasks.scope import Scope

ACT = "people.settle_correction"
_OPEN = (
    "SELECT c.person_id, x.name FROM correction c JOIN person x ON x.id = c.person_id "
    f"JOIN place p ON p.id = x.place_id WHERE c.settled_at IS NULL AND {COVERED} ORDER BY c.id"
)


async def tasks(scope: Scope) -> list[Task]:
    places = held(scope.actor, STANDING[ACT])
    return [
        Task(f"{name}说自己的信息写错了。", f"/people/{person}", "去看看", act=ACT)
        for person, name in (await rows(_OPEN, places) if places else [])
    ]
