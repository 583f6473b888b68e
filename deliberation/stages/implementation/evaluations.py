"""What households think of the result: one verdict each, the last one counts.

A household that answered itself is not overruled by what staff write down for it.
"""

from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import Q
from tortoise.functions import Count

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.matters.facts import scope_paths
from deliberation.matters.models import Matter
from deliberation.people.rules import redact
from deliberation.places.models import Household, Place, PlaceKind, in_order
from deliberation.stages.implementation.models import Evaluation
from deliberation.stages.implementation.rules import WEB, warnings
from deliberation.stages.notices.rules import VERDICTS


@dataclass(frozen=True)
class Verdict:
    """A verdict (key of VERDICTS) with a comment that only staff read."""

    verdict: str
    comment: str = ""


async def evaluate(actor: Actor, matter: Matter, answer: Verdict, now: datetime) -> None:
    """The actor's own household says what it thinks; said again, the last one counts."""
    async with acting(actor, "implementation.evaluate", now, matter=matter) as act:
        household = await own_household(actor, matter)
        if household is None:
            raise Refused("您家不在本议题涉及的小区、楼栋，不参加这次评议")
        await _keep(act, household, answer, WEB)


async def record(
    actor: Actor,
    matter: Matter,
    answer: Verdict,
    *,
    place: int,
    room: str,
    channel: str,
    now: datetime,
) -> None:
    """Staff write down what a household said, found by its building (id) and room."""
    async with acting(actor, "implementation.record_evaluation", now, matter=matter) as act:
        household = await _household_at(matter, place, room)
        if await Evaluation.filter(matter=matter, household=household, channel=WEB).exists():
            raise Refused("这一户已经自己评议过，不能再替它登记")
        await _keep(act, household, answer, channel)


async def _keep(act: Act, household: Household, answer: Verdict, channel: str) -> None:
    await Evaluation.update_or_create(
        matter=act.matter,
        household=household,
        defaults={
            "verdict": answer.verdict,
            "comment": answer.comment,
            "channel": channel,
            "given_at": act.now,
            "recorded_by": act.actor.account_id,
        },
    )
    # Neither household nor verdict: anyone may read the log.
    act.record(channel=channel)


async def _household_at(matter: Matter, place: int, room: str) -> Household:
    inside = await _in_scope(matter)
    chosen = await Place.get_or_none(id=place, path__startswith=matter.path)
    found = chosen and await Household.filter(inside, path__startswith=chosen.path, room=room)
    if not found:
        raise Refused(f"名册上没有{chosen.name if chosen else ''}{room}，请核对楼栋和房号")
    if len(found) > 1:
        raise Refused(f"{chosen.name}有{len(found)}户{room}，请选到单元")
    return found[0]


async def own_household(actor: Actor, matter: Matter) -> Household | None:
    """The home in the matter's scope that someone speaks for: their account's, or where they
    live; None for everyone else."""
    inside = Household.filter(await _in_scope(matter), id__in=actor.homes)
    return await inside.first() if actor.homes else None


async def _in_scope(matter: Matter) -> Q:
    paths = await scope_paths(matter) or [matter.path]
    return Q(*[Q(path__startswith=path) for path in paths], join_type="OR")


async def evaluation_of(household: Household | None, matter: Matter) -> Evaluation | None:
    return household and await Evaluation.get_or_none(matter=matter, household=household)


async def counts(matter: Matter) -> dict[str, int]:
    """Households per verdict, in the order of VERDICTS, every verdict present."""
    rows = (
        await Evaluation.filter(matter=matter)
        .annotate(households=Count("id"))
        .group_by("verdict")
        .values_list("verdict", "households")
    )
    return dict.fromkeys(VERDICTS, 0) | dict(rows)


async def few(matter: Matter) -> list[str]:
    """What to notice before the works are left: how few homes have said what they think."""
    homes = await Household.filter(await _in_scope(matter)).count()
    return warnings(sum((await counts(matter)).values()), homes)


async def comments(matter: Matter) -> list[tuple[str, str]]:
    """(verdict, comment) for staff, newest first, without phones and room numbers."""
    rows = Evaluation.filter(matter=matter, comment__not="").order_by("-given_at")
    return [
        (verdict, redact(text)) for verdict, text in await rows.values_list("verdict", "comment")
    ]


async def place_options(matter: Matter) -> list[tuple[str, str]]:
    """Buildings and entrances in the matter's scope: (id, name with what it stands in)."""
    kinds = [PlaceKind.BUILDING, PlaceKind.ENTRANCE]
    inside = Place.filter(await _in_scope(matter), kind__in=kinds).select_related("parent")
    return [(str(row.id), f"{row.parent.name}{row.name}") for row in in_order(await inside)]
