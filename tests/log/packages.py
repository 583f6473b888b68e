"""Genuine packages made without the database, and what it takes to falsify one.

A `Draft` holds the files as values. `seal` does what the server does last: it computes every
digest again, from the ballots to the signatures. A forger may do any part of that, so each part
has a function of its own.
"""

import base64
import copy
import hashlib
from dataclasses import dataclass, field
from functools import cache

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deliberation.log.packing import pack
from deliberation.stages.vote.count.tally import FOR_OR_AGAINST, Question, add_up, count, decide
from deliberation.stages.vote.profiles import PROFILES, as_json, from_json
from deliberation.stages.vote.roll.electorate import NOBODY, Weights

YES_OR_NO = [{"key": key.value, "label": label} for key, label in FOR_OR_AGAINST]
SCHEMES = [
    {"key": "s1", "label": "先修屋面"},
    {"key": "s2", "label": "先修管线(2026年)"},
    {"key": "abstain", "label": "弃权"},
]
OPENS, CLOSES = "2026-03-10T01:00:00.000000Z", "2026-03-20T10:00:00.000000Z"
CLERK, SECRETARY, WATCH, OTHER_WATCH = 11, 12, 13, 14


def digest(kind: str, value) -> str:
    return hashlib.sha256(f"deliberation/{kind}\n".encode() + rfc8785.dumps(value)).hexdigest()


def token(*parts) -> str:
    """A number that looks random and is the same in every run."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def leaf_hash(data: bytes) -> str:
    return hashlib.sha256(b"\0" + data).hexdigest()


def root(leaves: list[str]) -> str:
    """RFC 6962, section 2.1, by its own recursive definition."""
    if len(leaves) < 2:
        return leaves[0] if leaves else hashlib.sha256().hexdigest()
    split = 1 << (len(leaves) - 1).bit_length() - 1
    pair = bytes.fromhex(root(leaves[:split])) + bytes.fromhex(root(leaves[split:]))
    return hashlib.sha256(b"\1" + pair).hexdigest()


class Key:
    """A signing key of the log; `Key(2)` is another one than `Key(1)`."""

    def __init__(self, number: int):
        self.private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(token("key", number)))
        self.raw = self.private.public_key().public_bytes_raw()
        self.public, self.print = self.raw.hex(), hashlib.sha256(self.raw).hexdigest()[:32]

    def sign(self, kind: str, value: dict) -> dict:
        message = f"deliberation/{kind}\n".encode() + rfc8785.dumps(value)
        return value | {"signature": self.private.sign(message).hex()}


@dataclass
class Draft:
    """A package in the making. `entries` are (at, act, account, body); `files` all but the log.

    `signed_at` are the sequences of the checkpoints besides the last one; `rotated` is the
    instant from which the second key signs.
    """

    files: dict = field(default_factory=dict)
    entries: list[list] = field(default_factory=list)
    key: Key = field(default_factory=lambda: Key(1))
    signed_at: list[int] = field(default_factory=list)
    rotated: str = ""
    phone: int = 0
    paper: int = 0

    def __getitem__(self, name: str):
        return self.files[f"{name}.json"]

    def __setitem__(self, name: str, value) -> None:
        self.files[f"{name}.json"] = value

    def body(self, act: str, nth: int = 0) -> dict:
        return self.entry(act, nth)[3]

    def entry(self, act: str, nth: int = 0) -> list:
        own = (act, self["manifest"]["vote"])
        return [entry for entry in self.entries if (entry[1], entry[3].get("vote")) == own][nth]

    def place(self, act: str, nth: int = 0) -> int:
        """The sequence of an entry."""
        return self.entries.index(self.entry(act, nth)) + 1

    def copy(self) -> "Draft":
        key, self.key = self.key, None
        twin = copy.deepcopy(self)
        self.key = twin.key = key
        return twin


def bind(draft: Draft) -> None:
    """Digests of the manifest, the ballots and the result into the log's bodies."""
    rows, result = draft["ballots"]["answers"], draft["result"]
    for act, known in {
        "vote.freeze": {
            "manifest": digest("manifest", draft["manifest"]),
            "root": draft["manifest"]["roll"]["root"],
            "voters": draft["manifest"]["roll"]["voters"],
        },
        "vote.close": {
            "outcome": result["outcome"],
            "result": digest("result", result),
            "ballots": root([leaf_hash(rfc8785.dumps(row)) for row in rows]),
            "answers": len(rows),
            "codes": len(draft["codes"]["codes"]),
            "phone": result["phone"],
            "paper": result["paper"],
            "seals": {name: sealed(draft, name) for name in ("codes.json", "paper.json")},
        },
        "vote.certify": {"result": digest("result", result)},
    }.items():
        for entry in draft.entries:
            if entry[1] == act and entry[3]["vote"] == draft["manifest"]["vote"]:
                entry[3] |= known


