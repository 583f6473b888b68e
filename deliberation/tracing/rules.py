"""Where somebody's words stand now, in one line. Pure.

Source: the heart of 一征三议两公开: every resident can see where their words went, and what has
not happened yet is said in words.
"""

from dataclasses import dataclass

from deliberation.procedure import Outcome

ANSWERED = {
    "adopted": "已采纳",
    "partly": "部分采纳",
    "declined": "不采纳",
    "referred": "已转办",
}
ACCEPTED = ("adopted", "partly")
UNDER_WAY = "voting"
OUTCOMES = {
    "": "还没有表决",
    UNDER_WAY: "正在表决",
    Outcome.PASSED: "已表决通过",
    Outcome.NOT_PASSED: "表决没有通过",
    Outcome.INQUORATE: "表决流会，没有结果",
}


@dataclass(frozen=True)
class Facts:
    """`verdict` is '' while nobody answered; `planned` whether a version of the plan is final.

    `items` maps the numbers of the items that answer it to their outcome (a key of OUTCOMES);
    `started` and `done` tell of their works, `paid` is what was paid for them, in fen.
    """

    verdict: str = ""
    planned: bool = False
    items: tuple[tuple[int, str], ...] = ()
    started: bool = False
    done: bool = False
    paid: int = 0


def stand(facts: Facts) -> str:
    """已采纳 → 列入第3项 → 已表决通过 → 已付182,770.00元; it ends where nothing more can follow."""
    return " → ".join(_steps(facts))


def _steps(facts: Facts) -> list[str]:
    if not facts.verdict:
        return ["还没有答复"]
    steps = [ANSWERED[facts.verdict]]
    if not facts.items:
        if facts.verdict not in ACCEPTED:
            return steps
        return [*steps, "还没有列入方案" if facts.planned else "方案还没有定稿"]
    steps.append(f"列入{'、'.join(f'第{number}项' for number, _ in facts.items)}")
    steps.append(_voted(facts.items))
    if not any(outcome == Outcome.PASSED for _, outcome in facts.items):
        return steps
    if facts.started:
        steps.append("已完工" if facts.done else "正在施工")
    return [*steps, f"已付{_yuan(facts.paid)}元" if facts.paid else "还没有花钱"]


def _voted(items: tuple[tuple[int, str], ...]) -> str:
    outcomes = {outcome for _, outcome in items}
    if len(outcomes) == 1:
        return OUTCOMES[outcomes.pop()]
    return "，".join(f"第{number}项{OUTCOMES[outcome]}" for number, outcome in items)


def _yuan(fen: int) -> str:
    sign, fen = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{fen // 100:,}.{fen % 100:02d}"
