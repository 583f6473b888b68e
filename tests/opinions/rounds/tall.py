"""A further building with one entrance of many doors; somebody who has a name lives there."""

from deliberation.people.models import Member, Person
from deliberation.places.models import Household, Place
from tests.cast import World

NAME = "欧阳明月"


async def entrance(world: World, doors: int) -> Place:
    """3号楼1单元: two doors on every floor, 101 and 102 at the bottom."""
    building = await place("building", "3号楼", world.compound)
    stairs = await place("entrance", "1单元", building)
    rooms = [f"{1 + n // 2}{1 + n % 2:02d}" for n in range(doors)]
    await Household.bulk_create(
        Household(place=stairs, path=stairs.path, room=room, label=f"3号楼1单元{room}")
        for room in rooms
    )
    person = await Person.create(place=world.community, name=NAME)
    home = await Household.filter(place=stairs).first()
    await Member.create(household=home, person=person, is_head=True)
    return stairs


async def place(kind: str, name: str, parent: Place) -> Place:
    made = await Place.create(kind=kind, name=name, parent=parent, path="")
    made.path = f"{parent.path}{made.id}/"
    await made.save()
    return made
