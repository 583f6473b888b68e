"""What residents said that the plan has to answer, and the gaps between the two. Reads only.

An opinion counts when its newest answer, its own or else its group's, is adopted or partly
adopted. Texts are shown without author and redacted.
"""

from dataclasses import dataclass

from deliberation.matters.items import Item
from deliberation.matters.models import Matter
from deliberation.people.rules import redact
from deliberation.stages.opinions.models import Answer, Group, Opinion

ACCEPTED = ("adopted", "partly")


@dataclass(frozen=True)
class Heard:
    """A group of like opinions or a single one. `key` is g3 or o17; `opinions` are ids."""

    key: str
    title: str
    opinions: frozenset[int]

    def answered_by(self, items: list[Item]) -> bool:
        return any(self.opinions & item.opinions for item in items)


async def heard(matter: Matter) -> list[Heard]:
    """The groups with accepted opinions, then the single accepted opinions, oldest first."""
    own = await _verdicts(opinion__matter=matter, by="opinion_id")
    grouped = await _verdicts(group__matter=matter, by="group_id")
    members: dict[int, set] = {}
    singles = []
    for id, group, text in await Opinion.filter(matter=matter).values_list(
        "id", "group_id", "text"
    ):
        if own.get(id, grouped.get(group)) not in ACCEPTED:
            continue
        if group:
            members.setdefault(group, set()).add(id)
        else:
            singles.append(Heard(f"o{id}", redact(text)[:60], frozenset({id})))
    titles = await Group.filter(matter=matter).values_list("id", "title")
    groups = [
        Heard(f"g{id}", f"{redact(title)}（{len(members[id])}条意见）", frozenset(members[id]))
        for id, title in titles
        if id in members
    ]
    return groups + singles


async def _verdicts(*, by: str, **where) -> dict[int, str]:
    """The newest verdict per opinion or group."""
    rows = await Answer.filter(**where).order_by("id").values_list(by, "verdict")
    return dict(rows)


def answering(said: list[Heard], item: Item) -> list[Heard]:
    """What an item answers."""
    return [entry for entry in said if entry.opinions & item.opinions]


def unanswered(said: list[Heard], items: list[Item]) -> list[Heard]:
    """Accepted opinions that no item answers."""
    return [entry for entry in said if not entry.answered_by(items)]


def unasked(items: list[Item]) -> list[Item]:
    """Items that answer no opinion."""
    return [item for item in items if not item.opinions]
