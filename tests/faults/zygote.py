"""Starts the real server within milliseconds: everything is imported once, each server is a fork.

    python -m tests.faults.zygote

A line of JSON on standard input, {"data_dir", "database_url", "port", "papers", "clock"}, starts
a server and answers with its process id; the line `kill` ends it by SIGKILL and answers once it
is gone. Without `papers` the child processes that set PDFs start with the first document only,
since they take a second and have no part in casting. `clock` names a file with the seconds by
which the server's clock is off (see `serving.Offset`); "" leaves it alone. At the end of the input
the server dies.
"""

import json
import os
import signal
import sys
from datetime import datetime, timedelta
from pathlib import Path

from deliberation import app, features
from deliberation.clock import Clock
from deliberation.commands import serve
from deliberation.settings import Settings
from deliberation.web.pdf import Renderer


class _WhenAsked(Renderer):
    """Its children start with the first document instead of before it."""

    async def start(self) -> None:
        pass


class _MovedClock(Clock):
    """The real time and the seconds in a file, which may change at any moment, back as well."""

    def __init__(self, path: str):
        self._path = Path(path)

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=float(self._path.read_text()))


def _serve(order: dict) -> None:
    """In the child: the server as `deliberation serve` runs it."""
    if not order["papers"]:
        app.Renderer = _WhenAsked
    if order["clock"]:
        app._clock = lambda settings: _MovedClock(order["clock"])
    port = order["port"]
    settings = Settings(
        data_dir=Path(order["data_dir"]),
        database_url=order["database_url"],
        base_url=f"http://127.0.0.1:{port}",
        port=port,
    )
    serve.start(settings)


def _fork(order: dict) -> int:
    child = os.fork()
    if child:
        return child
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    try:
        _serve(order)
    finally:
        os._exit(1)


def main() -> None:
    features.modules("pages")
    features.model_modules()
    child = 0
    try:
        for line in sys.stdin:
            if line.strip() == "kill":
                os.kill(child, signal.SIGKILL)
                _, status = os.waitpid(child, 0)
                child = 0
                print(os.waitstatus_to_exitcode(status), flush=True)
            else:
                child = _fork(json.loads(line))
                print(child, flush=True)
    finally:
        if child:
            os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
