"""Messages that the gateway did not take: those who ordered them should know."""

from datetime import timedelta

from tortoise.functions import Count

from deliberation.messages.models import Message
from deliberation.tasks.rules import Task
from deliberation.tasks.scope import Scope

RECENT = timedelta(days=7)


async def tasks(scope: Scope) -> list[Task]:
    places = {one.matter.id: one for one in scope.where("messages.order")}
    if not places:
        return []
    rows = Message.filter(
        state="failed", settled_at__gt=scope.now - RECENT, sending__matter_id__in=list(places)
    )
    grouped = rows.annotate(n=Count("id")).group_by("sending_id", "sending__matter_id")
    return [
        Task(
            f"有{n}条短信没有发出。这些住户请打电话或者上门通知。",
            f"/messages/{sending}",
            "看短信",
            places[matter].matter,
        )
        for sending, matter, n in await grouped.values_list("sending_id", "sending__matter_id", "n")
    ]
