"""Several counts in one question to the database: a page of figures asks for many."""

from pypika_tortoise.terms import Parameterizer
from tortoise import connections
from tortoise.queryset import QuerySet


async def counts(*queries: QuerySet) -> list[int]:
    """How many rows each query has, in their order."""
    asked, values = [], Parameterizer()
    for query in queries:
        counting = query.count()
        counting._choose_db_if_not_chosen()
        counting._make_query()
        context = counting.query.QUERY_CLS.SQL_CONTEXT.copy(parameterizer=values)
        asked.append(f"({counting.query.get_sql(context)})")
    client = connections.get("default")
    _, found = await client.execute_query(f"SELECT {', '.join(asked)}", values.values)
    return list(found[0])
