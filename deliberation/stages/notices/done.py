"""What came of a resolution, as figures of a notice: works, money, variations, satisfaction.

Amounts are fen. Satisfaction is printed as a fraction beside the percentage made of it.
"""

from collections import Counter
from collections.abc import Mapping

from deliberation.calendar import local_date
from deliberation.matters.models import Matter, Passage
from deliberation.matters.rules import PAYERS
from deliberation.people.rules import redact
from deliberation.stages.implementation.models import Evaluation
from deliberation.stages.implementation.progress import ItemProgress, Progress, progress
from deliberation.stages.implementation.rules import VARIATION_KINDS, Balance
from deliberation.stages.notices.heard import households_in_scope
from deliberation.stages.notices.models import SupervisorOpinion
from deliberation.stages.notices.rules import VERDICTS, percent
from deliberation.stages.opinions.breakdown import LEAST


async def done(matter: Matter) -> dict:
    """{items, milestones, payers, money, variations, upkeep}, item by item."""
    found = await progress(matter)
    rows = found.every
    return {
        "items": [_item(row) for row in rows],
        "milestones": _milestones(rows),
        "money": _money(found.balance),
        "payers": [[_payer(key), *sums] for key, *sums in found.balance.payers],
        "variations": _variations(found),
        "upkeep": [
            [row.item.name, row.item.responsible, row.item.upkeep]
            for row in found.items
            if row.item.upkeep or row.item.responsible
        ],
    }


def _item(row: ItemProgress) -> dict:
    changes = [change for change in row.variations if change.settled_at is None]
    dates = [step.done_on for step in row.milestones if step.done_on]
    return {
        "name": row.item.name,
        "resolved": row.item.quantity,
        "starts_on": row.item.starts_on and row.item.starts_on.isoformat(),
        "ends_on": row.item.ends_on and row.item.ends_on.isoformat(),
        "done_on": max(dates).isoformat() if row.done and dates else None,
        "same": not changes,
        "remark": "；".join(redact(change.change) for change in changes),
        **_money(row.balance),
    }


def _money(balance: Balance) -> dict:
    return {
        "amount": balance.resolved,
        "contract": balance.contract,
        "settled": balance.settled,
        "paid": balance.paid,
        "left": balance.left,
    }


def _milestones(rows: list[ItemProgress]) -> list[dict]:
    return [
        {
            "item": row.item.name,
            "title": step.title,
            "planned_on": step.planned_on and step.planned_on.isoformat(),
            "done_on": step.done_on and step.done_on.isoformat(),
            "report": redact(step.report),
        }
        for row in rows
        for step in row.milestones
    ]


def _variations(found: Progress) -> list[dict]:
    """Every change ever recorded, also those for which the matter went back."""
    return [
        {
            "item": row.item.name,
            "kind": VARIATION_KINDS[change.kind],
            "change": redact(change.change),
            "reason": redact(change.reason),
            "payer": _payer(change.payer),
            "difference": change.difference,
            "beyond": change.beyond,
        }
        for row in found.every
        for change in row.variations
    ]


def _payer(key: str) -> str:
    return PAYERS.get(key, "未注明来源")


async def evaluated(matter: Matter) -> dict:
    """{asked, answered, counts: [[word, households]], content, percent} of the households; of too
    few `least` instead of the last two."""
    verdicts = Counter(await Evaluation.filter(matter=matter).values_list("verdict", flat=True))
    return satisfaction(verdicts, asked=len(await households_in_scope(matter)))


def satisfaction(verdicts: Mapping[str, int], *, asked: int) -> dict:
    """The rate is of the households that answered: satisfied and fair together. Of too few it is
    not said what they answered."""
    answered = sum(verdicts.values())
    if answered < LEAST:
        return {"asked": asked, "answered": answered, "least": LEAST, "counts": []}
    content = verdicts.get("satisfied", 0) + verdicts.get("fair", 0)
    return {
        "asked": asked,
        "answered": answered,
        "counts": [[word, verdicts.get(key, 0)] for key, word in VERDICTS.items()],
        "content": content,
        "percent": percent(content, answered),
    }


async def supervised(passage: Passage) -> list[dict]:
    """[{name, text, on}]: supervisors are officers and appear with their full names."""
    rows = await SupervisorOpinion.filter(passage=passage).select_related("person")
    return [
        {"name": row.person.name, "text": row.text, "on": local_date(row.given_at).isoformat()}
        for row in rows
    ]
