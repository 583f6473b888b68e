"""How many papers were handed out, came back and were counted; read only."""

from collections import Counter

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from deliberation.approvals.models import Approval
from deliberation.database.counting import counts
from deliberation.stages.vote.models import Ballot, PaperCount, Vote, standing
from deliberation.stages.vote.paper.models import Transcript
from deliberation.stages.vote.paper.rules import Figures

WAITS = Q(confirmed_by__isnull=True, refused_at__isnull=True)
EXPLAIN = "vote.explain_paper"


async def figures(vote: Vote) -> Figures:
    """The papers of a secret vote; all nought for a named one, whose sheets are ballots."""
    if not vote.secret:
        return Figures()
    issued, returned = await _handed(vote)
    given = Q(vote=vote, confirmed_by__isnull=False)
    return Figures(
        issued=issued,
        returned=returned,
        counted=sum(await PaperCount.filter(given).values_list("papers", flat=True)),
        transcribed=sum(await Transcript.filter(given).values_list("papers", flat=True)),
        missing=await _missing(vote),
    )


async def _handed(vote: Vote) -> tuple[int, int]:
    """Papers out of our hands, and those of them that came back into the box."""
    roll = standing(vote)
    out = await roll.filter(state="paper_issued").count()
    returned = await roll.filter(state="voted", channel="paper").count()
    return out + returned, returned


async def _missing(vote: Vote) -> int:
    """What two people noted last."""
    noted = Approval.filter(vote=vote, act=EXPLAIN, decision="approved").order_by("-id")
    last = await noted.first()
    return last.payload["missing"] if last else 0


async def waiting(vote: Vote) -> int:
    return sum(await counts(*unconfirmed(vote)))


def unconfirmed(vote: Vote) -> tuple[QuerySet, ...]:
    """Sheets, batches and transcripts that only one person has entered so far; the sheet of a
    line that an amendment struck waits for nobody."""
    sheets = Ballot.filter(WAITS, entry__vote=vote, entry__struck_by=None, channel="paper")
    return sheets, PaperCount.filter(WAITS, vote=vote), Transcript.filter(WAITS, vote=vote)


async def record(vote: Vote) -> dict:
    """`paper.json` of the package. `missing` papers came back and are in no count, by the word of
    two people; sheets of a named vote are counted per pair of people."""
    issued, returned = await _handed(vote)
    found = await figures(vote)
    batches = await PaperCount.filter(vote=vote, confirmed_by__isnull=False).order_by("id")
    return {
        "issued": issued,
        "returned": returned,
        "transcribed": found.transcribed,
        "missing": found.left - found.gap,
        "batches": [
            {
                "id": batch.id,
                "papers": batch.papers,
                "tallies": batch.tallies,
                "entered_by": batch.entered_by,
                "confirmed_by": batch.confirmed_by,
            }
            for batch in batches
        ],
        "sheets": await _sheets(vote),
    }


async def _sheets(vote: Vote) -> list[dict]:
    confirmed = Ballot.filter(entry__vote=vote, entry__struck_by=None, channel="paper")
    confirmed = confirmed.filter(confirmed_by__isnull=False)
    pairs = Counter(await confirmed.values_list("entered_by", "confirmed_by"))
    return [
        {"entered_by": first, "confirmed_by": second, "sheets": count}
        for (first, second), count in sorted(pairs.items())
    ]
