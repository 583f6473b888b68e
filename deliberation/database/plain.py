"""Plain SQL for the paths that are asked most: written once for both engines.

Parameters are `$1`, `$2` …; moments come back as the engine keeps them, see `moment`.
"""

from collections.abc import Sequence
from datetime import datetime

from tortoise import connections


async def rows(sql: str, *values) -> Sequence[Sequence]:
    """The rows of a SELECT, in the transaction under way if there is one."""
    client = connections.get("default")
    if client.capabilities.dialect == "sqlite":
        sql = sql.replace("$", "?")
    _, found = await client.execute_query(sql, list(values))
    return found


def moment(value: datetime | str) -> datetime:
    """An aware instant from a column: SQLite keeps text."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value
