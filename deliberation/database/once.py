"""What was read for a page is not read again for the same page.

A page is put together by parts that know nothing of each other: the frame, the stage, what waits
for whoever looks. They ask for the same few facts. While a page is read, a function marked `once`
runs once for the same arguments; one marked `kept` not even for the next page, until anything is
written. Whatever is written is an act, and an act reads for itself.
"""

from collections.abc import Awaitable, Callable, Iterable
from contextvars import ContextVar
from functools import wraps
from typing import TypeVar

T = TypeVar("T")
K = TypeVar("K")
READS = ("GET", "HEAD")
MOST = 2_000  # answers that are kept between pages
_known: ContextVar[dict | None] = ContextVar("known", default=None)


class Reading:
    """ASGI middleware: requests that only read keep what they read until they are answered, and
    what is `kept` while `state` names what the database holds by the same name."""

    def __init__(self, app, state: Callable[[], Awaitable[tuple]]):
        self.app, self.state = app, state
        self._name: tuple | None = None
        self._answers: dict = {}

    async def answers(self) -> dict:
        """What is kept of the database as it is now. Whoever got an older answer to hold writes
        on into that one, which nobody is given again."""
        name = await self.state()
        if name != self._name or len(self._answers) > MOST:
            self._name, self._answers = name, {}
        return self._answers

    async def __call__(self, scope, receive, send):
        reads = scope["type"] == "http" and scope["method"] in READS
        token = _known.set({Reading: self} if reads else None)
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


def kept(function: Callable[..., Awaitable[T]]) -> Callable[..., Awaitable[T]]:
    """Like `once`, also between pages: for what follows from the database and the arguments alone,
    whoever looks and at whatever time."""

    @wraps(function)
    async def asked(*values):
        known = _known.get()
        if known is None:
            return await function(*values)
        if kept not in known:
            known[kept] = await known[Reading].answers()
        answers, key = known[kept], (function, *values)
        if key not in answers:
            answers[key] = await function(*values)
        return answers[key]

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
