"""A program that casts ballots, for `strace` to break a system call under it.

    python -m tests.faults.caster

A line on standard input names a data folder: a child is forked that waits, and its process id is
printed. The next line, `go`, lets it cast; what became of it is printed as JSON: {"receipt"} with
the version or code, {"raised"} with the exception's name, or {"signal"}.

The folder holds a database with an open vote and `cast.json`: {"matter", "entries", "choices",
"checkpoint"}. The first line's ballot warms everything up; then a file that is not there is asked
for, which marks the spot in a trace; then comes the cast that matters, and the mark again. With
`checkpoint` SQLite writes its log back into the database at once, as it does now and then.
"""

import asyncio
import json
import os
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from tortoise import connections

from deliberation import features
from deliberation.acting import Actor, Office
from deliberation.database import connect, disconnect
from deliberation.matters.models import Matter
from deliberation.procedure import Role
from deliberation.settings import Settings
from deliberation.stages.vote.casting import ballots
from deliberation.stages.vote.models import RollEntry

MARK = "/deliberation-mark"


async def cast(order: dict, entry_id: int) -> str:
    """The receipt: the code of a secret ballot, the version of a named one."""
    entry = await RollEntry.get(id=entry_id)
    matter = await Matter.get(id=order["matter"])
    home = Office(Role.RESIDENT, matter.path)
    now = datetime.now(UTC)
    receipt = await ballots.cast(
        Actor(entry.id + 10_000, "选民", entry.person_id, (), (home,)),
        matter,
        entry_id=entry.id,
        choices=order["choices"],
        code=f"{entry_id:032x}",
        arrived=now,
        now=now,
    )
    return receipt.code or str(receipt.version)


async def cast_two(folder: Path) -> dict:
    order = json.loads((folder / "cast.json").read_text())
    first, second = order["entries"]
    try:
        await connect(Settings(data_dir=folder), features.model_modules())
        await cast(order, first)
        if order["checkpoint"]:
            await connections.get("default").execute_query("PRAGMA wal_autocheckpoint = 1")
        os.path.exists(MARK)
        return {"receipt": await cast(order, second)}
    except Exception as error:  # whatever it is: the voter is told that it failed
        return {"raised": type(error).__name__}
    finally:
        os.path.exists(MARK)
        with suppress(Exception):  # the disk may still be broken; what was said stands
            await disconnect()


def main() -> None:
    for line in sys.stdin:
        (go, let_go), (result, say) = os.pipe(), os.pipe()
        child = os.fork()
        if child == 0:
            os.read(go, 1)
            os.write(say, json.dumps(asyncio.run(cast_two(Path(line.strip())))).encode())
            os._exit(0)
        os.close(say)
        print(child, flush=True)
        sys.stdin.readline()
        os.write(let_go, b"!")
        with open(result) as answer:
            said = answer.read()
        _, status = os.waitpid(child, 0)
        code = os.waitstatus_to_exitcode(status)
        print(said or json.dumps({"signal": -code} if code < 0 else {"exit": code}), flush=True)
        for end in (go, let_go):
            os.close(end)


if __name__ == "__main__":
    features.model_modules()
    main()
