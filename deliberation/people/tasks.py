"""What waits in people's data: somebody says that theirs is wrong."""

from deliberation.people.models import Correction
from deliberation.places.offices import covered
from deliberation.procedures import STANDING
from deliberation.tasks.rules import Task
from deliberation.tasks.scope import Scope

ACT = "people.settle_correction"


async def tasks(scope: Scope) -> list[Task]:
    inside = covered(scope.actor, STANDING[ACT], "person__place__path")
    if inside is None:
        return []
    rows = await Correction.filter(inside, settled_at=None).order_by("id")
    return [
        Task("有人说自己的信息写错了。", f"/people/{row.person_id}", "去看看", act=ACT)
        for row in rows
    ]
