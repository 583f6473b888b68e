"""Where a matter stands: its procedure, its stage, the line, what is missing. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from deliberation import procedures
from deliberation.database.once import kept
from deliberation.matters.facts import stays, stays_of
from deliberation.matters.models import Matter, Passage
from deliberation.procedure import Norms, Outcome, Procedure, Stage


@dataclass(frozen=True)
class Standing:
    """`stage` is None once the matter has ended; `passages` in the order they happened."""

    matter: Matter
    procedure: Procedure
    stage: Stage | None
    passages: tuple[Passage, ...]

    @property
    def passage(self) -> Passage | None:
        """The stay in the current stage."""
        last = self.passages[-1] if self.passages else None
        return last if last and last.left_at is None else None

    def latest(self, stage: str) -> Passage | None:
        """The newest stay in a stage, ended or not."""
        return next((item for item in reversed(self.passages) if item.stage == stage), None)

    def during(self, at: datetime) -> Passage:
        """The stay in which something happened; what ends one stay and begins the next ends it."""
        before = [item for item in self.passages if item.entered_at < at]
        return before[-1] if before else self.passages[0]

    def line(self) -> list[dict]:
        """The stages as the page shows them: done, current, todo or failed, with a note."""
        return [self._step(stage) for stage in self.procedure.stages]

    def _step(self, stage: Stage) -> dict:
        passage = self.latest(stage.key)
        state, note = "todo", ""
        if self.stage and stage.key == self.stage.key:
            state = "current"
        elif passage and not self._behind(stage):
            note = Outcome(passage.outcome).label
            state = "done" if passage.outcome == Outcome.PASSED else "failed"
        return {
            "key": stage.key,
            "name": stage.name,
            "step": stage.step,
            "state": state,
            "url": f"/matters/{self.matter.id}/{stage.key}" if passage else "",
            "note": note,
        }

    def _behind(self, stage: Stage) -> bool:
        """Whether the matter was sent back before this stage, which is then still to come."""
        if self.stage is None:
            return False
        keys = [item.key for item in self.procedure.stages]
        return keys.index(stage.key) > keys.index(self.stage.key)


async def standing(matter: Matter) -> Standing:
    return _standing(matter, await stays(matter))


async def standings(matters: list[Matter]) -> list[Standing]:
    """Where each of several matters stands, in one query."""
    passages = await stays_of(matters)
    return [_standing(matter, passages[matter]) for matter in matters]


def _standing(matter: Matter, passages: tuple[Passage, ...]) -> Standing:
    procedure = procedures.get(matter.procedure)
    stage = procedure.stage(matter.stage) if matter.stage else None
    return Standing(matter, procedure, stage, passages)


async def blockers(matter: Matter, stage: Stage, now: datetime) -> list[str]:
    """What is missing before the matter can leave `stage` as passed; empty when nothing is."""
    return stage.blockers(await facts_of(matter, stage), _norms(matter), now)


async def bound(matter: Matter, stage: Stage) -> list[str]:
    """Why the matter may not be sent back from `stage`; empty when it may."""
    return stage.bound(await facts_of(matter, stage), _norms(matter))


async def facts_of(matter: Matter, stage: Stage) -> object:
    """What the rules of `stage` ask, read once."""
    return await _facts(stage.package, matter, stage.key)


@kept
async def _facts(package: str, matter: Matter, stage: str) -> object:
    return await import_module(f"{package}.facts").facts(matter, stage)


def _norms(matter: Matter) -> Norms:
    return procedures.get(matter.procedure).norms
