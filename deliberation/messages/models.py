"""Sendings that staff ordered, the messages they are made of, and who wants none.

No row holds a phone: a message names its person, and the number is read when it is sent.
"""

from tortoise import fields
from tortoise.fields import RESTRICT
from tortoise.models import Model


class Sending(Model):
    """One text to many, as previewed and ordered. It is due at `due_at` (then the recipients are
    found), and whatever is not sent by `expires_at` is never sent. `kind` is a key of rules.KINDS;
    `about` the id of what it tells of (a vote, a notice), so that nothing is told twice.
    """

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="sendings", on_delete=RESTRICT, db_index=True
    )
    kind = fields.CharField(max_length=20)
    about = fields.IntField(default=0)
    text = fields.CharField(max_length=300)
    ordered_at = fields.DatetimeField()
    ordered_by = fields.IntField()
    due_at = fields.DatetimeField(db_index=True)
    expires_at = fields.DatetimeField()
    addressed_at = fields.DatetimeField(null=True)
    cancelled_at = fields.DatetimeField(null=True)
    cancelled_by = fields.IntField(null=True)

    class Meta:
        table = "sending"
        ordering = ["id"]


class Message(Model):
    """A sending to one person. `code` is the id the gateway is given, the same at every try.

    `state`: waiting, sent, failed (given up) or dropped (not wanted any more). Claimed until
    `claimed_until`, tried again from `next_at` on; `problem` is why the last try failed.
    """

    id = fields.IntField(primary_key=True)
    sending = fields.ForeignKeyField(
        "deliberation.Sending", related_name="messages", on_delete=RESTRICT, db_index=True
    )
    person = fields.ForeignKeyField(
        "deliberation.Person", related_name="messages", on_delete=RESTRICT, db_index=True
    )
    code = fields.CharField(max_length=32, unique=True)
    state = fields.CharField(max_length=10, default="waiting", db_index=True)
    attempts = fields.IntField(default=0)
    next_at = fields.DatetimeField()
    claimed_until = fields.DatetimeField(null=True)
    settled_at = fields.DatetimeField(null=True)
    problem = fields.CharField(max_length=60, default="")

    class Meta:
        table = "message"
        unique_together = (("sending", "person"),)
        ordering = ["id"]


class Muted(Model):
    """An account whose people want no messages."""

    id = fields.IntField(primary_key=True)
    account = fields.OneToOneField("deliberation.Account", related_name="muted", on_delete=RESTRICT)
    since = fields.DatetimeField()

    class Meta:
        table = "muted"
