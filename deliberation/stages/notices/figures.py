"""The figures of notices A and B, taken from the record only: nobody types a number.

Everything here is public: names masked, opinions without authors, free text without phones and
rooms. What a person writes into a draft (`note`, `correction`) is kept apart in `actions.py`.
"""

from deliberation import procedures
from deliberation.matters.facts import final_plan
from deliberation.matters.models import Matter, MatterScope, Passage
from deliberation.stages.notices.done import done, evaluated, supervised
from deliberation.stages.notices.heard import heard, households_in_scope
from deliberation.stages.notices.talks import meeting, organisations
from deliberation.stages.notices.voted import decided_vote, plan_figures, voted

KIND = {"decision_notice": "A", "implementation": "B", "result_notice": "B"}
ABOUT = {
    "decision_notice": "决议内容",
    "implementation": "实施进展情况",
    "result_notice": "实施情况",
}
# Taken anew at sign-off: they go on growing after the draft, and the draft says so.
LIVE = ("evaluations", "supervisors")


def title(matter: Matter, stage: str) -> str:
    return f"关于{matter.title}{ABOUT[stage]}的公示"


async def figures(matter: Matter, passage: Passage) -> dict:
    """The figures of the notice that `passage`'s stage hangs: A, B, or an interim B."""
    if passage.stage == "decision_notice":
        return await common(matter) | await decision(matter)
    return await common(matter) | await result(matter, passage)


async def common(matter: Matter) -> dict:
    """{procedure, scope: {places, households}, answer_days} of a notice with a period."""
    procedure = procedures.get(matter.procedure)
    scope = MatterScope.filter(matter=matter).order_by("place__path")
    places = await scope.values_list("place__kind", "place__parent__name", "place__name")
    names = [name if kind == "compound" else f"{above}{name}" for kind, above, name in places]
    return {
        "procedure": procedure.name,
        "scope": {"places": names, "households": len(await households_in_scope(matter))},
        "answer_days": procedure.norms.answer_working_days,
    }


async def decision(matter: Matter) -> dict:
    """Notice A: {opinions, proposal, consultation, organisations, party_meeting, vote, plan}.

    A part is None where the procedure or the record has none.
    """
    vote, plan = await decided_vote(matter), await final_plan(matter)
    return {
        "opinions": await heard(matter),
        "proposal": await meeting(matter, "proposal"),
        "consultation": await meeting(matter, "consultation"),
        "organisations": await organisations(matter),
        "party_meeting": await meeting(matter, "party_meeting"),
        "vote": await voted(vote) if vote else None,
        "plan": await plan_figures(matter, plan) if plan else None,
    }


async def result(matter: Matter, passage: Passage) -> dict:
    """Notice B: what was done, and at the end what residents and supervisors say of it."""
    interim = passage.stage == "implementation"
    return {
        "interim": interim,
        "works": await done(matter),
        "evaluations": None if interim else await evaluated(matter),
        "supervisors": [] if interim else await supervised(passage),
    }
