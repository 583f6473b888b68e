"""When nothing can be stored (a full disk, a database that is away): one clear page, 503.

It stands outside the sessions, which ask the database too. Forms that may be sent again any number
of times come back on that page as they were sent, so that a voter only presses once more; other
forms may hold passwords and are not repeated. What was under way is not known to be stored or not,
so the page never says that it was refused.
"""

import logging
import re
import sqlite3
from urllib.parse import parse_qsl

import asyncpg
from starlette.requests import Request
from tortoise.exceptions import (
    DBConnectionError,
    OperationalError,
    TransactionManagementError,
)

from deliberation.web.render import page

logger = logging.getLogger("deliberation")

FAILURES = (
    OSError,
    sqlite3.OperationalError,
    OperationalError,
    DBConnectionError,
    TransactionManagementError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)
SENTENCE = "没有办成，请稍后再试"
CAST = "没有投成，请稍后再试"
MOST = 64 * 1024


class Unavailable:
    """ASGI middleware; `again` matches the addresses whose forms are safe to send again."""

    def __init__(self, app, again: re.Pattern):
        self.app, self.again = app, again

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        again = scope["method"] == "POST" and self.again.fullmatch(scope["path"])
        sent, started = _Body(receive), False

        async def watched(message):
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, sent if again else receive, watched)
        except FAILURES as error:
            if started:
                raise
            # The type only: a message may quote what someone typed.
            logger.error("%s: nothing can be stored on %s", type(error).__name__, scope["method"])
            fields = await sent.fields() if again else []
            response = page(
                Request(scope),
                "unavailable.html",
                status=503,
                text=CAST if again else SENTENCE,
                fields=fields,
            )
            response.headers["Retry-After"] = "30"
            response.headers["Cache-Control"] = "no-store"
            await response(scope, receive, send)


class _Body:
    """A `receive` that remembers a small body."""

    def __init__(self, receive):
        self._receive, self._body, self._whole = receive, b"", False

    async def __call__(self):
        message = await self._receive()
        if message["type"] == "http.request" and len(self._body) <= MOST:
            self._body += message.get("body", b"")
            self._whole = not message.get("more_body", False)
        return message

    async def fields(self) -> list[tuple[str, str]]:
        """What was sent, also when nobody had read it yet; nothing of a large or broken body."""
        while not self._whole and len(self._body) <= MOST:
            if (await self())["type"] != "http.request":
                break
        if not self._whole or len(self._body) > MOST:
            return []
        return parse_qsl(self._body.decode(errors="replace"), keep_blank_values=True)
