"""Plain SQL for the paths that are asked most: written once for both engines.

To put a question into SQL takes the ORM ten times as long as the database takes to answer it. What
every signed-in page asks is therefore written down as SQL. Parameters are `$1`, `$2` …; a list
stands for as many as it holds: `id IN $1`.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from itertools import count
from typing import TypeVar

from tortoise import connections
from tortoise.models import Model

from deliberation.database.once import each

M = TypeVar("M", bound=Model)
_PARAMETER = re.compile(r"\$(\d+)")


async def rows(sql: str, *values) -> Sequence[Sequence]:
    """The rows of a SELECT, in the transaction under way if there is one; moments and days as the
    engine keeps them, see `moment` and `day`."""
    client, sql, values = _asked(sql, values)
    _, found = await client.execute_query(sql, values)
    return found


async def found(model: type[M], rest: str, *values, columns: str = "x.*") -> list[M]:
    """Rows of a table as the ORM makes them, whole or with some of the `columns`: `rest` is what
    follows `FROM table x`."""
    sql = f'SELECT {columns} FROM "{model._meta.db_table}" x {rest}'
    client, sql, values = _asked(sql, values)
    return await client.executor_class(model, client).execute_select(sql, values)


async def first(model: type[M], rest: str, *values, columns: str = "x.*") -> M | None:
    """The first of them."""
    return next(iter(await found(model, f"{rest} LIMIT 1", *values, columns=columns)), None)


async def refer(listed: list[M], relation: str) -> list[M]:
    """The same rows, each with the row of another table that it refers to, if it does."""
    ids = [id for row in listed if (id := getattr(row, f"{relation}_id")) is not None]
    known = await by_id(listed[0]._meta.fields_map[relation].related_model, ids) if ids else {}
    for row in listed:
        setattr(row, relation, known.get(getattr(row, f"{relation}_id")))
    return listed


async def by_id(model: type[M], ids: Iterable[int]) -> dict[int, M]:
    """Rows by their ids; a page reads each of them once."""
    return await _by_id(model)(ids)


@cache
def _by_id(model: type[M]) -> Callable[[Iterable[int]], Awaitable[dict[int, M]]]:
    @each
    async def rows_of(ids: list[int]) -> dict[int, M]:
        return {row.id: row for row in await found(model, "WHERE x.id IN $1", ids)}

    return rows_of


def _asked(sql: str, values: Sequence) -> tuple[object, str, list]:
    """The connection, and the question as its engine is asked."""
    client = connections.get("default")
    sizes, flat = [], []
    for value in values:
        many = isinstance(value, list | tuple | set)
        sizes.append(len(value) if many else None)
        flat += value if many else (value,)
    mark = "?" if client.capabilities.dialect == "sqlite" else "$"
    return client, _spread(sql, tuple(sizes), mark), flat


@lru_cache(512)
def _spread(sql: str, sizes: tuple[int | None, ...], mark: str) -> str:
    """Each list as as many parameters; an empty one as NULL, of which nothing is IN."""
    places, numbers = [], count(1)
    for size in sizes:
        marks = ", ".join(f"{mark}{next(numbers)}" for _ in range(1 if size is None else size))
        places.append(marks if size is None else f"({marks or 'NULL'})")
    return _PARAMETER.sub(lambda match: places[int(match[1]) - 1], sql)


def moment(value: datetime | str) -> datetime:
    """An aware instant from a column: SQLite keeps text."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def day(value: date | str) -> date:
    """A day from a column: SQLite keeps text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
