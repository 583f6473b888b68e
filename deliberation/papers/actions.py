"""Ordering a paper: a document in the queue, made from the record as it is now."""

from datetime import datetime

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.documents.models import Document
from deliberation.matters.models import Matter
from deliberation.papers import figures
from deliberation.papers.rules import MOST, PAPERS


async def order(actor: Actor, matter: Matter, *, paper: str, now: datetime) -> Document:
    """Queues one of PAPERS. Raises Refused for what this matter has no use for."""
    async with acting(actor, "papers.print", now, matter=matter) as act:
        found = await figures.MADE[paper](matter)
        if found is None:
            raise Refused("这次表决须由本人投票，不用委托书")
        act.record(paper=paper)
        return await _queue(act, paper, PAPERS[paper], found)


async def _queue(act: Act, paper: str, name: str, found: dict) -> Document:
    return await Document.create(
        community_id=act.matter.community_id,
        matter=act.matter,
        title=f"{act.matter.title[:70]}{name}",
        template=f"papers/{paper}.print.html",
        context=await figures.common(act.matter) | found | {"name": name},
        requested_at=act.now,
    )


async def ordered(matter: Matter) -> list[Document]:
    """What was ordered, newest first; of each paper only the newest."""
    rows = Document.filter(matter=matter, template__startswith="papers/").order_by("-id")
    newest: dict[str, Document] = {}
    for row in await rows.limit(MOST):
        newest.setdefault(row.title, row)
    return list(newest.values())
