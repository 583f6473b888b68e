"""The kit of every page: rendering, forms, guards, errors. It knows no feature."""

from starlette.convertors import IntegerConvertor, register_url_convertor


class _Id(IntegerConvertor):
    """Ids in addresses fit the database's integers; a longer number is no page (404)."""

    regex = "[0-9]{1,9}"


# Before any route is made: every page imports the kit first.
register_url_convertor("int", _Id())
