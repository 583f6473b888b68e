"""At close nothing the database keeps may join a secret ballot to its voter.

On PostgreSQL every row carries the transaction that wrote it and lies where it was written: one
update gives all rows of the vote the same transaction, and CLUSTER writes the tables anew in the
order of their keys. On SQLite ballots have no row number from the start (see the migration);
VACUUM writes the file anew and the write-ahead log is cut. What was copied before (a backup, an
archive of PostgreSQL's log) is out of reach: the residents' page says so.
"""

from tortoise import connections

from deliberation.acting import Act
from deliberation.stages.vote.models import Vote

TABLES = {
    "roll_entry": "state",
    "secret_answer": "logged",
    "inclusion_code": "code",
    "transcript": "papers",
}


async def unlink(act: Act, vote: Vote) -> None:
    """Within the closing transaction: all rows of the vote are written together."""
    for table, column in TABLES.items():
        await act.connection.execute_query(
            f"UPDATE {table} SET {column} = {column} WHERE vote_id = {int(vote.id)}"
        )


async def scrub() -> None:
    """After it: the tables lie in the order of their keys, and old versions of rows are gone."""
    client = connections.get("default")
    if client.capabilities.dialect == "sqlite":
        await client.execute_query("VACUUM")
        await client.execute_query("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    _, rows = await client.execute_query(
        "SELECT c.relname AS name, i.relname AS key FROM pg_index x "
        "JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid "
        f"WHERE x.indisprimary AND c.relname IN ({', '.join(repr(name) for name in TABLES)})"
    )
    for row in rows:
        await client.execute_query(f'CLUSTER "{row["name"]}" USING "{row["key"]}"')
