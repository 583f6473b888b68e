"""Child processes for work on documents: off the event loop, limited, killed when they run away.

A child runs one of the `*_worker.py` files, as `child.py` says. It has a memory limit, each piece
of work has a time limit, and it knows no setting and no key of ours.
"""

import asyncio
import os
import struct
import sys
from pathlib import Path
from typing import Self

from .assets import STATIC

_HEADER = struct.Struct(">cQ")  # as in child.py, which must not import us
_STARTING = 60  # seconds for a child to load its libraries on a cold, busy machine
_KEPT = ("HOME", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "TMPDIR", "XDG_CACHE_HOME")
_NOT_STARTED = "处理文件的进程没有启动；请运行 deliberation doctor 查看缺少哪个系统库。"


class ChildFailed(Exception):
    """There is no answer; the text is one sentence for the people who wait for it."""


class Children:
    """`workers` children of `memory` bytes that run a worker file, one piece of work at a time.

    Belongs to one event loop. Use it as `async with`, or call `close` at the end; `start` is
    optional. A child that was killed is replaced when the next piece of work comes.
    """

    def __init__(self, worker: str, *arguments: str, workers: int, memory: int):
        script = str(Path(__file__).with_name(worker))
        command = (sys.executable, "-P", script, *arguments, str(memory))
        self._workers = [_Worker(command) for _ in range(workers)]
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        for worker in self._workers:
            self._idle.put_nowait(worker)

    async def start(self) -> None:
        """Start the children, so that the first work need not wait. Raises ChildFailed."""
        await asyncio.gather(*(worker.start() for worker in self._workers))

    async def ask(self, payload: bytes, *, timeout: float, late: str, broken: str) -> bytes:
        """A child's answer. Raises ChildFailed with `late` after `timeout` seconds, which count
        from the moment a child is free, with `broken` when it dies, or with its own sentence."""
        worker = await self._idle.get()
        try:
            return await worker.ask(payload, timeout, late, broken)
        finally:
            self._idle.put_nowait(worker)

    async def close(self) -> None:
        """End the children; work under way fails."""
        await asyncio.gather(*(worker.stop() for worker in self._workers))

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_) -> None:
        await self.close()


class _Worker:
    """One place for a child process; empty before the first work and after a failure."""

    def __init__(self, command: tuple[str, ...]):
        self._command = command
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        if self._process and self._process.returncode is None:
            return
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=_environment(),
        )
        await self._answer(_STARTING, late=_NOT_STARTED, broken=_NOT_STARTED)

    async def ask(self, payload: bytes, timeout: float, late: str, broken: str) -> bytes:
        await self.start()
        self._process.stdin.write(_HEADER.pack(b"=", len(payload)) + payload)
        return await self._answer(timeout, late=late, broken=broken)

    async def stop(self) -> None:
        process, self._process = self._process, None
        if process:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _answer(self, timeout: float, *, late: str, broken: str) -> bytes:
        """The child's next answer; without a whole one, the next work gets a fresh child."""
        try:
            async with asyncio.timeout(timeout):
                stdout = self._process.stdout
                kind, length = _HEADER.unpack(await stdout.readexactly(_HEADER.size))
                payload = await stdout.readexactly(length)
        except TimeoutError:
            await self.stop()
            raise ChildFailed(late) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            await self.stop()
            raise ChildFailed(broken) from None
        except BaseException:  # also when the caller gave up: the pipe would be out of step
            await self.stop()
            raise
        if kind == b"!":
            raise ChildFailed(payload.decode())
        return payload


def _environment() -> dict[str, str]:
    """What the child may know: no setting and no secret of ours, and nothing that varies."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    fixed = {
        "FONTCONFIG_FILE": str(STATIC / "fonts" / "fonts.conf"),
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",  # the order of sets reaches the bytes
        "TZ": "UTC",
    }
    return kept | fixed
