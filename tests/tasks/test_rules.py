"""What is pressing, what comes due and what others do, on the exact instant."""

import ast
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from deliberation.act_names import ACT_NAMES
from deliberation.calendar import end_of
from deliberation.tasks.rules import READ, Task, by_matter, divided

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # Monday 9:00 in Shanghai
TODAY = NOW.date()
TICK = timedelta(microseconds=1)
RULES = sorted((Path(__file__).resolve().parents[2] / "deliberation").rglob("rules.py"))


def due(days: int) -> Task:
    return Task("x", until=end_of(TODAY + timedelta(days=days)))


@pytest.mark.parametrize(
    ("task", "now", "mark"),
    [
        (due(0), NOW, "今天到期"),
        (due(0), end_of(TODAY) - TICK, "今天到期"),
        (due(0), end_of(TODAY), "已经过期"),
        (due(1), NOW, "明天到期"),
        (due(2), NOW, "还有2天"),
        (Task("x"), NOW, ""),
        (Task("x", until=NOW, done=True), NOW, ""),
    ],
)
def test_a_date_is_marked_by_the_local_day_and_24_00_belongs_to_the_day_it_ends(task, now, mark):
    assert task.mark(now) == mark


def test_what_is_mine_and_can_be_done_now_or_is_due_today_comes_first():
    late, today, any_time, soon = due(-1), due(0), Task("y"), due(3)
    answers = Task("a", act=READ)
    theirs, told = Task("z", who="书记", until=NOW), Task("done", done=True)
    found = divided([soon, theirs, any_time, told, today, late], NOW)
    assert set(found.today) == {late, today, any_time}
    assert (found.soon, found.others) == ([soon], [theirs])
    assert sorted(
        [told, answers, theirs, soon, any_time, today, late], key=lambda task: task.rank
    ) == [
        late,
        today,
        soon,
        any_time,
        answers,
        theirs,
        told,
    ]


def test_a_date_is_printed_only_where_the_sentence_does_not_say_it():
    assert due(1).date == "2026年3月3日24:00以前"
    assert Task("到2026年3月3日24:00。", until=end_of(TODAY + timedelta(days=1))).date == ""
    assert Task("x", until=NOW).date == "2026年3月2日(星期一)9:00以前"


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.parent.name)
def test_every_act_that_a_reason_names_is_declared(path):
    """A word that no stage declares would hand the task to nobody in particular."""
    words = {node.value for node in ast.walk(ast.parse(path.read_text())) if _is_act(node)}
    assert words <= set(ACT_NAMES)


def _is_act(node: ast.AST) -> bool:
    text = isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value
    return bool(text and re.fullmatch(r"(?!deliberation)[a-z_]+\.[a-z_]+", text))


def test_tasks_stand_under_their_matters_in_the_order_of_the_first():
    one, two = SimpleNamespace(id=1), SimpleNamespace(id=2)
    tasks = [Task("a", matter=two), Task("b", matter=one), Task("c"), Task("d", matter=two)]
    assert [(m and m.id, [t.what for t in rows]) for m, rows in by_matter(tasks)] == [
        (2, ["a", "d"]),
        (1, ["b"]),
        (None, ["c"]),
    ]
