"""The traps of the ORM, each with what shows that the test could fail."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from importlib import import_module
from pathlib import Path

import pytest
from tortoise import Tortoise, connections
from tortoise.exceptions import OperationalError, TransactionManagementError
from tortoise.fields import RESTRICT
from tortoise.fields.relational import ForeignKeyFieldInstance
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.operations import AlterModelOptions
from tortoise.transactions import in_transaction

from deliberation import features, migrations
from deliberation.database import APP, config, connect, disconnect, migrate, sqlite_path
from deliberation.matters.models import Matter
from deliberation.people.models import Person
from deliberation.places.models import Household, Place
from deliberation.settings import Settings
from tests.cast import make_world, matter_at

pytestmark = pytest.mark.anyio
MIGRATIONS = Path(migrations.__file__).parent
STOCK = "tortoise.backends.sqlite"


def models() -> list:
    return list(Tortoise.apps[APP].values())


def columns(model, names) -> tuple[str, ...]:
    return tuple(model._meta.fields_map[name].source_field or name for name in names)


# Transactions on SQLite


@pytest.fixture(scope="module")
def templates(tmp_path_factory) -> Path:
    """Filled databases that were made once; each test works on a copy."""
    return tmp_path_factory.mktemp("templates")


async def filled(folder: Path, template: Path) -> Settings:
    """Settings of a copy, in `folder`, of the cast's database; migrates it only once."""
    made = Settings(data_dir=template)
    if not template.exists():
        await connect(made, features.model_modules())
        try:
            await migrate(made, features.model_modules())
            await make_world()
        finally:
            await disconnect()
    settings = Settings(data_dir=folder)
    folder.mkdir()
    shutil.copy(sqlite_path(made), sqlite_path(settings))
    return settings


@pytest.fixture
async def lite(tmp_path, templates):
    """The cast on SQLite, whatever engine the run is on; yields the database's file."""
    settings = await filled(tmp_path / "lite", templates / "restrict")
    await connect(settings, features.model_modules())
    yield sqlite_path(settings)
    await disconnect()


@pytest.fixture
def neighbour(lite):
    """A second connection to the same file, as another process would have; never waits."""
    connection = sqlite3.connect(lite, timeout=0, isolation_level=None)
    yield connection
    connection.close()


async def pragma(name: str):
    return (await connections.get("default").execute_query_dict(f"PRAGMA {name}"))[0]


async def read_then_write(between=lambda: None) -> None:
    async with in_transaction():
        place = await Place.get(name="向阳社区")
        between()
        place.built = (place.built or 0) + 1
        await place.save()


async def test_the_live_connection_is_durable_and_checks_references(lite):
    assert await pragma("synchronous") == {"synchronous": 2}
    assert await pragma("foreign_keys") == {"foreign_keys": 1}
    assert await pragma("journal_mode") == {"journal_mode": "wal"}
    assert (await pragma("busy_timeout"))["timeout"] >= 5000


async def test_reading_waits_for_no_writer_and_sees_what_was_committed(lite):
    outside, name = connections.get("default"), "向阳社区"
    asked = f"SELECT built FROM place WHERE name = '{name}'"
    async with in_transaction():
        await Place.filter(name=name).update(built=7)
        assert (await Place.get(name=name)).built == 7
        assert (await outside.execute_query_dict(asked)) == [{"built": None}]
    assert (await Place.get(name=name)).built == 7
    with pytest.raises(OperationalError, match="readonly"):
        await outside.execute_query("WITH one AS (SELECT 1) UPDATE place SET built = 8")


async def test_a_transaction_that_reads_first_keeps_other_writers_out_until_it_wrote(
    lite, neighbour
):
    refused = []

    def other_writes():
        try:
            neighbour.execute("UPDATE place SET built = 100")
        except sqlite3.OperationalError as error:
            refused.append(str(error))

    await read_then_write(between=other_writes)
    assert refused == ["database is locked"]
    assert (await Place.get(name="向阳社区")).built == 1


async def test_with_the_stock_engine_the_same_transaction_fails_although_it_may_wait(lite):
    """The trap: without this the test above would prove nothing."""
    settings = config(Settings(data_dir=lite.parent), features.model_modules())
    settings["connections"]["default"] = {
        "engine": STOCK,
        "credentials": {"file_path": str(lite), "busy_timeout": 10_000},
    }
    await disconnect()
    await Tortoise.init(config=settings, _enable_global_fallback=True)
    with sqlite3.connect(lite, isolation_level=None) as other:
        with pytest.raises(OperationalError, match="locked"):
            async with asyncio.timeout(5):
                await read_then_write(between=lambda: other.execute("UPDATE place SET built = 100"))
    other.close()


async def test_a_transaction_waits_for_another_writer_and_then_succeeds(lite, neighbour):
    neighbour.execute("BEGIN IMMEDIATE")
    neighbour.execute("UPDATE place SET built = 100")
    asyncio.get_running_loop().call_later(0.3, neighbour.execute, "COMMIT")
    async with asyncio.timeout(5):
        await read_then_write()
    assert (await Place.get(name="向阳社区")).built == 101


