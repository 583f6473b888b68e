"""Closing, certifying and concluding: the result is computed once, never typed.

At the closing instant no ballot is accepted any more, whether or not anyone has acted; the act
of closing follows when all paper is in, and takes the vote's row for itself.
"""

from datetime import datetime

from deliberation import procedures
from deliberation.acting import Actor, Refused, acting
from deliberation.matters import passages
from deliberation.matters.models import Matter
from deliberation.procedure import Outcome
from deliberation.stages.vote.counting import digest, result_of
from deliberation.stages.vote.facts import current_vote, facts
from deliberation.stages.vote.models import Certification, Scrutineer, Vote
from deliberation.stages.vote.rules import close_blockers


async def close(actor: Actor, matter: Matter, now: datetime) -> Vote:
    """Counts the ballots once the closing instant has passed and all paper is confirmed."""
    async with acting(actor, "vote.close", now, matter=matter) as act:
        vote = await current_vote(matter)
        if vote is None or vote.status != "open":
            raise Refused("表决没有在进行，或者已经截止")
        vote = await Vote.filter(id=vote.id).select_for_update().get()
        reasons = await close_reasons(matter, now)
        if reasons:
            raise Refused(*reasons)
        try:
            vote.result = await result_of(matter, vote)
        except ValueError as error:
            raise Refused(str(error)) from None
        vote.status, vote.closed_at = "closed", now
        await vote.save(update_fields=["result", "status", "closed_at"])
        act.record(vote=vote.id, outcome=vote.result["outcome"], result=digest(vote.result))
    return vote


async def certify(actor: Actor, matter: Matter, *, shown: str, now: datetime) -> None:
    """A named scrutineer signs the result as shown; enough of them certify the vote.

    `shown` is the digest of the result on the page, so that nobody signs what they did not see.
    """
    async with acting(actor, "vote.certify", now, matter=matter) as act:
        vote = await current_vote(matter)
        if vote is None or vote.status not in ("closed", "certified"):
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


async def conclude(actor: Actor, matter: Matter, now: datetime) -> None:
    """Leaves the stage with a certified failure, announced with its numbers and sums."""
    async with acting(actor, "vote.conclude", now, matter=matter) as act:
        vote = await current_vote(matter)
        if vote is None or vote.status != "certified":
            raise Refused("结果还没有核验，不能办理")
        outcome = Outcome(vote.result["outcome"])
        if outcome is Outcome.PASSED:
            raise Refused("表决已经通过，请点“办完这一步”")
        act.record(vote=vote.id)
        await passages.fail(act, outcome, reason="；".join(_sums(vote.result)))


def _sums(result: dict) -> list[str]:
    """The comparison that failed: that of the quorum, or of the question that decides."""
    first = result["questions"][0]
    return result["quorum_sums"] if result["outcome"] == "inquorate" else first["sums"]


async def close_reasons(matter: Matter, now: datetime) -> list[str]:
    """Why the vote cannot be closed and counted yet: shown beside the button and refused by it."""
    norms = procedures.get(matter.procedure).norms
    return close_blockers(await facts(matter, "vote"), norms, now)
