"""A vote: its questions, its frozen roll, named and secret ballots, paper.

A secret ballot is stored so that nothing joins it to a voter: one `SecretAnswer` per question and
one `InclusionCode` per voter, all under random keys, with no time, channel, person or sequence.
"""

from tortoise import fields
from tortoise.fields import RESTRICT
from tortoise.models import Model


class Vote(Model):
    """`profile` holds the values copied in when the vote was drafted (see `profiles.as_json`).

    `status`: draft, posted, frozen, open, closing, closed, certified, published, void. Times are
    UTC instants. `built_at` is when the roll was last made from the people; `ages` what a clerk
    decided of those who turn 18 this year (person id as text → adult); `manifest` is what was
    frozen (`manifest.py`), `manifest_digest` its hash, which the approval is bound to;
    `end_approval_id` the approval that moved `closes_at` last; `ended_at` when the closing instant
    was written down; `result` follows `counting.result_of`. The database itself refuses every
    other change from the freeze on (`guards.py`).
    """

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="votes", on_delete=RESTRICT, db_index=True
    )
    passage = fields.ForeignKeyField(
        "deliberation.Passage", related_name="votes", on_delete=RESTRICT, db_index=True
    )
    plan = fields.ForeignKeyField(
        "deliberation.Plan", related_name="votes", on_delete=RESTRICT, null=True, db_index=True
    )
    profile = fields.JSONField()
    form = fields.CharField(max_length=10)
    secret = fields.BooleanField(default=False)
    checkable = fields.BooleanField(default=False, db_default=False)
    status = fields.CharField(max_length=10)
    drafted_at = fields.DatetimeField()
    drafted_by = fields.IntField(null=True)
    posted_at = fields.DatetimeField(null=True)
    posting_last_on = fields.DateField(null=True)
    frozen_at = fields.DatetimeField(null=True)
    frozen_by = fields.IntField(null=True)
    manifest = fields.JSONField(null=True)
    manifest_digest = fields.CharField(max_length=64, default="", db_default="")
    opens_at = fields.DatetimeField(null=True)
    closes_at = fields.DatetimeField(null=True)
    end_approval_id = fields.IntField(null=True)
    ended_at = fields.DatetimeField(null=True)
    closed_at = fields.DatetimeField(null=True)
    result = fields.JSONField(null=True)
    built_at = fields.DatetimeField(null=True)
    ages = fields.JSONField(default=dict)
    void_reason = fields.TextField(default="")

    class Meta:
        table = "vote"
        ordering = ["id"]


class Question(Model):
    """`options` is a list of {key, label}; for plan and items the keys are for/against/abstain."""

    id = fields.IntField(primary_key=True)
    vote = fields.ForeignKeyField(
        "deliberation.Vote", related_name="questions", on_delete=RESTRICT, db_index=True
    )
    number = fields.IntField()
    kind = fields.CharField(max_length=10)
    text = fields.TextField()
    options = fields.JSONField()
    item = fields.ForeignKeyField(
        "deliberation.PlanItem",
        related_name="questions",
        on_delete=RESTRICT,
        null=True,
        db_index=True,
    )

    class Meta:
        table = "question"
        unique_together = (("vote", "number"),)
        ordering = ["number"]


class RollEntry(Model):
    """One voter on the frozen roll. `area` in hundredths of m²; `state` none/paper_issued/voted.

    `marks` says why (party member, representative …); `person` is None for a unit whose owner is
    not registered: it counts in the denominators and cannot vote. `name` and `unit` are what the
    `leaf` was made of at the freeze, whatever the person is called later. `added_by` and
    `struck_by` are the approvals of the amendment that put the line on or took it off.
    """

    id = fields.IntField(primary_key=True)
    vote = fields.ForeignKeyField(
        "deliberation.Vote", related_name="roll", on_delete=RESTRICT, db_index=True
    )
    number = fields.IntField()
    person = fields.ForeignKeyField(
        "deliberation.Person", related_name="rolls", on_delete=RESTRICT, null=True, db_index=True
    )
    household = fields.ForeignKeyField(
        "deliberation.Household", related_name="rolls", on_delete=RESTRICT, null=True, db_index=True
    )
    marks = fields.CharField(max_length=60, default="")
    heads = fields.IntField(default=1)
    area = fields.BigIntField(default=0)
    salt = fields.CharField(max_length=32, default="")
    state = fields.CharField(max_length=12, default="none")
    channel = fields.CharField(max_length=8, default="")
    name = fields.CharField(max_length=60, default="", db_default="")
    unit = fields.CharField(max_length=60, default="", db_default="")
    leaf = fields.CharField(max_length=64, default="", db_default="")
    added_by = fields.IntField(null=True)
    struck_by = fields.IntField(null=True)

    class Meta:
        table = "roll_entry"
        unique_together = (("vote", "number"),)
        ordering = ["number"]


