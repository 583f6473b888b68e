"""What the database itself refuses, whoever asks: triggers on both engines, from one declaration.

A feature's `guards.py` lists its `GUARDS`. They are made anew whenever the program starts, since a
table that SQLite rebuilds loses its triggers, and someone may have dropped them. A refused change
is noted: on SQLite in the table `attempt`, on PostgreSQL in the server's own log.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec


@dataclass(frozen=True)
class Guard:
    """`event` (INSERT, UPDATE or DELETE) on `table` is refused unless `allowed` is true.

    `allowed` is SQL that both engines know, over NEW and OLD; NULL counts as false.
    """

    table: str
    event: str
    allowed: str

    @property
    def name(self) -> str:
        return f"guard_{self.table}_{self.event.lower()}"


def never(table: str, *events: str) -> list[Guard]:
    """What stays as it was written."""
    return [Guard(table, event, "1 = 0") for event in events]


def same(*columns: str) -> str:
    """SQL that is true when an update leaves these columns as they were."""
    return " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in columns)


async def install(client, modules: Iterable[str]) -> None:
    """Makes the triggers of all features whose model modules are named."""
    sqlite = client.capabilities.dialect == "sqlite"
    guards = [guard for name in modules for guard in _declared(name)]
    script = _sqlite(guards) if sqlite else _postgres(guards)
    await client.execute_script(script)


def _declared(models: str) -> list[Guard]:
    name = f"{models.rpartition('.')[0]}.guards"
    return import_module(name).GUARDS if find_spec(name) else []


def _sqlite(guards: list[Guard]) -> str:
    """FAIL keeps what the trigger wrote before it, so that the attempt stays on record."""
    made = [
        "CREATE TABLE IF NOT EXISTS attempt "
        "(id INTEGER PRIMARY KEY, at TEXT, relation TEXT, operation TEXT)"
    ]
    for guard in guards:
        made += [
            f"DROP TRIGGER IF EXISTS {guard.name}",
            f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} "
            f"WHEN ({guard.allowed}) IS NOT TRUE BEGIN "
            "INSERT INTO attempt (at, relation, operation) VALUES "
            f"(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), '{guard.table}', '{guard.event}'); "
            f"SELECT RAISE(FAIL, 'frozen: {guard.event} on {guard.table}'); END",
        ]
    return ";\n".join(made) + ";"


def _postgres(guards: list[Guard]) -> str:
    made = [
        "CREATE OR REPLACE FUNCTION guard_refuse() RETURNS trigger AS $$ BEGIN "
        "RAISE EXCEPTION 'frozen: % on %', TG_OP, TG_TABLE_NAME; END $$ LANGUAGE plpgsql"
    ]
    for guard in guards:
        row = "OLD" if guard.event == "DELETE" else "NEW"
        made += [
            f"CREATE OR REPLACE FUNCTION {guard.name}() RETURNS trigger AS $$ BEGIN "
            f"IF ({guard.allowed}) IS NOT TRUE THEN "
            f"RAISE EXCEPTION 'frozen: {guard.event} on {guard.table}'; END IF; "
            f"RETURN {row}; END $$ LANGUAGE plpgsql",
            f"CREATE OR REPLACE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {guard.name}()",
        ]
    for table in dict.fromkeys(guard.table for guard in guards):
        made.append(
            f"CREATE OR REPLACE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse()"
        )
    return ";\n".join(made) + ";"
