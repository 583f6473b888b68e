"""The world's rows in a database of an earlier migration, as an old installation has it."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from tortoise import connections
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget

from deliberation import features
from deliberation.database import APP, config, connect, disconnect
from deliberation.settings import Settings
from tests.vote.raw import Raw, columns


@dataclass
class Older:
    """The database that is connected now, and a second client on it."""

    settings: Settings
    raw: Raw


async def older(world, request, engine: str, folder: Path, migration: str) -> Older:
    """Leaves the world's database for one in `folder` made up to `migration` with the same rows."""
    now = {name: await columns(name) for name in await tables()}
    current = Raw(world, None)
    kept = {name: await current.fetch(f"SELECT * FROM {name}") for name in now}
    await current.close()
    await disconnect()
    fresh = Settings(data_dir=folder, database_url=_another(request, engine))
    await connect(fresh, features.model_modules())
    client = connections.get("default")
    executor = MigrationExecutor(client, config(fresh, features.model_modules())["apps"])
    await executor.migrate([MigrationTarget(APP, migration)])
    old = Raw(SimpleNamespace(settings=fresh), None)
    first = {name: await columns(name) for name in await tables()}
    rows = {
        name: [tuple(row[now[name].index(column)] for column in known) for row in kept[name]]
        for name, known in first.items()
    }
    await _fill(old, first, rows)
    return Older(fresh, old)


def _another(request, engine) -> str:
    if engine == "sqlite":
        return ""
    server = request.getfixturevalue("postgres")
    name = f"older{id(request)}"  # several tests of one worker share a server
    server.psql(f'CREATE DATABASE "{name}" TEMPLATE "template0";')
    return server.get_uri(database=name).replace("postgresql://", "postgres://")


async def tables() -> list[str]:
    client = connections.get("default")
    if client.capabilities.dialect == "sqlite":
        sql = "SELECT name FROM sqlite_master WHERE type = 'table'"
    else:
        sql = "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    names = [row["name"] for row in await client.execute_query_dict(sql)]
    rest = ("attempt", "sqlite_sequence", "tortoise_migrations")
    return sorted(name for name in names if name not in rest)


async def _fill(raw: Raw, tables: dict[str, list[str]], rows: dict) -> None:
    """Puts rows into tables of these columns, as that version of the program would have written
    them; in any order, hence without references."""
    await raw.fetch("SELECT 1")
    if raw.lite:
        raw.client.execute("BEGIN")
        for name, columns in tables.items():
            marks = ", ".join("?" for _ in columns)
            raw.client.executemany(_insert(name, columns, marks), rows[name])
        raw.client.execute("COMMIT")
        return
    await raw.client.execute("SET session_replication_role = replica")
    for name, columns in tables.items():
        marks = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
        await raw.client.executemany(_insert(name, columns, marks), rows[name])
    await raw.client.execute("SET session_replication_role = origin")
    for name, columns in tables.items():
        if "id" in columns:  # the next row gets a number of its own
            own = f"pg_get_serial_sequence('{name}', 'id')"
            await raw.client.execute(f"SELECT setval({own}, coalesce(max(id), 1)) FROM {name}")


def _insert(name: str, columns: list[str], marks: str) -> str:
    listed = ", ".join(f'"{column}"' for column in columns)
    return f"INSERT INTO {name} ({listed}) VALUES ({marks})"
