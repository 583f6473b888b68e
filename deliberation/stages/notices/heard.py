"""What 一征 heard, as figures of a notice: counts, and the opinions merged and without authors.

Source: personal information law: opinions go public without author and without phones, identity
numbers and room numbers.
"""

from collections import Counter

from deliberation.matters.facts import current_passage, scope_paths
from deliberation.matters.models import Matter
from deliberation.people.rules import redact
from deliberation.places.models import Household
from deliberation.stages.opinions.models import Answer, Opinion
from deliberation.stages.opinions.models import heard as counts
from deliberation.stages.opinions.rules import CHANNELS, VERDICTS

UNGROUPED = "其他意见"


async def households_in_scope(matter: Matter) -> set[int]:
    """Ids of the households in the places the matter concerns."""
    found = set()
    for path in await scope_paths(matter):
        found |= set(await Household.filter(path__startswith=path).values_list("id", flat=True))
    return found


async def heard(matter: Matter) -> dict:
    """{first_on, last_on, total, channels, verdicts, households, spoken, answers}.

    `channels` and `verdicts` are [name, count]; `spoken` counts households in scope that spoke;
    `answers` are {group, opinions: [{text, verdict, reason, times}]}, in the order of the groups;
    whoever only answered questions has no words to print.
    """
    passage = await current_passage(matter, "opinions")
    said = await Opinion.filter(counts(), matter=matter).select_related("group")
    answers = await _answers(matter)
    verdicts = Counter(_answer(item, answers).verdict for item in said if _answer(item, answers))
    channels = Counter(item.channel for item in said)
    scope = await households_in_scope(matter)
    return {
        "first_on": passage and passage.first_on and passage.first_on.isoformat(),
        "last_on": passage and passage.last_on and passage.last_on.isoformat(),
        "total": len(said),
        "channels": [[name, channels[key]] for key, name in CHANNELS.items() if channels[key]],
        "verdicts": [[name, verdicts[key]] for key, name in VERDICTS.items()],
        "households": len(scope),
        "spoken": len({item.household_id for item in said} & scope),
        "answers": _grouped([item for item in said if item.text], answers),
    }


async def _answers(matter: Matter) -> dict[tuple[str, int], Answer]:
    """The newest answer of each opinion and each group."""
    found = {}
    for answer in await Answer.filter(opinion__matter=matter).order_by("id"):
        found["opinion", answer.opinion_id] = answer
    for answer in await Answer.filter(group__matter=matter).order_by("id"):
        found["group", answer.group_id] = answer
    return found


def _answer(opinion: Opinion, answers: dict) -> Answer | None:
    """An opinion's own answer stands before its group's."""
    return answers.get(("opinion", opinion.id)) or answers.get(("group", opinion.group_id))


def _grouped(opinions: list[Opinion], answers: dict) -> list[dict]:
    """Like opinions together; equal words with equal answers only once, with how many said so."""
    groups: dict[int | None, dict] = {}
    # By group, those on their own last: neither order nor time of the opinions tells the author.
    for opinion in sorted(opinions, key=lambda item: (item.group_id or 10**9, item.text)):
        title = opinion.group.title if opinion.group else UNGROUPED
        group = groups.setdefault(opinion.group_id, {"group": redact(title), "opinions": Counter()})
        group["opinions"][_words(opinion, _answer(opinion, answers))] += 1
    return [
        {
            "group": group["group"],
            "opinions": [
                {"text": text, "verdict": verdict, "reason": reason, "times": times}
                for (text, verdict, reason), times in group["opinions"].items()
            ],
        }
        for group in groups.values()
    ]


def _words(opinion: Opinion, answer: Answer | None) -> tuple[str, str, str]:
    if answer is None:
        return redact(opinion.text), "", ""
    return redact(opinion.text), VERDICTS[answer.verdict], redact(answer.reason)