class Ballot(Model):
    """A named ballot. All versions stay; the last counts, and paper stands over phone.

    `choices` maps question number (text) to option key, or to `invalid` on paper. Paper counts
    only once `confirmed_by` (someone else than `entered_by`) confirmed it. `proxy` is the written
    proxy by which somebody else cast it.
    """

    id = fields.IntField(primary_key=True)
    entry = fields.ForeignKeyField(
        "deliberation.RollEntry", related_name="ballots", on_delete=RESTRICT, db_index=True
    )
    version = fields.IntField()
    choices = fields.JSONField()
    channel = fields.CharField(max_length=8)
    cast_at = fields.DatetimeField()
    request_code = fields.CharField(max_length=40, null=True, unique=True)
    entered_by = fields.IntField(null=True)
    confirmed_by = fields.IntField(null=True)
    refused_at = fields.DatetimeField(null=True)
    scan = fields.ForeignKeyField(
        "deliberation.File", related_name="ballots", on_delete=RESTRICT, null=True, db_index=True
    )
    proxy = fields.ForeignKeyField(
        "deliberation.Proxy", related_name="ballots", on_delete=RESTRICT, null=True, db_index=True
    )

    class Meta:
        table = "ballot"
        unique_together = (("entry", "version"),)
        ordering = ["id"]


class SecretAnswer(Model):
    """One answer of somebody. `salt` opens the commitment that the log holds once `logged`."""

    key = fields.CharField(max_length=32, primary_key=True)
    vote = fields.ForeignKeyField(
        "deliberation.Vote", related_name="secret_answers", on_delete=RESTRICT, db_index=True
    )
    question = fields.IntField()
    choice = fields.CharField(max_length=20)
    salt = fields.CharField(max_length=32, default="", db_default="")
    logged = fields.BooleanField(default=False, db_default=False)

    class Meta:
        table = "secret_answer"


class InclusionCode(Model):
    """16 base32 characters that prove “counted”, derived from the form's random code."""

    code = fields.CharField(max_length=16, primary_key=True)
    vote = fields.ForeignKeyField(
        "deliberation.Vote", related_name="codes", on_delete=RESTRICT, db_index=True
    )

    class Meta:
        table = "inclusion_code"


class PaperCount(Model):
    """A batch of unmarked secret papers counted in public. `tallies`: question → option → heads.

    `void_reason`: why a batch does not count although two people counted it alike.
    """

    id = fields.IntField(primary_key=True)
    vote = fields.ForeignKeyField(
        "deliberation.Vote", related_name="paper_counts", on_delete=RESTRICT, db_index=True
    )
    papers = fields.IntField()
    tallies = fields.JSONField()
    entered_at = fields.DatetimeField()
    entered_by = fields.IntField()
    confirmed_by = fields.IntField(null=True)
    refused_at = fields.DatetimeField(null=True)
    void_reason = fields.CharField(max_length=200, default="", db_default="")

    class Meta:
        table = "paper_count"
        ordering = ["id"]


class Certification(Model):
    """A scrutineer's signature under the result as computed."""

    id = fields.IntField(primary_key=True)
    vote = fields.ForeignKeyField(
        "deliberation.Vote", related_name="certifications", on_delete=RESTRICT, db_index=True
    )
    person = fields.ForeignKeyField(
        "deliberation.Person", related_name="certifications", on_delete=RESTRICT, db_index=True
    )
    certified_at = fields.DatetimeField()
    result_digest = fields.CharField(max_length=64)

    class Meta:
        table = "certification"
        unique_together = (("vote", "person"),)


class Scrutineer(Model):
    """A person named to watch and certify a vote (or to count, `role` = teller)."""

    id = fields.IntField(primary_key=True)
    vote = fields.ForeignKeyField(
        "deliberation.Vote", related_name="scrutineers", on_delete=RESTRICT, db_index=True
    )
    person = fields.ForeignKeyField(
        "deliberation.Person", related_name="scrutinies", on_delete=RESTRICT, db_index=True
    )
    role = fields.CharField(max_length=12, default="scrutineer")

    class Meta:
        table = "scrutineer"
        unique_together = (("vote", "person"),)


def standing(vote: Vote):
    """The lines of a roll that count: added ones too, without those an amendment struck."""
    return RollEntry.filter(vote=vote, struck_by=None)
