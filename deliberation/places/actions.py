"""Creating places in the tree and editing what is printed about them."""

from dataclasses import dataclass
from datetime import datetime

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.places.models import Place
from deliberation.places.rules import level_below


@dataclass(frozen=True)
class Details:
    """`phone` is an office's; `built` the year of construction."""

    address: str = ""
    phone: str = ""
    built: int | None = None


async def create(actor: Actor, parent: Place, name: str, details: Details, now: datetime) -> Place:
    """Creates a place of the level below `parent`. Raises Refused for a name taken there."""
    async with acting(actor, "places.create", now, place=parent) as act:
        return await add(act, parent, name, details)


async def add(act: Act, parent: Place, name: str, details: Details) -> Place:
    kind = level_below(parent.kind)
    if not kind:
        raise Refused("单元下面不再分，住户由名册导入")
    if await Place.exists(parent=parent, name=name):
        raise Refused(f"这里已经有“{name}”，请换一个名称")
    place = await Place.create(kind=kind, name=name, parent=parent, path="", **vars(details))
    place.path = f"{parent.path}{place.id}/"
    await place.save(update_fields=["path"])
    act.record(place=place.id)
    return place


async def edit(actor: Actor, place: Place, details: Details, now: datetime) -> None:
    """Changes address, office phone and year. The name stays: it stands on notices."""
    async with acting(actor, "places.edit", now, place=place) as act:
        changed = [name for name, value in vars(details).items() if getattr(place, name) != value]
        for name in changed:
            setattr(place, name, getattr(details, name))
        if changed:
            await place.save(update_fields=changed)
        act.record(place=place.id, fields=changed)


async def plant(act: Act, district: Place) -> None:
    """Saves the root of an empty installation, the place whose log then begins."""
    await district.save()
    district.path = f"/{district.id}/"
    await district.save(update_fields=["path"])
    act.record(place=district.id)


def unplanted(name: str) -> Place:
    """A district that is not saved yet, to open the first act at."""
    return Place(kind="district", name=name, path="/")
