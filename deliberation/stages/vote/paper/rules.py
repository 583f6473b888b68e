"""What must be true before paper is entered, counted, written off or explained; what is printed.

Sources: procedure and trust notes of this program: a batch is at most 50 papers, papers counted
never exceed papers returned, fewer than ten go into the one box, a helped voter has two witnesses,
a mobile box three workers.
"""

import re
import unicodedata
from dataclasses import dataclass

from deliberation.stages.vote.count.tally import Answer, Question
from deliberation.stages.vote.rules import BATCH_MOST, SECRET_LEAST

AT_THE_DESK = ("vote.issue_paper", "vote.hand_back", "vote.explain_paper")  # approved there
AT_ONCE = 200  # numbers one person can compare with a list before signing
BOX_WORKERS = 3
PRINTS = {
    "ballots": "无记名表决票",
    "sheets": "编号表决票",
    "issue": "领票登记表",
    "sign_in": "会议签到表",
    "count": "计票单",
}
_PIECE = re.compile(r"(\d{1,6})(?:\s*[-–—~～至到]\s*(\d{1,6}))?号?")


@dataclass(frozen=True)
class Figures:
    """Papers of a secret vote: handed out and not handed back, put into the box, counted in
    confirmed batches, written off into the box, missing by the word of two people."""

    issued: int = 0
    returned: int = 0
    counted: int = 0
    transcribed: int = 0
    missing: int = 0

    @property
    def left(self) -> int:
        """Returned papers that are in no count yet."""
        return self.returned - self.counted - self.transcribed

    @property
    def gap(self) -> int:
        """Returned papers that are neither counted nor explained."""
        return 0 if self.missing == self.left else self.left

    @property
    def few(self) -> bool:
        """Whether all papers together would nearly name their voters if counted apart."""
        return self.returned < SECRET_LEAST


def numbers(typed: str) -> list[int]:
    """The numbers of “3、7、12-15”, sorted, each once. ValueError with a sentence otherwise."""
    text = unicodedata.normalize("NFKC", typed).replace("号", "")
    found: set[int] = set()
    for piece in re.split(r"[\s,;、，；。]+", re.sub(r"\s*([-–—~至到])\s*", r"\1", text)):
        if not piece:
            continue
        match = _PIECE.fullmatch(piece)
        if match is None:
            raise ValueError("编号请写成 3、7、12-15 这样")
        first, last = int(match[1]), int(match[2] or match[1])
        if first < 1 or last < first:
            raise ValueError(f"“{piece}”不对，请从小到大写")
        if last - first >= AT_ONCE or len(found) > AT_ONCE:
            raise ValueError(f"一次最多{AT_ONCE}个编号，请分几次办理")
        found |= set(range(first, last + 1))
    if not found:
        raise ValueError("请填写名册编号")
    if len(found) > AT_ONCE:
        raise ValueError(f"一次最多{AT_ONCE}个编号，请分几次办理")
    return sorted(found)


def spans(found: list[int]) -> str:
    """The same the other way round: 3、7、12-15."""
    parts: list[list[int]] = []
    for number in sorted(found):
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return "、".join(f"{a}" if a == b else f"{a}-{b}" for a, b in parts)


def batch_blockers(
    figures: Figures, papers: int, tallies: dict[str, dict], asked: list[Question]
) -> list[str]:
    """Why a batch may not be entered as typed. More papers than came back is no typing mistake:
    that is found when two people have counted the same (`surplus`)."""
    if figures.few:
        return [few_words(figures)]
    if not 1 <= papers <= BATCH_MOST:
        return [f"一批1到{BATCH_MOST}张票"]
    questions = {question.key: question for question in asked}
    if tallies.keys() != questions.keys():
        return ["计票表与本次表决的问题不一致，请刷新页面"]
    reasons = []
    for key, question in questions.items():
        if tallies[key].keys() != question.answers | {Answer.INVALID.value}:
            reasons.append("计票表的选项不完整，请刷新页面")
        elif sum(tallies[key].values()) != papers:
            reasons.append(f"“{question.text}”各项合计要等于本批票数{papers}")
    return reasons


def transcript_blockers(figures: Figures, papers: int) -> list[str]:
    """Why papers may not be written off one by one."""
    if not figures.few:
        return [f"交回的纸质票已有{figures.returned}张，满{SECRET_LEAST}张的当众分批计票"]
    if papers < 1:
        return ["请把箱里的票一张一张录进来"]
    return [] if papers < SECRET_LEAST else [f"最多录{SECRET_LEAST - 1}张"]


def few_words(figures: Figures) -> str:
    return (
        f"交回的纸质票一共{figures.returned}张，不足{SECRET_LEAST}张单独计票容易猜出是谁投的，"
        "请逐张录入同一个票箱"
    )


def surplus(figures: Figures, papers: int) -> str:
    """Why papers that two people counted alike are void; '' when they may be counted."""
    if papers <= figures.left:
        return ""
    before = figures.counted + figures.transcribed
    return f"登记交回{figures.returned}张，已计{before}张，这一批却有{papers}张，多出的票分不出来"


def missing_blockers(figures: Figures, missing: int, waiting: int) -> list[str]:
    """Why it may not be noted that `missing` returned papers are in no count."""
    if waiting:
        return [f"还有{waiting}份没有经第二人核对，请先核对"]
    if figures.left <= 0:
        return ["交回的纸质票都已经计入，没有差数"]
    if missing != figures.left:
        return [
            f"交回的纸质票现在有{figures.left}张没有计入，与提出的{missing}张不一致，请重新提出"
        ]
    return []


def help_blockers(helper: int | None, witnesses: list[int | None], voter: int | None) -> list[str]:
    """Why this help at the sheet may not be recorded; all empty when nobody helped."""
    people = [helper, *witnesses]
    if not any(people):
        return []
    if not all(people):
        return ["代写的票要写明代写人和两名见证人"]
    if len(set(people)) < len(people) or voter in people:
        return ["代写人、两名见证人和投票人要是不同的人"]
    return []


def box_blockers(workers: int) -> list[str]:
    if workers < BOX_WORKERS:
        return [f"流动票箱至少要{BOX_WORKERS}名工作人员一起去"]
    return []


def lines_each(kind: str, questions: int) -> int:
    """How many lines of the roll go into one document; 0 for what has none. A list of 300 lines
    takes 4 s to set, a sheet 40 ms and 20 ms more for each question; a document may take 30 s."""
    if kind == "sheets":
        return min(100, max(20, 300 // (questions + 2)))
    return 300 if kind in ("issue", "sign_in") else 0


_FIT = {  # papers on a sheet of A4: characters in a line, lines for questions
    False: ((4, 16, 9), (2, 34, 10)),
    True: ((2, 34, 8),),
}


def per_page(asked: list[tuple[str, list[str]]], *, named: bool) -> int:
    """How many papers fit on one sheet of A4: 4, 2 or 1 (which may need several pages), by the
    lines their questions and options take. A `named` one has to be signed, too."""
    for fit, width, lines in _FIT[named]:
        taken = 0.0
        for text, labels in asked:
            options = sum(len(label) + 4 for label in labels)
            taken += -(-(len(text) + 3) // width) + -(-options // width) + 0.5
        if taken <= lines:
            return fit
    return 1
