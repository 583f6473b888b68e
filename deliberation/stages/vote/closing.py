"""Closing, certifying and concluding: the result is computed once, never typed.

There is one closing instant. What arrived before it may still be stored for half a minute; then,
when all paper is in, the ballots are counted. Closing takes the vote's row for itself.
"""

from contextlib import suppress
from datetime import datetime

from deliberation import procedures
from deliberation.acting import SYSTEM, Act, Actor, Refused, acting
from deliberation.approvals.actions import Dangerous
from deliberation.approvals.models import Approval
from deliberation.log.models import stamp
from deliberation.matters import passages
from deliberation.matters.models import Matter
from deliberation.procedure import Outcome
from deliberation.refusals import noted
from deliberation.stages.vote.casting import commitments, secrecy
from deliberation.stages.vote.count.counting import digest, result_of
from deliberation.stages.vote.evidence import package
from deliberation.stages.vote.facts import current_vote, facts
from deliberation.stages.vote.models import Certification, Scrutineer, Vote
from deliberation.stages.vote.rules import CERTIFIED, COUNTED, VOTING, close_blockers


async def end(matter: Matter, now: datetime) -> None:
    """Writes down that the closing instant has come; from then on not even a clock that is put
    back opens the vote again. Does nothing before that instant, or a second time."""
    async with acting(SYSTEM, "vote.end", now, matter=matter) as act:
        vote = await _locked(matter)
        if vote is None or vote.status != "open" or now < vote.closes_at:
            raise Refused("表决没有在进行，或者还没有到截止时间")
        vote.status, vote.ended_at = "closing", now
        await vote.save(update_fields=["status", "ended_at"])
        act.record(vote=vote.id, closes_at=stamp(vote.closes_at))


async def _locked(matter: Matter) -> Vote | None:
    """The vote for this transaction alone: casts wait for it, and it for them."""
    vote = await current_vote(matter)
    return vote and await Vote.filter(id=vote.id).select_for_update().get()


async def close(actor: Actor, matter: Matter, now: datetime) -> Vote:
    """Counts the ballots once nothing can be under way any more and all paper is confirmed."""
    vote = await current_vote(matter)
    reasons = await close_reasons(matter, now)
    if reasons and vote and vote.status in VOTING:
        with noted("vote.close", actor.account_id, matter.id):
            raise Refused(*reasons)
    with suppress(Refused):
        await end(matter, now)
    while True:
        if vote and vote.secret and vote.status in VOTING:
            await commitments.log_rest(matter, now)
        with suppress(Uncommitted):
            vote = await count(actor, matter, now)
            break
    if vote.secret:
        await secrecy.scrub()
    return vote


class Uncommitted(Exception):
    """A last ballot came between the commitments and the count."""


async def count(actor: Actor, matter: Matter, now: datetime) -> Vote:
    """The count itself. Raises Uncommitted, counting nothing, while the log lacks an answer."""
    async with acting(actor, "vote.close", now, matter=matter) as act:
        vote = await _locked(matter)
        if vote is None or vote.status != "closing":
            raise Refused("表决没有在进行，或者已经计票")
        reasons = await close_reasons(matter, now)
        if reasons:
            raise Refused(*reasons)
        if await commitments.lacking(vote):
            raise Uncommitted
        try:
            vote.result = await result_of(matter, vote)
        except ValueError as error:
            raise Refused(str(error)) from None
        if vote.secret:
            await secrecy.unlink(act, vote)
        vote.status, vote.closed_at = "closed", now
        await vote.save(update_fields=["result", "status", "closed_at"])
        act.record(
            vote=vote.id,
            outcome=vote.result["outcome"],
            result=digest(vote.result),
            phone=vote.result["phone"],
            paper=vote.result["paper"],
            **await package.sealed(vote),
        )
    return vote


async def certify(actor: Actor, matter: Matter, *, shown: str, now: datetime) -> None:
    """A named scrutineer signs the result as shown; enough of them certify the vote.

    `shown` is the digest of the result on the page, so that nobody signs what they did not see.
    """
    async with acting(actor, "vote.certify", now, matter=matter) as act:
        vote = await current_vote(matter)
        if vote is None or vote.status not in COUNTED:
            raise Refused("表决还没有截止计票，现在不能核验")
        named = Scrutineer.filter(vote=vote, role="scrutineer", person_id=actor.person_id)
        if actor.person_id is None or not await named.exists():
            raise Refused("只有登记的监票人能核验")
        if shown != digest(vote.result):
            raise Refused("结果和您看到的不一致，请刷新页面后再核验")
        if await Certification.filter(vote=vote, person_id=actor.person_id).exists():
            raise Refused("您已经核验过了")
        await Certification.create(
            vote=vote, person_id=actor.person_id, certified_at=now, result_digest=shown
        )
        need = procedures.get(matter.procedure).norms.scrutineers
        certified = await Certification.filter(vote=vote).count()
        if certified >= need and vote.status == "closed":
            vote.status = "certified"
            await vote.save(update_fields=["status"])
        act.record(vote=vote.id, certified=certified, result=shown)


async def _conclude_reasons(matter: Matter, vote: Vote, payload: dict, now: datetime) -> list[str]:
    if vote.status not in CERTIFIED:
        return ["结果还没有核验，不能办理"]
    passed = vote.result["outcome"] == Outcome.PASSED
    return ["表决已经通过，请点“办完这一步”"] if passed else []


async def _conclude(act: Act, vote: Vote, approval: Approval) -> None:
    """Leaves the stage with a certified failure, announced with its numbers and sums."""
    await published(act, vote)
    reason = "；".join(_sums(vote.result))
    await passages.fail(act, Outcome(vote.result["outcome"]), reason=reason)


CONCLUDE = Dangerous(_conclude_reasons, _conclude)


async def published(act: Act, vote: Vote) -> None:
    """Notes that the certified result hangs on a notice."""
    if vote.status == "certified":
        vote.status = "published"
        await vote.save(update_fields=["status"])


def _sums(result: dict) -> list[str]:
    """The comparison that failed: that of the quorum, or of the question that decides."""
    first = result["questions"][0]
    return result["quorum_sums"] if result["outcome"] == "inquorate" else first["sums"]


async def close_reasons(matter: Matter, now: datetime) -> list[str]:
    """Why the vote cannot be closed and counted yet: shown beside the button and refused by it."""
    norms = procedures.get(matter.procedure).norms
    found = await facts(matter, "vote")
    return close_blockers(found, norms, now) if found else ["还没有起草表决"]
