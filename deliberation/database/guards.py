"""What the database itself refuses, whoever asks: triggers on both engines, from one declaration.

A feature's `guards.py` lists its `GUARDS`. They are made anew whenever the program starts, since a
table that SQLite rebuilds loses its triggers, and someone may have dropped them. A refused change
is noted: on SQLite in the table `attempt`, on PostgreSQL in the server's own log. (A client that
takes its own SQLite transaction back takes the note back, too; the row is safe either way.)

SQLite's REPLACE removes the rows in its way without asking the triggers of DELETE: there a new
row, or a changed key, that meets an existing row of a guarded table is refused.

Out of reach is whoever owns the database: they can drop triggers and tables, rewrite SQLite's
schema or its file, or disable triggers on PostgreSQL. The printed hashes are there against that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from tortoise import Tortoise

Keys = dict[str, list[tuple[str, ...]]]


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
    tables = list(dict.fromkeys(guard.table for guard in guards))
    script = _sqlite(guards, _keys(tables)) if sqlite else _postgres(guards, tables)
    await client.execute_script(script)


def _declared(models: str) -> list[Guard]:
    name = f"{models.rpartition('.')[0]}.guards"
    return import_module(name).GUARDS if find_spec(name) else []


def _keys(tables: Sequence[str]) -> Keys:
    """The columns of every unique key of these tables, the primary one first."""
    found: Keys = {}
    for app in Tortoise.apps.values():
        for model in app.values():
            meta = model._meta
            if meta.db_table not in tables:
                continue
            single = [name for name, field in meta.fields_map.items() if field.unique]
            names = dict.fromkeys([(meta.pk_attr,), *meta.unique_together, *((n,) for n in single)])
            found[meta.db_table] = [
                tuple(meta.fields_map[name].source_field or name for name in key) for key in names
            ]
    return found


def _sqlite(guards: list[Guard], keys: Keys) -> str:
    """FAIL keeps what the trigger wrote before it, so that the attempt stays on record. In one
    transaction: no moment is without guards, and another connection sees one new schema."""
    made = [
        "BEGIN IMMEDIATE",
        "CREATE TABLE IF NOT EXISTS attempt "
        "(id INTEGER PRIMARY KEY, at TEXT, relation TEXT, operation TEXT)",
    ]
    guards = [*guards, *never("attempt", "UPDATE", "DELETE")]
    for guard in guards:
        made += _trigger(guard.name, guard.table, guard.event, f"({guard.allowed}) IS NOT TRUE")
    for table, unique in keys.items():
        met, moved = _meets(table, unique), _meets(table, unique, by_update=True)
        made += _trigger(f"guard_{table}_replace", table, "INSERT", met)
        made += _trigger(f"guard_{table}_replace_by_update", table, "UPDATE", moved)
    return ";\n".join([*made, "COMMIT"]) + ";"


def _trigger(name: str, table: str, event: str, refused: str) -> list[str]:
    return [
        f"DROP TRIGGER IF EXISTS {name}",
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {refused} BEGIN "
        "INSERT INTO attempt (at, relation, operation) VALUES "
        f"(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), '{table}', '{event}'); "
        f"SELECT RAISE(FAIL, 'frozen: {event} on {table}'); END",
    ]


def _meets(table: str, unique: list[tuple[str, ...]], *, by_update: bool = False) -> str:
    """SQL that is true when NEW has the key of another row, which REPLACE would remove."""
    found = []
    for key in unique:
        same_key = " AND ".join(f"{name} = NEW.{name}" for name in key)
        changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in key)
        exists = f"EXISTS (SELECT 1 FROM {table} WHERE {same_key})"
        found.append(f"(({changed}) AND {exists})" if by_update else exists)
    return " OR ".join(found)


def _postgres(guards: list[Guard], tables: Sequence[str]) -> str:
    made = [
        "CREATE OR REPLACE FUNCTION guard_refuse() RETURNS trigger AS $$ BEGIN "
        "RAISE EXCEPTION 'frozen: % on %', TG_OP, TG_TABLE_NAME; END $$ LANGUAGE plpgsql",
        # SQLite's name, so that a guard is written once.
        "CREATE OR REPLACE FUNCTION json_array_length(jsonb) RETURNS integer AS "
        "'SELECT jsonb_array_length($1)' LANGUAGE sql IMMUTABLE",
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
    for table in tables:
        made.append(
            f"CREATE OR REPLACE TRIGGER guard_{table}_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION guard_refuse()"
        )
    return ";\n".join(made) + ";"
