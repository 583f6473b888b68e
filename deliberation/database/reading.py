"""Reading many rows without holding up everybody else.

Making five thousand rows at once keeps the event loop busy for a good part of a second, in which
nobody's ballot is taken; a hundred at a time leaves room in between.
"""

from collections.abc import AsyncIterator

from tortoise.queryset import QuerySet

CHUNK = 100


async def in_chunks(query: QuerySet, size: int = CHUNK) -> AsyncIterator:
    """The rows of a query in the order of their primary keys."""
    key, part = query.model._meta.pk_attr, query
    while True:
        rows = await part.order_by(key).limit(size)
        for row in rows:
            yield row
        if len(rows) < size:
            return
        part = query.filter(**{f"{key}__gt": getattr(rows[-1], key)})
