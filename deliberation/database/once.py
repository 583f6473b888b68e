"""What was read for a page is not read again for the same page.

A page is put together by parts that know nothing of each other: the frame, the stage, what waits
for whoever looks. They ask for the same few facts. While a page is read, a function marked `once`
runs once for the same arguments. Whatever is written is an act, and an act reads for itself.
"""

from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar
from functools import wraps
from typing import TypeVar

T = TypeVar("T")
K = TypeVar("K")
READS = ("GET", "HEAD")
_known: ContextVar[dict | None] = ContextVar("known", default=None)


class Reading:
    """ASGI middleware: requests that only read keep what they read until they are answered."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        reads = scope["type"] == "http" and scope["method"] in READS
        token = _known.set({} if reads else None)
        try:
            await self.app(scope, receive, send)
        finally:
            _known.reset(token)


def forget() -> None:
    """From here on everything is read anew."""
    _known.set(None)


def once(function: Callable[..., Awaitable[T]]) -> Callable[..., Awaitable[T]]:
    """Arguments are compared as keys of a dictionary: rows by their id. Nobody changes answers."""

    @wraps(function)
    async def asked(*values):
        known = _known.get()
        if known is None:
            return await function(*values)
        key = (function, *values)
        if key not in known:
            known[key] = await function(*values)
        return known[key]

    return asked


def each(
    function: Callable[[list[K]], Awaitable[dict[K, T]]],
) -> Callable[[Iterable[K]], Awaitable[dict[K, T]]]:
    """The same for a function that answers for several at once: it is asked only for those of
    which it did not answer yet."""

    @wraps(function)
    async def asked(values):
        known = _known.get()
        answered = {} if known is None else known.setdefault(function, {})
        if new := [value for value in dict.fromkeys(values) if value not in answered]:
            answered |= await function(new)
        return {value: answered[value] for value in values}

    return asked
