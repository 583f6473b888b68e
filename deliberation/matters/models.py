"""A matter and what belongs to it whatever stage it stands at.

Amounts are fen (1/100 yuan). A stage entered or left is a `Passage` row, never a column.
"""

from tortoise import fields
from tortoise.fields import RESTRICT
from tortoise.models import Model


class Matter(Model):
    """One proposal. `stage` is the key where it stands, '' once ended (`ended` = how).

    `path` is its community's; `number` such as 2026-001 counts within community and year.
    `discussed_*` records that the community's party organisation discussed it first.
    """

    id = fields.IntField(primary_key=True)
    community = fields.ForeignKeyField(
        "deliberation.Place", related_name="matters", on_delete=RESTRICT, db_index=True
    )
    path = fields.CharField(max_length=120, db_index=True)
    number = fields.CharField(max_length=20)
    title = fields.CharField(max_length=80)
    summary = fields.TextField(default="")
    source = fields.CharField(max_length=20)
    contact = fields.CharField(max_length=40)
    contact_phone = fields.CharField(max_length=30)
    procedure = fields.CharField(max_length=40)
    stage = fields.CharField(max_length=40, default="")
    ended = fields.CharField(max_length=20, default="")
    registered_at = fields.DatetimeField()
    discussed_on = fields.DateField(null=True)
    discussed_by = fields.CharField(max_length=200, default="")
    discussed_conclusion = fields.TextField(default="")

    class Meta:
        table = "matter"
        unique_together = (("community", "number"),)
        ordering = ["-id"]


class MatterScope(Model):
    """A compound or building the matter concerns."""

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="scopes", on_delete=RESTRICT, db_index=True
    )
    place = fields.ForeignKeyField(
        "deliberation.Place", related_name="scopes", on_delete=RESTRICT, db_index=True
    )

    class Meta:
        table = "matter_scope"
        unique_together = (("matter", "place"),)


class Passage(Model):
    """One stay in a stage. `first_on`/`last_on` is its announced period where it has one."""

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="passages", on_delete=RESTRICT, db_index=True
    )
    stage = fields.CharField(max_length=40)
    entered_at = fields.DatetimeField()
    entered_by = fields.IntField(null=True)
    first_on = fields.DateField(null=True)
    last_on = fields.DateField(null=True)
    outcome = fields.CharField(max_length=20, default="")
    left_at = fields.DatetimeField(null=True)
    left_by = fields.IntField(null=True)
    reason = fields.TextField(default="")

    class Meta:
        table = "passage"
        ordering = ["id"]


class Plan(Model):
    """A version of the plan; frozen ones never change, the last frozen one is voted on."""

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="plans", on_delete=RESTRICT, db_index=True
    )
    version = fields.IntField()
    note = fields.TextField(default="")
    created_at = fields.DatetimeField()
    frozen_at = fields.DatetimeField(null=True)
    frozen_by = fields.IntField(null=True)

    class Meta:
        table = "plan"
        unique_together = (("matter", "version"),)
        ordering = ["version"]


class PlanItem(Model):
    """`category` is basic / improving / raising; `owners_reason` names why owners must decide."""

    id = fields.IntField(primary_key=True)
    plan = fields.ForeignKeyField(
        "deliberation.Plan", related_name="items", on_delete=RESTRICT, db_index=True
    )
    number = fields.IntField()
    name = fields.CharField(max_length=60)
    category = fields.CharField(max_length=12)
    quantity = fields.CharField(max_length=200, default="")
    responsible = fields.CharField(max_length=80, default="")
    starts_on = fields.DateField(null=True)
    ends_on = fields.DateField(null=True)
    upkeep = fields.CharField(max_length=200, default="")
    owners_reason = fields.CharField(max_length=20, default="")

    class Meta:
        table = "plan_item"
        unique_together = (("plan", "number"),)
        ordering = ["number"]


