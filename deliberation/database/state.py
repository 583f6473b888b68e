"""A name for what the database holds, which is never the same again once anything was written.

On SQLite: how many commits the reading connection has seen of others. On PostgreSQL: the
transactions that are over. Whoever read the name first and then the rows knows, while the name
stays, that they would read the same again; it may change without need, for rows nobody asked for.
"""

from tortoise import connections

_NAMES = {
    "sqlite": "SELECT data_version FROM pragma_data_version",
    "postgres": "SELECT pg_current_snapshot()::text",
}


async def database_state() -> tuple:
    client = connections.get("default")
    _, found = await client.execute_query(_NAMES[client.capabilities.dialect])
    return getattr(client, "opened", 0), *found[0]
