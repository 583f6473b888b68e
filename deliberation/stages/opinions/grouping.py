"""Like opinions put together and taken apart again. What was where before stays in the record."""

from dataclasses import dataclass
from datetime import datetime

from tortoise.queryset import QuerySet

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.log.models import Entry
from deliberation.matters.models import Matter
from deliberation.stages.opinions.models import Answer, Draft, Group, Opinion, Second, heard
from deliberation.stages.opinions.rules import few, public_reasons
from deliberation.stages.opinions.survey.facts import asked_in

NOT_HEARD = "请先勾选要归并的意见；没有确认身份的不能归并"


@dataclass(frozen=True)
class Together:
    """A group to be made of opinions (ids). `category` is a key of the menu or ''."""

    title: str
    opinions: tuple[int, ...]
    category: str = ""
    against: bool = False


async def put_together(
    actor: Actor,
    matter: Matter,
    *,
    opinions: list[int],
    group: int | None,
    title: str,
    now: datetime,
) -> Group:
    """Puts opinions (ids) into `group`, or into a new one called `title`. Raises Refused."""
    async with acting(actor, "opinions.group", now, matter=matter) as act:
        if group is None:
            into = await _make(act, Together(title, tuple(opinions)))
            act.record(group=into.id)
            return into
        into = await Group.get_or_none(id=group, matter=matter)
        if into is None:
            raise Refused("没有这一组，请从列出的组里选")
        before = await _move(act, tuple(opinions), into)
        act.record(group=into.id, before=before)
    return into


async def accept(
    actor: Actor,
    matter: Matter,
    together: list[Together],
    *,
    alone: list[int] = (),
    now: datetime,
) -> list[Group]:
    """Makes several groups in one go, all or none; `alone` are like no other. Raises Refused."""
    async with acting(actor, "opinions.group", now, matter=matter) as act:
        taken = [id for one in together for id in one.opinions]
        if not taken and not alone:
            raise Refused("还没有选怎么办，请至少选一条建议")
        if len(taken) != len(set(taken)):
            raise Refused("一条意见只能归到一组")
        groups = [await _make(act, one) for one in together]
        await Opinion.filter(matter=matter, id__in=list(alone)).update(alone=True)
        act.record(groups=[group.id for group in groups], alone=sorted(alone))
    return groups


async def sort(
    actor: Actor,
    matter: Matter,
    group: Group,
    *,
    title: str,
    category: str,
    against: bool,
    now: datetime,
) -> None:
    """Changes what a group is called and what of the menu it is about. Raises Refused."""
    async with acting(actor, "opinions.group", now, matter=matter) as act:
        await _named(act, title, category)
        before = {"category": group.category, "against": group.against}
        group.title, group.category, group.against = title, category, against
        await group.save(update_fields=["title", "category", "against"])
        act.record(group=group.id, before=before, category=category, against=against)


async def take_out(actor: Actor, matter: Matter, opinion: Opinion, now: datetime) -> None:
    """Undoes a grouping: the opinion stands by itself again and needs its own answer."""
    async with acting(actor, "opinions.group", now, matter=matter) as act:
        await opinion.refresh_from_db()
        act.record(opinion=opinion.id, before=opinion.group_id)
        await Opinion.filter(id=opinion.id).update(group_id=None, alone=False)


def last_made(groups: list[Group]) -> list[Group]:
    """The groups made in the newest go, of all groups of a matter."""
    newest = max((group.made_at for group in groups if group.made_at), default=None)
    return [group for group in groups if newest and group.made_at == newest]


async def undo_reasons(groups: list[Group]) -> list[str]:
    """Why groups may not be taken back at once: somebody built on one, and on which."""
    ids = [group.id for group in groups]
    built = {}
    for rows, what in (
        (Second.filter(stand__not=""), "有人附议或者看法不同"),
        (Draft.all(), "起草了答复"),
        (Answer.all(), "已经答复"),
    ):
        found = await rows.filter(group_id__in=ids).values_list("group_id", flat=True)
        built |= dict.fromkeys(found, what)
    told = [f"“{group.title}”{built[group.id]}" for group in groups if group.id in built]
    return [f"有{few(told, '组')}，不能一起撤回，请一条一条取出"] if told else []


async def undo(actor: Actor, matter: Matter, shown: list[int], now: datetime) -> None:
    """Takes back the newest go, whose groups (ids) the page showed: what came from another group
    goes back to it. Raises Refused, see `undo_reasons`."""
    async with acting(actor, "opinions.group", now, matter=matter) as act:
        groups = last_made(await Group.filter(matter=matter))
        ids = [group.id for group in groups]
        if not ids or sorted(ids) != sorted(shown):
            raise Refused("没有可以撤回的归并，或者后来又归并过")
        if reasons := await undo_reasons(groups):
            raise Refused(*reasons)
        places = dict(await _places(Opinion.filter(group_id__in=ids)))
        act.record(undone={str(id): group for id, group in places.items()})
        await Opinion.filter(id__in=list(places)).update(group_id=None)
        for group, opinions in (await _former(matter, ids, set(places), groups[0].made_at)).items():
            await Opinion.filter(id__in=opinions).update(group_id=group)
        await Second.filter(group_id__in=ids).delete()  # taken back, all of them
        await Group.filter(id__in=ids).delete()


async def _former(
    matter: Matter, gone: list[int], opinions: set[int], since: datetime
) -> dict[int, list[int]]:
    """By group, as far as there still are, the opinions that came from it into those now gone."""
    moves = Entry.filter(matter_id=matter.id, act="opinions.group", at__gte=since)
    before: dict[str, int | None] = {}
    for body in await moves.order_by("id").values_list("body", flat=True):
        if isinstance(moved := body.get("before"), dict):
            before |= {id: group for id, group in moved.items() if group not in gone}
    found: dict[int, list[int]] = {}
    for group in await Group.filter(matter=matter).exclude(id__in=gone):
        if came := [id for id in opinions if before.get(str(id)) == group.id]:
            found[group.id] = came
    return found


async def _named(act: Act, title: str, category: str) -> None:
    if not title:
        raise Refused("请选一组，或者给新的一组起个名字")
    if reasons := public_reasons(title):
        raise Refused(*reasons)
    if category and category not in (await asked_in(act.matter)).menu.items:
        raise Refused("请从列出的类别里选")


async def _make(act: Act, one: Together) -> Group:
    await _named(act, one.title, one.category)
    group = await Group.create(
        matter=act.matter,
        title=one.title,
        category=one.category,
        against=one.against,
        made_at=act.now,
        made_by=act.actor.account_id,
    )
    before = await _move(act, one.opinions, group)
    act.record(before=act.body.get("before", {}) | before)
    return group


async def _move(act: Act, opinions: tuple[int, ...], into: Group) -> dict[str, int | None]:
    rows = Opinion.filter(heard(), matter=act.matter, id__in=list(opinions))
    before = await _places(rows)
    if not before or len(before) != len(set(opinions)):
        raise Refused(NOT_HEARD)
    await rows.update(group_id=into.id)
    return {str(id): group for id, group in before}


async def _places(rows: QuerySet) -> list[tuple[int, int | None]]:
    return await rows.order_by("id").values_list("id", "group_id")