class Funding(Model):
    """Who pays how much (fen) for an item; an item's estimate is the sum of its fundings."""

    id = fields.IntField(primary_key=True)
    item = fields.ForeignKeyField(
        "deliberation.PlanItem", related_name="fundings", on_delete=RESTRICT, db_index=True
    )
    payer = fields.CharField(max_length=20)
    amount = fields.BigIntField()

    class Meta:
        table = "funding"
        unique_together = (("item", "payer"),)


class ItemOpinion(Model):
    """The opinion a plan item answers."""

    id = fields.IntField(primary_key=True)
    item = fields.ForeignKeyField(
        "deliberation.PlanItem", related_name="opinions", on_delete=RESTRICT, db_index=True
    )
    opinion = fields.ForeignKeyField(
        "deliberation.Opinion", related_name="items", on_delete=RESTRICT, db_index=True
    )

    class Meta:
        table = "item_opinion"
        unique_together = (("item", "opinion"),)


class Meeting(Model):
    """A meeting of a stage with its minutes and count.

    `for_`/`against`/`abstain` are heads; None until counted. `confirmed_at` closes the minutes,
    `confirmed_by` is whose confirmation was the last; `document` is their PDF.
    """

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="meetings", on_delete=RESTRICT, db_index=True
    )
    passage = fields.ForeignKeyField(
        "deliberation.Passage", related_name="meetings", on_delete=RESTRICT, db_index=True
    )
    stage = fields.CharField(max_length=40)
    held_at = fields.DatetimeField()
    venue = fields.CharField(max_length=100)
    chair = fields.CharField(max_length=40)
    recorder = fields.CharField(max_length=40)
    agenda = fields.TextField(default="", db_default="")
    points = fields.TextField(default="")
    for_ = fields.IntField(null=True, source_field="agreed")
    against = fields.IntField(null=True)
    abstain = fields.IntField(null=True)
    convened_at = fields.DatetimeField()
    confirmed_at = fields.DatetimeField(null=True)
    confirmed_by = fields.IntField(null=True)
    document = fields.ForeignKeyField(
        "deliberation.Document",
        related_name="meetings",
        on_delete=RESTRICT,
        null=True,
        db_index=True,
    )

    class Meta:
        table = "meeting"
        ordering = ["id"]


class Attendance(Model):
    """A person called to a meeting: `present` None until known; an absence has a reason."""

    id = fields.IntField(primary_key=True)
    meeting = fields.ForeignKeyField(
        "deliberation.Meeting", related_name="attendances", on_delete=RESTRICT, db_index=True
    )
    person = fields.ForeignKeyField(
        "deliberation.Person", related_name="attendances", on_delete=RESTRICT, db_index=True
    )
    present = fields.BooleanField(null=True)
    reason = fields.CharField(max_length=100, default="")

    class Meta:
        table = "attendance"
        unique_together = (("meeting", "person"),)
        ordering = ["id"]


class Confirmation(Model):
    """That somebody present confirmed the minutes as they stand: by the own account, or on paper
    as one person recorded and a second one (`seconded_*`) checked. `refusal` is why they did not
    sign; changed minutes lose their confirmations.
    """

    id = fields.IntField(primary_key=True)
    attendance = fields.ForeignKeyField(
        "deliberation.Attendance", related_name="confirmations", on_delete=RESTRICT, db_index=True
    )
    paper = fields.BooleanField()
    refusal = fields.CharField(max_length=200, default="")
    recorded_at = fields.DatetimeField()
    recorded_by = fields.IntField()
    seconded_at = fields.DatetimeField(null=True)
    seconded_by = fields.IntField(null=True)

    class Meta:
        table = "confirmation"
        ordering = ["id"]


class ItemFile(Model):
    """A drawing or another file that belongs to a plan item."""

    id = fields.IntField(primary_key=True)
    item = fields.ForeignKeyField(
        "deliberation.PlanItem", related_name="files", on_delete=RESTRICT, db_index=True
    )
    file = fields.ForeignKeyField(
        "deliberation.File", related_name="items", on_delete=RESTRICT, db_index=True
    )

    class Meta:
        table = "item_file"
        unique_together = (("item", "file"),)
        ordering = ["id"]
