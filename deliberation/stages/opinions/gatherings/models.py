"""Bench meetings and talks in group chats; what was said there are opinions that name them."""

from tortoise import fields
from tortoise.fields import RESTRICT
from tortoise.models import Model


class Gathering(Model):
    """`channel` is bench or chat; `place` where people sat or the group's name; `hosts` are staff,
    named for the record only; `came` counts people, None for a chat. Taken back, its opinions do
    not count. `request_code` is the form it came with.
    """

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="gatherings", on_delete=RESTRICT, db_index=True
    )
    channel = fields.CharField(max_length=20)
    place = fields.CharField(max_length=40)
    held_on = fields.DateField()
    hosts = fields.CharField(max_length=80, default="")
    came = fields.IntField(null=True)
    recorded_at = fields.DatetimeField()
    recorded_by = fields.IntField(null=True)
    taken_back_at = fields.DatetimeField(null=True)
    taken_back_by = fields.IntField(null=True)
    request_code = fields.CharField(max_length=40, unique=True)

    class Meta:
        table = "gathering"
        ordering = ["id"]


class Guest(Model):
    """A household that was there, where that was written down: for staff, not for the public."""

    id = fields.IntField(primary_key=True)
    gathering = fields.ForeignKeyField(
        "deliberation.Gathering", related_name="guests", on_delete=RESTRICT, db_index=True
    )
    household = fields.ForeignKeyField(
        "deliberation.Household", related_name="gatherings", on_delete=RESTRICT, db_index=True
    )

    class Meta:
        table = "guest"
        unique_together = (("gathering", "household"),)
