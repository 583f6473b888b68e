"""What is frozen before a vote opens: the manifest, and the roll as a Merkle tree.

The manifest says what is asked, of whom, by which rule, from when to when; the root stands for the
whole roll. Both are hashed in canonical JSON (RFC 8785) with a domain of their own, so that anyone
with the printed notice can recount (`package.py`, `deliberation/verifier.py`).
"""

import hashlib
from datetime import datetime
from importlib.metadata import version

import rfc8785

from deliberation.log import merkle, signing
from deliberation.log.models import stamp
from deliberation.matters.items import items_of, plan_digest
from deliberation.matters.models import Matter, Plan
from deliberation.stages.vote.models import Question, RollEntry, Vote

FORMAT = "deliberation/1"


def digest(domain: str, content) -> str:
    """Hex SHA-256 of a domain and canonical JSON."""
    return hashlib.sha256(domain.encode() + b"\n" + rfc8785.dumps(content)).hexdigest()


def leaf_data(entry: RollEntry) -> dict:
    """What a leaf stands for: the line as frozen; its salt keeps others from guessing it."""
    return {
        "number": entry.number,
        "name": entry.name,
        "unit": entry.unit,
        "marks": entry.marks,
        "heads": entry.heads,
        "area": entry.area,
        "salt": entry.salt,
    }


def leaf_of(entry: RollEntry) -> str:
    """The leaf of a line of the roll."""
    return merkle.leaf(b"deliberation/roll\n" + rfc8785.dumps(leaf_data(entry)))


async def frozen_lines(vote: Vote) -> list[RollEntry]:
    """The lines the root stands for, in the order of their numbers: without later additions."""
    return await RollEntry.filter(vote=vote, added_by=None).order_by("number")


async def manifest(matter: Matter, vote: Vote, opens_at: datetime, closes_at: datetime) -> dict:
    """The manifest of a vote as it stands now; the leaves are computed from the lines anew."""
    lines = await frozen_lines(vote)
    return {
        "format": FORMAT,
        "algorithm": "sha-256",
        "matter": {"id": matter.id, "number": matter.number, "title": matter.title},
        "vote": vote.id,
        "profile": vote.profile,
        "form": vote.form,
        "secret": vote.secret,
        "checkable": vote.checkable,
        "questions": [
            {"number": row.number, "kind": row.kind, "text": row.text, "options": row.options}
            for row in await Question.filter(vote=vote)
        ],
        "opens_at": stamp(opens_at),
        "closes_at": stamp(closes_at),
        "roll": {
            "voters": len(lines),
            "heads": sum(line.heads for line in lines),
            "area": sum(line.area for line in lines),
            "root": merkle.root([leaf_of(line) for line in lines]),
        },
        "key": signing.keys().current,
        "software": version("deliberation"),
        "plan": await _plan(vote),
    }


def manifest_digest(content: dict) -> str:
    return digest("deliberation/manifest", content)


async def _plan(vote: Vote) -> dict | None:
    """The text voted on: its version, and a hash over every item with who pays what."""
    plan = await Plan.get_or_none(id=vote.plan_id) if vote.plan_id else None
    if plan is None:
        return None
    return {"version": plan.version, "digest": plan_digest(await items_of(plan))}
