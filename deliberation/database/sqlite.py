"""SQLite for Tortoise with writers that wait instead of failing, and commits that survive power.

Tortoise begins deferred transactions: two writers that read first both fail “database is locked”
at once, whatever the busy timeout. Here every transaction begins IMMEDIATE, and a BEGIN that
fails gives the connection's lock back instead of keeping it for ever.
"""

import sqlite3

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
            await self.connection.begin()
        except BaseException:
            self._trxlock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        return self.connection


client_class = Client
