"""Paper that one person entered and a second one has to enter or count once more."""

from collections import defaultdict

from deliberation.matters.standing import Standing
from deliberation.stages.vote.models import Ballot, PaperCount, Vote
from deliberation.stages.vote.paper.facts import WAITS
from deliberation.stages.vote.paper.models import Transcript
from deliberation.stages.vote.rules import VOTING
from deliberation.tasks.rules import Task
from deliberation.tasks.scope import Scope, by_stay

ACT = "vote.confirm_paper"
Entered = tuple  # (vote, account, instant)


async def tasks(scope: Scope) -> list[Task]:
    """One for each vote: what others entered, else what the own entries wait for."""
    stays = by_stay(scope.where(ACT))
    votes = Vote.filter(passage_id__in=list(stays), status__in=VOTING) if stays else None
    places = {row.id: stays[row.passage_id] for row in await votes} if votes else {}
    found = defaultdict(list)
    for vote, account, at in await _entered(list(places)):
        found[vote].append((account, at))
    return [_second(scope, places[vote], rows) for vote, rows in found.items()]


async def _entered(votes: list[int]) -> list[Entered]:
    """What waits, in the order it was entered."""
    if not votes:
        return []
    sheets = Ballot.filter(
        WAITS, entry__vote_id__in=votes, entry__struck_by=None, channel="paper"
    ).values_list("entry__vote_id", "entered_by", "cast_at")
    batches = PaperCount.filter(WAITS, vote_id__in=votes)
    written = Transcript.filter(WAITS, vote_id__in=votes)
    kinds = [
        await sheets,
        await batches.values_list("vote_id", "entered_by", "entered_at"),
        await written.values_list("vote_id", "entered_by", "entered_at"),
    ]
    return sorted((row for rows in kinds for row in rows), key=lambda row: row[2])


def _second(scope: Scope, stands: Standing, rows: list) -> Task:
    others = [row for row in rows if row[0] != scope.actor.account_id]
    account, at = (others or rows)[0]
    what = f"您录入的{len(rows)}份纸质票等另一个人核对。"
    if others:
        what = f"有{len(others)}份纸质票等您再录一次、数一次。"
    return Task(
        what,
        f"/matters/{stands.matter.id}/vote/paper",
        "核对纸质票",
        stands.matter,
        who="" if others else "第二个人",
        act=ACT,
        first_by=account,
        first_at=at,
    )
