"""A cast is stored as a whole or not at all, whichever system call it is broken at.

A sample of what `tests/soak/inject.py` does in full: for each kind of vote the first, the last and
a chance call of every sort, each broken by SIGKILL, by an error of the disk and by a full disk.
"""

import random

import pytest

from tests.faults.databases import database
from tests.faults.injection import BREAKS, Caster, prepared

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
async def folders(tmp_path_factory) -> dict:
    """Prepared data folders: a named vote, and a secret one whose cast ends in a checkpoint."""
    folder = tmp_path_factory.mktemp("prepared")
    async with database("sqlite") as (world, _):
        return {
            secret: await prepared(world, folder, secret=secret, checkpoint=secret)
            for secret in (False, True)
        }


@pytest.mark.parametrize("secret", [False, True], ids=["named", "secret"])
async def test_a_broken_system_call_leaves_the_whole_cast_or_nothing(folders, tmp_path, secret):
    chance = random.Random(20260302)
    caster = Caster(folders[secret], tmp_path)
    try:
        spots = caster.spots()
        calls = {spot.call for spot in spots}
        assert {"pwrite64", "fdatasync"} <= calls
        outcomes = []
        for call in sorted(calls):
            those = [spot for spot in spots if spot.call == call]
            for spot in {those[0], those[-1], chance.choice(those)}:
                outcomes += [caster.broken_at(spot, *how) for how in BREAKS]
        found = [one for outcome in outcomes for one in outcome.problems(caster.order)]
    finally:
        caster.close()
    assert found == []
    assert all(outcome.hit for outcome in outcomes)
    left = {outcome.left.casts(caster.order) for outcome in outcomes}
    assert left >= {1, 2}, "breaks came only before or only after the commit"
    said = {kind for outcome in outcomes for kind in outcome.said}
    assert said == {"receipt", "raised", "signal"}
