"""What is printed for a vote: ballot papers, numbered sheets, lists to sign, the count's form.

Every print is a document in the queue, made from the roll as it stands and the questions as they
were frozen. Long rolls make several documents; unmarked papers make one page, printed as often as
needed, so that all of them are alike.
"""

from datetime import datetime

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.documents.models import Document
from deliberation.matters.models import Matter
from deliberation.places.models import Place
from deliberation.stages.notices.issuer import issuer
from deliberation.stages.notices.rules import phrases
from deliberation.stages.vote.facts import current_vote, meeting_of, profile_of
from deliberation.stages.vote.models import Question, RollEntry, Vote, standing
from deliberation.stages.vote.paper.models import Printout
from deliberation.stages.vote.paper.rules import PRINTS, lines_each, per_page
from deliberation.stages.vote.rules import BATCH_MOST, SECRET_LEAST, VOTING


async def kinds(matter: Matter, vote: Vote) -> dict[str, str]:
    """What can be printed for this vote; key to name."""
    wanted = ["ballots", "issue", "count"] if vote.secret else ["sheets", "issue"]
    if await meeting_of(matter, vote):
        wanted.append("sign_in")
    return {kind: PRINTS[kind] for kind in wanted}


async def order(actor: Actor, matter: Matter, *, kind: str, now: datetime) -> list[Document]:
    """Queues the documents of one kind."""
    async with acting(actor, "vote.print", now, matter=matter) as act:
        vote = await current_vote(matter)
        if vote is None or vote.status not in ("frozen", *VOTING):
            raise Refused("名册冻结以后、计票以前才能打印")
        if kind not in await kinds(matter, vote):
            raise Refused("这次表决不用这种纸")
        waiting = Printout.filter(vote=vote, kind=kind, document__file_id=None)
        if await waiting.filter(document__error="").exists():
            raise Refused(f"{PRINTS[kind]}正在生成，请稍等")
        made = await _make(act, vote, kind)
        act.record(vote=vote.id, print=kind, documents=len(made))
    return made


async def _make(act: Act, vote: Vote, kind: str) -> list[Document]:
    common, made = await _common(act.matter, vote, kind), []
    parts = await _parts(vote, kind)
    for part, rows in enumerate(parts, 1):
        place = f"（{rows[0]['number']}-{rows[-1]['number']}号）" if rows else ""
        name = f"{PRINTS[kind]}{place}"
        document = await Document.create(
            community_id=act.matter.community_id,
            matter=act.matter,
            title=f"{act.matter.title[:70]}{name}",
            template=f"vote/{kind}.print.html",
            context=common | {"rows": rows, "name": name, "part": part, "parts": len(parts)},
            requested_at=act.now,
        )
        await Printout.create(
            vote=vote,
            document=document,
            kind=kind,
            made_at=act.now,
            made_by=act.actor.account_id,
        )
        made.append(document)
    return made


async def _parts(vote: Vote, kind: str) -> list[list[dict]]:
    """The lines of the roll in pieces; one piece without lines for what has none."""
    most = lines_each(kind, await Question.filter(vote=vote).count())
    if not most:
        return [[]]
    lines = [_row(line, kind) for line in await standing(vote)]
    return [lines[at : at + most] for at in range(0, len(lines), most)] or [[]]


def _row(line: RollEntry, kind: str) -> dict:
    """A numbered sheet has no name: whoever votes signs it; the lists are for the desk only."""
    if kind == "sheets":
        return {"number": line.number}
    return {"number": line.number, "name": line.name or "未登记", "unit": line.unit}


async def _common(matter: Matter, vote: Vote, kind: str) -> dict:
    profile, questions = profile_of(vote), await Question.filter(vote=vote)
    asked = [(row.text, [option["label"] for option in row.options]) for row in questions]
    meeting = await meeting_of(matter, vote)
    return {
        "issuer": await issuer(await Place.get(id=matter.community_id)),
        "matter": {"number": matter.number, "title": matter.title},
        "phrases": phrases(matter.title),
        "vote": vote.id,
        "secret": vote.secret,
        "profile": profile.name,
        "unit": profile.unit,
        "by_area": profile.by_area,
        "voters": await standing(vote).count(),
        "roll_root": vote.manifest["roll"]["root"],
        "opens_at": vote.opens_at.isoformat(),
        "closes_at": vote.closes_at.isoformat(),
        "asked": [{"text": text, "labels": labels} for text, labels in asked],
        "per_page": per_page(asked, named=not vote.secret),
        "batch_most": BATCH_MOST,
        "secret_least": SECRET_LEAST,
        "meeting": meeting and {"held_at": meeting.held_at.isoformat(), "venue": meeting.venue},
    }


async def printed(vote: Vote) -> dict[str, list[Document]]:
    """The newest documents of every kind that was printed."""
    newest: dict[str, list[Printout]] = {}
    async for row in Printout.filter(vote=vote).select_related("document"):
        before = newest.get(row.kind)
        same = before is not None and before[0].made_at == row.made_at
        newest[row.kind] = [*before, row] if same else [row]
    return {kind: [row.document for row in rows] for kind, rows in newest.items()}
