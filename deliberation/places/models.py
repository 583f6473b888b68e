"""Places as one tree, and the households at its leaves.

A place's `path` lists the ids from the root, such as `/1/4/9/`: whatever holds at a place holds
for every path that starts with it.
"""

from enum import StrEnum

from tortoise import fields
from tortoise.fields import RESTRICT
from tortoise.models import Model

from deliberation.places.rules import counted


class PlaceKind(StrEnum):
    DISTRICT = "district"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    COMPOUND = "compound"
    BUILDING = "building"
    ENTRANCE = "entrance"


class Place(Model):
    """`phone` is an office's number (a community's, a subdistrict's), never a person's."""

    id = fields.IntField(primary_key=True)
    kind = fields.CharField(max_length=12)
    name = fields.CharField(max_length=60)
    parent = fields.ForeignKeyField(
        "deliberation.Place", related_name="children", on_delete=RESTRICT, null=True, db_index=True
    )
    path = fields.CharField(max_length=120, db_index=True)
    address = fields.CharField(max_length=120, default="")
    phone = fields.CharField(max_length=30, default="")
    built = fields.IntField(null=True)

    class Meta:
        table = "place"
        unique_together = (("parent", "name"),)
        ordering = ["id"]


class Household(Model):
    """One unit. `area` in hundredths of m²; `place` is its entrance, or building without one.

    `tenure` is `owner` or `tenant` for who lives there, empty when unknown; `size` is the number
    of people as the file states it, None when it does not.
    """

    id = fields.IntField(primary_key=True)
    place = fields.ForeignKeyField(
        "deliberation.Place", related_name="households", on_delete=RESTRICT, db_index=True
    )
    path = fields.CharField(max_length=120, db_index=True)
    room = fields.CharField(max_length=20)
    label = fields.CharField(max_length=60)
    area = fields.IntField(null=True)
    tenure = fields.CharField(max_length=10, default="")
    vacant = fields.BooleanField(default=False)
    size = fields.IntField(null=True)

    class Meta:
        table = "household"
        unique_together = (("place", "room"),)
        ordering = ["id"]


def in_order(places: list[Place]) -> list[Place]:
    """Places with what lies in them right below, siblings as people count them."""
    names = {place.id: place.name for place in places}

    def key(place: Place) -> list:
        return [counted(names.get(int(part), "")) for part in place.path.strip("/").split("/")]

    return sorted(places, key=key)


async def community_of(path: str) -> Place:
    """The community on a path. Raises DoesNotExist when the path lies above one."""
    ids = [int(part) for part in path.strip("/").split("/") if part]
    return await Place.get(id__in=ids, kind=PlaceKind.COMMUNITY)
