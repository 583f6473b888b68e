"""Forms handed to doors, files brought back, and their pages until a clerk has decided."""

from tortoise import fields
from tortoise.expressions import Q
from tortoise.fields import RESTRICT
from tortoise.models import Model


class PaperForm(Model):
    """The form of one household in one matter. Its `code` is random and stays: a lost form is
    printed again. It says nothing of the household to whoever scans it."""

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="paper_forms", on_delete=RESTRICT, db_index=True
    )
    household = fields.ForeignKeyField(
        "deliberation.Household", related_name="paper_forms", on_delete=RESTRICT, db_index=True
    )
    code = fields.CharField(max_length=20, unique=True)
    made_at = fields.DatetimeField()
    made_by = fields.IntField(null=True)

    class Meta:
        table = "paper_form"
        unique_together = (("matter", "household"),)
        ordering = ["id"]


class Bundle(Model):
    """A photo or a PDF as staff brought it; it lies in the inbox under `key` until it was read.

    It is its own entry in the queue until `read_at`. `pages` is None before anybody looked, `done`
    counts those read; `sha256` is of the bytes as they came.
    """

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="bundles", on_delete=RESTRICT, db_index=True
    )
    key = fields.CharField(max_length=32)
    name = fields.CharField(max_length=120)
    sha256 = fields.CharField(max_length=64, db_index=True)
    pages = fields.IntField(null=True)
    done = fields.IntField(default=0)
    read_at = fields.DatetimeField(null=True)
    brought_at = fields.DatetimeField()
    brought_by = fields.IntField(null=True)

    class Meta:
        table = "bundle"
        ordering = ["id"]


class Scan(Model):
    """One page of a bundle, drawn anew: `file` is None where that failed, `note` says why or what
    else is wrong with it.

    `form` is the form whose code was read; `household` whose opinion it is, as the code or a clerk
    says. It waits until it became an `opinion` or was `discarded` with a reason.
    """

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="scans", on_delete=RESTRICT, db_index=True
    )
    bundle = fields.ForeignKeyField(
        "deliberation.Bundle", related_name="scans", on_delete=RESTRICT, db_index=True
    )
    page = fields.IntField()
    file = fields.ForeignKeyField(
        "deliberation.File", related_name="scans", on_delete=RESTRICT, null=True, db_index=True
    )
    form = fields.ForeignKeyField(
        "deliberation.PaperForm", related_name="scans", on_delete=RESTRICT, null=True, db_index=True
    )
    household = fields.ForeignKeyField(
        "deliberation.Household", related_name="scans", on_delete=RESTRICT, null=True, db_index=True
    )
    note = fields.CharField(max_length=120, default="")
    opinion = fields.OneToOneField(
        "deliberation.Opinion", related_name="scan", on_delete=RESTRICT, null=True
    )
    discarded = fields.CharField(max_length=200, default="")
    decided_at = fields.DatetimeField(null=True)
    decided_by = fields.IntField(null=True)

    class Meta:
        table = "scan"
        unique_together = (("bundle", "page"),)
        ordering = ["id"]


def undecided() -> Q:
    """Pages that no clerk has read yet: they do not count."""
    return Q(opinion_id__isnull=True, discarded="")


async def twins(matter, scans: list[Scan]) -> dict[int, list[Scan]]:
    """For each of `scans` the other pages of the matter with the same form or the same picture."""
    forms = {scan.form_id for scan in scans if scan.form_id}
    seen = {scan.file.sha256 for scan in scans if scan.file}
    same = Q(form_id__in=forms) | Q(file__sha256__in=seen)
    rows = await Scan.filter(same, matter=matter).select_related("file")
    return {
        scan.id: [row for row in rows if row.id != scan.id and _alike(row, scan)] for scan in scans
    }


async def copies(matter) -> dict[int, int]:
    """Pages that wait and are the same picture as an earlier page, and which that is, by ids."""
    rows = Scan.filter(matter=matter, discarded="", file_id__isnull=False).order_by("id")
    first: dict[str, int] = {}
    found = {}
    for id, opinion, sha256 in await rows.values_list("id", "opinion_id", "file__sha256"):
        earlier = first.setdefault(sha256, id)
        if earlier != id and opinion is None:
            found[id] = earlier
    return found


def _alike(one: Scan, other: Scan) -> bool:
    same_form = one.form_id is not None and one.form_id == other.form_id
    return same_form or bool(one.file and other.file and one.file.sha256 == other.file.sha256)
