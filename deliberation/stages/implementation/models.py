"""What was done, what was spent, what changed, and what residents think of it. Amounts in fen."""

from tortoise import fields
from tortoise.fields import RESTRICT
from tortoise.models import Model


class Milestone(Model):
    """A step of an item: planned, and once done, by whom and what (quantity, acceptance)."""

    id = fields.IntField(primary_key=True)
    item = fields.ForeignKeyField(
        "deliberation.PlanItem", related_name="milestones", on_delete=RESTRICT, db_index=True
    )
    title = fields.CharField(max_length=80)
    planned_on = fields.DateField(null=True)
    done_on = fields.DateField(null=True)
    report = fields.TextField(default="")
    recorded_at = fields.DatetimeField()
    recorded_by = fields.IntField(null=True)

    class Meta:
        table = "milestone"
        ordering = ["id"]


class Spending(Model):
    """Money paid for an item; `kind` is contract, payment or settlement."""

    id = fields.IntField(primary_key=True)
    item = fields.ForeignKeyField(
        "deliberation.PlanItem", related_name="spendings", on_delete=RESTRICT, db_index=True
    )
    kind = fields.CharField(max_length=12)
    payer = fields.CharField(max_length=20, default="")
    amount = fields.BigIntField()
    paid_on = fields.DateField()
    recipient = fields.CharField(max_length=80, default="")
    voucher = fields.CharField(max_length=60, default="")
    recorded_at = fields.DatetimeField()
    recorded_by = fields.IntField(null=True)

    class Meta:
        table = "spending"
        ordering = ["id"]


class Variation(Model):
    """A change against the resolution; `beyond` ones send the matter back."""

    id = fields.IntField(primary_key=True)
    item = fields.ForeignKeyField(
        "deliberation.PlanItem", related_name="variations", on_delete=RESTRICT, db_index=True
    )
    change = fields.TextField()
    reason = fields.TextField()
    difference = fields.BigIntField(default=0)
    beyond = fields.BooleanField()
    recorded_at = fields.DatetimeField()
    recorded_by = fields.IntField(null=True)
    settled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "variation"
        ordering = ["id"]


class OwnersDecision(Model):
    """Proof that owners decided where the law asks for them: minutes from their own vote."""

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="owners_decisions", on_delete=RESTRICT, db_index=True
    )
    decided_on = fields.DateField()
    description = fields.TextField()
    file = fields.ForeignKeyField(
        "deliberation.File",
        related_name="owners_decisions",
        on_delete=RESTRICT,
        null=True,
        db_index=True,
    )
    recorded_at = fields.DatetimeField()
    recorded_by = fields.IntField(null=True)

    class Meta:
        table = "owners_decision"


class Evaluation(Model):
    """A household's verdict: satisfied, fair or dissatisfied. The last one counts."""

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="evaluations", on_delete=RESTRICT, db_index=True
    )
    household = fields.ForeignKeyField(
        "deliberation.Household", related_name="evaluations", on_delete=RESTRICT, db_index=True
    )
    verdict = fields.CharField(max_length=12)
    comment = fields.TextField(default="")
    channel = fields.CharField(max_length=20, default="")
    given_at = fields.DatetimeField()
    recorded_by = fields.IntField(null=True)

    class Meta:
        table = "evaluation"
        unique_together = (("matter", "household"),)
