"""Votes as a machine: whatever happens in whatever order, the database agrees with plain dicts.

Hypothesis plays staff, voters and the clock against a model that knows each rule in a line or two.
Most of the examples are played on SQLite, fewer on PostgreSQL; both reuse one migrated database,
in which each example has a vote of its own.
"""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from deliberation.acting import Refused
from deliberation.approvals.models import Approval
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Matter
from deliberation.stages.vote import ballots, closing, dangerous, opening, paper
from deliberation.stages.vote.models import (
    Ballot,
    InclusionCode,
    PaperCount,
    Question,
    RollEntry,
    SecretAnswer,
    Scrutineer,
    Vote,
)
from deliberation.stages.vote.profiles import PROFILES, as_json
from deliberation.stages.vote.questions import YES_OR_NO
from deliberation.stages.vote.rules import GRACE, QUIET_END
from tests.cast import NOW, matter_at
from tests.vote.voting import WATCHERS, voter

pytestmark = pytest.mark.anyio
EXAMPLES = {"sqlite": 500, "postgres": 40}
STEPS = 50
ANSWERS = ("for", "against", "abstain")
LINES = 10  # the fewest a secret vote by phone takes
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