def sealed(draft: Draft, name: str) -> str:
    return hashlib.sha256(rfc8785.dumps(draft.files[name])).hexdigest()


def chain(draft: Draft) -> None:
    """The entries as a chain of digests."""
    matter, previous, made = draft["manifest"]["matter"]["id"], "0" * 64, []
    for sequence, (at, act, account, body) in enumerate(draft.entries, 1):
        content = {
            "sequence": sequence,
            "at": at,
            "act": act,
            "account": account,
            "matter": matter,
            "body": body,
            "previous": previous,
        }
        previous = digest("entry", {"chain": f"matter/{matter}", **content})
        made.append(content | {"digest": previous})
    draft["log"] = {"chain": f"matter/{matter}", "entries": made}


def sign(draft: Draft) -> None:
    """A checkpoint at the last entry and wherever the draft wants one."""
    log, second = draft["log"], Key(2)
    keys, rotations, points = [draft.key], [], []
    if draft.rotated:
        turn = {"old": draft.key.print, "new": second.print, "public": second.public}
        rotations.append(draft.key.sign("rotation", turn | {"at": draft.rotated}))
        keys.append(second)
    for entry in log["entries"]:
        if entry["sequence"] in (*draft.signed_at, len(log["entries"])):
            key = second if draft.rotated and entry["at"] >= draft.rotated else draft.key
            head = {name: entry[name] for name in ("sequence", "digest", "at")}
            points.append(key.sign("checkpoint", head | {"chain": log["chain"], "key": key.print}))
    draft["checkpoints"] = {
        "keys": [{"key": key.print, "public": key.public} for key in keys],
        "rotations": rotations,
        "checkpoints": points,
    }


def notices(draft: Draft) -> None:
    """The opening notice prints the head before the opening, the result's that of the closing."""
    entries = draft["log"]["entries"]
    printed = [("D", draft.place("vote.freeze")), ("F", draft.place("vote.close"))]
    draft["notices"] = {
        "notices": [
            {
                "code": token("code", kind)[:12],
                "kind": kind,
                "number": f"示例社区〔2026〕{number}号",
                "revision": 1,
                "sha256": token("pdf", kind),
                "log_head": entries[place - 1]["digest"],
            }
            for number, (kind, place) in enumerate(printed, 1)
        ]
    }


def seal(draft: Draft) -> Draft:
    """Everything a server does once the result stands."""
    for step in (bind, chain, sign, notices):
        step(draft)
    return draft


def archive(draft: Draft) -> bytes:
    """package.zip; package.json is always made to fit, whatever was done to the files."""
    members = {name: rfc8785.dumps(value) for name, value in draft.files.items()}
    return archived(members)


def archived(members: dict[str, bytes]) -> bytes:
    members = {name: raw for name, raw in members.items() if name != "package.json"}
    files = {name: hashlib.sha256(raw).hexdigest() for name, raw in members.items()}
    own = rfc8785.dumps({"format": "deliberation/1", "files": files})
    return pack(members | {"package.json": own})


def spread(choices: dict[str, int]) -> list[str]:
    return [choice for choice, votes in choices.items() for _ in range(votes)]


