"""附议 and 看法不同: what other households think of a group of like opinions, one voice each."""

from datetime import datetime

from tortoise.functions import Count

from deliberation.acting import Actor, Refused, acting
from deliberation.database.once import once
from deliberation.matters.facts import scope_paths
from deliberation.matters.models import Matter
from deliberation.stages.opinions.models import Group, Opinion, Second, heard
from deliberation.stages.opinions.rules import STANDS
from deliberation.stages.opinions.speakers import Speaker, speaker_of


async def own_home(speaker: Speaker, matter: Matter) -> int | None:
    """The household for which a speaker may second: theirs, in the matter's scope."""
    if not speaker.on_roll or speaker.household_id is None:
        return None
    scope = tuple(await scope_paths(matter))
    return speaker.household_id if speaker.path.startswith(scope) else None


async def second(actor: Actor, matter: Matter, group: Group, stand: str, now: datetime) -> None:
    """Sets, changes or ('') takes back what the actor's household thinks. Raises Refused."""
    async with acting(actor, "opinions.second", now, matter=matter) as act:
        home = await own_home(await speaker_of(actor, matter), matter)
        if home is None:
            raise Refused("附议按户计，只有这件事涉及的住户可以")
        if not await Opinion.filter(heard(), group=group, matter=matter).exists():
            raise Refused("这一组现在没有意见，不能附议")
        if stand == "second" and group.id in await spoke_in(home, matter):
            raise Refused("您家说过的话已经在这一组里，不用再附议")
        row = await Second.get_or_none(group=group, household_id=home)
        row = row or Second(group=group, household_id=home)
        row.stand, row.said_at, row.said_by = stand, act.now, actor.account_id
        await row.save()
        # Which way stays out of the record, which everybody reads.
        act.record(group=group.id, second=row.id)


async def spoke_in(home: int | None, matter: Matter) -> set[int]:
    """The groups (ids) that hold a household's own words: it counts there already."""
    if home is None:
        return set()
    rows = Opinion.filter(heard(), matter=matter, household_id=home, group_id__not_isnull=True)
    return set(await rows.values_list("group_id", flat=True))


@once
async def counts(matter: Matter) -> dict[int, dict[str, int]]:
    """Households by group and stand."""
    rows = Second.filter(group__matter=matter, stand__in=list(STANDS))
    counted = rows.annotate(n=Count("id")).group_by("group_id", "stand")
    found: dict[int, dict[str, int]] = {}
    for group, stand, number in await counted.values_list("group_id", "stand", "n"):
        found.setdefault(group, {})[stand] = number
    return found


async def stands_of(home: int | None, matter: Matter) -> dict[int, str]:
    """What a household thinks, by group."""
    if home is None:
        return {}
    rows = Second.filter(group__matter=matter, household_id=home)
    return dict(await rows.values_list("group_id", "stand"))
