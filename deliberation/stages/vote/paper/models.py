"""Few papers on their way into the box, help at the sheet, the mobile box, and what is printed."""

from tortoise import fields
from tortoise.fields import RESTRICT
from tortoise.models import Model


class Transcript(Model):
    """Fewer than ten secret papers, written off by one person and waiting for a second.

    `content` is canonical JSON, the papers in sorted order; it is emptied as soon as the papers
    lie in the box (as secret answers) or the entry is sent back: only `papers` stays.
    `void_reason`: why these papers do not count.
    """

    id = fields.IntField(primary_key=True)
    vote = fields.ForeignKeyField(
        "deliberation.Vote", related_name="transcripts", on_delete=RESTRICT, db_index=True
    )
    papers = fields.IntField()
    content = fields.TextField()
    entered_at = fields.DatetimeField()
    entered_by = fields.IntField()
    confirmed_by = fields.IntField(null=True)
    refused_at = fields.DatetimeField(null=True)
    void_reason = fields.CharField(max_length=200, default="")

    class Meta:
        table = "transcript"
        ordering = ["id"]


class Assistance(Model):
    """Somebody else wrote the sheet of a person who cannot, before two witnesses."""

    id = fields.IntField(primary_key=True)
    ballot = fields.ForeignKeyField(
        "deliberation.Ballot", related_name="assistance", on_delete=RESTRICT, db_index=True
    )
    helper = fields.ForeignKeyField(
        "deliberation.Person", related_name="helped_ballots", on_delete=RESTRICT, db_index=True
    )
    witness = fields.ForeignKeyField(
        "deliberation.Person", related_name="witnessed_ballots", on_delete=RESTRICT, db_index=True
    )
    second_witness = fields.ForeignKeyField(
        "deliberation.Person",
        related_name="also_witnessed_ballots",
        on_delete=RESTRICT,
        db_index=True,
    )

    class Meta:
        table = "assistance"


class MobileBox(Model):
    """A round of the mobile box: when it left, where to, and who carried it (ids of people)."""

    id = fields.IntField(primary_key=True)
    vote = fields.ForeignKeyField(
        "deliberation.Vote", related_name="mobile_boxes", on_delete=RESTRICT, db_index=True
    )
    went_at = fields.DatetimeField()
    places = fields.CharField(max_length=200)
    workers = fields.JSONField()
    recorded_at = fields.DatetimeField()
    recorded_by = fields.IntField()

    class Meta:
        table = "mobile_box"
        ordering = ["id"]


class Printout(Model):
    """A document printed for a vote. `kind` is a key of `rules.PRINTS`; one that was printed as
    several documents has as many rows with the same `made_at`."""

    id = fields.IntField(primary_key=True)
    vote = fields.ForeignKeyField(
        "deliberation.Vote", related_name="printouts", on_delete=RESTRICT, db_index=True
    )
    document = fields.ForeignKeyField(
        "deliberation.Document", related_name="printouts", on_delete=RESTRICT, db_index=True
    )
    kind = fields.CharField(max_length=10)
    made_at = fields.DatetimeField()
    made_by = fields.IntField()

    class Meta:
        table = "printout"
        ordering = ["id"]
