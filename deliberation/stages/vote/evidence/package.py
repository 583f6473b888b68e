"""The record of a counted vote as one file: what anyone needs to recount it, and no more.

`package.zip` holds canonical JSON (RFC 8785) under the names of `members`; its bytes follow from
the database alone, so two people who download it can compare it. Nothing in it leads to a person:
lines of the roll are hashes, ballots have keys that only their voters can make. The leaves and the
rows of ballots are made anew from the tables, so that a change of any table shows when the package
is verified (`deliberation/verifier.py`). There is no package before the count.
"""

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import rfc8785

from deliberation.approvals.models import Approval
from deliberation.database.reading import in_chunks
from deliberation.log import signing
from deliberation.log.models import Entry, content
from deliberation.log.packing import pack
from deliberation.matters.models import Matter
from deliberation.stages.notices.models import Notice
from deliberation.stages.vote.evidence.answers import Answers, answers
from deliberation.stages.vote.evidence.manifest import FORMAT, leaf_of
from deliberation.stages.vote.facts import profile_of
from deliberation.stages.vote.models import InclusionCode, RollEntry, Vote
from deliberation.stages.vote.paper import facts as papers
from deliberation.stages.vote.rules import COUNTED


@dataclass(frozen=True)
class Rows:
    """What was read; everything after this is computed off the event loop."""

    vote: Vote
    lines: list[RollEntry]
    amendments: list[int]  # ids of the approvals
    notices: list[dict]
    entries: list[Entry]
    answers: Answers
    codes: list[str]
    paper: dict


async def counted_vote(matter: Matter, vote: int) -> Vote | None:
    """A vote of the matter once it is counted and not void: before, there is nothing to recount."""
    return await Vote.get_or_none(id=vote, matter=matter, status__in=COUNTED)


async def package(vote: Vote, *, full: bool = False) -> bytes:
    """The bytes of package.zip; `full` adds the openings of the areas, for the scrutineers."""
    rows = await _read(vote)
    return await asyncio.to_thread(lambda: pack(_members(rows, full)))


async def members(vote: Vote, *, full: bool = False) -> dict[str, bytes]:
    """The files of a package by name, `package.json` with their digests among them."""
    rows = await _read(vote)
    return await asyncio.to_thread(_members, rows, full)


async def sealed(vote: Vote) -> dict:
    """What the log keeps of the ballots at close, so that none can be changed later: the root of
    the answers, their number and that of the codes, and the hashes of two files.

    {ballots, answers, codes, seals: {"codes.json", "paper.json"}}
    """
    rows = await _read(vote, record=False)
    files = {"codes.json": _codes(rows), "paper.json": rows.paper}
    return {
        "ballots": rows.answers.root,
        "answers": len(rows.answers.rows),
        "codes": len(rows.codes),
        "seals": {name: _sha256(rfc8785.dumps(value)) for name, value in files.items()},
    }


async def _read(vote: Vote, record: bool = True) -> Rows:
    """The notices before the log: whatever head they print is then in it."""
    notices = await _notices(vote) if record else []
    approved = Approval.filter(vote=vote, act="vote.amend", decision="approved")
    chain = Entry.filter(chain=f"{signing.MATTERS}{vote.matter_id}")
    return Rows(
        vote=vote,
        lines=[line async for line in in_chunks(RollEntry.filter(vote=vote))],
        amendments=await approved.order_by("id").values_list("id", flat=True),
        notices=notices,
        entries=[entry async for entry in in_chunks(chain)] if record else [],
        answers=await answers(vote),
        codes=[row.code async for row in in_chunks(InclusionCode.filter(vote=vote))],
        paper=await papers.record(vote),
    )


async def _notices(vote: Vote) -> list[dict]:
    """The matter's notices so far; a PDF that is not made yet has no hash."""
    found = Notice.filter(matter_id=vote.matter_id).exclude(status="draft").order_by("id")
    return [
        {
            "code": one.code,
            "kind": one.kind,
            "number": one.number,
            "revision": one.revision,
            "sha256": one.document.file.sha256 if one.document and one.document.file else "",
            "log_head": one.figures.get("log_head", ""),
        }
        for one in await found.select_related("document__file")
    ]


def _members(rows: Rows, full: bool) -> dict[str, bytes]:
    entries = sorted(rows.entries, key=lambda entry: entry.sequence)
    found = {
        "manifest": rows.vote.manifest,
        "roll": _roll(rows),
        "log": {
            "chain": f"{signing.MATTERS}{rows.vote.matter_id}",
            "entries": [_entry(entry) for entry in entries],
        },
        "checkpoints": _checkpoints(rows, entries),
        "ballots": {"answers": rows.answers.rows},
        "codes": _codes(rows),
        "paper": rows.paper,
        "result": rows.vote.result,
        "notices": {"notices": rows.notices},
    }
    if full and profile_of(rows.vote).by_area:
        found["openings"] = {"openings": rows.answers.openings}
    made = {f"{name}.json": rfc8785.dumps(value) for name, value in found.items()}
    digests = {name: _sha256(data) for name, data in made.items()}
    made["package.json"] = rfc8785.dumps({"format": FORMAT, "files": digests})
    return made


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _codes(rows: Rows) -> dict:
    return {"codes": sorted(rows.codes)}


def _roll(rows: Rows) -> dict:
    """The frozen lines, and what two people changed since, as the lines say it."""
    lines = sorted(rows.lines, key=lambda line: line.number)
    frozen = [_leaf(line) for line in lines if line.added_by is None]
    return {"leaves": frozen, "amendments": [_amendment(lines, one) for one in rows.amendments]}


def _amendment(lines: list[RollEntry], approval: int) -> dict:
    added = [line for line in lines if line.added_by == approval]
    struck = [line for line in lines if line.struck_by == approval]
    return {
        "approval": approval,
        "added": [{"number": line.number, "leaf": _leaf(line)} for line in added],
        "struck": [line.number for line in struck],
        "heads": sum(line.heads for line in added) - sum(line.heads for line in struck),
        "area": sum(line.area for line in added) - sum(line.area for line in struck),
    }


def _leaf(line: RollEntry) -> str:
    """Made anew from the line; where a name was erased since, the leaf is all that is left."""
    made = leaf_of(line)
    erased = not (line.name and line.unit) and made != line.leaf
    return line.leaf if erased else made


def _entry(entry: Entry) -> dict:
    hashed = {name: value for name, value in content(entry).items() if name != "chain"}
    return hashed | {"digest": entry.digest}


def _checkpoints(rows: Rows, entries: list[Entry]) -> dict:
    """The signed heads that a reader may hold against this file: each act of the vote, what the
    notices print, and the last; the last alone covers everything before it."""
    printed = {one["log_head"] for one in rows.notices}
    signed = [
        entry
        for entry in entries
        if entry.signature
        and (
            entry.digest in printed
            or entry is entries[-1]
            or (entry.act.startswith("vote.") and entry.body.get("vote") == rows.vote.id)
        )
    ]
    used = _distinct([rows.vote.manifest["key"], *(entry.key for entry in signed)])
    ring = signing.keys().ring(used)
    return ring | {"checkpoints": [signing.checkpoint(entry) for entry in signed]}


def _distinct(keys: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(keys))
