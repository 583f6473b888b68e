"""Messages that the gateway did not take: those who ordered them should know."""

from datetime import timedelta

from deliberation.database.plain import rows
from deliberation.tasks.rules import Task
from deliberation.tasks.scope import Scope

RECENT = timedelta(days=7)

_FAILED = (
    "SELECT m.sending_id, s.matter_id, COUNT(*) FROM message m "
    "JOIN sending s ON s.id = m.sending_id "
    "WHERE m.state = 'failed' AND s.matter_id IN $1 AND m.settled_at > $2 "
    "GROUP BY m.sending_id, s.matter_id ORDER BY m.sending_id"
)


async def tasks(scope: Scope) -> list[Task]:
    places = {one.matter.id: one for one in scope.where("messages.order")}
    if not places:
        return []
    return [
        Task(
            f"有{n}条短信没有发出。这些住户请打电话或者上门通知。",
            f"/messages/{sending}",
            "看短信",
            places[matter].matter,
        )
        for sending, matter, n in await rows(_FAILED, [*places], scope.now - RECENT)
    ]