async def test_two_processes_that_read_then_write_lose_nothing(lite):
    code = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from deliberation import features\n"
        "from deliberation.database import connect, disconnect\n"
        "from deliberation.settings import Settings\n"
        "from tests.test_database import read_then_write\n"
        "async def main():\n"
        "    await connect(Settings(data_dir=Path(sys.argv[1])), features.model_modules())\n"
        "    for _ in range(25): await read_then_write()\n"
        "    await disconnect()\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).parents[1]
    runs = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", code, str(lite.parent), cwd=root)
        for _ in range(2)
    ]
    async with asyncio.timeout(60):
        assert [await run.wait() for run in runs] == [0, 0]
    assert (await Place.get(name="向阳社区")).built == 50


async def test_a_begin_that_fails_lets_the_next_transaction_begin(lite, neighbour):
    await connections.get("default").execute_script("PRAGMA busy_timeout=20")
    neighbour.execute("BEGIN IMMEDIATE")
    with pytest.raises(TransactionManagementError, match="locked"):
        await read_then_write()
    neighbour.execute("ROLLBACK")
    async with asyncio.timeout(5):
        await read_then_write()
    assert (await Place.get(name="向阳社区")).built == 1


async def test_a_transaction_abandoned_while_it_waits_leaves_the_connection_usable(lite, neighbour):
    neighbour.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(read_then_write())
    await asyncio.sleep(0.1)
    waiting.cancel()
    neighbour.execute("ROLLBACK")
    with pytest.raises(asyncio.CancelledError):
        await waiting
    async with asyncio.timeout(5):
        await read_then_write()
    neighbour.execute("UPDATE place SET built = 7")


# Migrations


@pytest.fixture
def later(tmp_path, monkeypatch):
    """`later(change)`: our migrations and one more, which alters a column of a parent table.

    `change` rewrites the first migration's text.
    """

    def prepare(change=lambda text: text) -> None:
        package = tmp_path / "later_migrations"
        package.mkdir()
        (package / "__init__.py").touch()
        for path in MIGRATIONS.glob("0*.py"):
            (package / path.name).write_text(change(path.read_text()))
        (package / "9999_wider.py").write_text(
            "from tortoise import fields, migrations\n"
            "from tortoise.migrations import operations as ops\n"
            "class Migration(migrations.Migration):\n"
            f"    dependencies = [('{APP}', '{sorted(MIGRATIONS.glob('0*.py'))[-1].stem}')]\n"
            "    operations = [\n"
            "        ops.AlterField('Place', 'name', fields.CharField(max_length=61)),\n"
            "    ]\n"
        )
        for name in [name for name in sys.modules if name.startswith(migrations.__name__ + ".")]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setitem(sys.modules, migrations.__name__, import_module("later_migrations"))

    yield prepare
    for name in [name for name in sys.modules if name.startswith(migrations.__name__ + ".")]:
        del sys.modules[name]
    sys.modules.pop("later_migrations", None)


async def row_counts() -> dict[str, int]:
    return {model._meta.db_table: await model.all().count() for model in models()}


async def test_altering_a_parents_column_on_a_filled_database_keeps_every_row(world, later):
    await matter_at(world, "vote")
    before = await row_counts()
    assert before["household"] and before["person"] and before["passage"]
    later()
    done = await migrate(world.settings, features.model_modules())
    assert done == ["9999_wider"]
    assert await row_counts() == before
    if not world.settings.database_url:
        assert await pragma("foreign_keys") == {"foreign_keys": 1}
        _, broken = await connections.get("default").execute_query("PRAGMA foreign_key_check")
        assert not broken
        [copy] = world.settings.data_dir.glob("*-before-*.sqlite3")
        with sqlite3.connect(copy) as kept:
            assert kept.execute("SELECT count(*) FROM household").fetchone()[0] > 0
        kept.close()
        # The trap: a migration that alters a column must make the table's indexes again.
        assert ("place", ("path",)) in declared_indexes() - await existing_indexes()


async def test_the_stock_rebuild_empties_cascading_children(tmp_path, templates, later):
    """The trap: the rebuild drops the parent table, and a live CASCADE follows it silently."""
    modules = features.model_modules()
    later(lambda text: text.replace("OnDelete.RESTRICT", "OnDelete.CASCADE"))
    wider = tmp_path / "later_migrations" / "9999_wider.py"
    shutil.move(wider, tmp_path / "aside.py")
    settings = await filled(tmp_path / "data", templates / "cascade")
    shutil.move(tmp_path / "aside.py", wider)
    await connect(settings, modules)
    try:
        before = await Household.all().count(), await Person.all().count()
        assert all(before)
        executor = MigrationExecutor(connections.get("default"), config(settings, modules)["apps"])
        await executor.migrate(direction="forward")
        assert (await Household.all().count(), await Person.all().count()) == (0, 0)
    finally:
        await disconnect()


async def test_rows_that_point_nowhere_after_migrating_are_an_error(lite, later):
    await connections.get("default").execute_script(
        "PRAGMA foreign_keys=OFF; DELETE FROM place WHERE name = '向阳社区'"
    )
    later()
    with pytest.raises(RuntimeError, match="point nowhere"):
        await migrate(Settings(data_dir=lite.parent), features.model_modules())
    assert await pragma("foreign_keys") == {"foreign_keys": 1}


