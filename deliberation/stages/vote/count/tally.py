"""Counting a vote: from answers to a result with its sums, for every profile and ballot form.

Sources: the profile's own basis and Civil Code 1259. A ballot not cast is never counted as
agreement; abstentions, invalid papers and, where presence is the base, ballots not returned
stay in the base. Heads are persons or households, areas are hundredths of m²; only integers.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from deliberation.stages.vote.count.sums import majority_sums, quorum_sums
from deliberation.stages.vote.profiles import Base, Profile
from deliberation.stages.vote.roll.electorate import NOBODY, Weights, total


class Answer(StrEnum):
    """The answers every vote knows; the options of a choice have keys of their own."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"
    INVALID = "invalid"  # only ever read off a paper


FOR_OR_AGAINST = ((Answer.FOR, "同意"), (Answer.AGAINST, "反对"), (Answer.ABSTAIN, "弃权"))


@dataclass(frozen=True)
class Question:
    """One question of the ballot: 同意/反对/弃权, or a choice of one among `options`.

    `options` are (key, label); abstaining is always possible, whether listed or not.
    ValueError when a choice offers fewer than two different options.
    """

    key: str
    text: str
    options: tuple[tuple[str, str], ...] = FOR_OR_AGAINST

    def __post_init__(self) -> None:
        labels = [label for _, label in self.options]
        distinct = len(set(labels)) == len(dict(self.options)) == len(labels)
        alone = self.is_choice and len(self.contenders) < 2
        mixed = self.is_choice and {Answer.AGAINST, Answer.INVALID} & dict(self.options).keys()
        if not distinct or alone or mixed:
            raise ValueError(f"“{self.text}”的选项至少要有两个且各不相同，请修改选项。")

    @property
    def is_choice(self) -> bool:
        return Answer.FOR not in dict(self.options)

    @property
    def contenders(self) -> dict[str, str]:
        """What can pass: agreement, or each option of a choice; key to label."""
        never = (Answer.AGAINST, Answer.ABSTAIN)
        return {key: label for key, label in self.options if key not in never}

    @property
    def answers(self) -> set[str]:
        """The keys a voter may answer with."""
        return {key for key, _ in self.options} | {Answer.ABSTAIN}


@dataclass(frozen=True)
class Count:
    """How the present answered one question; `for_` is agreement or one option's votes."""

    for_: Weights
    against: Weights = NOBODY
    abstain: Weights = NOBODY
    invalid: Weights = NOBODY
    not_returned: Weights = NOBODY

    @property
    def returned(self) -> Weights:
        """Those whose ballot was accepted, whatever it says."""
        return self.for_ + self.against + self.abstain + self.invalid


@dataclass(frozen=True)
class Result:
    """What a vote decided and why, with the sums as sentences for page and notice.

    `base` is what the majority is a share of; `winner` is the key of the option that passed
    when the question was a choice. An inquorate vote has no majority sums.
    """

    outcome: Literal["passed", "not_passed", "inquorate"]
    quorum_need: Weights
    majority_need: Weights
    base: Weights
    quorum_sums: tuple[str, ...]
    majority_sums: tuple[str, ...] = ()
    winner: str | None = None

    @property
    def sums(self) -> tuple[str, ...]:
        return self.quorum_sums + self.majority_sums


def check_choices(questions: Sequence[Question], choices: object, paper: bool = False) -> list[str]:
    """Why `choices` (question key to answer) are no ballot; empty when they are one.

    To be asked before anything is used up: a malformed choice consumes nothing. Only a paper
    may hold an invalid answer.
    """
    keys = {question.key for question in questions}
    if not isinstance(choices, Mapping) or not choices.keys() <= keys:
        return ["表决票与本次表决的问题不一致，请刷新页面后重新选择。"]
    reasons = []
    for question in questions:
        allowed = question.answers | ({Answer.INVALID} if paper else set())
        answer = choices.get(question.key)
        if answer is None or answer == "":
            reasons.append(f"“{question.text}”还没有选择，请选择一项。")
        elif not isinstance(answer, str) or answer not in allowed:
            reasons.append(f"“{question.text}”的选择不在选项之内，请重新选择。")
    return reasons


