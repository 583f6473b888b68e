"""Notices as objects, and the objections they invite."""

from tortoise import fields
from tortoise.fields import RESTRICT
from tortoise.models import Model


class Notice(Model):
    """A notice or announcement. `kind` is a letter of the catalogue (A–E, R).

    `figures` are taken from the record when drafted and frozen with the text at sign-off;
    `code` is the random verification code in its URL. `status`: draft (also once it is checked),
    published, then superseded or withdrawn; each step has its own instant and account (`ended_*`
    for the last two).
    A correction is a new `revision` that points to what it replaces. `document` is the preview
    until the notice is published, then the notice itself.
    """

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="notices", on_delete=RESTRICT, db_index=True
    )
    community = fields.ForeignKeyField(
        "deliberation.Place", related_name="notices", on_delete=RESTRICT, db_index=True
    )
    passage = fields.ForeignKeyField(
        "deliberation.Passage",
        related_name="notices",
        on_delete=RESTRICT,
        null=True,
        db_index=True,
    )
    kind = fields.CharField(max_length=2)
    number = fields.CharField(max_length=30)
    revision = fields.IntField(default=1)
    code = fields.CharField(max_length=16, unique=True)
    title = fields.CharField(max_length=120)
    figures = fields.JSONField()
    status = fields.CharField(max_length=12)
    drafted_at = fields.DatetimeField()
    drafted_by = fields.IntField(null=True)
    checked_at = fields.DatetimeField(null=True)
    checked_by = fields.IntField(null=True)
    published_at = fields.DatetimeField(null=True)
    signed_by = fields.IntField(null=True)
    ended_at = fields.DatetimeField(null=True)
    ended_by = fields.IntField(null=True)
    first_on = fields.DateField(null=True)
    last_on = fields.DateField(null=True)
    document = fields.ForeignKeyField(
        "deliberation.Document",
        related_name="notices",
        on_delete=RESTRICT,
        null=True,
        db_index=True,
    )
    replaces = fields.ForeignKeyField(
        "deliberation.Notice",
        related_name="replaced_by",
        on_delete=RESTRICT,
        null=True,
        db_index=True,
    )

    class Meta:
        table = "notice"
        unique_together = (("community", "number", "revision"),)
        ordering = ["id"]

    @property
    def label(self) -> str:
        """The number as printed; a correction names its revision."""
        return self.number if self.revision == 1 else f"{self.number}（第{self.revision}版）"


class Objection(Model):
    """An objection to a notice, or to a posted roll (`vote`), under a real name.

    `level`: committee, then party organisation, then subdistrict: whoever is not content with an
    answer takes it up, which makes a further row (`escalated_from`), so no answer is overwritten.
    `upheld` None until answered. `code` opens the objector's own page without signing in.
    """

    id = fields.IntField(primary_key=True)
    notice = fields.ForeignKeyField(
        "deliberation.Notice",
        related_name="objections",
        on_delete=RESTRICT,
        null=True,
        db_index=True,
    )
    vote = fields.ForeignKeyField(
        "deliberation.Vote", related_name="objections", on_delete=RESTRICT, null=True, db_index=True
    )
    person = fields.ForeignKeyField(
        "deliberation.Person",
        related_name="objections",
        on_delete=RESTRICT,
        null=True,
        db_index=True,
    )
    name = fields.CharField(max_length=60)
    phone_cipher = fields.CharField(max_length=200, default="")
    text = fields.TextField()
    filed_at = fields.DatetimeField()
    recorded_by = fields.IntField(null=True)
    due_on = fields.DateField()
    level = fields.CharField(max_length=12, default="committee")
    code = fields.CharField(max_length=16, null=True, unique=True)
    escalated_from = fields.ForeignKeyField(
        "deliberation.Objection",
        related_name="escalations",
        on_delete=RESTRICT,
        null=True,
        db_index=True,
    )
    answer = fields.TextField(default="")
    upheld = fields.BooleanField(null=True)
    answered_at = fields.DatetimeField(null=True)
    answered_by = fields.IntField(null=True)

    class Meta:
        table = "objection"
        ordering = ["id"]


class SupervisorOpinion(Model):
    """What a supervisor says about the carrying out; printed on the result notice by name."""

    id = fields.IntField(primary_key=True)
    passage = fields.ForeignKeyField(
        "deliberation.Passage",
        related_name="supervisor_opinions",
        on_delete=RESTRICT,
        db_index=True,
    )
    person = fields.ForeignKeyField(
        "deliberation.Person",
        related_name="supervisor_opinions",
        on_delete=RESTRICT,
        db_index=True,
    )
    text = fields.TextField()
    given_at = fields.DatetimeField()
    given_by = fields.IntField(null=True)

    class Meta:
        table = "supervisor_opinion"
        unique_together = (("passage", "person"),)
        ordering = ["id"]
