"""A home is asked to look at what staff wrote down for it, while that can still change anything."""

from tortoise.functions import Count

from deliberation.stages.opinions.models import Opinion
from deliberation.stages.opinions.reviews.given import recorded
from deliberation.tasks.rules import Task
from deliberation.tasks.scope import Scope


async def tasks(scope: Scope) -> list[Task]:
    places = {one.matter.id: one for one in scope.at("opinions")}
    homes = scope.actor.homes
    if not (places and homes):
        return []
    rows = Opinion.filter(recorded(homes), matter_id__in=list(places), reviews__id__isnull=True)
    counted = rows.annotate(n=Count("id", distinct=True)).group_by("matter_id")
    return [
        Task(
            f"社区替您家记下了{n}条意见，请看看记得对不对。",
            "/me#given",
            "看看对不对",
            places[matter].matter,
            act="opinions.review",
        )
        for matter, n in await counted.values_list("matter_id", "n")
    ]