def add_up(answers: Iterable[tuple[str, Weights]]) -> dict[str, Weights]:
    """The weight behind each answer to one question, from ballots and batches alike."""
    given: dict[str, Weights] = {}
    for answer, weight in answers:
        given[answer] = given.get(answer, NOBODY) + weight
    return given


def count(answer: str, given: Mapping[str, Weights], present: Weights) -> Count:
    """The count of `answer` (FOR, or an option's key) against all others that were `given`.

    ValueError when more was given than there are present.
    """
    apart = (answer, Answer.ABSTAIN, Answer.INVALID)
    counted = Count(
        for_=given.get(answer, NOBODY),
        against=total(weight for key, weight in given.items() if key not in apart),
        abstain=given.get(Answer.ABSTAIN, NOBODY),
        invalid=given.get(Answer.INVALID, NOBODY),
    )
    left = present - counted.returned
    if not left.reaches(NOBODY):
        raise ValueError("收回的表决票多于实到人数，请核对签到和表决票。")
    return replace(counted, not_returned=left)


def quorum_need(profile: Profile, entitled: int) -> int:
    """The fewest of `entitled` heads (or area) that must take part."""
    return _least(profile.quorum, profile.quorum_includes, entitled)


def majority_need(profile: Profile, base: int) -> int:
    """The fewest of `base` heads (or area) that must agree."""
    return _least(profile.majority, profile.majority_includes, base)


def _least(share: Fraction, includes: bool, whole: int) -> int:
    below, rest = divmod(share.numerator * whole, share.denominator)
    # At least one: an empty roll, or a roll without areas, must not decide by itself.
    return max(1, below if includes and not rest else below + 1)


def result(profile: Profile, entitled: Weights, present: Weights, counted: Count) -> Result:
    """The result of one question; ValueError when the counts do not add up to `present`.

    Present are those who signed in and those whose ballot was accepted, each once.
    """
    if counted.returned + counted.not_returned != present:
        raise ValueError("各项票数之和与实到人数不符，请核对后重新计票。")
    if not entitled.reaches(present):
        raise ValueError("实到人数多于应到人数，请核对名册和签到。")
    turnout = counted.returned if profile.base is Base.PARTICIPATING else present
    base = entitled if profile.base is Base.ENTITLED else turnout
    quorum = _needs(profile, quorum_need, entitled)
    majority = _needs(profile, majority_need, base)
    enough = quorum_sums(profile, entitled, quorum, turnout)
    if not turnout.reaches(quorum):
        return Result("inquorate", quorum, majority, base, enough)
    agreed = majority_sums(profile, base, majority, counted.for_)
    outcome = "passed" if counted.for_.reaches(majority) else "not_passed"
    return Result(outcome, quorum, majority, base, enough, agreed)


def _needs(profile: Profile, need: Callable[[Profile, int], int], whole: Weights) -> Weights:
    return Weights(
        heads=need(profile, whole.heads),
        area=need(profile, whole.area) if profile.by_area else 0,
    )


def decide(
    profile: Profile,
    question: Question,
    given: Mapping[str, Weights],
    entitled: Weights,
    present: Weights,
) -> Result:
    """The result of one question from the answers `given`; of a choice, the option that passed.

    ValueError for an answer the question does not have, and as `count` and `result` raise.
    """
    if not given.keys() <= question.answers | {Answer.INVALID}:
        raise ValueError(f"“{question.text}”收到了选项以外的答案，请核对表决票。")
    results = {
        key: result(profile, entitled, present, count(key, given, present))
        for key in question.contenders
    }
    first = next(iter(results.values()))
    if not question.is_choice or first.outcome == "inquorate":
        return first
    sums = tuple(
        f"“{question.contenders[key]}”:{sentence}"
        for key, one in results.items()
        for sentence in one.majority_sums
    )
    passed = [key for key, one in results.items() if one.outcome == "passed"]
    # Two can only pass under a rule of half or less; then neither is the assembly's choice.
    if len(passed) == 1:
        return replace(first, outcome="passed", majority_sums=sums, winner=passed[0])
    none = "没有一个选项单独达到规定票数,未通过"
    return replace(first, outcome="not_passed", majority_sums=(*sums, none))
