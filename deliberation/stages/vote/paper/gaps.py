"""Papers that came back and are in no count: two people note how many, and why.

They stay in the base as ballots not returned; nobody guesses what they said.
"""

from datetime import datetime

from deliberation.acting import Act
from deliberation.approvals.actions import Dangerous
from deliberation.approvals.models import Approval
from deliberation.matters.models import Matter
from deliberation.people.rules import personal_data
from deliberation.stages.vote.models import Vote
from deliberation.stages.vote.paper.facts import figures, waiting
from deliberation.stages.vote.paper.rules import missing_blockers
from deliberation.stages.vote.rules import VOTING


async def _reasons(matter: Matter, vote: Vote, payload: dict, now: datetime) -> list[str]:
    if vote.status not in VOTING or not vote.secret or now < vote.closes_at:
        return ["截止以后、计票以前，开箱数过票才能写明差数"]
    found = missing_blockers(await figures(vote), payload["missing"], await waiting(vote))
    return found + [f"{one}，这里会公开，请删去" for one in personal_data(payload["reason"])]


async def _explain(act: Act, vote: Vote, approval: Approval) -> None:
    act.record(missing=approval.payload["missing"], reason=approval.payload["reason"])


EXPLAIN = Dangerous(_reasons, _explain)
