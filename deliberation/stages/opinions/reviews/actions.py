"""A household says whether it is right what was written down for it; staff settle what is wrong."""

from datetime import datetime

from tortoise.expressions import Q

from deliberation.acting import Act, Actor, Refused, Wrong, acting
from deliberation.matters.models import Matter
from deliberation.stages.opinions.models import Draft, Opinion
from deliberation.stages.opinions.reviews import rules
from deliberation.stages.opinions.reviews.given import recorded
from deliberation.stages.opinions.reviews.models import Review

NOT_YOURS = "这条意见不是社区替您家记下的"


async def review(
    actor: Actor, matter: Matter, opinion: int, *, agrees: bool, wrong: str, now: datetime
) -> None:
    """What a household says of one opinion (its id); the log keeps that it did, not its words."""
    async with acting(actor, "opinions.review", now, matter=matter) as act:
        this = "AND x.id = $2 AND x.matter_id = $3"
        row = next(iter(await recorded(actor.homes, this, opinion, matter.id)), None)
        if row is None:
            raise Refused(NOT_YOURS)
        last = await Review.filter(opinion=row).order_by("-id").first()
        if reasons := rules.again_reasons(matter.ended, last and last.outcome):
            raise Refused(*reasons)
        if agrees and row.set_aside:
            raise Refused("这一条已经不计入。您家有话要说，可以另提一条意见")
        if not agrees and not wrong:
            raise Wrong(wrong="请写哪里记错了")
        if last and last.settled_at is None and not last.agrees:
            await _close(act, last, rules.LOOKED_AGAIN, "")
        made = await Review.create(
            opinion=row,
            agrees=agrees,
            wrong="" if agrees else wrong,
            said_at=now,
            said_by=actor.account_id,
        )
        act.record(opinion=row.id, review=made.id, agrees=agrees)


async def settle(
    actor: Actor,
    matter: Matter,
    opinion: int,
    *,
    outcome: str,
    text: str,
    stance: str,
    reason: str,
    now: datetime,
) -> None:
    """Settles what a household says is wrong: corrected, not counted, or kept, with a reason.

    A corrected wording is what counts from then on; the first one stays in the review.
    """
    async with acting(actor, "opinions.settle", now, matter=matter) as act:
        waiting = Review.filter(opinion_id=opinion, opinion__matter=matter, agrees=False)
        row = await waiting.filter(settled_at=None).select_related("opinion").first()
        if row is None:
            raise Refused("这一条已经处理过了，请看最新的页面")
        said = row.opinion
        changed = (text, stance) != (said.text, said.stance)
        if reasons := rules.settle_reasons(outcome, changed=changed, text=text):
            raise Refused(*reasons)
        if outcome == "corrected":
            await _correct(act, row, said, text, stance)
        if outcome == "aside":
            await Draft.filter(opinion=said).delete()
        said.set_aside = reason if outcome == "aside" else ""
        await said.save(update_fields=["set_aside"])
        await _close(act, row, outcome, reason)
        act.record(opinion=said.id, review=row.id, outcome=outcome)


async def _correct(act: Act, row: Review, said: Opinion, text: str, stance: str) -> None:
    """What was checked as an answer to other words has to be checked again."""
    row.first_text, row.first_stance = said.text, said.stance
    said.text, said.stance = text, stance
    await said.save(update_fields=["text", "stance"])
    about = Q(opinion=said) | Q(group_id=said.group_id or 0)
    await Draft.filter(about).update(checked_at=None, checked_by=None)


async def _close(act: Act, row: Review, outcome: str, reason: str) -> None:
    row.outcome, row.reason = outcome, reason
    row.settled_at, row.settled_by = act.now, act.actor.account_id
    await row.save()
