"""What was decided, as figures of a notice: the vote's table and sums, and the plan it adopted.

Sources: the result as certified (never typed again), Civil Code 278 for the area table of owners.
"""

import re

from deliberation.database.once import once
from deliberation.database.plain import first, found, rows
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Funding, Matter, Plan, PlanItem
from deliberation.matters.rules import CATEGORIES, OWNERS_REASONS, PAYERS
from deliberation.people.rules import mask_name
from deliberation.procedure import Outcome
from deliberation.stages.vote.count.disclosure import is_unanimous, split_shown
from deliberation.stages.vote.models import Question, Scrutineer, Vote
from deliberation.stages.vote.profiles import from_json
from deliberation.stages.vote.rules import CERTIFIED, CHOICES

ANSWERS = {**CHOICES, "invalid": "无效", "not_returned": "未交票"}
RESULTS = {Outcome.PASSED: "通过", Outcome.NOT_PASSED: "未通过", Outcome.INQUORATE: "流会"}
_WIDE = str.maketrans({":": "：", ";": "；", "(": "（", ")": "）"})


@once
async def decided_vote(matter: Matter) -> Vote | None:
    """The certified vote of the newest stay in the vote's stage."""
    passage = await current_passage(matter, "vote")
    newest = "WHERE x.passage_id = $1 AND x.status IN $2 ORDER BY x.id DESC"
    return await first(Vote, newest, passage.id, [*CERTIFIED]) if passage else None


async def voted(vote: Vote) -> dict:
    """The vote as printed: {rule, basis, unit, by_area, secret, root, opens_at, closes_at,
    entitled, present, signed_in, split, phone, paper, quorum_sums, questions, scrutineers,
    tellers}; without `split` phone and paper are not told apart.

    `questions` are {number, text, columns, heads, area, outcome, winner, sums, unanimous};
    `columns` name what `heads` (and `area`, when the profile weighs it) count; `unanimous` is true
    where a secret vote tells how everyone voted. Names are masked.
    """
    profile, result = from_json(vote.profile), vote.result
    labels = {
        row.number: {option["key"]: option["label"] for option in row.options}
        for row in await Question.filter(vote=vote)
    }
    return {
        "rule": wide(profile.words),
        "electorate": wide(profile.name),
        "basis": wide(profile.basis_text),
        "unit": profile.unit,
        "by_area": profile.by_area,
        "secret": vote.secret,
        "root": vote.manifest["roll"]["root"] if vote.manifest else "",
        **{key: result[key] for key in ("opens_at", "closes_at", "entitled", "present")},
        **{key: result[key] for key in ("signed_in", "phone", "paper")},
        "split": split_shown(vote.secret, result["phone"], result["paper"]),
        "quorum_sums": [wide(text) for text in result["quorum_sums"]],
        "questions": [
            question(row, labels[row["number"]], by_area=profile.by_area)
            | {"unanimous": is_unanimous(vote.secret, row["counts"])}
            for row in result["questions"]
        ],
        **await watching(vote),
    }


async def watching(vote: Vote) -> dict[str, list[str]]:
    """{scrutineers, tellers}: their masked names."""
    named = await Scrutineer.filter(vote=vote).order_by("id").values_list("role", "person__name")
    return {
        "scrutineers": [mask_name(name) for role, name in named if role == "scrutineer"],
        "tellers": [mask_name(name) for role, name in named if role != "scrutineer"],
    }


def question(row: dict, labels: dict[str, str], *, by_area: bool) -> dict:
    """One question of a result, for print; `labels` are its options as they were on the ballot."""
    columns = {**labels, **{key: text for key, text in ANSWERS.items() if key in row["counts"]}}
    return {
        "number": row["number"],
        "text": row["text"],
        "columns": list(columns.values()),
        "heads": [row["counts"].get(key, 0) for key in columns],
        "area": [row["area"].get(key, 0) for key in columns] if by_area else [],
        "outcome": RESULTS[Outcome(row["outcome"])],
        "winner": labels.get(row["winner"], "") if row.get("winner") else "",
        "sums": [wide(text) for text in row["sums"]],
    }


@once
async def refused_items(vote: Vote) -> set[int]:
    """Ids of the plan items whose own question did not pass: they are not resolved."""
    outcomes = {row["number"]: row["outcome"] for row in vote.result["questions"]}
    own = "SELECT number, item_id FROM question WHERE vote_id = $1 AND item_id IS NOT NULL"
    asked = await rows(own, vote.id)
    return {item for number, item in asked if outcomes[number] != Outcome.PASSED}


def refused_funds(vote: Vote) -> bool:
    """Whether the residents' own money was put to the vote and did not pass."""
    funds = [row["outcome"] for row in vote.result["questions"] if row["kind"] == "funds"]
    return any(outcome != Outcome.PASSED for outcome in funds)


@once
async def resolved_items(matter: Matter, plan: Plan) -> list[PlanItem]:
    """The items of the final plan that were resolved, in their order."""
    vote = await decided_vote(matter)
    refused = await refused_items(vote) if vote else set()
    items = await found(PlanItem, "WHERE x.plan_id = $1 ORDER BY x.number", plan.id)
    return [item for item in items if item.id not in refused]


async def plan_figures(matter: Matter, plan: Plan) -> dict:
    """{version, items, payers, total, refused, unfunded}: what was resolved, and who pays (fen).

    `items` are {number, name, category, quantity, responsible, starts_on, ends_on, upkeep, owners
    (why they must decide), payers: [[name, fen]], amount}; `refused` names the items that did not
    pass; `unfunded` is the residents' money when that did not pass: it is in no other figure.
    """
    kept = await resolved_items(matter, plan)
    ids = [item.id for item in kept]
    others = await PlanItem.filter(plan=plan).exclude(id__in=ids).values_list("name", flat=True)
    fundings = await Funding.filter(item_id__in=ids).order_by("id")
    vote, unfunded = await decided_vote(matter), 0
    if vote and refused_funds(vote):
        unfunded = sum(row.amount for row in fundings if row.payer == "residents")
        fundings = [row for row in fundings if row.payer != "residents"]
    sums = {key: sum(row.amount for row in fundings if row.payer == key) for key in PAYERS}
    return {
        "version": plan.version,
        "items": [_item(row, [one for one in fundings if one.item_id == row.id]) for row in kept],
        "payers": [[PAYERS[key], amount] for key, amount in sums.items() if amount],
        "total": sum(sums.values()),
        "refused": list(others),
        "unfunded": unfunded,
    }


def _item(item: PlanItem, fundings: list[Funding]) -> dict:
    return {
        "number": item.number,
        "name": item.name,
        "category": CATEGORIES[item.category],
        "quantity": item.quantity,
        "responsible": item.responsible,
        "starts_on": item.starts_on and item.starts_on.isoformat(),
        "ends_on": item.ends_on and item.ends_on.isoformat(),
        "upkeep": item.upkeep,
        "owners": OWNERS_REASONS.get(item.owners_reason, ""),
        "payers": [[PAYERS[row.payer], row.amount] for row in fundings if row.amount],
        "amount": sum(row.amount for row in fundings),
    }


def wide(sentence: str) -> str:
    """A sum as printed: full-width punctuation, but the separators of thousands stay."""
    return re.sub(r",(?!\d{3})", "，", sentence).translate(_WIDE)
