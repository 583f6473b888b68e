"""PDF notices from HTML, off the event loop and in child processes that can be killed.

Setting a page takes a second, a runaway table minutes and gigabytes; so a few `pdf_worker.py`
processes do it, each with a time limit per document and a memory limit, and none with the
network, other files or the server's secrets.
The same HTML gives the same bytes, so that a document's hash can be printed and checked.
"""

import asyncio
import os
import struct
import sys
import unicodedata
from functools import cache
from pathlib import Path
from typing import Self

from fontTools.ttLib import TTFont

from .assets import STATIC

_WORKER = Path(__file__).with_name("pdf_worker.py")
_HEADER = struct.Struct(">cQ")  # as in pdf_worker.py, which must not import us
_MEMORY = 1_500_000_000  # bytes of address space; a notice of nine pages peaks at 460 MB
_STARTING = 60  # seconds for a child to load WeasyPrint on a cold, busy machine
_KEPT = ("HOME", "LD_LIBRARY_PATH", "PATH", "PYTHONPATH", "TMPDIR", "XDG_CACHE_HOME")


class RenderFailed(Exception):
    """No PDF was made; the text is one sentence for the people who wait for it."""


class Renderer:
    """`workers` children of `memory` bytes that turn HTML into PDF, one document each at a time.

    `fonts` is a folder of faces a community has licensed, which go before ours; '' for none.
    Belongs to one event loop. Use it as `async with Renderer() as renderer`, or call `start` and
    `close`. A child that was killed is replaced when the next document comes.
    """

    def __init__(self, workers: int = 2, memory: int = _MEMORY, fonts: str = ""):
        self._workers = [_Worker(memory, fonts) for _ in range(workers)]
        self._idle: asyncio.Queue[_Worker] = asyncio.Queue()
        for worker in self._workers:
            self._idle.put_nowait(worker)

    async def start(self) -> None:
        """Start the children, so that the first document need not wait. Raises RenderFailed."""
        await asyncio.gather(*(worker.start() for worker in self._workers))

    async def render(self, html: str, *, timeout: float = 30) -> bytes:
        """The PDF of `html`, whose links are relative to `static/`.

        `timeout` is in seconds and counts from the moment a child is free. Raises RenderFailed
        when the time or memory limit is passed, when the document asks for anything outside
        `static/` and data URIs, when a picture cannot be drawn or has no alternative text, when
        the language is not declared, and when the child breaks.
        """
        worker = await self._idle.get()
        try:
            return await worker.render(html.encode(), timeout)
        finally:
            self._idle.put_nowait(worker)

    async def close(self) -> None:
        """End the children; a document under way fails."""
        await asyncio.gather(*(worker.stop() for worker in self._workers))

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_) -> None:
        await self.close()


class _Worker:
    """One place for a child process; empty before the first document and after a failure."""

    def __init__(self, memory: int, fonts: str):
        own = [str(Path(fonts).resolve())] if fonts else []
        self._command = (sys.executable, "-P", str(_WORKER), str(STATIC), str(memory), *own)
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
        not_started = "PDF 排版进程没有启动；请运行 deliberation doctor 查看缺少哪个系统库。"
        await self._answer(_STARTING, late=not_started, broken=not_started)

    async def render(self, html: bytes, timeout: float) -> bytes:
        await self.start()
        self._process.stdin.write(_HEADER.pack(b"=", len(html)) + html)
        return await self._answer(
            timeout,
            late=f"文档在 {timeout:g} 秒内没有排完，已停止；请把长表格拆成几份文件。",
            broken="PDF 排版进程中断（可能内存不足）；请把长表格拆成几份文件后重试。",
        )

    async def stop(self) -> None:
        process, self._process = self._process, None
        if process:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _answer(self, timeout: float, *, late: str, broken: str) -> bytes:
        """The child's next answer; without a whole one, the next document gets a fresh child."""
        try:
            async with asyncio.timeout(timeout):
                stdout = self._process.stdout
                kind, length = _HEADER.unpack(await stdout.readexactly(_HEADER.size))
                payload = await stdout.readexactly(length)
        except TimeoutError:
            await self.stop()
            raise RenderFailed(late) from None
        except (asyncio.IncompleteReadError, ConnectionError):
            await self.stop()
            raise RenderFailed(broken) from None
        except BaseException:  # also when the caller gave up: the pipe would be out of step
            await self.stop()
            raise
        if kind == b"!":
            raise RenderFailed(payload.decode())
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


@cache
def _drawn() -> frozenset[int]:
    with TTFont(STATIC / "fonts" / "NotoSerifSC-Regular.ttf", lazy=True) as font:
        return frozenset(font.getBestCmap())


def missing_glyphs(text: str) -> set[str]:
    """The characters of `text` that a notice would print as a box.

    Ask when a name or a text comes in: setting the page gives no error. Characters that are
    invisible by nature (spaces, line ends, joiners, variation selectors) are not reported.
    """
    return {c for c in set(text) if ord(c) not in _drawn() and not _invisible(c)}


def _invisible(c: str) -> bool:
    selector = "\ufe00" <= c <= "\ufe0f" or "\U000e0100" <= c <= "\U000e01ef"
    return selector or c.isspace() or unicodedata.category(c) == "Cf"
