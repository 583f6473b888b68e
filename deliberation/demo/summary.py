"""What a walk leaves behind: the stages as they went, the vote's figures, the log."""

from deliberation import procedures
from deliberation.demo.walk import Walk
from deliberation.log import signing
from deliberation.log.models import Entry, broken, stamp
from deliberation.matters.models import Passage
from deliberation.stages.vote.models import Vote


async def summary(walk: Walk) -> dict:
    """{matter, procedure, stages: [{key, name, outcome, opened, closed}], counts, vote}."""
    procedure = procedures.get(walk.procedure)
    passages = await Passage.filter(matter=walk.matter)
    vote = await Vote.filter(matter=walk.matter).order_by("-id").first()
    return {
        "matter": {"number": walk.matter.number, "title": walk.matter.title},
        "procedure": {"key": procedure.key, "name": procedure.name, "version": procedure.version},
        "stages": [
            {
                "key": passage.stage,
                "name": procedure.stage(passage.stage).name,
                "outcome": passage.outcome,
                "opened": stamp(passage.entered_at),
                "closed": passage.left_at and stamp(passage.left_at),
            }
            for passage in passages
        ],
        "counts": walk.counts,
        "vote": vote.result,
    }


async def record(walk: Walk) -> dict:
    """Every act of the matter, and the key it is signed with; `broken` is the first entry that
    does not follow, else null."""
    chain = f"matter/{walk.matter.id}"
    entries = await Entry.filter(chain=chain).order_by("sequence")
    return {
        "chain": chain,
        "broken": await broken(chain),
        **signing.keys().ring(),
        "entries": [
            {
                "sequence": entry.sequence,
                "at": stamp(entry.at),
                "act": entry.act,
                "account": entry.account_id,
                "body": entry.body,
                "previous": entry.previous,
                "digest": entry.digest,
                "key": entry.key,
                "signature": entry.signature,
            }
            for entry in entries
        ],
    }
