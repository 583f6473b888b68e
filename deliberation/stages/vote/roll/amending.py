"""Amending a frozen roll: lines added and struck by two people, printed as “+a / −b”.

Never in a secret vote, never in the last day, never removing someone who voted. The frozen root
stays what it was; an amendment is an event of its own beside it.
"""

from datetime import datetime

from deliberation.acting import Act
from deliberation.approvals.actions import Dangerous
from deliberation.approvals.models import Approval
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Matter
from deliberation.people.models import Person
from deliberation.people.rules import personal_data
from deliberation.stages.notices.announcements import AMENDED, announce
from deliberation.stages.vote.limits import amend_blockers
from deliberation.stages.vote.models import RollEntry, Vote, standing
from deliberation.stages.vote.roll.electors import Elector
from deliberation.stages.vote.roll.rolls import entitled, lines_of

Key = tuple[int | None, int | None]


async def missing(matter: Matter, vote: Vote, now: datetime) -> dict[str, Elector]:
    """Electors by today's data who are not on the frozen roll; keyed `person-household`."""
    on_roll = set(await RollEntry.filter(vote=vote).values_list("person_id", "household_id"))
    people = {person for person, _ in on_roll if person is not None}
    found = (await entitled(matter, vote, now)).lines
    return {
        f"{one.person_id or 0}-{one.household_id or 0}": one
        for one in found
        if (one.person_id, one.household_id) not in on_roll and one.person_id not in people
    }


async def named(found: dict[str, Elector]) -> list[tuple[str, str]]:
    """The same for a form: (key, name)."""
    people = await Person.filter(id__in=[one.person_id for one in found.values()])
    names = {person.id: person.name for person in people}
    return [(key, names.get(one.person_id, "未登记")) for key, one in found.items()]


async def reasons(matter: Matter, vote: Vote, payload: dict, now: datetime) -> list[str]:
    """Why this amendment may not be made: `add` are keys of `missing`, `strike` numbers."""
    if vote.closes_at is None:
        return ["名册冻结以后、截止以前才能更正名册"]
    lines = {row.number: row for row in await standing(vote).filter(number__in=payload["strike"])}
    moved = [number for number, row in lines.items() if row.state != "none"]
    found = amend_blockers(vote.status, vote.secret, vote.closes_at, moved, now)
    if not payload["add"] and not payload["strike"]:
        found.append("请选要补上的人，或者写要去掉的名册编号")
    if set(payload["strike"]) - lines.keys():
        found.append("要去掉的编号不在名册上")
    if payload["add"] and set(payload["add"]) - (await missing(matter, vote, now)).keys():
        found.append("要补上的人已经在名册上，或者按现在的资料没有表决权")
    found += [f"{one}，这里会公开，请删去" for one in personal_data(payload["reason"])]
    return found


async def _amend(act: Act, vote: Vote, approval: Approval) -> None:
    wanted = await missing(act.matter, vote, act.now)
    electors = [wanted[key] for key in approval.payload["add"]]
    first = await RollEntry.filter(vote=vote).count() + 1
    added = await lines_of(vote, electors, first, approval.id)
    await RollEntry.bulk_create(added)
    struck = await standing(vote).filter(number__in=approval.payload["strike"])
    for line in struck:
        line.struck_by = approval.id
        await line.save(update_fields=["struck_by"])
    change = {
        "heads": sum(one.heads for one in added) - sum(one.heads for one in struck),
        "area": sum(one.area for one in added) - sum(one.area for one in struck),
    }
    now_heads = sum(await standing(vote).values_list("heads", flat=True))
    await announce(
        act,
        await current_passage(act.matter, "vote"),
        kind=AMENDED,
        reason=approval.payload["reason"],
        added=len(added),
        struck=len(struck),
        voters=now_heads,
    )
    act.record(
        added=[[one.number, one.leaf] for one in added],
        struck=sorted(one.number for one in struck),
        **change,
    )


AMEND = Dangerous(reasons, _amend)
