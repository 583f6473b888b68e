"""SQLite for Tortoise with writers that wait instead of failing, and commits that survive power.

Tortoise begins deferred transactions: two writers that read first both fail “database is locked”
at once, whatever the busy timeout. Here every transaction begins IMMEDIATE, and a BEGIN that
fails gives the connection's lock back instead of keeping it for ever.
"""

import asyncio
import sqlite3
from contextlib import suppress

from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError

BUSY_MS = 10_000


class Client(SqliteClient):
    def __init__(self, file_path: str, **options):
        options.setdefault("busy_timeout", BUSY_MS)
        options.setdefault("synchronous", "FULL")
        super().__init__(file_path, **options)

    def _in_transaction(self):
        return _Context(_Transaction(self), self._lock)


class _Transaction(SqliteTransactionWrapper):
    async def begin(self) -> None:
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise TransactionManagementError(error) from error


class _Context(SqliteTransactionContext):
    async def __aenter__(self):
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self._begin()
        except BaseException:
            self._trxlock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        return self.connection

    async def _begin(self) -> None:
        """A BEGIN abandoned while it waits goes on in the connection's thread: take it back, or
        the connection would stay inside a transaction that nobody ends."""
        begun = asyncio.ensure_future(self.connection.begin())
        try:
            await asyncio.shield(begun)
        except asyncio.CancelledError:
            with suppress(TransactionManagementError):
                await begun
                await self.connection.rollback()
            raise


client_class = Client
