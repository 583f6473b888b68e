"""Answers: written as drafts, read by a second person, published together, each with its reason.

A later answer replaces an earlier one; published ones are never deleted. Two people, because an
answer binds the committee in public and cannot be taken back unseen.
"""

from collections.abc import Sequence
from datetime import datetime

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
        for subjects, verdict, reason in answers:
            if reasons := public_reasons(reason):
                raise Refused(*reasons)
            for subject in subjects:
                await _write(act, subject, verdict, reason)


async def _write(act: Act, subject: Opinion | Group, verdict: str, reason: str) -> None:
    kind = "group" if isinstance(subject, Group) else "opinion"
    about = {"group": subject} if kind == "group" else {"id": subject.id}
    if not await Opinion.filter(heard(), matter=act.matter, **about).exists():
        raise Refused(NOBODY)
    row = await Draft.get_or_none(**{kind: subject})
    last = row or await Answer.filter(**{kind: subject}).order_by("-id").first()
    if last and (last.verdict, last.reason) == (verdict, reason):
        act.record(repeated=subject.id)
        return
    row = row or Draft(**{kind: subject}, matter=act.matter, version=0)
    row.verdict, row.reason, row.version = verdict, reason, row.version + 1
    row.drafted_at, row.drafted_by = act.now, act.actor.account_id
    row.checked_at = row.checked_by = None
    await row.save()
    act.record(**{f"{kind}s": [*act.body.get(f"{kind}s", []), subject.id]})


async def discard(actor: Actor, matter: Matter, draft: int, version: int, now: datetime) -> None:
    """Takes a draft away as it was shown; what it was about waits for an answer again."""
    async with acting(actor, "opinions.answer", now, matter=matter) as act:
        row = await Draft.get_or_none(id=draft, matter=matter, version=version)
        if row is None:
            raise Refused("没有这份草稿，或者后来改动过")
        act.record(discarded=row.id, opinion=row.opinion_id, group=row.group_id)
        await row.delete()


async def check(actor: Actor, matter: Matter, shown: dict[int, int], now: datetime) -> None:
    """The second person agrees to drafts as shown: {id: version}. Raises Refused."""
    async with acting(actor, "opinions.check", now, matter=matter) as act:
        rows = await Draft.filter(matter=matter, id__in=list(shown))
        if not rows:
            raise Refused("请勾选核对过的答复")
        if len(rows) != len(shown) or any(row.version != shown[row.id] for row in rows):
            raise Refused(CHANGED)
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
