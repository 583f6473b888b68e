"""Persons of a community, where they live, what they own, and what they are appointed to.

Phones are stored encrypted with a keyed hash to search by (`people/phones.py`).
"""

from datetime import date

from tortoise import fields
from tortoise.expressions import Q
from tortoise.fields import RESTRICT
from tortoise.models import Model


class Person(Model):
    """`birth_year` may be known without `birth_date`. `party` is `member`, `probationary` or ''."""

    id = fields.IntField(primary_key=True)
    place = fields.ForeignKeyField(
        "deliberation.Place", related_name="persons", on_delete=RESTRICT, db_index=True
    )
    name = fields.CharField(max_length=60)
    gender = fields.CharField(max_length=6, default="")
    birth_year = fields.IntField(null=True)
    birth_date = fields.DateField(null=True)
    party = fields.CharField(max_length=12, default="")
    phone_cipher = fields.CharField(max_length=200, default="")
    phone_hash = fields.CharField(max_length=64, default="", db_index=True)

    class Meta:
        table = "person"
        ordering = ["id"]


class Member(Model):
    """A person living in a household. `relationship` as written on the roll (户主, 配偶, 子 …)."""

    id = fields.IntField(primary_key=True)
    household = fields.ForeignKeyField(
        "deliberation.Household", related_name="members", on_delete=RESTRICT, db_index=True
    )
    person = fields.ForeignKeyField(
        "deliberation.Person", related_name="memberships", on_delete=RESTRICT, db_index=True
    )
    relationship = fields.CharField(max_length=20, default="")
    is_head = fields.BooleanField(default=False)

    class Meta:
        table = "member"
        unique_together = (("household", "person"),)
        ordering = ["id"]


class Ownership(Model):
    """Who owns a unit; a co-owned home has several rows and still one vote."""

    id = fields.IntField(primary_key=True)
    household = fields.ForeignKeyField(
        "deliberation.Household", related_name="ownerships", on_delete=RESTRICT, db_index=True
    )
    person = fields.ForeignKeyField(
        "deliberation.Person", related_name="ownerships", on_delete=RESTRICT, db_index=True
    )
    developer = fields.BooleanField(default=False)

    class Meta:
        table = "ownership"
        unique_together = (("household", "person"),)


class Appointment(Model):
    """A role held by a person at a place between two dates (both inclusive, `until` open)."""

    id = fields.IntField(primary_key=True)
    person = fields.ForeignKeyField(
        "deliberation.Person", related_name="appointments", on_delete=RESTRICT, db_index=True
    )
    place = fields.ForeignKeyField(
        "deliberation.Place", related_name="appointments", on_delete=RESTRICT, db_index=True
    )
    role = fields.CharField(max_length=20)
    title = fields.CharField(max_length=60, default="")
    since = fields.DateField()
    until = fields.DateField(null=True)

    class Meta:
        table = "appointment"
        ordering = ["id"]


class Correction(Model):
    """What somebody says is wrong in their own data, and what came of it. The words are sealed:
    they hold what a roll holds, such as a new number."""

    id = fields.IntField(primary_key=True)
    person = fields.ForeignKeyField(
        "deliberation.Person", related_name="corrections", on_delete=RESTRICT, db_index=True
    )
    words_cipher = fields.TextField()
    asked_at = fields.DatetimeField()
    asked_by = fields.IntField()
    answer = fields.CharField(max_length=200, default="")
    settled_at = fields.DatetimeField(null=True)
    settled_by = fields.IntField(null=True)

    class Meta:
        table = "correction"
        ordering = ["id"]


def in_office(on: date) -> Q:
    """The filter for appointments in force on a day."""
    return Q(since__lte=on) & (Q(until__isnull=True) | Q(until__gte=on))
