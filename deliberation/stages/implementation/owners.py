"""The record that those decided whom the law asks before the works may begin.

Source: Civil Code 278 for the owners; the residents'-committee law for money from residents.
"""

from datetime import date, datetime

from deliberation.acting import Actor, Refused, acting
from deliberation.matters.facts import final_plan
from deliberation.matters.models import Matter
from deliberation.stages.implementation.checks import fit_for_public, not_future
from deliberation.stages.implementation.models import OwnersDecision


async def attach_owners(
    actor: Actor, matter: Matter, *, kind: str, decided_on: date, description: str, now: datetime
) -> None:
    """Records the owners' own decision, or the residents' meeting on money from residents."""
    async with acting(actor, "implementation.attach_owners", now, matter=matter) as act:
        not_future(decided_on, "日期", now)
        fit_for_public(description)
        known = {"kind": kind, "decided_on": decided_on, "description": description}
        same, plan = OwnersDecision.filter(matter=matter, **known), await final_plan(matter)
        if plan:  # a new plan asks for the record again, be it in the same words
            same = same.filter(recorded_at__gte=plan.frozen_at)
        if await same.exists():
            raise Refused("同样的记录已经附上，没有重复登记")
        row = await OwnersDecision.create(
            matter=matter, **known, recorded_at=now, recorded_by=actor.account_id
        )
        act.record(owners_decision=row.id, kind=kind, decided_on=decided_on.isoformat())
