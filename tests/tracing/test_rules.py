"""Where words stand, in one line: every step, and every gap in words."""

import pytest

from deliberation.tracing.rules import Facts, stand

LAMPS = ((3, "passed"),)


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        (Facts(), "还没有答复"),
        (Facts("declined", planned=True), "不采纳"),
        (Facts("referred"), "已转办"),
        (Facts("adopted"), "已采纳 → 方案还没有定稿"),
        (Facts("partly", planned=True), "部分采纳 → 还没有列入方案"),
        (Facts("adopted", True, ((3, ""),)), "已采纳 → 列入第3项 → 还没有表决"),
        (Facts("adopted", True, ((3, "voting"),)), "已采纳 → 列入第3项 → 正在表决"),
        (
            Facts("adopted", True, ((3, "not_passed"),), paid=1),
            "已采纳 → 列入第3项 → 表决没有通过",
        ),
        (
            Facts("adopted", True, ((1, "passed"), (3, "not_passed"))),
            "已采纳 → 列入第1项、第3项 → 第1项已表决通过，第3项表决没有通过 → 还没有花钱",
        ),
        (
            Facts("adopted", True, LAMPS, paid=18277000),
            "已采纳 → 列入第3项 → 已表决通过 → 已付182,770.00元",
        ),
        (
            Facts("adopted", True, LAMPS, started=True, done=True, paid=1),
            "已采纳 → 列入第3项 → 已表决通过 → 已完工 → 已付0.01元",
        ),
    ],
)
def test_the_line_goes_as_far_as_the_matter_went(facts, line):
    assert stand(facts) == line
