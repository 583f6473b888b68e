"""Values of the wrong kind, in packages that their own server signed: nothing else gives them away.

Whoever issues a package controls every byte of it, and can make all digests and signatures fit.
"""

from contextlib import suppress

import rfc8785

from tests.log.packages import GENUINE, archive, archived, bind, chain, notices, sign

AREA, CHANGED = "by area, public", "amended, extended, ended early, new key"
# A package, where in it (a file or an act of the vote, then fields and places), what stands there.
SHAPELESS = [
    ("secret vote", "paper.batches.0.tallies.1.abstain", False),
    ("secret vote", "paper.batches.0.papers", True),
    ("secret vote", "paper.batches.0.entered_by", True),
    ("named plan", "paper.missing", False),
    ("named plan", "result.questions.0.counts.not_returned", True),
    ("named plan", "manifest.questions.0.number", True),
    ("named plan", "manifest.vote", True),
    ("named plan", "ballots.answers.0.question", True),
    ("named plan", "checkpoints.checkpoints.0.sequence", True),
    ("named plan", "vote.freeze.proposed_by", True),
    ("named plan", "vote.freeze.vote", True),
    (CHANGED, "roll.amendments.0.struck.0", True),
    (CHANGED, "roll.amendments.0.heads", True),
    ("secret vote", "paper.batches.1.tallies.1", {"for": 9, "against": -3, "abstain": 1}),
    ("secret vote", "paper.missing", -1),
    ("secret vote", "paper.transcribed", -1),
    ("named plan", "paper.sheets.0.sheets", -1),
    ("named plan", "result.present.heads", -42),
    ("named plan", "result.questions.0.counts.against", -3),
    (AREA, "result.questions.0.area.not_returned", -1),
    ("named plan", "paper.issued", "3"),
    ("named plan", "paper.sheets.0.sheets", "3"),
    ("named plan", "paper.sheets.0.entered_by", "12"),
    ("named plan", "vote.freeze.approved_by", "11"),
    ("named plan", "result.phone", "38"),
    ("named plan", "manifest.roll.heads", "51"),
    ("named plan", "manifest.profile.quorum", ["2", 3]),
    ("named plan", "manifest.profile.quorum", "23"),
    ("named plan", "manifest.profile.majority", [1]),
    ("named plan", "manifest.profile.majority", [1, 0]),
    ("named plan", "manifest.profile.base", "all"),
    ("named plan", "manifest.profile.quorum_includes", 1),
    ("named plan", "manifest.profile.majority_includes", "false"),
    ("named plan", "manifest.profile.by_area", "true"),
    ("named plan", "manifest.secret", 1),
    ("secret vote", "manifest.secret", "true"),
    (AREA, "manifest.profile.by_area", []),
    ("named plan", "result.signed_in", None),
    ("named plan", "result.questions.0.counts", None),
    ("named plan", "log.entries.3.digest", None),
    ("named plan", "vote.close.seals", None),
    ("named plan", "vote.end.closes_at", None),
    ("named plan", "notices.notices.0.log_head", None),
    ("named plan", "result.present", []),
    ("named plan", "result.questions.0.counts", []),
    ("named plan", "manifest.matter", []),
    ("named plan", "manifest.profile", "P1"),
    ("secret vote", "paper.batches.0.tallies", []),
    ("secret vote", "paper.batches.0.tallies.1", [10, 1, 1]),
    ("named plan", "codes.codes", {}),
    ("named plan", "codes.codes", ""),
    ("named plan", "roll.leaves", {}),
    ("named plan", "paper.sheets", {}),
    ("named plan", "ballots.answers", ["for"]),
    ("named plan", "ballots.answers", [["k", 1, "for"]]),
    ("named plan", "ballots.answers.0.choice", ["for"]),
    ("named plan", "checkpoints.keys", ""),
    ("named plan", "checkpoints.checkpoints.0.signature", "0" * 126),
    ("named plan", "manifest.questions.0.options", {"for": 1, "against": 2, "abstain": 3}),
    ("named plan", "roll.leaves.6", "0" * 32),
    ("named plan", "roll.leaves.6", "0" * 63 + " "),
    ("named plan", "roll.leaves.6", "A" * 64),
    ("secret vote", "vote.commit.commitments", {}),
    ("secret vote", "codes.codes.0", 1),
    ("named plan", "paper.issued", 10**10),
    ("named plan", "manifest.roll.area", 2**53 - 1),
    ("secret vote", "paper.batches.0.papers", 2**52),
    (CHANGED, "vote.extend.new", "2026-03-30"),
    (CHANGED, "vote.extend.new", "9999-99-99T99:99:99.999999Z"),
]
# Nothing is added up with these: they differ from what was computed, and are named for that.
UNFIT = [
    ("named plan", "vote.certify.certified", True),
    ("named plan", "log.entries.0.body", []),
    ("named plan", "vote.close.phone", "38"),
]
WHOLE = {
    "a list for a file": b"[]",
    "a number for a file": b"1",
    "null for a file": b"null",
    "nothing for a file": b"",
    "a key twice, deep inside": b'{"batches":[{"papers":1,"papers":2}]}',
    "an exponent": b'{"issued":1e3}',
    "a number of a hundred digits": b'{"issued":' + b"9" * 100 + b"}",
    "a number of ten thousand digits": b'{"issued":' + b"9" * 10_000 + b"}",
    "nested 33 deep": b'{"a":' * 33 + b"1" + b"}" * 33,
    "nested a million deep": b"[" * 1_000_000 + b"]" * 1_000_000,
}


def hostile(package: str, path: str, value: object) -> bytes:
    """That value in that place, and everything hashed and signed again as far as it will go."""
    draft = GENUINE[package]().copy()
    if path.startswith("vote."):
        act, *steps = path[5:].split(".")
        within = draft.body(f"vote.{act}")
    else:
        name, *steps = path.split(".")
        within = draft[name]
    for step in steps[:-1]:
        within = within[int(step) if isinstance(within, list) else step]
    within[int(steps[-1]) if isinstance(within, list) else steps[-1]] = value
    if path.split(".")[0] in ("log", "checkpoints", "notices"):
        return archive(draft)
    with suppress(KeyError, TypeError):
        bind(draft)
    if path.startswith("vote."):
        within[steps[-1]] = value  # whatever was bound just now
    for step in (chain, sign, notices):
        with suppress(IndexError, TypeError):
            step(draft)
    return archive(draft)


def member(raw: bytes) -> bytes:
    """A package in which one file consists of these bytes."""
    members = {name: rfc8785.dumps(one) for name, one in GENUINE["named plan"]().files.items()}
    return archived(members | {"paper.json": raw})
