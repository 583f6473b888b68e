"""Several counts in one question to the database: a page of figures asks for many."""

from collections.abc import Awaitable, Callable, Sequence
from functools import wraps

from pypika_tortoise.terms import Parameterizer
from tortoise import connections
from tortoise.models import Model
from tortoise.queryset import QuerySet, ValuesListQuery

Rows = Sequence[Sequence]


class _Id(int):
    """Stands for the id of the row that a question is about."""


async def counts(*queries: QuerySet) -> list[int]:
    """How many rows each query has, in their order."""
    _, found = await connections.get("default").execute_query(*_counts(queries))
    return list(found[0])


def counting(model: type[Model]):
    """For a function from a row of `model`, of which it knows the id alone, to queries: their
    `counts`, put into SQL once for each engine. That takes far longer than the answer."""

    def decorate(
        queries: Callable[[Model], Sequence[QuerySet]],
    ) -> Callable[[Model], Awaitable[list[int]]]:
        ask = _prepared(model, lambda row: _counts(queries(row)))

        @wraps(queries)
        async def counted(row: Model) -> list[int]:
            return list((await ask(row))[0])

        return counted

    return decorate


def listing(model: type[Model]):
    """The same for a function to one list of values, which come back as the engine keeps them."""

    def decorate(query: Callable[[Model], ValuesListQuery]) -> Callable[[Model], Awaitable[Rows]]:
        def put(row: Model) -> tuple[str, list]:
            values = Parameterizer()
            return _sql(query(row), values), values.values

        return wraps(query)(_prepared(model, put))

    return decorate


def _prepared(model: type[Model], put: Callable[[Model], tuple[str, list]]):
    known: dict[str, tuple[str, list]] = {}

    async def ask(row: Model) -> Rows:
        client = connections.get("default")
        dialect = client.capabilities.dialect
        if dialect not in known:
            known[dialect] = put(model(id=_Id()))
        sql, values = known[dialect]
        asked = [row.id if isinstance(value, _Id) else value for value in values]
        return (await client.execute_query(sql, asked))[1]

    return ask


def _counts(queries: Sequence[QuerySet]) -> tuple[str, list]:
    """The question in SQL, and its values."""
    values = Parameterizer()
    asked = ", ".join(f"({_sql(query.count(), values)})" for query in queries)
    return f"SELECT {asked}", values.values


def _sql(query, values: Parameterizer) -> str:
    query._choose_db_if_not_chosen()
    query._make_query()
    return query.query.get_sql(query.query.QUERY_CLS.SQL_CONTEXT.copy(parameterizer=values))