def compute(draft: Draft, given: dict[int, list], present: Weights, signed_in: int) -> None:
    """result.json in the shape of `counting.result_of`, by the application's own rules."""
    manifest = draft["manifest"]
    profile, roll = from_json(manifest["profile"]), manifest["roll"]
    heads = sum(one["heads"] for one in draft["roll"]["amendments"])
    area = sum(one["area"] for one in draft["roll"]["amendments"])
    entitled = Weights(roll["heads"] + heads, roll["area"] + area)
    questions, found, quorum = [], [], ()
    for asked in manifest["questions"]:
        options = tuple((one["key"], one["label"]) for one in asked["options"])
        question = Question(str(asked["number"]), asked["text"], options)
        answers = add_up(given[asked["number"]])
        one = decide(profile, question, answers, entitled, present)
        left = count(next(iter(question.contenders)), answers, present).not_returned
        keys = [key for key, _ in options] + ["invalid"]
        weights = {key: answers.get(key, NOBODY) for key in keys} | {"not_returned": left}
        quorum = quorum or one.quorum_sums
        found += [one.outcome] if asked["kind"] != "funds" else []
        questions.append(
            {
                "number": asked["number"],
                "text": asked["text"],
                "kind": asked["kind"],
                "outcome": one.outcome,
                "winner": one.winner,
                "counts": {key: weight.heads for key, weight in weights.items()},
                "area": {key: weight.area for key, weight in weights.items()}
                if profile.by_area
                else None,
                "sums": list(one.majority_sums),
            }
        )
    moved = [e[3]["new"] for e in draft.entries if e[1] in ("vote.extend", "vote.end_early")]
    draft["result"] = {
        "outcome": "passed" if "passed" in found else found[0],
        "profile": profile.words,
        "entitled": {"heads": entitled.heads, "area": entitled.area},
        "present": {"heads": present.heads, "area": present.area},
        "signed_in": signed_in,
        "phone": draft.phone,
        "paper": draft.paper,
        "quorum_sums": list(quorum),
        "questions": questions,
        "opens_at": manifest["opens_at"].replace(".000000Z", "+00:00"),
        "closes_at": (moved or [manifest["closes_at"]])[-1].replace(".000000Z", "+00:00"),
        "scrutineers": ["孙国庆", "周玉兰"],
        "tellers": ["张小敏"],
    }


def start(profile: str, form: str, asked: list, voters: int, *, secret=False, area=None) -> Draft:
    """A vote up to its opening; `asked` are (kind, text, options), `area` the owners' areas.

    An earlier vote of the same matter was void: its entries are none of this vote's business.
    """
    area = area or [0] * voters
    leaves = [leaf(number, area[number - 1]) for number in range(1, voters + 1)]
    draft = Draft(signed_at=[5])
    draft["manifest"] = {
        "format": "deliberation/1",
        "algorithm": "sha-256",
        "matter": {"id": 3, "number": "2026-003", "title": "3号楼屋面和管线改造"},
        "vote": 7,
        "profile": as_json(PROFILES[profile]),
        "form": form,
        "secret": secret,
        "checkable": False,
        "questions": [
            {"number": number, "kind": kind, "text": text, "options": options}
            for number, (kind, text, options) in enumerate(asked, 1)
        ],
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "roll": {"voters": voters, "heads": voters, "area": sum(area), "root": root(leaves)},
        "key": draft.key.print,
        "software": "0.1.0",
        "plan": {"version": 2, "digest": token("plan")},
    }
    draft["roll"] = {"leaves": leaves, "amendments": []}
    draft["codes"] = {"codes": []}
    draft["paper"] = {"issued": 0, "returned": 0, "transcribed": 0, "missing": 0}
    draft["paper"] |= {"batches": [], "sheets": []}
    pair = {"proposed_by": CLERK, "approved_by": SECRETARY}
    draft.entries = [
        ["2026-03-01T02:00:00.000000Z", "matters.register", CLERK, {"place": 4}],
        ["2026-03-02T02:00:00.000000Z", "vote.freeze", SECRETARY, {"vote": 6, "approval": 1}],
        ["2026-03-03T02:00:00.000000Z", "vote.void", SECRETARY, {"vote": 6}],
        [
            "2026-03-05T02:00:00.123456Z",
            "vote.freeze",
            SECRETARY,
            {"vote": 7, "approval": 2} | pair,
        ],
        ["2026-03-05T03:00:00.000000Z", "notices.publish", SECRETARY, {"notice": 9}],
        [
            "2026-03-06T02:00:00.000000Z",
            "vote.open",
            CLERK,
            {"vote": 7, "opens_at": OPENS, "closes_at": CLOSES},
        ],
    ]
    return draft


