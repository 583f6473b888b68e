"""Every system call of a cast broken in turn: killed there, an error of the disk, a full disk.

    python -m tests.soak.inject

Named and secret votes, with and without SQLite's checkpoint at the end of the cast. Prints a JSON
line for each: calls, breaks, how the voter was answered, what was half stored (must be nothing).
"""

import asyncio
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.faults.databases import database
from tests.faults.injection import BREAKS, Caster, prepared


def every_call(folder: Path, work: Path) -> bool:
    caster = Caster(folder, work)
    try:
        spots = caster.spots()
        outcomes = [caster.broken_at(spot, *how) for spot in spots for how in BREAKS]
    finally:
        caster.close()
    problems = [one for outcome in outcomes for one in outcome.problems(caster.order)]
    figures = {
        "vote": "secret" if caster.order["secret"] else "named",
        "checkpoint": caster.order["checkpoint"],
        "calls": dict(Counter(spot.call for spot in spots)),
        "breaks": len(outcomes),
        "not_hit": sum(not outcome.hit for outcome in outcomes),
        "answers": dict(Counter(kind for outcome in outcomes for kind in outcome.said)),
        "stored": sum(outcome.left.casts(caster.order) == 2 for outcome in outcomes),
        "kept_unsaid": sum(outcome.kept_unsaid for outcome in outcomes),
        "problems": problems[:5],
        "bad": len(problems),
    }
    print(json.dumps(figures, ensure_ascii=False), flush=True)
    return not problems


async def main() -> bool:
    with tempfile.TemporaryDirectory() as work:
        folders = []
        async with database("sqlite") as (world, _):
            for secret in (False, True):
                for checkpoint in (False, True):
                    made = await prepared(world, Path(work), secret=secret, checkpoint=checkpoint)
                    folders.append(made)
        return all([every_call(folder, Path(work)) for folder in folders])


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(main()) else 1)
