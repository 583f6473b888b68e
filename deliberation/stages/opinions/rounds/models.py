"""A round of two visitors, and every knock at a door as a record of its own."""

from datetime import datetime, timedelta

from tortoise import fields
from tortoise.expressions import Q
from tortoise.fields import RESTRICT
from tortoise.models import Model

SITTING = timedelta(minutes=30)  # a longer silence, and nobody says of the last entry “just now”


class Round(Model):
    """Two visitors going from door to door, and the account that writes down what they hear.

    A phone names the round by its id in what it keeps, so that no name lies on the phone.
    """

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="rounds", on_delete=RESTRICT, db_index=True
    )
    visitors = fields.CharField(max_length=80)
    begun_at = fields.DatetimeField()
    begun_by = fields.IntField()

    class Meta:
        table = "visit_round"
        ordering = ["id"]


class Visit(Model):
    """One knock at one door. `state` is a key of rules.KNOCKED; the newest by `at_door` counts.

    `opinion` is what was said there. `code` comes with the entry, from the phone or the form, so
    that it is stored once however often it is sent. `undone_*` is who took it back and when: then
    it counts no more, and neither does its opinion.
    """

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="visits", on_delete=RESTRICT, db_index=True
    )
    round = fields.ForeignKeyField(
        "deliberation.Round", related_name="visits", on_delete=RESTRICT, db_index=True
    )
    household = fields.ForeignKeyField(
        "deliberation.Household", related_name="visits", on_delete=RESTRICT, db_index=True
    )
    opinion = fields.OneToOneField(
        "deliberation.Opinion", related_name="visit", on_delete=RESTRICT, null=True
    )
    state = fields.CharField(max_length=8)
    code = fields.CharField(max_length=40, unique=True)
    at_door = fields.DatetimeField()
    recorded_at = fields.DatetimeField()
    recorded_by = fields.IntField()
    undone_at = fields.DatetimeField(null=True)
    undone_by = fields.IntField(null=True)

    class Meta:
        table = "visit"
        ordering = ["id"]


def standing() -> Q:
    """Visits that were not taken back."""
    return Q(undone_at__isnull=True)


async def own_round(matter, account_id: int | None) -> Round | None:
    """The round someone is on: the newest they began in this matter."""
    return await Round.filter(matter=matter, begun_by=account_id).order_by("-id").first()


async def own_last(matter: int, account_id: int | None) -> Visit | None:
    """The last entry of someone in this matter that stands, with its home and its words."""
    rows = Visit.filter(standing(), matter_id=matter, recorded_by=account_id).order_by("-id")
    return await rows.first().select_related("household", "opinion")


async def just_now(walk: Round | None, place: int, now: datetime) -> Visit | None:
    """The last entry of whoever is on a round, if it is of this entrance and of this sitting:
    another one is not offered to be taken back, where it would be taken for one of these doors."""
    last = await own_last(walk.matter_id, walk.begun_by) if walk else None
    here = last and (last.round_id, last.household.place_id) == (walk.id, place)
    return last if here and now - last.recorded_at <= SITTING else None
