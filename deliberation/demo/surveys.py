"""What some homes of the sample answer to the survey: questions, and ticks of the menu."""

from deliberation.acting import Actor, Office
from deliberation.demo.walk import Walk
from deliberation.places.models import Household
from deliberation.procedure import Role
from deliberation.stages.opinions import actions
from deliberation.stages.opinions.survey.facts import asked_in
from deliberation.stages.opinions.survey.rules import Given

HOMES = 16
STANCES = ("agree", "agree", "agree", "consider", "agree", "disagree")
ANSWERS = {
    "demolition": ("willing", "willing", "consider"),
    "fee": ("willing", "unwilling", "willing", "consider"),
    "fund": ("willing", "consider", "willing", "", "unwilling"),
    "share": ("consider", "willing", "unwilling"),
}
TICKS = (
    {"drain", "roof", "stairs"},
    {"drain", "lift", "parking"},
    {"roof", "security", "charging", "green"},
    {"drain", "road", "lighting", "care"},
    {"stairs", "access", "leisure"},
)


async def answer(walk: Walk) -> None:
    """Sixteen homes of all parts of the compound answer without a word of their own."""
    homes = await Household.filter(path__startswith=walk.staff.compound.path).order_by("id")
    asked = await asked_in(walk.matter)
    for number in range(HOMES):
        home = homes[number * len(homes) // HOMES]
        willing = {key: words[number % len(words)] for key, words in ANSWERS.items()}
        given = Given(
            {key: word for key, word in willing.items() if word and key in asked.questions},
            frozenset(TICKS[number % len(TICKS)] & asked.menu.items.keys()),
        )
        at_home = (Office(Role.RESIDENT, home.path),)
        await actions.submit(
            Actor(homes=(home.id,), offices=at_home),
            walk.matter,
            text="",
            stance=STANCES[number % len(STANCES)],
            given=given,
            request_code=f"survey-{number:017x}",
            now=walk.later(minutes=1),
        )
