"""Which places someone's offices cover, and the homes they belong to. Reads only."""

from tortoise.expressions import Q

from deliberation.acting import Actor
from deliberation.database.once import once
from deliberation.database.plain import found
from deliberation.places.models import Household, Place, PlaceKind
from deliberation.procedure import Role

FEW = 3
NAMELESS = "社区议事"
COVERED = "EXISTS (SELECT 1 FROM place o WHERE o.path IN $1 AND p.path LIKE o.path || '%')"


async def installed_name() -> str:
    """What the header says: the community's name where the installation serves one."""
    names = await Place.filter(kind=PlaceKind.COMMUNITY).limit(2).values_list("name", flat=True)
    return names[0] if len(names) == 1 else NAMELESS


def held(actor: Actor, roles: frozenset[Role]) -> list[str]:
    """The paths of the places where the actor holds one of `roles`: in SQL, a place `p` with
    `COVERED` lies in one of them."""
    return [office.path for office in actor.offices if office.role in roles]


def covered(actor: Actor, roles: frozenset[Role], field: str = "path") -> Q | None:
    """The filter for rows whose `field` lies in an office of one of `roles`; None without one."""
    paths = held(actor, roles)
    if not paths:
        return None
    inside = Q()
    for path in paths:
        inside |= Q(**{f"{field}__startswith": path})
    return inside


async def desks(actor: Actor) -> list[Place]:
    """The communities someone turns to: those around the own homes, else the few there are."""
    ids = {int(id) for office in actor.offices for id in office.path.strip("/").split("/") if id}
    every = Place.filter(kind=PlaceKind.COMMUNITY)
    return await every.filter(id__in=list(ids)) or await every.limit(FEW)


@once
async def homes_of(actor: Actor) -> list[Household]:
    """Where somebody lives, then what else is theirs."""
    ids = list(dict.fromkeys((*actor.homes, *actor.owned)))
    homes = await found(Household, "WHERE x.id IN $1", ids) if ids else []
    return sorted(homes, key=lambda home: ids.index(home.id))


async def seat(actor: Actor, roles: frozenset[Role]) -> Place | None:
    """The highest place where the actor holds one of `roles`; None without one."""
    paths = held(actor, roles)
    return await Place.filter(path__in=paths).order_by("path").first() if paths else None
