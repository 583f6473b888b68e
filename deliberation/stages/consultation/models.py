"""Organisations concerned, their written positions, conditions and the fixed seats."""

from tortoise import fields
from tortoise.fields import RESTRICT
from tortoise.models import Model


class Organisation(Model):
    """An organisation known to a community, with the office phone of its contact."""

    id = fields.IntField(primary_key=True)
    community = fields.ForeignKeyField(
        "deliberation.Place", related_name="organisations", on_delete=RESTRICT, db_index=True
    )
    name = fields.CharField(max_length=80)
    contact = fields.CharField(max_length=40, default="")
    phone = fields.CharField(max_length=30, default="")

    class Meta:
        table = "organisation"
        unique_together = (("community", "name"),)
        ordering = ["id"]


class Invitation(Model):
    """An organisation asked in one stay in the stage: sent back, a matter is asked about anew.

    `seat` is one of the six fixed groups or `x`; it has until the end of the local day `due_on`.
    One that was `withdrawn` counts no more, unless the organisation is asked again.
    """

    id = fields.IntField(primary_key=True)
    passage = fields.ForeignKeyField(
        "deliberation.Passage", related_name="invitations", on_delete=RESTRICT, db_index=True
    )
    organisation = fields.ForeignKeyField(
        "deliberation.Organisation", related_name="invitations", on_delete=RESTRICT, db_index=True
    )
    seat = fields.CharField(max_length=20)
    invited_at = fields.DatetimeField()
    due_on = fields.DateField()
    absent_at = fields.DatetimeField(null=True)
    withdrawn_at = fields.DatetimeField(null=True)

    class Meta:
        table = "invitation"
        unique_together = (("passage", "organisation"),)
        ordering = ["id"]


class Link(Model):
    """The address by which an organisation answers without an account: only its token's hash.

    Whoever holds the newest one speaks for the organisation; issuing another revokes it.
    """

    id = fields.IntField(primary_key=True)
    invitation = fields.ForeignKeyField(
        "deliberation.Invitation", related_name="links", on_delete=RESTRICT, db_index=True
    )
    token_hash = fields.CharField(max_length=64, unique=True)
    issued_at = fields.DatetimeField()
    issued_by = fields.IntField()
    expires_at = fields.DatetimeField()
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "link"
        ordering = ["id"]


class Position(Model):
    """What an organisation answered in writing; a later one replaces an earlier one.

    It came by `link`, or a clerk (`recorded_by`) recorded what came on paper. `respondent` is who
    wrote it, for staff only.
    """

    id = fields.IntField(primary_key=True)
    invitation = fields.ForeignKeyField(
        "deliberation.Invitation", related_name="positions", on_delete=RESTRICT, db_index=True
    )
    link = fields.ForeignKeyField(
        "deliberation.Link", related_name="positions", on_delete=RESTRICT, null=True, db_index=True
    )
    stance = fields.CharField(max_length=12)
    reason = fields.TextField(default="")
    respondent = fields.CharField(max_length=60, default="", db_default="")
    answered_at = fields.DatetimeField()
    recorded_by = fields.IntField(null=True)

    class Meta:
        table = "position"
        ordering = ["id"]


class Undertaking(Model):
    """What an organisation promised with a position: what, by which day, who, how much (fen).

    `item` is the number of the plan's item it is for, None for the whole plan.
    """

    id = fields.IntField(primary_key=True)
    position = fields.ForeignKeyField(
        "deliberation.Position", related_name="undertakings", on_delete=RESTRICT, db_index=True
    )
    what = fields.TextField()
    due_on = fields.DateField(null=True)
    who = fields.CharField(max_length=60, default="")
    amount = fields.BigIntField(null=True)
    item = fields.IntField(null=True)

    class Meta:
        table = "undertaking"
        ordering = ["id"]


class PositionFile(Model):
    """A file sent with a position."""

    id = fields.IntField(primary_key=True)
    position = fields.ForeignKeyField(
        "deliberation.Position", related_name="files", on_delete=RESTRICT, db_index=True
    )
    file = fields.ForeignKeyField(
        "deliberation.File", related_name="positions", on_delete=RESTRICT, db_index=True
    )

    class Meta:
        table = "position_file"
        ordering = ["id"]


class Condition(Model):
    """One condition of a conditional agreement, and how the plan met it or why it did not.

    `item` is the number of the plan's item that was changed for it.
    """

    id = fields.IntField(primary_key=True)
    position = fields.ForeignKeyField(
        "deliberation.Position", related_name="conditions", on_delete=RESTRICT, db_index=True
    )
    text = fields.TextField()
    met = fields.BooleanField(null=True)
    item = fields.IntField(null=True)
    answer = fields.TextField(default="")
    answered_at = fields.DatetimeField(null=True)

    class Meta:
        table = "condition"
        ordering = ["id"]


class EmptySeat(Model):
    """Why one of the six fixed groups has nobody at the table."""

    id = fields.IntField(primary_key=True)
    passage = fields.ForeignKeyField(
        "deliberation.Passage", related_name="empty_seats", on_delete=RESTRICT, db_index=True
    )
    seat = fields.CharField(max_length=20)
    reason = fields.CharField(max_length=200)

    class Meta:
        table = "empty_seat"
        unique_together = (("passage", "seat"),)
