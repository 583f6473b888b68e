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
    """An entry of an item's ledger; `kind` is contract, payment (from one `payer`) or settlement.

    Entries are never edited: a wrong one is taken back by another of the opposite amount that
    points to it (`reverses`) and says why. `paid_on` is the day of the contract, payment or audit.
    """

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
    reverses = fields.OneToOneField(
        "deliberation.Spending", related_name="reversal", on_delete=RESTRICT, null=True
    )
    reason = fields.CharField(max_length=200, default="")
    recorded_at = fields.DatetimeField()
    recorded_by = fields.IntField(null=True)

    class Meta:
        table = "spending"
        ordering = ["id"]


class Variation(Model):
    """A change against the resolution; `beyond` ones send the matter back.

    `kind` is a key of VARIATION_KINDS; `difference` is what it adds to the money of `payer`.
    `beyond` is what staff stated, `beyond_by_rule` what the rule said then; `settled_at` is when
    the matter was sent back because of it.
    """

    id = fields.IntField(primary_key=True)
    item = fields.ForeignKeyField(
        "deliberation.PlanItem", related_name="variations", on_delete=RESTRICT, db_index=True
    )
    kind = fields.CharField(max_length=12)
    change = fields.TextField()
    reason = fields.TextField()
    payer = fields.CharField(max_length=20, default="")
    difference = fields.BigIntField(default=0)
    beyond = fields.BooleanField()
    beyond_by_rule = fields.BooleanField()
    recorded_at = fields.DatetimeField()
    recorded_by = fields.IntField(null=True)
    settled_at = fields.DatetimeField(null=True)

    class Meta:
        table = "variation"
        ordering = ["id"]


class OwnersDecision(Model):
    """Proof that those decided whom the law asks: minutes of a vote or meeting of their own.

    `kind` is `owners`, or `residents` for the meeting that discusses money from residents.
    """

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="owners_decisions", on_delete=RESTRICT, db_index=True
    )
    kind = fields.CharField(max_length=10, default="owners")
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
