"""Files and documents. Bytes lie in the data folder under their SHA-256 and never change."""

from tortoise import fields
from tortoise.fields import RESTRICT
from tortoise.models import Model


class File(Model):
    """Bytes kept once; `name` is what people called it, `size` in bytes."""

    id = fields.IntField(primary_key=True)
    sha256 = fields.CharField(max_length=64, db_index=True)
    name = fields.CharField(max_length=120)
    media_type = fields.CharField(max_length=60)
    size = fields.IntField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "file"


CALL_LIST = "papers/call_list.print.html"  # of homes: for the staff alone

REPLACED = "已有新的一版，这一份不再生成"  # of a preview that gave way: nothing went wrong


class Document(Model):
    """A page to be made into a PDF from a `template` and the `context` frozen with it.

    Without `file` it is its own entry in the queue: claimed until `claimed_until`, tried again
    after that, given up with `error` (one Chinese sentence) after a few `attempts`.
    `unsigned_sha256` is of the bytes before the signature, which the same input always gives;
    `sealed_by` the SHA-256 of the certificate that signed the file, "" where none did.
    """

    id = fields.IntField(primary_key=True)
    community = fields.ForeignKeyField(
        "deliberation.Place", related_name="documents", on_delete=RESTRICT, db_index=True
    )
    matter = fields.ForeignKeyField(
        "deliberation.Matter",
        related_name="documents",
        on_delete=RESTRICT,
        null=True,
        db_index=True,
    )
    title = fields.CharField(max_length=120)
    template = fields.CharField(max_length=80)
    context = fields.JSONField()
    requested_at = fields.DatetimeField()
    claimed_until = fields.DatetimeField(null=True)
    attempts = fields.IntField(default=0)
    error = fields.CharField(max_length=200, default="")
    file = fields.ForeignKeyField(
        "deliberation.File", related_name="documents", on_delete=RESTRICT, null=True, db_index=True
    )
    unsigned_sha256 = fields.CharField(max_length=64, default="", db_default="")
    sealed_by = fields.CharField(max_length=64, default="", db_default="")

    class Meta:
        table = "document"
        ordering = ["id"]

    async def ahead(self) -> int:
        """How many documents are made before this one, which waits."""
        return await Document.filter(file_id=None, error="", id__lt=self.id).count()
