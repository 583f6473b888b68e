"""The figures of notice D, the opening of a vote: who may vote on what, how, and by which rule."""

from deliberation.matters.models import Passage
from deliberation.stages.notices.voted import watching, wide
from deliberation.stages.vote.facts import owners_reasons
from deliberation.stages.vote.models import Question, Vote, standing
from deliberation.stages.vote.profiles import from_json
from deliberation.stages.vote.proxies.actions import valid
from deliberation.stages.vote.rules import FORMS


async def opening(passage: Passage) -> dict | None:
    """The newest vote of a stay in the vote's stage, as announced; None when there is none.

    {electorate, rule, basis, unit, by_area, roll: {heads, area, root}, secret, form, opens_at,
    closes_at, frozen_at, slip, proxies, given, questions: [{number, text, options}], owners,
    residents_meeting, scrutineers, tellers}. `proxies` is how many one
    person may carry, `given` how many were recorded. `owners` says why owners must decide besides,
    `residents_meeting` that money from residents asks for their own meeting first.
    """
    vote = await Vote.filter(passage=passage).order_by("-id").first()
    if vote is None:
        return None
    profile = from_json(vote.profile)
    roll = await standing(vote).values_list("heads", "area")
    questions = await Question.filter(vote=vote)
    return {
        "electorate": wide(profile.name),
        "rule": wide(profile.words),
        "basis": wide(profile.basis_text),
        "unit": profile.unit,
        "by_area": profile.by_area,
        "roll": {
            "heads": sum(row[0] for row in roll),
            "area": sum(row[1] for row in roll),
            "root": vote.manifest["roll"]["root"] if vote.manifest else "",
        },
        "secret": vote.secret,
        "form": FORMS[vote.form],
        "opens_at": vote.opens_at and vote.opens_at.isoformat(),
        "closes_at": vote.closes_at and vote.closes_at.isoformat(),
        "frozen_at": vote.frozen_at and vote.frozen_at.isoformat(),
        "slip": profile.slip,
        "proxies": profile.proxies,
        "given": len(await valid(vote)),
        "questions": [
            {
                "number": row.number,
                "text": row.text,
                "options": [option["label"] for option in row.options],
            }
            for row in questions
        ],
        "owners": await owners_reasons(vote),
        "residents_meeting": profile.needs_residents_meeting_for_funds
        and any(row.kind == "funds" for row in questions),
        **await watching(vote),
    }
