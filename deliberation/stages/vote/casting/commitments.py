"""Commitments to secret answers in the log, in batches that hide who voted when.

An answer that was stored cannot be dropped or changed later without the log showing it. A batch
holds answers of at least ten voters, sorted; none is written in the last day, the rest at close.
"""

import secrets
from collections import defaultdict
from contextlib import suppress
from datetime import datetime

from deliberation.acting import SYSTEM, Refused, acting
from deliberation.matters.models import Matter
from deliberation.stages.vote.evidence.manifest import digest
from deliberation.stages.vote.facts import current_vote
from deliberation.stages.vote.limits import QUIET_END
from deliberation.stages.vote.models import Question, SecretAnswer, Vote
from deliberation.stages.vote.rules import SECRET_LEAST

KEPT_BACK = SECRET_LEAST  # answers to each question that wait for the last batch


def commitment(answer: SecretAnswer) -> str:
    """Hex SHA-256 that binds an answer without telling it; `salt` opens it."""
    content = {
        "key": answer.key,
        "question": answer.question,
        "choice": answer.choice,
        "salt": answer.salt,
    }
    return digest("deliberation/commitment", content)


async def due(vote: Vote, now: datetime) -> bool:
    """Whether enough answers wait, and it is not the last day."""
    if not vote.secret or vote.status != "open" or now + QUIET_END > vote.closes_at:
        return False
    questions = await Question.filter(vote=vote).count()
    waiting = await SecretAnswer.filter(vote=vote, logged=False).count()
    return waiting >= (SECRET_LEAST + KEPT_BACK) * questions


async def log_batch(matter: Matter, now: datetime) -> None:
    """Commits to what waits, if it is due, but for a random rest that is kept back: the last batch
    would otherwise hold nothing but the few papers that are written off into the box at the end."""
    if await due(await current_vote(matter), now):
        await _log(matter, KEPT_BACK, now)


async def log_rest(matter: Matter, now: datetime) -> None:
    """Commits to whatever is left, at close."""
    await _log(matter, 0, now)


async def lacking(vote: Vote) -> bool:
    """Whether the log does not yet hold the commitment to some answer; never of a named vote."""
    return await SecretAnswer.filter(vote=vote, logged=False).exists()


async def _log(matter: Matter, kept: int, now: datetime) -> None:
    """Chosen under the matter's lock, so that no answer is committed to twice."""
    with suppress(Refused):
        async with acting(SYSTEM, "vote.commit", now, matter=matter) as act:
            vote = await current_vote(matter)
            chosen = _sample(await SecretAnswer.filter(vote=vote, logged=False), kept)
            if not chosen:
                raise Refused("没有要记下承诺的票")
            keys = [answer.key for answer in chosen]
            for at in range(0, len(keys), 500):
                await SecretAnswer.filter(key__in=keys[at : at + 500]).update(logged=True)
            act.record(vote=vote.id, commitments=sorted(commitment(answer) for answer in chosen))


def _sample(waiting: list[SecretAnswer], kept: int) -> list[SecretAnswer]:
    """All but `kept` answers to each question, at random; none when a batch would be too small."""
    questions: dict[int, list[SecretAnswer]] = defaultdict(list)
    for answer in waiting:
        questions[answer.question].append(answer)
    if kept and any(len(rows) < SECRET_LEAST + kept for rows in questions.values()):
        return []
    chance = secrets.SystemRandom()
    chosen = [chance.sample(rows, len(rows) - kept) for rows in questions.values()]
    return [answer for rows in chosen for answer in rows]