def leaf(number: int, area: int = 0) -> str:
    line = {"number": number, "name": f"住户{number}", "unit": "3号楼", "marks": "", "heads": 1}
    line |= {"area": area, "salt": token("salt", number)[:32]}
    return leaf_hash(b"deliberation/roll\n" + rfc8785.dumps(line))


def finish(draft: Draft, closes: str = CLOSES) -> Draft:
    """From the closing instant to two certifications, all digests and signatures included."""
    day = closes[:10]
    draft.entries += [
        [f"{day}T10:00:30.000000Z", "vote.end", None, {"vote": 7, "closes_at": closes}],
        [f"{day}T11:00:00.000000Z", "vote.close", CLERK, {"vote": 7}],
        [f"{day}T12:00:00.000000Z", "vote.certify", WATCH, {"vote": 7, "certified": 1}],
        [f"{day}T12:05:00.000000Z", "vote.certify", OTHER_WATCH, {"vote": 7, "certified": 2}],
    ]
    return seal(draft)


def named(draft: Draft, answers: list[list[str]], paper: int, signed_in: int) -> None:
    """Answers of the first voters of the roll, each one choice per question; heads only."""
    rows = [
        {
            "key": digest("ballot-tag", {"salt": token(number), "number": number, "question": at}),
            "question": at,
            "choice": choice,
        }
        for number, choices in enumerate(answers, 1)
        for at, choice in enumerate(choices, 1)
    ]
    draft["ballots"] = {"answers": sorted(rows, key=lambda row: row["key"])}
    draft.phone, draft.paper = len(answers) - paper, paper
    if paper:
        sheets = {"entered_by": CLERK, "confirmed_by": SECRETARY, "sheets": paper}
        draft["paper"] |= {"issued": paper, "returned": paper, "sheets": [sheets]}
    given = {
        at: [(choices[at - 1], Weights(1)) for choices in answers]
        for at in range(1, len(draft["manifest"]["questions"]) + 1)
    }
    present = max(len(answers), signed_in)
    compute(draft, given, Weights(present), signed_in)


@cache
def named_plan() -> Draft:
    draft = start("P1", "plan", [("plan", "您是否同意改造方案（第2版）？", YES_OR_NO)], 51)
    choices = spread({"for": 35, "against": 3, "abstain": 2, "invalid": 1})
    named(draft, [[choice] for choice in choices], paper=3, signed_in=42)
    return finish(draft)


@cache
def line_items() -> Draft:
    asked = [
        ("item", f"您是否同意“{name}”？", YES_OR_NO) for name in ("屋面", "上下水", "加装扶手")
    ]
    asked.append(("funds", "您是否同意由居民自愿出资1,200.00元？", YES_OR_NO))
    draft = start("P2", "items", asked, 40)
    answers = [
        ["for" if n < 30 else "against", "for" if n < 12 else "abstain", "for", "against"]
        for n in range(33)
    ]
    named(draft, answers, paper=2, signed_in=30)
    return finish(draft)


@cache
def choice() -> Draft:
    draft = start("P3", "choice", [("choice", "您选哪一个方案？", SCHEMES)], 60)
    choices = spread({"s1": 30, "s2": 12, "abstain": 4})
    named(draft, [[one] for one in choices], paper=0, signed_in=20)
    return finish(draft)


