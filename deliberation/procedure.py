"""The vocabulary in which a procedure is declared. Pure: no database, no clock, no web.

A procedure is an ordered tuple of stages plus norms. A stage declares who may do what and what is
still missing before it can be left; the same list of reasons is shown on its page, disables the
button and refuses the action.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fractions import Fraction


class Role(StrEnum):
    """What a person holds by appointment (scope and dates), or by being who they are."""

    CLERK = "clerk"
    SECRETARY = "secretary"
    COMMITTEE = "committee"
    SUPERVISOR = "supervisor"
    PARTY_MEMBER = "party_member"
    REPRESENTATIVE = "representative"
    RESIDENT = "resident"
    SUBDISTRICT = "subdistrict"
    DISTRICT = "district"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"
    VISITOR = "visitor"

    @property
    def label(self) -> str:
        return ROLE_NAMES[self]


ROLE_NAMES = {
    Role.CLERK: "经办人",
    Role.SECRETARY: "书记",
    Role.COMMITTEE: "两委成员",
    Role.SUPERVISOR: "居务监督委员会成员",
    Role.PARTY_MEMBER: "党员",
    Role.REPRESENTATIVE: "居民代表",
    Role.RESIDENT: "居民",
    Role.SUBDISTRICT: "街道工作人员",
    Role.DISTRICT: "区级工作人员",
    Role.ADMINISTRATOR: "系统管理员",
    Role.SYSTEM: "系统",
    Role.VISITOR: "访客",
}
STAFF = frozenset({Role.CLERK, Role.SECRETARY, Role.COMMITTEE})
OVERSEERS = frozenset({Role.SUPERVISOR, Role.SUBDISTRICT, Role.DISTRICT})
EVERYONE = frozenset(Role) - {Role.SYSTEM}


class Outcome(StrEnum):
    """How a passage through a stage ended. Failure is a path of its own, with its own notice."""

    PASSED = "passed"
    SENT_BACK = "sent_back"
    NOT_PASSED = "not_passed"
    INQUORATE = "inquorate"
    OBJECTION_UPHELD = "objection_upheld"
    VARIED = "varied"
    TERMINATED = "terminated"

    @property
    def label(self) -> str:
        return OUTCOME_NAMES[self]


OUTCOME_NAMES = {
    Outcome.PASSED: "通过",
    Outcome.SENT_BACK: "退回",
    Outcome.NOT_PASSED: "未通过",
    Outcome.INQUORATE: "流会",
    Outcome.OBJECTION_UPHELD: "异议成立",
    Outcome.VARIED: "变更",
    Outcome.TERMINATED: "终止",
}


TIME = "期限到"


class Reason(str):
    """Why something cannot be done yet, with what removes it: whoever may do `act` has a task.

    `at` is where: below the matter's address (`opinions/answers`), a whole one (`/boards`), or ''
    for the page of the stage. Without an act it waits for `who`: an organisation, or TIME itself.
    `until` is the instant it runs to. A plain text waits for the stage's `next_roles`.
    """

    act: str
    at: str
    who: str
    until: datetime | None

    def __new__(
        cls, text: str, act: str = "", at: str = "", who: str = "", until: datetime | None = None
    ) -> "Reason":
        made = super().__new__(cls, text)
        made.act, made.at, made.who, made.until = act, at, who, until
        return made


@dataclass(frozen=True)
class Norms:
    """The numbers of a rule set: defaults of local practice, never constants elsewhere.

    Days are natural days unless the name says `working`; fractions are exact.
    """

    opinions_days: int = 7
    opinions_days_least: int = 3
    opinions_days_most: int = 30
    coverage_target: Fraction = Fraction(3, 4)
    committee_quorum: Fraction = Fraction(2, 3)
    committee_majority: Fraction = Fraction(1, 2)
    consultation_days: int = 7
    consultation_reminder_days: int = 2
    posting_days: int = 3
    decision_notice_days: int = 7
    result_notice_days: int = 7
    answer_working_days: int = 3
    board_days: int = 7  # how long boards show an announcement, which has no period
    boards_proof: int = 0  # boards that must prove a notice hung, at posting and at the end
    scrutineers: int = 2
    profile: str = "P1"
    meeting_profile: str = "P6"
    whole_community_votes: bool = False


@dataclass(frozen=True)
class Stage:
    """One step of a procedure.

    `package` holds its code and must offer `models.facts(matter) -> Facts` and `pages.routes`;
    `may` maps each act to the roles that may do it while a matter stands here, and binds everyone;
    `blockers(facts, norms, now)` returns what is missing before the stage can be left as passed;
    `back_to` names the stages it may send a matter back to; `after` maps an outcome other than
    passed to the stage a matter goes to then; `next_roles` act next while it stands here, where no
    `Reason` says whose turn it is.
    `bound(facts, norms)` says why it may not be sent back: an end that has already come about is
    announced as what it is.
    `ends` says what nobody can do any more once it is left: read before it is.
    """

    key: str
    name: str
    step: str
    package: str
    purpose: str
    may: Mapping[str, frozenset[Role]]
    blockers: Callable[[object, Norms, datetime], list[str]]
    next_roles: tuple[Role, ...]
    back_to: tuple[str, ...] = ()
    after: Mapping[Outcome, str] = field(default_factory=dict)
    bound: Callable[[object, Norms], list[str]] = lambda facts, norms: []
    ends: str = ""


@dataclass(frozen=True)
class Procedure:
    """A rule set: legal text in code, never edited once used, only superseded by a new version."""

    key: str
    version: str
    name: str
    stages: tuple[Stage, ...]
    norms: Norms = Norms()
    note: str = ""

    def stage(self, key: str) -> Stage:
        """Raises KeyError when this procedure has no such stage."""
        for stage in self.stages:
            if stage.key == key:
                return stage
        raise KeyError(key)

    def has(self, key: str) -> bool:
        return any(stage.key == key for stage in self.stages)

    def following(self, key: str) -> Stage | None:
        """The stage after `key`; None after the last."""
        keys = [stage.key for stage in self.stages]
        place = keys.index(key) + 1
        return self.stages[place] if place < len(keys) else None
