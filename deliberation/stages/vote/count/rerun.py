"""Whether a vote must be taken again because people were shut out shortly before its end. Pure.

The last hour counts: whoever meant to vote then found no site. If the votes still outstanding could
have changed the outcome of any question, nobody can know what the assembly wanted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from deliberation.calendar import SHANGHAI
from deliberation.stages.vote.count.tally import Question, decide
from deliberation.stages.vote.profiles import Profile
from deliberation.stages.vote.roll.electorate import NOBODY, Weights

LAST = timedelta(hours=1)
Gap = tuple[datetime, datetime]


def shut_out(gaps: Iterable[Gap], closes_at: datetime) -> list[Gap]:
    """The parts of `gaps` (since, until) within the last hour, without overlaps, in order."""
    first, merged = closes_at - LAST, []
    for since, until in sorted(gaps):
        since, until = max(since, first), min(until, closes_at)
        if since >= until:
            continue
        if merged and since <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(until, merged[-1][1]))
        else:
            merged.append((since, until))
    return merged


def minutes(gaps: Iterable[Gap]) -> int:
    """How long they are together, a begun minute as a whole one."""
    seconds = sum(((until - since) for since, until in gaps), timedelta()).total_seconds()
    return -(-int(seconds) // 60)


@dataclass(frozen=True)
class Left:
    """Who could have voted and had not: all of them, and those of them who are not present yet."""

    all: Weights
    absent: Weights


def given(row: Mapping) -> dict[str, Weights]:
    """The answers to one question of a stored result (see `counting.result_of`)."""
    areas = row["area"] or {}
    return {
        key: Weights(heads, areas.get(key, 0))
        for key, heads in row["counts"].items()
        if key != "not_returned"
    }


def could_change(
    profile: Profile, questions: Sequence[Question], result: Mapping, left: Left
) -> bool:
    """Whether the outstanding votes, all cast for one answer, give any question another outcome.

    All for one answer is the extreme: agreement gains most from them, and what passed loses most,
    since a majority's need grows by less than a vote for each vote.
    """
    if left.all == NOBODY:
        return False
    entitled, present = Weights(**result["entitled"]), Weights(**result["present"])
    for question, row in zip(questions, result["questions"], strict=True):
        stored = given(row)
        for answer in sorted(question.answers):
            cast = stored | {answer: stored.get(answer, NOBODY) + left.all}
            found = decide(profile, question, cast, entitled, present + left.absent)
            if (found.outcome, found.winner) != (row["outcome"], row["winner"]):
                return True
    return False


@dataclass(frozen=True)
class Rerun:
    """`status` is the vote's, `left` how many had not voted, `due` whether they could change it."""

    gaps: list[Gap]
    status: str
    closes_at: datetime
    left: int
    unit: str
    due: bool

    def asks(self, now: datetime) -> list[str]:
        """The sentence while somebody still has to act on it; a certified result stands."""
        acts = self.due if self.status == "closed" else self.status in ("open", "closing")
        return [self.sentence(now)] if acts else []

    def sentence(self, now: datetime) -> str:
        """What happened and what follows, as every page that shows it says it."""
        spans = "、".join(f"{_clock(since)}—{_clock(until)}" for since, until in self.gaps)
        what = f"截止前1小时里，网站有{minutes(self.gaps)}分钟不能用（{spans}）"
        if now < self.closes_at:
            return f"{what}，请延长表决，让没投上的人能投"
        if self.status in ("open", "closing"):
            return f"{what}，计票以后会算出要不要重新表决"
        who = f"{what}，还有{self.left}{self.unit}没有投票"
        if not self.due:
            return f"{who}。他们就算都投同一种，也不会改变结果，不用重新表决"
        how = "请先作废本次表决，再重新起草"
        if self.status != "closed":
            how = "结果已经核验，请在公示期间按异议成立撤回决议，再重新起草"
        return f"{who}，他们的票可能改变结果，应当重新表决：{how}"


def _clock(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%-H:%M")
