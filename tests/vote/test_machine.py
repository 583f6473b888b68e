"""Votes as a machine: whatever happens in whatever order, the database agrees with plain dicts.

Hypothesis plays staff, voters and the clock against a model that knows each rule in a line or two.
Most of the examples are played on SQLite, fewer on PostgreSQL; both reuse one migrated database,
in which each example has a vote of its own.
"""

from datetime import timedelta

import pytest

pytestmark = pytest.mark.anyio
EXAMPLES = {"sqlite": 500, "postgres": 40}
STEPS = 50
ANSWERS = ("for", "against", "abstain")
LINES = 10  # the fewest a secret vote by phone takes
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
