"""What waits for a second person's signature. What the vote is past waits for nobody."""

from datetime import datetime

from deliberation.act_names import ACT_NAMES
from deliberation.approvals.actions import own_reasons
from deliberation.approvals.models import Approval
from deliberation.database.plain import found
from deliberation.stages.vote.limits import lapsed, lapses_at
from deliberation.stages.vote.models import Vote
from deliberation.stages.vote.paper.rules import AT_THE_DESK
from deliberation.tasks.rules import Task
from deliberation.tasks.scope import Scope

_OPEN = "WHERE x.matter_id IN $1 AND x.decision = '' ORDER BY x.id"
_STATE = "x.id, x.status, x.closes_at"


async def tasks(scope: Scope) -> list[Task]:
    places = {one.matter.id: one for one in scope.at("vote") if scope.official(one)}
    rows = await found(Approval, _OPEN, [*places]) if places else []
    ids = {row.vote_id for row in rows}
    votes = await found(Vote, "WHERE x.id IN $1", ids, columns=_STATE) if ids else []
    states = {vote.id: (vote.status, vote.closes_at) for vote in votes}
    told = []
    for row in rows:
        status, closes_at = states[row.vote_id]
        if lapsed(row.act, row.payload, status, closes_at, scope.now):
            continue
        own = bool(own_reasons(scope.actor, row))
        if own or scope.may(row.act, places[row.matter_id]):
            told.append(_approve(places[row.matter_id].matter, row, own, closes_at))
    return told


def _approve(matter, row: Approval, own: bool, closes_at: datetime | None) -> Task:
    name = ACT_NAMES[row.act]
    what = f"您提出的“{name}”等另一个人批准。" if own else f"“{name}”等您批准。"
    return Task(
        what,
        f"/matters/{matter.id}/vote{'/paper' if row.act in AT_THE_DESK else ''}",
        "核对、批准",
        matter,
        until=lapses_at(row.act, row.payload, closes_at),
        who="第二个人" if own else "",
        act=row.act,
        instead="vote.propose",
        first_by=row.proposed_by,
        first_at=row.proposed_at,
    )
