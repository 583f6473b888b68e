"""Opening, migrating and closing the database: SQLite in one file, or PostgreSQL by URL.

Tortoise on SQLite needs care that is easy to lose, so it lives here: transactions begin IMMEDIATE
(`sqlite.py`), and migrations run with foreign keys off, because altering a column rebuilds the
table by DROP TABLE and a live foreign key would act on its children.
"""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from tortoise import Tortoise, connections
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.migrations.executor import MigrationExecutor

from deliberation.database import guards
from deliberation.log.opening import close_log, open_log
from deliberation.settings import Settings

APP = "deliberation"
_MIGRATING = 0x64656C6962  # any number, as long as all servers name the same


def config(settings: Settings, modules: list[str]) -> dict:
    """Tortoise's configuration dictionary; `modules` are the features' model modules."""
    return {
        "connections": {"default": _connection(settings)},
        "apps": {
            APP: {
                "models": modules,
                "default_connection": "default",
                "migrations": "deliberation.migrations",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


def _connection(settings: Settings) -> dict:
    if settings.database_url:
        return expand_db_url(settings.database_url)
    return {
        "engine": "deliberation.database.sqlite",
        "credentials": {"file_path": str(sqlite_path(settings))},
    }


def sqlite_path(settings: Settings) -> Path:
    return settings.data_dir / "deliberation.sqlite3"


async def connect(settings: Settings, modules: list[str], *, make_key: bool = True) -> None:
    """Opens the database for this process; call `disconnect` before leaving, or exit hangs.

    The log is opened with it, since no act may go unsigned. Raises KeyProblem when the record's
    key is missing or another one; without `make_key` a first one is not made, and nothing may act.
    """
    if not settings.database_url:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    # uvicorn serves each request in a task of its own context, hence the global fallback.
    await Tortoise.init(config=config(settings, modules), _enable_global_fallback=True)
    try:
        await open_log(settings, make_key=make_key)
    except BaseException:
        await disconnect()
        raise


async def disconnect() -> None:
    close_log()
    await Tortoise.close_connections()


async def migrate(settings: Settings, modules: list[str]) -> list[str]:
    """Applies what is missing and returns the names of the applied migrations.

    On SQLite a copy of the file is made first, beside it. Raises RuntimeError when a foreign key
    points nowhere afterwards. The guards are made anew whether or not anything was missing.
    """
    client = connections.get("default")
    async with _alone(client):
        pending = await _apply(settings, modules)
        await guards.install(client, modules)
    return pending


@asynccontextmanager
async def _alone(client) -> AsyncIterator[None]:
    """Several servers that start together on PostgreSQL migrate one after another. SQLite has one
    server."""
    if client.capabilities.dialect == "sqlite":
        yield
        return
    async with client.acquire_connection() as connection:
        await connection.execute("SELECT pg_advisory_lock($1)", _MIGRATING)
        try:
            yield
        finally:
            await connection.execute("SELECT pg_advisory_unlock($1)", _MIGRATING)


async def _apply(settings: Settings, modules: list[str]) -> list[str]:
    client = connections.get("default")
    executor = MigrationExecutor(client, config(settings, modules)["apps"])
    pending = [step.migration.name for step in await _plan(executor)]
    if not pending:
        return []
    sqlite = client.capabilities.dialect == "sqlite"
    if sqlite:
        _copy(sqlite_path(settings))
        await client.execute_script("PRAGMA foreign_keys=OFF")
    try:
        await executor.migrate(direction="forward")
        if sqlite:
            _, broken = await client.execute_query("PRAGMA foreign_key_check")
            if broken:
                raise RuntimeError(f"rows point nowhere after migrating: {list(map(dict, broken))}")
    finally:
        if sqlite:
            await client.execute_script("PRAGMA foreign_keys=ON")
    return pending


async def _plan(executor: MigrationExecutor):
    await executor.recorder.ensure_schema(executor._schema_editor(atomic=False))
    return await executor.plan()


def _copy(path: Path) -> None:
    """Copies a filled database with SQLite's own backup, so that a live log file is included."""
    if not path.exists():
        return
    with sqlite3.connect(path) as source:
        if not source.execute("SELECT 1 FROM sqlite_master WHERE name = 'entry'").fetchone():
            return
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
        with sqlite3.connect(path.with_name(f"{path.stem}-before-{stamp}.sqlite3")) as target:
            source.backup(target)
