"""A second client on the same database, such as an administrator's SQL console has."""

import sqlite3
from pathlib import Path

import asyncpg
from tortoise import connections

from deliberation import features
from deliberation.database import guards, sqlite_path

UNKEYED = ("secret_answer", "inclusion_code")


def guarded() -> list[str]:
    """Every table that the features guard."""
    found = [guard for name in features.model_modules() for guard in guards._declared(name)]
    return list(dict.fromkeys(guard.table for guard in found))


class Raw:
    """`await run(sql)` is None, or what the database said; foreign keys do not help here."""

    def __init__(self, world, log: Path | None):
        self.lite = None if world.settings.database_url else sqlite_path(world.settings)
        self.url, self.log, self.client = world.settings.database_url, log, None

    async def run(self, sql: str) -> str | None:
        try:
            await self.fetch(sql)
        except (sqlite3.Error, asyncpg.PostgresError) as error:
            return str(error)
        return None

    async def fetch(self, sql: str) -> list[tuple]:
        if self.lite:
            self.client = self.client or sqlite3.connect(self.lite, isolation_level=None)
            return self.client.execute(sql).fetchall()
        self.client = self.client or await asyncpg.connect(self.url)
        return [tuple(row) for row in await self.client.fetch(sql)]

    async def close(self) -> None:
        if self.client:
            found = self.client.close()
            if not self.lite:
                await found

    async def dump(self, *tables: str) -> dict[str, list[str]]:
        """All rows of these tables (every guarded one, when none is named) as text."""
        found = {}
        for table in tables or guarded():
            found[table] = sorted(map(repr, await self.fetch(f"SELECT * FROM {table}")))
        return found

    async def noted(self) -> int:
        """How many refusals of the database are on record."""
        if self.lite:
            return (await self.fetch("SELECT count(*) FROM attempt"))[0][0]
        return self.log.read_text().count("ERROR:  frozen: ")


async def columns(table: str) -> list[str]:
    """The columns of a table as the database has them."""
    client = connections.get("default")
    if client.capabilities.dialect == "sqlite":
        rows = await client.execute_query_dict(f"PRAGMA table_info({table})")
        return [row["name"] for row in rows]
    rows = await client.execute_query_dict(
        f"SELECT column_name AS name FROM information_schema.columns WHERE table_name = '{table}' "
        "ORDER BY ordinal_position"
    )
    return [row["name"] for row in rows]