# What models declare and what the database has


async def test_every_reference_restricts_deletion_and_has_an_index(world):
    references = [
        (model.__name__, name, field)
        for model in models()
        for name, field in model._meta.fields_map.items()
        if isinstance(field, ForeignKeyFieldInstance)
    ]
    assert len(references) > 50
    for model, name, field in references:
        assert field.on_delete == RESTRICT, f"{model}.{name} cascades"
        assert field.index or field.unique, f"{model}.{name} has no index"


async def test_the_migrations_make_what_the_models_declare(world):
    detector = MigrationAutodetector(
        Tortoise.apps, config(world.settings, features.model_modules())["apps"]
    )
    operations = [change for writer in await detector.changes() for change in writer.operations]
    # A docstring becomes the table's description; it changes no table.
    lasting = [one.describe() for one in operations if not isinstance(one, AlterModelOptions)]
    assert lasting == []


def test_no_migration_carries_docstrings():
    for path in MIGRATIONS.glob("0*.py"):
        assert "table_description" not in path.read_text(), path.name


def declared_indexes() -> set[tuple[str, tuple[str, ...]]]:
    """(table, columns) of every index that a model asks for, but primary keys."""
    found = set()
    for model in models():
        meta = model._meta
        groups = [(name,) for name, field in meta.fields_map.items() if _indexed(field)]
        groups += [tuple(group) for group in meta.unique_together]
        groups += [tuple(index.fields) for index in meta.indexes if hasattr(index, "fields")]
        found |= {(meta.db_table, columns(model, group)) for group in groups}
    return found


def _indexed(field) -> bool:
    return (
        bool(field.has_db_field or hasattr(field, "on_delete"))
        and not field.pk
        and bool(field.index or field.unique)
    )


async def existing_indexes() -> set[tuple[str, tuple[str, ...]]]:
    client = connections.get("default")
    if client.capabilities.dialect == "sqlite":
        sql = (
            "SELECT m.name AS table_name, i.name AS index_name, c.name AS column_name"
            " FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c"
            " WHERE m.type = 'table' ORDER BY 1, 2, c.seqno"
        )
    else:
        sql = (
            "SELECT t.relname AS table_name, i.relname AS index_name, a.attname AS column_name"
            " FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid"
            " JOIN pg_class i ON i.oid = x.indexrelid"
            " CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k(number, place)"
            " JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number"
            " ORDER BY 1, 2, k.place"
        )
    indexes: dict[tuple[str, str], tuple[str, ...]] = {}
    for row in await client.execute_query_dict(sql):
        key = row["table_name"], row["index_name"]
        indexes[key] = (*indexes.get(key, ()), row["column_name"])
    return {(table, names) for (table, _), names in indexes.items()}


async def test_every_index_that_a_model_asks_for_exists(world):
    declared = declared_indexes()
    assert ("place", ("path",)) in declared
    assert ("spending", ("item_id",)) in declared
    assert declared - await existing_indexes() == set()


async def test_guards_made_anew_at_the_same_instant_do_not_meet(world):
    """As when several servers start together on PostgreSQL: “tuple concurrently updated”."""
    modules = features.model_modules()
    for _ in range(5):
        together = [migrate(world.settings, modules) for _ in range(3)]
        assert await asyncio.gather(*together) == [[]] * 3


async def test_times_come_back_aware_and_in_utc(world):
    matter = await matter_at(world, "opinions")
    shanghai = timezone(timedelta(hours=8))
    given = datetime(2026, 3, 2, 0, 30, 15, 123456, tzinfo=shanghai)
    await Matter.filter(id=matter.id).update(registered_at=given)
    found = (await Matter.get(id=matter.id)).registered_at
    assert found == given
    assert found.utcoffset() == timedelta(0)
    assert found.astimezone(UTC).day == 1
    assert await Matter.filter(registered_at__lte=given).exists()
    assert not await Matter.filter(registered_at__lt=given).exists()


async def test_a_process_that_closes_its_database_exits(world):
    code = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from deliberation import features\n"
        "from deliberation.database import connect, disconnect\n"
        "from deliberation.places.models import Place\n"
        "from deliberation.settings import Settings\n"
        "async def main():\n"
        "    settings = Settings(data_dir=Path(sys.argv[1]), database_url=sys.argv[2])\n"
        "    await connect(settings, features.model_modules())\n"
        "    print(await Place.all().count())\n"
        "    await disconnect()\n"
        "asyncio.run(main())\n"
    )
    places = await Place.all().count()
    answer = await asyncio.to_thread(
        subprocess.run,
        [
            sys.executable,
            "-c",
            code,
            str(world.settings.data_dir),
            world.settings.database_url or "",
        ],
        capture_output=True,
        text=True,
        timeout=30,
        cwd=Path(__file__).parents[1],
    )
    assert (answer.returncode, answer.stdout) == (0, f"{places}\n"), answer.stderr
