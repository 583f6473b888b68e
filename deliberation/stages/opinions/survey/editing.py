"""Staff decide what a matter asks: the items of its menu and the questions of willingness."""

from datetime import datetime

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Matter
from deliberation.matters.rules import CATEGORIES
from deliberation.stages.opinions.menu import TEMPLATES, menu_of
from deliberation.stages.opinions.survey import rules
from deliberation.stages.opinions.survey.facts import asked_in, chosen_in
from deliberation.stages.opinions.survey.models import MenuItem, Questionnaire
from deliberation.stages.opinions.survey.rules import Asked

EARLIER = "matter-"
MOST_EARLIER = 10
MOST_ITEMS = 60
Item = tuple[str, str, str]


def free_keys(taken: list[str], count: int) -> list[str]:
    """Keys for own items: own1, own2 … after those there are."""
    numbers = [int(key[3:]) for key in taken if key[:3] == "own" and key[3:].isdecimal()]
    first = max(numbers, default=0) + 1
    return [f"own{number}" for number in range(first, first + count)]


async def edit(
    actor: Actor, matter: Matter, items: list[Item], questions: list[str], now: datetime
) -> None:
    """Sets the whole menu (key, class, name) and the questions. Raises Refused with reasons."""
    async with acting(actor, "opinions.menu", now, matter=matter) as act:
        await _ask(act, items, questions)


async def take_template(actor: Actor, matter: Matter, key: str, now: datetime) -> None:
    """Starts from a template or from an earlier matter of the community. Raises Refused."""
    async with acting(actor, "opinions.menu", now, matter=matter) as act:
        if key in TEMPLATES:
            like, questions = TEMPLATES[key][1], (await asked_in(matter)).questions
        else:
            found = [row for row in await earlier(matter) if f"{EARLIER}{row.id}" == key]
            if not found:
                raise Refused("请从列出的样子里选")
            asked = await asked_in(found[0])
            like, questions = asked.menu, asked.questions
        items = [(key, need.kind, need.name) for key, need in like.items.items()]
        await _ask(act, [item for item in items if item[1] != "other"], list(questions))


async def earlier(matter: Matter) -> list[Matter]:
    """The community's other matters with an edited menu, newest first."""
    rows = Matter.filter(community_id=matter.community_id, questionnaire__id__not_isnull=True)
    return await rows.exclude(id=matter.id).order_by("-id").limit(MOST_EARLIER)


async def _ask(act: Act, items: list[Item], questions: list[str]) -> None:
    before = await asked_in(act.matter)
    after = Asked(menu_of(items), tuple(key for key in rules.QUESTIONS if key in questions))
    passage = await current_passage(act.matter, act.matter.stage)
    reasons = rules.editing(
        before,
        after,
        announced=passage.last_on is not None,
        chosen=await chosen_in(act.matter),
    )
    if not {kind for _, kind, _ in items} <= set(CATEGORIES):
        reasons.append("请从列出的类别里选")
    if len(items) > MOST_ITEMS:
        reasons.append(f"菜单最多{MOST_ITEMS}项")
    if reasons:
        raise Refused(*reasons)
    await MenuItem.filter(matter=act.matter).delete()
    await MenuItem.bulk_create(
        [MenuItem(matter=act.matter, key=key, kind=kind, name=name) for key, kind, name in items]
    )
    await Questionnaire.filter(matter=act.matter).delete()
    await Questionnaire.create(
        matter=act.matter,
        questions=" ".join(after.questions),
        edited_at=act.now,
        edited_by=act.actor.account_id,
    )
    act.record(menu=[key for key, _, _ in items], questions=list(after.questions))
