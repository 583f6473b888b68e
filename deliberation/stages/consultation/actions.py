"""The meeting of 二议, and why a fixed seat at its table stays empty."""

from datetime import datetime

from deliberation.acting import Actor, Refused, acting
from deliberation.matters.called import committee
from deliberation.matters.facts import current_passage
from deliberation.matters.meetings import Kind
from deliberation.matters.models import Matter
from deliberation.stages.consultation.models import EmptySeat
from deliberation.stages.consultation.rules import MEETING, SEATS, STAGE
from deliberation.stages.consultation.table import table


def kind(matter: Matter) -> Kind:
    """The consultation's meeting: the committees sit, no heads are counted."""
    return Kind(STAGE.key, MEETING, committee)


async def explain(actor: Actor, matter: Matter, *, seat: str, reason: str, now: datetime) -> None:
    """Says why one of the six fixed groups has nobody at the table."""
    async with acting(actor, "consultation.explain", now, matter=matter) as act:
        passage = await current_passage(matter, STAGE.key)
        if (await table(passage)).filled(seat):
            raise Refused(f"{SEATS[seat]}席位已经邀请了单位，不用说明")
        row = await EmptySeat.get_or_none(passage=passage, seat=seat)
        row = row or EmptySeat(passage=passage, seat=seat)
        row.reason = reason
        await row.save()
        act.record(seat=seat)
