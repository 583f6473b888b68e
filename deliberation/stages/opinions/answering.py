"""Answers: written as drafts, read by a second person, published together, each with its reason.

A later answer replaces an earlier one; published ones are never deleted. Two people, because an
answer binds the committee in public and cannot be taken back unseen.
"""

from collections.abc import Sequence
from datetime import datetime

from tortoise.expressions import Q

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.approvals.actions import is_same
from deliberation.matters.models import Matter
from deliberation.stages.opinions.models import Answer, Draft, Group, Opinion, heard
from deliberation.stages.opinions.rules import public_reasons

NOBODY = "还没有确认身份的意见，或者空的组，不能答复"
ALONE = "自己起草的答复不能自己核对，请另一个人办理"
CHANGED = "有的答复在您看过以后改动过，请再看一遍"


async def draft(
    actor: Actor,
    matter: Matter,
    subjects: Sequence[Opinion | Group],
    *,
    verdict: str,
    reason: str,
    now: datetime,
) -> None:
    """Writes the same answer for one or several opinions or groups, all or none. Raises Refused."""
    await draft_all(actor, matter, [(subjects, verdict, reason)], now)


async def draft_all(
    actor: Actor,
    matter: Matter,
    answers: Sequence[tuple[Sequence[Opinion | Group], str, str]],
    now: datetime,
) -> None:
    """Several answers (subjects, verdict, reason) in one go. Raises Refused."""
    async with acting(actor, "opinions.answer", now, matter=matter) as act:
        if not any(subjects for subjects, _, _ in answers):
            raise Refused("请勾选要答复的意见，并选好怎样答复")
        for _, _, reason in answers:
            if reasons := public_reasons(reason):
                raise Refused(*reasons)
        await _write(act, [(it, *rest) for subjects, *rest in answers for it in subjects])


async def _write(act: Act, answers: list[tuple[Opinion | Group, str, str]]) -> None:
    """Reads at once what there is of all: each by itself would take seconds for hundreds."""
    keys = [_key(subject) for subject, _, _ in answers]
    spoke = await Opinion.filter(heard(), matter=act.matter).values_list("group_id", "id")
    there = {(group, None) for group, _ in spoke} | {(None, id) for _, id in spoke}
    if not there.issuperset(keys):
        raise Refused(NOBODY)
    about = Q(group_id__in=[group for group, _ in keys if group])
    about |= Q(opinion_id__in=[opinion for _, opinion in keys if opinion])
    drafts = {_about(row): row for row in await Draft.filter(about)}
    last = {_about(row): row for row in await Answer.filter(about).order_by("id")} | drafts
    made, changed = [], {"groups": [], "opinions": []}
    for key, (subject, verdict, reason) in zip(keys, answers, strict=True):
        if key in last and (last[key].verdict, last[key].reason) == (verdict, reason):
            act.record(repeated=subject.id)
            continue
        row = drafts.get(key) or Draft(matter=act.matter, group_id=key[0], opinion_id=key[1])
        row.verdict, row.reason = verdict, reason
        row.drafted_at, row.drafted_by = act.now, act.actor.account_id
        if key in drafts:
            row.version, row.checked_at, row.checked_by = row.version + 1, None, None
            await row.save()
        else:
            made.append(row)
        changed["groups" if key[0] else "opinions"].append(subject.id)
    await Draft.bulk_create(made)
    act.record(**{kind: ids for kind, ids in changed.items() if ids})


def _key(subject: Opinion | Group) -> tuple[int | None, int | None]:
    return (subject.id, None) if isinstance(subject, Group) else (None, subject.id)


def _about(row: Draft | Answer) -> tuple[int | None, int | None]:
    return row.group_id, row.opinion_id


async def discard(actor: Actor, matter: Matter, shown: dict[int, int], now: datetime) -> None:
    """Takes drafts away as they were shown ({id: version}), all or none; what they were about waits
    for an answer again."""
    async with acting(actor, "opinions.answer", now, matter=matter) as act:
        rows = await _drafts(matter, shown, "请勾选要撤掉的草稿")
        act.record(discarded=[[row.id, row.opinion_id, row.group_id] for row in rows])
        await Draft.filter(id__in=list(shown)).delete()


async def _drafts(matter: Matter, shown: dict[int, int], none: str) -> list[Draft]:
    """The drafts, if they still are what was shown; raises Refused, with `none` without any."""
    rows = await Draft.filter(matter=matter, id__in=list(shown))
    if not shown:
        raise Refused(none)
    if len(rows) != len(shown) or any(row.version != shown[row.id] for row in rows):
        raise Refused(CHANGED)
    return rows


async def check(actor: Actor, matter: Matter, shown: dict[int, int], now: datetime) -> None:
    """The second person agrees to drafts as shown: {id: version}. Raises Refused."""
    async with acting(actor, "opinions.check", now, matter=matter) as act:
        rows = await _drafts(matter, shown, "请勾选核对过的答复")
        for author in {row.drafted_by for row in rows}:
            if await is_same(actor, author):
                raise Refused(ALONE)
        await Draft.filter(id__in=list(shown)).update(
            checked_at=act.now, checked_by=actor.account_id
        )
        act.record(checked=[[row.id, row.version] for row in rows])


async def publish(actor: Actor, matter: Matter, now: datetime) -> list[Answer]:
    """Publishes every draft there is, in one instant. Raises Refused while one is unchecked."""
    async with acting(actor, "opinions.publish", now, matter=matter) as act:
        drafts = await Draft.filter(matter=matter)
        if reasons := unready(drafts):
            raise Refused(*reasons)
        answers = [
            await Answer.create(
                opinion_id=row.opinion_id,
                group_id=row.group_id,
                verdict=row.verdict,
                reason=row.reason,
                answered_at=act.now,
                answered_by=row.drafted_by,
                checked_by=row.checked_by,
            )
            for row in drafts
        ]
        await Draft.filter(matter=matter).delete()
        act.record(
            answers=[
                {"answer": row.id, "verdict": row.verdict, "opinion": row.opinion_id}
                if row.opinion_id
                else {"answer": row.id, "verdict": row.verdict, "group": row.group_id}
                for row in answers
            ]
        )
    return answers


def unready(drafts: Sequence[Draft]) -> list[str]:
    """Why drafts cannot be published yet."""
    if not drafts:
        return ["还没有起草好的答复"]
    waiting = sum(row.checked_by is None for row in drafts)
    return [f"还有{waiting}份答复没有第二个人核对"] if waiting else []
