"""Boards, what was on their screens, and photos of those made of paper."""

from tortoise import fields
from tortoise.fields import RESTRICT
from tortoise.models import Model


class Board(Model):
    """`kind`: electronic or paper; `place` is a community, a compound or a building.

    `token_hash` is of the paired screen's cookie, None without one. `pairing_code` is what staff
    typed from a screen that has not asked again since, good until `pairing_until`.
    """

    id = fields.IntField(primary_key=True)
    place = fields.ForeignKeyField(
        "deliberation.Place", related_name="boards", on_delete=RESTRICT, db_index=True
    )
    name = fields.CharField(max_length=40)
    kind = fields.CharField(max_length=12)
    created_at = fields.DatetimeField()
    created_by = fields.IntField(null=True)
    pairing_code = fields.CharField(max_length=8, default="", db_index=True)
    pairing_until = fields.DatetimeField(null=True)
    token_hash = fields.CharField(max_length=64, null=True, unique=True)
    paired_at = fields.DatetimeField(null=True)
    retired_at = fields.DatetimeField(null=True)

    class Meta:
        table = "board"
        ordering = ["id"]


class Showing(Model):
    """A stretch of time in which a screen had a notice; without `notice`, in which it was on.

    `how`: `served` when the screen asked for its pages, `reported` when it said what was on it.
    While that goes on `last_at` moves ahead every few minutes; after a gap a new row begins.
    """

    id = fields.IntField(primary_key=True)
    board = fields.ForeignKeyField(
        "deliberation.Board", related_name="showings", on_delete=RESTRICT, db_index=True
    )
    notice = fields.ForeignKeyField(
        "deliberation.Notice",
        related_name="showings",
        on_delete=RESTRICT,
        null=True,
        db_index=True,
    )
    how = fields.CharField(max_length=8)
    page = fields.IntField()
    first_at = fields.DatetimeField()
    last_at = fields.DatetimeField()

    class Meta:
        table = "showing"
        ordering = ["id"]


class Photo(Model):
    """A paper board with a notice on it, `posted` or at its `end`; the newest of each counts.

    `taken_at` and `spot` (latitude,longitude) are the camera's own, kept only where whoever added
    it agreed. Everybody sees it once a second look found no people on it (`public_at`).
    """

    id = fields.IntField(primary_key=True)
    board = fields.ForeignKeyField(
        "deliberation.Board", related_name="photos", on_delete=RESTRICT, db_index=True
    )
    notice = fields.ForeignKeyField(
        "deliberation.Notice", related_name="photos", on_delete=RESTRICT, db_index=True
    )
    moment = fields.CharField(max_length=8)
    file = fields.ForeignKeyField(
        "deliberation.File", related_name="photos", on_delete=RESTRICT, db_index=True
    )
    taken_at = fields.DatetimeField(null=True)
    spot = fields.CharField(max_length=30, default="")
    added_at = fields.DatetimeField()
    added_by = fields.IntField(null=True)
    public_at = fields.DatetimeField(null=True)
    public_by = fields.IntField(null=True)

    class Meta:
        table = "photo"
        ordering = ["id"]
