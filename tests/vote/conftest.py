"""The people at the paper desk."""

import pytest


@pytest.fixture
async def hands(world):
    """Two clerks and a supervisor who handle paper."""
    return [await world.actor(name) for name in ("张经办", "何经办", "孙监督")]
