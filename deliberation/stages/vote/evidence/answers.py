"""The rows of a package: every answer under a key that leads to nobody, one row per question.

A secret answer has its random key and its salt. A named one has a key made from the line's salt, so
that each voter finds the own answers and nobody else's; where areas are weighed, the area itself
stays behind a commitment, since 83.17 m² names its owner.
"""

import asyncio
from dataclasses import dataclass

import rfc8785

from deliberation.database.reading import in_chunks
from deliberation.log import merkle
from deliberation.stages.vote.count.counting import counted_ballots
from deliberation.stages.vote.evidence.manifest import digest
from deliberation.stages.vote.facts import profile_of
from deliberation.stages.vote.models import RollEntry, SecretAnswer, Vote, standing


def tag(entry: RollEntry, question: int) -> str:
    """The key of a named answer, which only whoever knows the line's salt can make."""
    content = {"salt": entry.salt, "number": entry.number, "question": question}
    return digest("deliberation/ballot-tag", content)


@dataclass(frozen=True)
class Answers:
    """`rows` as published, sorted by key; `openings` of the areas, for the scrutineers."""

    rows: list[dict]
    openings: list[dict]

    @property
    def root(self) -> str:
        return merkle.root([merkle.leaf(rfc8785.dumps(row)) for row in self.rows])


async def answers(vote: Vote) -> Answers:
    """Everything that was counted, but for the batches of papers; hashed off the event loop."""
    if vote.secret:
        rows = [row async for row in in_chunks(SecretAnswer.filter(vote=vote))]
        return await asyncio.to_thread(_secret, rows)
    lines = {line.id: line async for line in in_chunks(standing(vote))}
    given = [(lines[key], row.choices) for key, row in (await counted_ballots(vote)).items()]
    return await asyncio.to_thread(_named, given, profile_of(vote).by_area)


def _secret(found: list[SecretAnswer]) -> Answers:
    rows = [
        {"key": row.key, "question": row.question, "choice": row.choice, "salt": row.salt}
        for row in found
    ]
    return Answers(sorted(rows, key=_key), [])


def _named(given: list[tuple[RollEntry, dict]], by_area: bool) -> Answers:
    rows, openings = [], []
    for line, choices in given:
        for number, choice in choices.items():
            row = {"key": tag(line, int(number)), "question": int(number), "choice": choice}
            if by_area:
                opening = _opening(line, row)
                openings.append({"key": row["key"], **opening})
                row["commitment"] = digest("deliberation/weight", {**row, **opening})
            rows.append(row)
    return Answers(sorted(rows, key=_key), sorted(openings, key=_key))


def _opening(entry: RollEntry, row: dict) -> dict:
    salt = digest("deliberation/weight-salt", {"salt": entry.salt, "question": row["question"]})
    return {"heads": entry.heads, "area": entry.area, "salt": salt}


def _key(row: dict) -> str:
    return row["key"]
