"""What households say of opinions that were written down for them, and how that was settled."""

from tortoise import fields
from tortoise.fields import RESTRICT
from tortoise.models import Model


class Review(Model):
    """One look of a household at one opinion; the newest counts. `wrong` says what is wrong.

    Where it does not agree, it is open until it was settled, by staff with an `outcome` (a key of
    rules.OUTCOMES) and a reason, or by the household itself, which then looked again. `first_text`
    and `first_stance` are the wording that a correction replaced.
    """

    id = fields.IntField(primary_key=True)
    opinion = fields.ForeignKeyField(
        "deliberation.Opinion", related_name="reviews", on_delete=RESTRICT, db_index=True
    )
    agrees = fields.BooleanField()
    wrong = fields.CharField(max_length=500, default="")
    said_at = fields.DatetimeField()
    said_by = fields.IntField(null=True)
    outcome = fields.CharField(max_length=10, default="")
    reason = fields.CharField(max_length=200, default="")
    first_text = fields.TextField(default="")
    first_stance = fields.CharField(max_length=10, default="")
    settled_at = fields.DatetimeField(null=True)
    settled_by = fields.IntField(null=True)

    class Meta:
        table = "opinion_review"
        ordering = ["id"]


def contested(matter):
    """The looks of a matter that say “wrong” and wait to be settled, oldest first."""
    return Review.filter(opinion__matter=matter, agrees=False, settled_at=None)
