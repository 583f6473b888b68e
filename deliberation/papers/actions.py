"""Ordering a paper: a document in the queue, made from the record as it is now."""

from datetime import datetime

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.documents.models import CALL_LIST, Document
from deliberation.matters.models import Matter
from deliberation.papers import figures
from deliberation.papers.rules import CALL_LISTS, MOST, PAPERS


async def order(actor: Actor, matter: Matter, *, paper: str, now: datetime) -> Document:
    """Queues one of PAPERS, of a long list the parts, and returns the first. Raises Refused for
    what this matter has no use for."""
    found = await figures.MADE[paper](matter)  # before the transaction: a list may be long
    async with acting(actor, "papers.print", now, matter=matter) as act:
        if found is None:
            raise Refused("这次表决须由本人投票，不用委托书")
        if found == []:
            raise Refused("没有这样的住户，不用打印")
        act.record(paper=paper)
        parts = found if isinstance(found, list) else [found]
        return [await _queue(act, paper, PAPERS[paper], part) for part in parts][0]


async def _queue(act: Act, paper: str, name: str, found: dict) -> Document:
    return await Document.create(
        community_id=act.matter.community_id,
        matter=act.matter,
        title=f"{act.matter.title[:70]}{name}{found.get('part', '')}",
        template=CALL_LIST if paper in CALL_LISTS else f"papers/{paper}.print.html",
        context=await figures.common(act.matter) | found | {"name": name},
        requested_at=act.now,
    )


async def ordered(matter: Matter, *, lists: bool) -> list[Document]:
    """What was ordered, newest first; of each paper only the newest. Lists of homes if `lists`."""
    rows = Document.filter(matter=matter, template__startswith="papers/").order_by("-id")
    rows = rows if lists else rows.exclude(template=CALL_LIST)
    newest: dict[str, Document] = {}
    for row in await rows.limit(MOST):
        newest.setdefault(row.title, row)
    return list(newest.values())
