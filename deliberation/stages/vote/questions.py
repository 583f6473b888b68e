"""The questions of a ballot, made from the final plan: its text, its items, its schemes, funds."""

from dataclasses import dataclass

from deliberation.matters.models import Funding, Matter, Plan, PlanItem
from deliberation.stages.vote.count.tally import FOR_OR_AGAINST, Answer

YES_OR_NO = [{"key": key.value, "label": label} for key, label in FOR_OR_AGAINST]


@dataclass(frozen=True)
class Drafted:
    """A question before it has a number. `kind`: plan, item, choice or funds."""

    kind: str
    text: str
    options: list[dict]
    item_id: int | None = None


async def questions_for(
    matter: Matter, plan: Plan, form: str, schemes: tuple[str, ...]
) -> list[Drafted]:
    """What is asked about the final plan; residents' funds are always a question of their own."""
    if form == "items":
        items = await PlanItem.filter(plan=plan)
        drafted = [Drafted("item", _item_text(item), YES_OR_NO, item.id) for item in items]
    elif form == "choice":
        drafted = [Drafted("choice", f"{matter.title}，您选哪一个方案？", _options(schemes))]
    else:
        text = f"您是否同意《{matter.title}方案》（第{plan.version}版）？"
        drafted = [Drafted("plan", text, YES_OR_NO)]
    funds = await residents_funds(plan)
    if funds:
        text = f"您是否同意由居民自愿出资{funds // 100:,}.{funds % 100:02d}元？"
        drafted.append(Drafted("funds", text, YES_OR_NO))
    return drafted


async def residents_funds(plan: Plan) -> int:
    """What the plan wants residents to pay, in fen; 0 when nothing."""
    amounts = await Funding.filter(item__plan=plan, payer="residents").values_list(
        "amount", flat=True
    )
    return sum(amounts)


def _item_text(item: PlanItem) -> str:
    quantity = f"（{item.quantity}）" if item.quantity else ""
    return f"您是否同意“{item.name}”{quantity}？"


def _options(schemes: tuple[str, ...]) -> list[dict]:
    options = [{"key": f"s{place}", "label": label} for place, label in enumerate(schemes, 1)]
    return [*options, {"key": Answer.ABSTAIN.value, "label": "弃权"}]
