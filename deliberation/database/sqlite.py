"""SQLite for Tortoise with writers that wait instead of failing, commits that survive power, and
reading at once.

Tortoise begins deferred transactions: two writers that read first both fail “database is locked”
at once, whatever the busy timeout. Here every transaction begins IMMEDIATE, and a BEGIN that
fails gives the connection's lock back instead of keeping it for ever.

Its one connection lives in a thread: every question waits for whoever writes, and twice for a
thread to wake, several times as long as the answer takes. What is asked outside of a transaction
is therefore read on a connection of its own, where it is asked. It sees what was committed.
"""

import asyncio
import sqlite3
from contextlib import suppress
from datetime import datetime
from itertools import count

from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError, TransactionManagementError
from tortoise.fields import data

BUSY_MS = 10_000
READER_BUSY_MS = 1_000  # readers wait for nobody but who recovers the file
STATEMENTS = 512  # that are kept prepared
READS = ("SELECT ", "WITH ")
NUL = "'||CHAR(0)||'"  # as Tortoise spells it
_connections = count(1)
# Times are kept as text. Tortoise reads them with a regular expression, which took half of reading
# a row; Python's own reader knows the same format.
data.parse_datetime = datetime.fromisoformat


class Client(SqliteClient):
    def __init__(self, file_path: str, **options):
        options.setdefault("busy_timeout", BUSY_MS)
        options.setdefault("synchronous", "FULL")
        super().__init__(file_path, **options)
        self.opened = 0  # connections of this process so far: each counts from the start
        self._reader: sqlite3.Connection | None = None

    def _in_transaction(self):
        return _Context(_Transaction(self), self._lock)

    async def execute_query(self, query: str, values: list | None = None):
        if not query.startswith(READS):
            return await super().execute_query(query, values)
        rows = await self._read(query, values)
        return len(rows), rows

    async def execute_query_dict(self, query: str, values: list | None = None) -> list[dict]:
        if not query.startswith(READS):
            return await super().execute_query_dict(query, values)
        return [dict(row) for row in await self._read(query, values)]

    async def _read(self, query: str, values: list | None) -> list[sqlite3.Row]:
        if self._reader is None:
            await self._open_reader()
        self.log.debug("%s: %s", query, values)
        try:
            return self._reader.execute(query.replace("\0", NUL), values or ()).fetchall()
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error

    async def _open_reader(self) -> None:
        async with self.acquire_connection():  # which makes the file what it should be
            if self._reader is None:
                self._reader = _reader(self.filename)
                self.opened = next(_connections)

    async def close(self) -> None:
        if self._reader:
            self._reader.close()
            self._reader = None
        await super().close()


def _reader(path: str) -> sqlite3.Connection:
    reader = sqlite3.connect(path, isolation_level=None, cached_statements=STATEMENTS)
    reader.row_factory = sqlite3.Row
    reader.execute("PRAGMA query_only=ON")
    reader.execute(f"PRAGMA busy_timeout={READER_BUSY_MS}")
    return reader


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
