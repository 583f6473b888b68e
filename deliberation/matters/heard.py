"""What residents said that the plan has to answer, and the gaps between the two. Reads only.

An opinion counts when the answer that stands for it is adopted or partly adopted. Texts are shown
without author and redacted.
"""

from dataclasses import dataclass

from deliberation.matters.items import Item
from deliberation.matters.models import Matter
from deliberation.people.rules import redact
from deliberation.stages.opinions import models as opinions

ACCEPTED = ("adopted", "partly")
LONGEST = 60


@dataclass(frozen=True)
class Heard:
    """A group of like opinions or a single one. `key` is g3 or o17; `opinions` are ids."""

    key: str
    title: str
    opinions: frozenset[int]

    @property
    def path(self) -> str:
        """Where staff read it, behind the address of the matter's opinions."""
        return f"groups/{self.key[1:]}" if self.key.startswith("g") else self.key[1:]

    def answered_by(self, items: list[Item]) -> bool:
        return any(self.opinions & item.opinions for item in items)


async def heard(matter: Matter) -> list[Heard]:
    """The groups with accepted opinions, then the single accepted opinions, oldest first."""
    rows = await opinions.Opinion.filter(opinions.heard(), matter=matter)
    answers = await opinions.standing_answers(rows)
    members: dict[int, set[int]] = {}
    singles = []
    for row in rows:
        answer = answers[row.id]
        if answer is None or answer.verdict not in ACCEPTED:
            continue
        if row.group_id:
            members.setdefault(row.group_id, set()).add(row.id)
        else:
            # Redacted before it is cut, so that no half of a number slips through.
            singles.append(Heard(f"o{row.id}", redact(row.text)[:LONGEST], frozenset({row.id})))
    titles = await opinions.Group.filter(matter=matter).values_list("id", "title")
    groups = [
        Heard(f"g{id}", f"{redact(title)}（{len(members[id])}条意见）", frozenset(members[id]))
        for id, title in titles
        if id in members
    ]
    return groups + singles


def answering(said: list[Heard], item: Item) -> list[Heard]:
    """What an item answers."""
    return [entry for entry in said if entry.opinions & item.opinions]


def unanswered(said: list[Heard], items: list[Item]) -> list[Heard]:
    """Accepted opinions that no item answers."""
    return [entry for entry in said if not entry.answered_by(items)]


def unasked(items: list[Item]) -> list[Item]:
    """Items that answer no opinion."""
    return [item for item in items if not item.opinions]
