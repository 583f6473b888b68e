"""Commitments to secret answers in the log, in batches that hide who voted when.

An answer that was stored cannot be dropped or changed later without the log showing it. A batch
holds the answers of at least ten voters, sorted; none is written in the last day, the rest at
close.
"""

from datetime import datetime

from deliberation.acting import SYSTEM, acting
from deliberation.matters.models import Matter
from deliberation.stages.vote.facts import current_vote
from deliberation.stages.vote.limits import QUIET_END
from deliberation.stages.vote.manifest import digest
from deliberation.stages.vote.models import Question, SecretAnswer, Vote
from deliberation.stages.vote.rules import SECRET_LEAST


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
    return waiting >= SECRET_LEAST * questions


async def log_batch(matter: Matter, now: datetime) -> None:
    """Commits to what waits, if it is due."""
    if await due(await current_vote(matter), now):
        await _log(matter, now)


async def log_rest(matter: Matter, now: datetime) -> None:
    """Commits to whatever is left, at close."""
    vote = await current_vote(matter)
    if await SecretAnswer.filter(vote=vote, logged=False).exists():
        await _log(matter, now)


async def _log(matter: Matter, now: datetime) -> None:
    async with acting(SYSTEM, "vote.commit", now, matter=matter) as act:
        vote = await current_vote(matter)
        waiting = await SecretAnswer.filter(vote=vote, logged=False)
        keys = [answer.key for answer in waiting]
        for at in range(0, len(keys), 500):
            await SecretAnswer.filter(key__in=keys[at : at + 500]).update(logged=True)
        act.record(vote=vote.id, commitments=sorted(commitment(answer) for answer in waiting))
