"""A home is asked to look at what staff wrote down for it, while that can still change anything."""

from collections import Counter

from deliberation.stages.opinions.reviews.given import given_to
from deliberation.tasks.rules import Task
from deliberation.tasks.scope import Scope


async def tasks(scope: Scope) -> list[Task]:
    places = {one.matter.id: one for one in scope.at("opinions")}
    given = await given_to(scope.actor) if places else []
    unread = Counter(one.opinion.matter_id for one in given if not one.reviews)
    return [
        Task(
            f"社区替您家记下了{n}条意见，请看看记得对不对。",
            "/me#given",
            "看看对不对",
            places[matter].matter,
            act="opinions.review",
        )
        for matter, n in unread.items()
        if matter in places
    ]
