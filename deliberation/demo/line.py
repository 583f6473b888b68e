"""The line as the walk takes it: each step with the stage it belongs to, in order."""

from collections.abc import Awaitable, Callable

from deliberation import procedures
from deliberation.demo import deciding, finishing, hearing, planning
from deliberation.demo.walk import Walk

Step = Callable[[Walk], Awaitable[None]]

STEPS: tuple[tuple[str, Step], ...] = (
    ("opinions", hearing.hear),
    ("opinions", hearing.answer),
    ("proposal", planning.propose),
    ("consultation", planning.consult),
    ("party_meeting", planning.review),
    ("vote", deciding.post_roll),
    ("vote", deciding.open_vote),
    ("vote", deciding.cast),
    ("vote", deciding.count),
    ("decision_notice", deciding.publish),
    ("decision_notice", deciding.settle_decision),
    ("implementation", finishing.build),
    ("implementation", finishing.finish),
    ("result_notice", finishing.evaluate),
    ("result_notice", finishing.close),
)


async def carry(
    walk: Walk, *, title: str = "东风里小区综合改造", before: Step | None = None
) -> None:
    """Registers a matter and takes every step of its procedure, stopping before `before`."""
    procedure = procedures.get(walk.procedure)
    await planning.register(walk, title)
    for stage, step in STEPS:
        if step is before:
            return
        if procedure.has(stage):
            await step(walk)
