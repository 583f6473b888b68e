"""Which places someone's offices cover. Reads only."""

from tortoise.expressions import Q

from deliberation.acting import Actor
from deliberation.places.models import Place
from deliberation.procedure import Role


def covered(actor: Actor, roles: frozenset[Role], field: str = "path") -> Q | None:
    """The filter for rows whose `field` lies in an office of one of `roles`; None without one."""
    paths = {office.path for office in actor.offices if office.role in roles}
    if not paths:
        return None
    found = Q()
    for path in paths:
        found |= Q(**{f"{field}__startswith": path})
    return found


async def seat(actor: Actor, roles: frozenset[Role]) -> Place | None:
    """The highest place where the actor holds one of `roles`; None without one."""
    paths = {office.path for office in actor.offices if office.role in roles}
    return await Place.filter(path__in=list(paths)).order_by("path").first() if paths else None
