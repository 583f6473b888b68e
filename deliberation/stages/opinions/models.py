"""Opinions and their answers."""

from tortoise import fields
from tortoise.fields import RESTRICT
from tortoise.models import Model


class Group(Model):
    """Like opinions answered together."""

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="groups", on_delete=RESTRICT, db_index=True
    )
    title = fields.CharField(max_length=60)

    class Meta:
        table = "opinion_group"
        ordering = ["id"]


class Opinion(Model):
    """What one household (or someone on no roll, once a clerk confirmed them) said.

    `channel` is how it came; `stance` the answer to 是否同意改造; `speaker` and `origin` describe
    people on no roll; `visitors` the two who signed a door visit. `said_on` is the local day.
    """

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="opinions", on_delete=RESTRICT, db_index=True
    )
    household = fields.ForeignKeyField(
        "deliberation.Household",
        related_name="opinions",
        on_delete=RESTRICT,
        null=True,
        db_index=True,
    )
    person = fields.ForeignKeyField(
        "deliberation.Person", related_name="opinions", on_delete=RESTRICT, null=True, db_index=True
    )
    group = fields.ForeignKeyField(
        "deliberation.Group", related_name="opinions", on_delete=RESTRICT, null=True, db_index=True
    )
    channel = fields.CharField(max_length=20)
    stance = fields.CharField(max_length=10, default="")
    text = fields.TextField()
    speaker = fields.CharField(max_length=60, default="")
    origin = fields.CharField(max_length=60, default="")
    visitors = fields.CharField(max_length=80, default="")
    said_on = fields.DateField()
    received_at = fields.DatetimeField()
    recorded_by = fields.IntField(null=True)
    confirmed_at = fields.DatetimeField(null=True)
    confirmed_by = fields.IntField(null=True)
    request_code = fields.CharField(max_length=40, null=True, unique=True)

    class Meta:
        table = "opinion"
        ordering = ["id"]


class Answer(Model):
    """Exactly one of `opinion` and `group` is set; a later answer replaces an earlier one."""

    id = fields.IntField(primary_key=True)
    opinion = fields.ForeignKeyField(
        "deliberation.Opinion", related_name="answers", on_delete=RESTRICT, null=True, db_index=True
    )
    group = fields.ForeignKeyField(
        "deliberation.Group", related_name="answers", on_delete=RESTRICT, null=True, db_index=True
    )
    verdict = fields.CharField(max_length=10)
    reason = fields.TextField()
    answered_at = fields.DatetimeField()
    answered_by = fields.IntField(null=True)

    class Meta:
        table = "answer"
        ordering = ["id"]
