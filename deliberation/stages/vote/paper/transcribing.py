"""Fewer than ten secret papers: written off by two people into the box of the phone's answers.

Counted apart they would nearly name their voters. The second person writes them off blind; in
whichever order, the same papers must come out. Then they are answers like any other, in no order,
and what was written down to compare is emptied.
"""

import json
import secrets
from datetime import datetime

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.matters.models import Matter
from deliberation.stages.vote.count.tally import check_choices
from deliberation.stages.vote.facts import asked
from deliberation.stages.vote.models import SecretAnswer, Vote
from deliberation.stages.vote.paper.facts import WAITS, figures
from deliberation.stages.vote.paper.handling import DIFFERS, check_second, counting
from deliberation.stages.vote.paper.models import Transcript
from deliberation.stages.vote.paper.rules import surplus, transcript_blockers

Papers = list[dict[str, str]]  # per paper: question number (text) → answer


async def enter(actor: Actor, matter: Matter, *, papers: Papers, now: datetime) -> Transcript:
    """Writes off the papers that lie in the box; nothing counts before `confirm`."""
    async with acting(actor, "vote.enter_paper", now, matter=matter) as act:
        vote = await counting(matter, now)
        await _check(vote, papers)
        if await Transcript.filter(WAITS, vote=vote).exists():
            raise Refused("箱里的票已经录过一次，请另一个人核对")
        made = await Transcript.create(
            vote=vote,
            papers=len(papers),
            content=_canonical(papers),
            entered_at=now,
            entered_by=actor.account_id,
        )
        act.record(vote=vote.id, transcript=made.id, papers=len(papers))
    return made


async def confirm(actor: Actor, matter: Matter, *, papers: Papers, now: datetime) -> Transcript:
    """The second time by another person: the same papers lie in the box now, or are void when
    they are more than came back."""
    async with acting(actor, "vote.confirm_paper", now, matter=matter) as act:
        vote = await counting(matter, now)
        found = await _waiting(vote)
        await check_second(actor, found.entered_by)
        await _check(vote, papers)
        if _canonical(papers) != found.content:
            raise Refused(DIFFERS)
        found.content, found.void_reason = "", surplus(await figures(vote), len(papers))
        if found.void_reason:
            found.refused_at = now
        else:
            found.confirmed_by = actor.account_id
            await _into_the_box(act, vote, papers)
        await found.save(update_fields=["content", "confirmed_by", "refused_at", "void_reason"])
        void = bool(found.void_reason)
        act.record(vote=vote.id, transcript=found.id, papers=found.papers, void=void)
    return found


async def refuse(actor: Actor, matter: Matter, *, now: datetime) -> None:
    """Sends the entry back: it was mistyped and is written off again."""
    async with acting(actor, "vote.confirm_paper", now, matter=matter) as act:
        found = await _waiting(await counting(matter, now))
        found.content, found.refused_at = "", now
        await found.save(update_fields=["content", "refused_at"])
        act.record(refused_transcript=found.id)


async def _into_the_box(act: Act, vote: Vote, papers: Papers) -> None:
    """One answer per paper and question under random keys; no code, since nobody holds one."""
    rows = [
        SecretAnswer(
            key=secrets.token_hex(16),
            salt=secrets.token_hex(16),
            vote=vote,
            question=int(question),
            choice=choice,
        )
        for paper in papers
        for question, choice in paper.items()
    ]
    await SecretAnswer.bulk_create(sorted(rows, key=lambda row: row.key))


def _canonical(papers: Papers) -> str:
    """The papers as a heap: whatever order they were taken from the box in."""
    return json.dumps(sorted(sorted(paper.items()) for paper in papers), separators=(",", ":"))


async def _check(vote: Vote, papers: Papers) -> None:
    reasons = transcript_blockers(await figures(vote), len(papers))
    questions = await asked(vote)
    for place, paper in enumerate(papers, 1):
        reasons += [f"第{place}张：{one}" for one in check_choices(questions, paper, paper=True)]
    if reasons:
        raise Refused(*reasons)


async def _waiting(vote: Vote) -> Transcript:
    found = await Transcript.filter(WAITS, vote=vote).first()
    if found is None:
        raise Refused("没有等待核对的票，或者已经核对过了")
    return found
