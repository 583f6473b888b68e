"""Who is called to a meeting, taken from the appointments in force on its day. Reads only.

Sources: the two committees are one roll of persons, so a person in both counts once; in a party
meeting only full members are entitled (党支部工作条例), probationary ones sit in without a vote.
"""

from datetime import date

from deliberation.matters.models import Matter
from deliberation.people.models import Appointment, Person, in_office
from deliberation.procedure import Role


async def committee(matter: Matter, on: date) -> list[int]:
    """Ids of the persons of the two committees of the matter's community, each once."""
    return await _holders(on, [Role.COMMITTEE, Role.SECRETARY], place=matter.community_id)


async def party_members(matter: Matter, on: date) -> list[int]:
    """Ids of the full party members of the matter's community, each once."""
    inside = {"place__path__startswith": matter.path}
    marked = await Person.filter(party="member", **inside).values_list("id", flat=True)
    appointed = await _holders(on, [Role.PARTY_MEMBER], person__party__not="probationary", **inside)
    return sorted({*marked, *appointed})


async def _holders(on: date, roles: list[Role], **where) -> list[int]:
    rows = Appointment.filter(in_office(on), role__in=roles, **where)
    return sorted(set(await rows.values_list("person_id", flat=True)))
