"""What becomes of a ballot, decided without a database: the ballots of a group one after another.

`Box` holds what the database knows of the lines that the group concerns. Taking a ballot changes
the box as the transaction will change the database, so two ballots of one line in a group are
treated as if one had come after the other; a refused one leaves no trace.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from deliberation.acting import Actor, Forbidden, Refused
from deliberation.calendar import moment_text
from deliberation.stages.vote.count.tally import FOR_OR_AGAINST, Question, check_choices
from deliberation.stages.vote.models import Vote
from deliberation.stages.vote.rules import GRACE, VOTING

LATE = "表决已经截止，这张票没有计入"
_CODE = re.compile(r"[0-9a-f]{32}")


class Late(Refused):
    """A ballot that arrived after the closing instant, which nobody has written down yet."""

    def __init__(self, reason: str, at: datetime):
        super().__init__(reason)
        self.at = at


@dataclass(frozen=True)
class Cast:
    """A ballot as it came in. `arrived` is when the server accepted it, `now` when it is stored."""

    actor: Actor
    entry: int
    choices: Mapping[str, str]
    code: str
    arrived: datetime
    now: datetime


@dataclass(frozen=True)
class Receipt:
    """What a voter keeps: the inclusion code of a secret ballot, or the named one as stored.

    `answers` are (question's text, key, salt) where the assembly chose that everyone can find the
    own answers; `asked` are the questions as frozen, `title` is the matter's.
    """

    secret: bool
    code: str = ""
    version: int = 0
    choices: Mapping[str, str] | None = None
    cast_at: datetime | None = None
    answers: tuple[tuple[str, str, str], ...] = ()
    asked: tuple[Question, ...] = ()
    title: str = ""

    def answered(self, question: Question) -> str:
        """The label of the answer to a question of a named ballot."""
        answer = (self.choices or {}).get(question.key, "")
        return dict(FOR_OR_AGAINST + question.options).get(answer, "")


@dataclass
class Line:
    """A line of the roll as it stands: `version` is the last one stored, by any channel."""

    id: int
    person: int | None
    household: int | None
    state: str
    channel: str
    version: int = 0


@dataclass(frozen=True)
class Stored:
    """A named ballot to be stored."""

    entry: int
    version: int
    choices: dict[str, str]
    cast_at: datetime
    request_code: str


@dataclass(frozen=True)
class Hidden:
    """An answer of a secret ballot to be stored, joined to nothing."""

    key: str
    question: int
    choice: str
    salt: str


@dataclass
class Box:
    """The vote, the lines of a group, whose they are, and the receipts already given for them.

    `homes` are the households somebody may vote for, by person; None where persons vote. `known`
    maps a receipt's key (inclusion or request code) to the receipt, `carried` persons to the lines
    they vote for by proxy. `ballots`, `codes` and
    `answers` are what is to be stored, `marked` the lines that are to be marked as voted.
    """

    vote: Vote
    asked: tuple[Question, ...]
    blockers: list[str]
    lines: Mapping[int, Line]
    homes: Mapping[int, set[int]] | None
    by_household: bool
    known: dict[str, Receipt]
    carried: Mapping[int, set[int]] = field(default_factory=dict)
    ballots: list[Stored] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    answers: list[Hidden] = field(default_factory=list)
    marked: dict[int, None] = field(default_factory=dict)

    def take(self, cast: Cast) -> Receipt:
        """The receipt of a ballot, which is now to be stored unless it is already.

        Raises Forbidden for somebody else's line, Refused for everything else.
        """
        if not is_code(cast.code):
            raise Refused("投票页面不完整，请重新打开投票页")
        line = self.lines.get(cast.entry)
        if line is None or not self._owns(cast.actor, line):
            raise Forbidden("名册上没有您的这一票，不能投票")
        # A retry, be it after the end: what was stored is never called refused.
        known = self.known.get(receipt_key(self.vote.secret, line.id, cast.code))
        if known:
            return known
        _check_open(self.vote, cast)
        reasons = check_choices(self.asked, cast.choices) + self.blockers
        reasons += line_blockers(self.vote.secret, line.state, line.channel)
        if reasons:
            raise Refused(*reasons)
        return self._secret(line, cast) if self.vote.secret else self._named(line, cast)

    def _owns(self, actor: Actor, line: Line) -> bool:
        if self.homes is None:
            return line.person is not None and line.person == actor.person_id
        if line.id in self.carried.get(actor.person_id, ()):
            return True
        own = self.homes.get(actor.person_id, set())
        if self.by_household and actor.household_id is not None:
            own = own | {actor.household_id}
        return line.household in own

    def _named(self, line: Line, cast: Cast) -> Receipt:
        """A further version: the last one before the end counts."""
        line.version += 1
        line.state, line.channel = "voted", "phone"
        self.marked[line.id] = None
        stored = Stored(
            line.id, line.version, dict(cast.choices), cast.now, request_code(line.id, cast.code)
        )
        self.ballots.append(stored)
        return self._keep(stored.request_code, named(stored, self.asked))

    def _secret(self, line: Line, cast: Cast) -> Receipt:
        """The line moves from none to voted, once."""
        line.state, line.channel = "voted", "phone"
        self.marked[line.id] = None
        code = inclusion_code(line.id, cast.code)
        self.codes.append(code)
        for number, choice in cast.choices.items():
            key, salt = _hidden(self.vote.checkable, line.id, number, cast.code)
            self.answers.append(Hidden(key, int(number), choice, salt))
        return self._keep(code, secret(self.vote, line.id, cast.code, self.asked))

    def _keep(self, key: str, receipt: Receipt) -> Receipt:
        self.known[key] = receipt
        return receipt


def named(ballot, asked: tuple[Question, ...]) -> Receipt:
    """The receipt of a named ballot, just taken or read back."""
    choices = dict(ballot.choices)
    return Receipt(False, "", ballot.version, choices, ballot.cast_at, asked=asked)


def secret(vote: Vote, entry: int, code: str, asked: tuple[Question, ...]) -> Receipt:
    """The receipt of a secret ballot: the same for the same form, and never what was chosen."""
    answers = ()
    if vote.checkable:
        answers = tuple((one.text, *_hidden(True, entry, one.key, code)) for one in asked)
    return Receipt(True, inclusion_code(entry, code), answers=answers, asked=asked)


def is_code(code: str) -> bool:
    return bool(_CODE.fullmatch(code))


def receipt_key(is_secret: bool, entry: int, code: str) -> str:
    return inclusion_code(entry, code) if is_secret else request_code(entry, code)


def inclusion_code(entry: int, code: str) -> str:
    """16 base32 characters from the form's code, which is stored nowhere.

    The line's number keeps two voters apart who send the same code.
    """
    digest = hashlib.sha256(f"inclusion\n{entry}\n{code}".encode()).digest()
    return base64.b32encode(digest).decode()[:16]


def request_code(entry: int, code: str) -> str:
    """Marks a named ballot with the form it came from."""
    return hashlib.sha256(f"request\n{entry}\n{code}".encode()).hexdigest()[:40]


def _hidden(checkable: bool, entry: int, number: str, code: str) -> tuple[str, str]:
    """Key and salt of a secret answer: random, or made from the form's code where the assembly
    chose that everyone can find the own answers (and show them to whoever forces them)."""
    if not checkable:
        return secrets.token_hex(16), secrets.token_hex(16)
    made = hashlib.sha256(f"answer\n{entry}\n{number}\n{code}".encode()).hexdigest()
    return made[:32], made[32:]


def _check_open(vote: Vote, cast: Cast) -> None:
    if vote.closes_at is None or vote.status not in VOTING and cast.arrived < vote.closes_at:
        raise Refused("表决没有在进行，这张票没有计入")
    if cast.arrived >= vote.closes_at or cast.now >= vote.closes_at + GRACE:
        if vote.status == "open":
            raise Late(LATE, cast.now)
        raise Refused(LATE)
    if vote.status == "closing" and cast.arrived < vote.closes_at - GRACE:
        # Nothing that is still under way came in so long ago: the clock was put back.
        raise Refused(LATE)
    if cast.arrived < vote.opens_at:
        raise Refused(f"表决从{moment_text(vote.opens_at)}开始，请到时再投")


def line_blockers(secret: bool, state: str, channel: str) -> list[str]:
    """Why nobody may vote by phone for a line: shown on the ballot and refused by it."""
    if state == "paper_issued":
        return ["您已经领了纸质票，请用纸质票投票；想改用手机请先把纸质票交回"]
    if channel == "paper":
        return ["您的纸质票已经计入，以纸质票为准"]
    return ["您已经投过票，无记名表决不能改票"] if secret and state != "none" else []
