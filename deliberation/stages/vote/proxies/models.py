"""The proxies of a vote, as two people recorded them from the signed paper."""

from tortoise import fields
from tortoise.fields import RESTRICT
from tortoise.models import Model


class Proxy(Model):
    """Somebody who may cast for a line: in writing, with powers and term, recorded by two people.

    Only for households and owners; `file` is the signed paper. Confirmed before the vote opens.
    """

    id = fields.IntField(primary_key=True)
    entry = fields.ForeignKeyField(
        "deliberation.RollEntry", related_name="proxies", on_delete=RESTRICT, db_index=True
    )
    person = fields.ForeignKeyField(
        "deliberation.Person", related_name="proxies", on_delete=RESTRICT, db_index=True
    )
    powers = fields.CharField(max_length=200)
    signed_on = fields.DateField()
    until = fields.DateField()
    file = fields.ForeignKeyField(
        "deliberation.File", related_name="proxies", on_delete=RESTRICT, null=True, db_index=True
    )
    entered_at = fields.DatetimeField()
    entered_by = fields.IntField()
    confirmed_by = fields.IntField(null=True)
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "proxy"
        ordering = ["id"]
