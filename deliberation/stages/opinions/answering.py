"""Like opinions put together, and answers with their reasons. Nothing here is ever deleted."""

from datetime import datetime

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.matters.models import Matter
from deliberation.stages.opinions.models import Answer, Group, Opinion, heard
from deliberation.stages.opinions.rules import public_reasons


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
        rows = await Opinion.filter(heard(), matter=matter, id__in=opinions)
        if not rows or len(rows) != len(set(opinions)):
            raise Refused("请先勾选要归并的意见；没有确认身份的不能归并")
        into = await _group(act, group, title)
        before = {str(row.id): row.group_id for row in rows}
        await Opinion.filter(id__in=[row.id for row in rows]).update(group=into)
        act.record(group=into.id, before=before)
    return into


async def _group(act: Act, id: int | None, title: str) -> Group:
    if id is not None:
        if found := await Group.get_or_none(id=id, matter=act.matter):
            return found
        raise Refused("没有这一组，请从列出的组里选")
    if not title:
        raise Refused("请选一组，或者给新的一组起个名字")
    if reasons := public_reasons(title):
        raise Refused(*reasons)
    return await Group.create(matter=act.matter, title=title)


async def take_out(actor: Actor, matter: Matter, opinion: Opinion, now: datetime) -> None:
    """Undoes a grouping: the opinion stands alone again and needs its own answer."""
    async with acting(actor, "opinions.group", now, matter=matter) as act:
        await opinion.refresh_from_db()
        act.record(opinion=opinion.id, before=opinion.group_id)
        await Opinion.filter(id=opinion.id).update(group_id=None)


async def answer(
    actor: Actor,
    matter: Matter,
    subject: Opinion | Group,
    *,
    verdict: str,
    reason: str,
    now: datetime,
) -> None:
    """Answers an opinion or a group; a later answer replaces an earlier one, both are kept."""
    async with acting(actor, "opinions.answer", now, matter=matter) as act:
        if reasons := public_reasons(reason):
            raise Refused(*reasons)
        kind = "group" if isinstance(subject, Group) else "opinion"
        about = {"group": subject} if kind == "group" else {"id": subject.id}
        if not await Opinion.filter(heard(), matter=matter, **about).exists():
            raise Refused("还没有确认身份的意见，或者空的组，不能答复")
        last = await Answer.filter(**{kind: subject}).order_by("-id").first()
        if last and (last.verdict, last.reason) == (verdict, reason):
            act.record(repeated=last.id)
            return
        made = await Answer.create(
            **{kind: subject},
            verdict=verdict,
            reason=reason,
            answered_at=act.now,
            answered_by=actor.account_id,
        )
        act.record(answer=made.id, verdict=verdict, **{kind: subject.id})
