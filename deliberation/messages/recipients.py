"""Who would be told what: found when a sending is shown, and again when it is due. Reads only.

A home is told once, by the first phone on its list; a phone that several people share rings once.
"""

from tortoise.expressions import Q, Subquery

from deliberation.matters.models import Matter
from deliberation.messages.models import Muted, Sending
from deliberation.people.models import Member, Person
from deliberation.places.models import Household
from deliberation.stages.opinions.coverage import in_scope
from deliberation.stages.opinions.models import Answer, Opinion, Second, heard
from deliberation.stages.vote.models import RollEntry


async def recipients(matter: Matter, kind: str, about: int) -> list[int]:
    """The persons who get one message each, without those who want none."""
    persons = await FOUND[kind](matter, about)
    phones = await Person.filter(id__in=persons, phone_hash__not="").values_list("id", "phone_hash")
    first: dict[str, int] = {}
    for id, phone in sorted(phones):
        first.setdefault(phone, id)
    quiet = await _quiet_phones(matter)
    return sorted(id for phone, id in first.items() if phone not in quiet)


async def _quiet_phones(matter: Matter) -> set[str]:
    """Phones of those who want no messages: of a person, or of everybody in a home."""
    accounts = await Muted.all().values_list("account__person_id", "account__household_id")
    homes = [home for _, home in accounts if home]
    people = {person for person, _ in accounts if person}
    people |= set(await Member.filter(household_id__in=homes).values_list("person_id", flat=True))
    rows = Person.filter(id__in=list(people), place__path__startswith=matter.path)
    return set(await rows.values_list("phone_hash", flat=True))


async def wants_none(person: int) -> bool:
    """Whether somebody has switched messages off meanwhile, for themselves or for their home."""
    homes = Member.filter(person_id=person).values("household_id")
    own = Q(account__person_id=person) | Q(account__household_id__in=Subquery(homes))
    return await Muted.filter(own).exists()


async def _silent_homes(matter: Matter, about: int) -> list[int]:
    """Of the homes in scope those that have not been heard."""
    spoke = Opinion.filter(heard(), matter=matter, household_id__isnull=False)
    unheard = Q(id__not_in=Subquery(spoke.values("household_id")))
    return await _of_homes(Household.filter(await in_scope(matter), unheard))


async def _all_homes(matter: Matter, about: int) -> list[int]:
    return await _of_homes(Household.filter(await in_scope(matter)))


async def _of_homes(homes) -> list[int]:
    """One person with a phone of each home, its head before the others."""
    rows = Member.filter(household_id__in=Subquery(homes.values("id")), person__phone_hash__not="")
    members = await rows.order_by("household_id", "-is_head", "id").values_list(
        "household_id", "person_id"
    )
    first: dict[int, int] = {}
    for home, person in members:
        first.setdefault(home, person)
    return list(first.values())


async def _voters(matter: Matter, about: int) -> list[int]:
    """Everybody on the roll, whether they voted or not.

    “Has not voted yet” would be a name on a list that staff can open and a message that the
    gateway's operator can count: who took part is nobody's to know before the count. So those who
    voted are told as well, and the text says that they need do nothing.
    """
    rows = RollEntry.filter(vote_id=about, struck_by=None, person_id__not_isnull=True)
    return await rows.values_list("person_id", flat=True)


async def _answered(matter: Matter, about: int) -> list[int]:
    """Who said, seconded or differed from what the answers after the last such sending answer."""
    before = Sending.filter(matter=matter, kind="answer", cancelled_at=None, about__lt=about)
    last = await before.order_by("-about").first()
    inside = Q(opinion__matter_id=matter.id) | Q(group__matter_id=matter.id)
    rows = Answer.filter(inside, id__gt=last.about if last else 0, id__lte=about)
    answers = await rows.values_list("opinion_id", "group_id")
    groups = [group for _, group in answers if group]
    alone = Q(id__in=[one for one, _ in answers if one])
    said = Opinion.filter(heard(), alone | Q(group_id__in=groups), matter=matter)
    spoke = await said.values_list("person_id", "household_id")
    stood = Second.filter(group_id__in=groups).exclude(stand="")
    homes = {home for person, home in spoke if home and not person}
    homes |= set(await stood.values_list("household_id", flat=True))
    people = {person for person, _ in spoke if person}
    return [*people, *await _of_homes(Household.filter(id__in=list(homes)))]


FOUND = {
    "opinions": _silent_homes,
    "opinions_end": _silent_homes,
    "vote": _voters,
    "vote_end": _voters,
    "answer": _answered,
    "notice": _all_homes,
}