@cache
def undecided() -> Draft:
    """A choice that no option wins."""
    draft = start("P3", "choice", [("choice", "您选哪一个方案？", SCHEMES)], 60)
    choices = spread({"s1": 20, "s2": 20, "abstain": 4})
    named(draft, [[one] for one in choices], paper=0, signed_in=20)
    return finish(draft)


@cache
def inquorate() -> Draft:
    draft = start("P1", "plan", [("plan", "您是否同意改造方案（第2版）？", YES_OR_NO)], 51)
    named(draft, [["for"]] * 20, paper=0, signed_in=25)
    return finish(draft)


@cache
def large(voters: int = 5000) -> Draft:
    """A secret vote of 5,000: the largest electorate the format is meant for."""
    draft = start("P3", "plan", [("plan", "您是否同意？", YES_OR_NO)], voters, secret=True)
    phone = spread({"for": voters * 3 // 5, "against": voters // 10, "abstain": voters // 20})
    secret(draft, [[one] for one in phone], batches=[], transcribed=[], split=(20, 12))
    return finish(draft)


def secret(
    draft: Draft,
    phone: list,
    *,
    batches: list[dict],
    transcribed: list,
    split: tuple,
    missing: int = 0,
) -> None:
    """Answers from phones, batches of papers (choice to papers) and papers in the same box.

    `split`: the sizes, in ballots, of the batches of commitments before the last, which holds
    the rest. `missing` papers came back and are in no count.
    """
    rows, questions = [], range(1, len(draft["manifest"]["questions"]) + 1)
    for voter, choices in enumerate(phone + transcribed):
        for at, choice_ in enumerate(choices, 1):
            key = token("key", voter, at)[:32]
            salt = token("secret", voter, at)[:32]
            rows.append({"key": key, "question": at, "choice": choice_, "salt": salt})
    commitments = [digest("commitment", row) for row in rows]
    size, first = len(questions), 0
    for place, ballots in enumerate((*split, len(phone + transcribed) - sum(split))):
        batch = commitments[first * size : (first + ballots) * size]
        at = f"2026-03-1{place + 2}T08:00:00.000000Z" if place < len(split) else None
        at = at or "2026-03-20T10:00:10.000000Z"
        draft.entries.append([at, "vote.commit", None, {"vote": 7, "commitments": sorted(batch)}])
        first += ballots
    draft["ballots"] = {"answers": sorted(rows, key=lambda row: row["key"])}
    random = [bytes.fromhex(token("code", voter)) for voter in range(len(phone))]
    codes = sorted(base64.b32encode(one)[:16].decode() for one in random)
    draft["codes"] = {"codes": codes}
    papers = [sum(batch.values()) for batch in batches]
    draft.phone, draft.paper = len(phone), sum(papers) + len(transcribed) + missing
    draft["paper"] |= {
        "issued": draft.paper + 1,
        "returned": draft.paper,
        "transcribed": len(transcribed),
        "missing": missing,
        "batches": [
            {
                "id": place,
                "papers": papers[place - 1],
                "tallies": {str(at): batch for at in questions},
                "entered_by": CLERK,
                "confirmed_by": SECRETARY,
            }
            for place, batch in enumerate(batches, 1)
        ],
    }
    given = {
        at: [(choices[at - 1], Weights(1)) for choices in phone + transcribed]
        + [(key, Weights(votes)) for batch in batches for key, votes in batch.items()]
        for at in questions
    }
    compute(draft, given, Weights(draft.phone + draft.paper), 0)


@cache
def secret_plan() -> Draft:
    draft = start("P1", "plan", [("plan", "您是否同意？", YES_OR_NO)], 60, secret=True)
    phone = [[one] for one in spread({"for": 26, "against": 6, "abstain": 2})]
    batches = [{"for": 10, "against": 1, "invalid": 1}, {"for": 4, "against": 2, "abstain": 1}]
    secret(draft, phone, batches=batches, transcribed=[["for"], ["invalid"]], split=(20, 12))
    return finish(draft)


@cache
def paper_missing() -> Draft:
    """Twelve came back, eleven lay in the box: two people said so."""
    draft = start("P1", "plan", [("plan", "您是否同意？", YES_OR_NO)], 60, secret=True)
    phone = [[one] for one in spread({"for": 26, "against": 6, "abstain": 2})]
    batches = [{"for": 9, "against": 1, "invalid": 1}]
    secret(draft, phone, batches=batches, transcribed=[], split=(20, 12), missing=1)
    return finish(draft)


def weighed(draft: Draft, answers: list[str], area: list[int]) -> None:
    """Owners' answers: rows without weights, and the openings that only scrutineers get."""
    rows, openings = [], []
    for number, one in enumerate(answers, 1):
        key, salt = token("owner", number)[:32], token("weight", number)[:32]
        own = {"heads": 1, "area": area[number - 1], "salt": salt}
        row = {"key": key, "question": 1, "choice": one}
        rows.append(row | {"commitment": digest("weight", row | own)})
        openings.append({"key": key} | own)
    draft["ballots"] = {"answers": sorted(rows, key=lambda row: row["key"])}
    draft["openings"] = {"openings": sorted(openings, key=lambda one: one["key"])}
    draft.phone = len(answers)
    given = {1: [(one, Weights(1, area[n])) for n, one in enumerate(answers)]}
    compute(draft, given, Weights(len(answers), sum(area[: len(answers)])), 0)


@cache
def by_area_full() -> Draft:
    area = [5600 + 137 * number for number in range(30)]
    draft = start("P8", "plan", [("plan", "您是否同意改建？", YES_OR_NO)], 30, area=area)
    weighed(draft, spread({"for": 19, "against": 3, "abstain": 2}), area)
    return finish(draft)


@cache
def by_area() -> Draft:
    """The same vote as everyone may have it."""
    draft = by_area_full().copy()
    del draft.files["openings.json"]
    return draft


@cache
def changed() -> Draft:
    """A vote amended, extended and ended early, during which the log changed its key."""
    draft = start("P6", "plan", [("plan", "您是否同意？", YES_OR_NO)], 30)
    added, pair = leaf(31), {"vote": 7, "proposed_by": CLERK, "approved_by": SECRETARY}
    draft["roll"]["amendments"] = [
        {
            "approval": 3,
            "added": [{"number": 31, "leaf": added}, {"number": 32, "leaf": leaf(32)}],
            "struck": [30],
            "heads": 1,
            "area": 0,
        }
    ]
    amended = {"added": [[31, added], [32, leaf(32)]], "struck": [30], "heads": 1, "area": 0}
    later, sooner = "2026-03-30T10:00:00.000000Z", "2026-03-28T10:00:00.000000Z"
    draft.entries += [
        ["2026-03-12T02:00:00.000000Z", "vote.amend", SECRETARY, {"approval": 3} | amended | pair],
        [
            "2026-03-19T02:00:00.000000Z",
            "vote.extend",
            SECRETARY,
            {"approval": 4, "old": CLOSES, "new": later} | pair,
        ],
        [
            "2026-03-27T02:00:00.000000Z",
            "vote.end_early",
            SECRETARY,
            {"approval": 5, "old": later, "new": sooner} | pair,
        ],
    ]
    named(draft, [["for"]] * 20 + [["against"]] * 4, paper=0, signed_in=0)
    draft.signed_at, draft.rotated = [5, 8], "2026-03-15T00:00:00.000000Z"
    return finish(draft, sooner)


GENUINE = {
    "named plan": named_plan,
    "secret vote": secret_plan,
    "secret vote, a paper missing": paper_missing,
    "line items": line_items,
    "choice": choice,
    "choice without a winner": undecided,
    "inquorate": inquorate,
    "by area, public": by_area,
    "by area, full": by_area_full,
    "amended, extended, ended early, new key": changed,
}
