"""The questions by which an item was put to the vote, and what came of them.

Nothing is told before the scrutineers certified it; a void vote asked nothing.
"""

from dataclasses import dataclass

from deliberation.matters.facts import current_passage
from deliberation.matters.items import Item
from deliberation.matters.models import Matter, Passage
from deliberation.people.rules import redact
from deliberation.stages.notices.voted import wide
from deliberation.stages.vote.models import Question, Vote
from deliberation.stages.vote.rules import CERTIFIED, COUNTED, STATUSES, VOTING
from deliberation.tracing.rules import UNDER_WAY

PUBLIC = ("posted", "frozen", *VOTING, *COUNTED)
RESIDENTS = "residents"  # the payer whose money is put to the vote as a question of its own


@dataclass(frozen=True)
class Asked:
    """A question as it stood on a ballot. `items` are the numbers it decided on; `sums` the
    comparisons of a certified result; `outcome` is '' before it. `former`: the matter came back to
    be voted on anew, so it decides nothing any more."""

    text: str
    kind: str
    state: str
    outcome: str
    sums: tuple[str, ...]
    items: frozenset[int]
    former: bool


async def ballots(matter: Matter, plans: dict[int, list[Item]]) -> list[Asked]:
    """Every question of the matter's votes, oldest first; `plans` are the items by plan."""
    votes = {vote.id: vote for vote in await Vote.filter(matter=matter, status__in=PUBLIC)}
    stay = await current_passage(matter, "vote") if votes else None
    rows = Question.filter(vote_id__in=list(votes)).order_by("vote_id", "number")
    return [
        _asked(votes[vote], number, kind, text, item, plans.get(votes[vote].plan_id, []), stay)
        for vote, number, kind, text, item in await rows.values_list(
            "vote_id", "number", "kind", "text", "item__number"
        )
    ]


def outcome(asked: list[Asked], number: int) -> str:
    """What the last vote on an item said: a key of `rules.OUTCOMES`. Whether residents pay is
    another question than whether it is done."""
    deciding = (row for row in asked if row.kind != "funds" and not row.former)
    about = [row for row in deciding if number in row.items]
    return (about[-1].outcome or UNDER_WAY) if about else ""


def _asked(
    vote: Vote,
    number: int,
    kind: str,
    text: str,
    item: int | None,
    plan: list[Item],
    stay: Passage,
) -> Asked:
    known = vote.result["questions"] if vote.status in CERTIFIED else []
    row = next((row for row in known if row["number"] == number), None)
    sums = [wide(sum_) for sum_ in [*vote.result["quorum_sums"], *row["sums"]]] if row else []
    return Asked(
        text=redact(text),
        kind=kind,
        state=STATUSES[vote.status],
        outcome=row["outcome"] if row else "",
        sums=tuple(dict.fromkeys(sums)),
        items=frozenset([item] if item is not None else _decided(kind, plan)),
        former=vote.passage_id != stay.id,
    )


def _decided(kind: str, plan: list[Item]) -> list[int]:
    return [one.number for one in plan if kind != "funds" or one.funding.get(RESIDENTS)]
