"""What becomes of a ballot, decided without a database: the ballots of a group one after another.

`Box` holds what the database knows of the lines that the group concerns. Taking a ballot changes
the box as the transaction will change the database, so two ballots of one line in a group are
treated as if one had come after the other; a refused one leaves no trace.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from deliberation.acting import Actor, Forbidden, Refused
from deliberation.calendar import moment_text
from deliberation.stages.vote.casting.receipts import (
    Receipt,
    hidden,
    inclusion_code,
    is_code,
    named,
    receipt_key,
    request_code,
    secret,
)
from deliberation.stages.vote.count.tally import Question, check_choices
from deliberation.stages.vote.models import Vote
from deliberation.stages.vote.rules import GRACE, VOTING

LATE = "表决已经截止，这张票没有计入"


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
    proxy: int | None


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
    they vote for by proxy, each with the proxy's id. `ballots`, `codes` and `answers` are what is
    to be stored, `marked` the lines that are to be marked as voted.
    """

    vote: Vote
    asked: tuple[Question, ...]
    blockers: list[str]
    lines: Mapping[int, Line]
    homes: Mapping[int, set[int]] | None
    by_household: bool
    known: dict[str, Receipt]
    carried: Mapping[int, Mapping[int, int]] = field(default_factory=dict)
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
        if line is None or not (self._owns(cast.actor, line) or self._proxy(cast.actor, line)):
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
        own = self.homes.get(actor.person_id, set())
        if self.by_household and actor.household_id is not None:
            own = own | {actor.household_id}
        return line.household in own

    def _proxy(self, actor: Actor, line: Line) -> int | None:
        """By which proxy somebody acts; none is needed for an own line."""
        own = self._owns(actor, line)
        return None if own else self.carried.get(actor.person_id, {}).get(line.id)

    def _named(self, line: Line, cast: Cast) -> Receipt:
        """A further version: the last one before the end counts."""
        line.version += 1
        line.state, line.channel = "voted", "phone"
        self.marked[line.id] = None
        request, proxy = request_code(line.id, cast.code), self._proxy(cast.actor, line)
        stored = Stored(line.id, line.version, dict(cast.choices), cast.now, request, proxy)
        self.ballots.append(stored)
        return self._keep(stored.request_code, named(stored, self.asked))

    def _secret(self, line: Line, cast: Cast) -> Receipt:
        """The line moves from none to voted, once."""
        line.state, line.channel = "voted", "phone"
        self.marked[line.id] = None
        code = inclusion_code(line.id, cast.code)
        self.codes.append(code)
        for number, choice in cast.choices.items():
            key, salt = hidden(self.vote.checkable, line.id, number, cast.code)
            self.answers.append(Hidden(key, int(number), choice, salt))
        return self._keep(code, secret(self.vote, line.id, cast.code, self.asked))

    def _keep(self, key: str, receipt: Receipt) -> Receipt:
        self.known[key] = receipt
        return receipt


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
