"""Imports of roll files, kept so that one can be previewed, committed and undone."""

from tortoise import fields
from tortoise.fields import RESTRICT
from tortoise.models import Model


class Import(Model):
    """`status`: preview, committed, undone, discarded. `report` holds counts and refusals.

    `before` keeps, for undo, what each changed row looked like (sealed where personal).
    """

    id = fields.IntField(primary_key=True)
    compound = fields.ForeignKeyField(
        "deliberation.Place", related_name="imports", on_delete=RESTRICT, db_index=True
    )
    file = fields.ForeignKeyField(
        "deliberation.File", related_name="imports", on_delete=RESTRICT, db_index=True
    )
    status = fields.CharField(max_length=10)
    report = fields.JSONField()
    before = fields.JSONField(null=True)
    created_at = fields.DatetimeField()
    created_by = fields.IntField(null=True)
    committed_at = fields.DatetimeField(null=True)
    undone_at = fields.DatetimeField(null=True)

    class Meta:
        table = "roll_import"
        ordering = ["-id"]
