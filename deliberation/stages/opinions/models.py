"""Opinions and their answers, and the filters that say which of them count."""

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.fields import RESTRICT
from tortoise.models import Model

from deliberation.database.once import each
from deliberation.database.plain import found


class Group(Model):
    """Like opinions answered together.

    `category` is what of the menu they are about ('' for none of it); `against` says that these
    people do not want it. Groups made in one go share `made_at` and `made_by`.
    """

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="groups", on_delete=RESTRICT, db_index=True
    )
    title = fields.CharField(max_length=60)
    category = fields.CharField(max_length=12, default="", db_default="")
    against = fields.BooleanField(default=False, db_default=False)
    made_at = fields.DatetimeField(null=True)
    made_by = fields.IntField(null=True)

    class Meta:
        table = "opinion_group"
        ordering = ["id"]


class Opinion(Model):
    """What one household (or someone on no roll, once a clerk confirmed them) said.

    `channel` is how it came; `stance` the answer to 是否同意改造; `speaker` names someone on no
    roll, `origin` the place it came from when no household is known; `visitors` the two who signed
    a door visit. `said_on` is the local day. `confirmed_*` is who decided about a `speaker` and
    when; `set_aside` is why they could not be confirmed: such an opinion does not count.
    `request_code` is the form it came with, so that one form makes one opinion. `gathering` is the
    meeting or chat it was a point of. `alone`: staff decided that it is like no other, so no group
    is suggested for it.
    """

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="opinions", on_delete=RESTRICT, db_index=True
    )
    household = fields.ForeignKeyField(
        "deliberation.Household",
        related_name="opinions",
        on_delete=RESTRICT,
        null=True,
        db_index=True,
    )
    person = fields.ForeignKeyField(
        "deliberation.Person", related_name="opinions", on_delete=RESTRICT, null=True, db_index=True
    )
    group = fields.ForeignKeyField(
        "deliberation.Group", related_name="opinions", on_delete=RESTRICT, null=True, db_index=True
    )
    gathering = fields.ForeignKeyField(
        "deliberation.Gathering",
        related_name="points",
        on_delete=RESTRICT,
        null=True,
        db_index=True,
    )
    channel = fields.CharField(max_length=20)
    stance = fields.CharField(max_length=10, default="")
    text = fields.TextField()
    speaker = fields.CharField(max_length=60, default="")
    origin = fields.CharField(max_length=60, default="")
    visitors = fields.CharField(max_length=80, default="")
    said_on = fields.DateField()
    received_at = fields.DatetimeField()
    recorded_by = fields.IntField(null=True)
    confirmed_at = fields.DatetimeField(null=True)
    confirmed_by = fields.IntField(null=True)
    set_aside = fields.CharField(max_length=200, default="")
    request_code = fields.CharField(max_length=40, null=True, unique=True)
    alone = fields.BooleanField(default=False, db_default=False)

    @property
    def is_heard(self) -> bool:
        """Whether it counts: the same as `heard`, of a row that was read."""
        return not self.set_aside and (not self.speaker or self.confirmed_at is not None)

    class Meta:
        table = "opinion"
        ordering = ["id"]


class Draft(Model):
    """An answer being prepared, of one opinion or one group, which nobody but staff reads.

    `version` counts its wordings, so that what was checked is what was shown. Once published it
    is an Answer and the draft is gone.
    """

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="drafts", on_delete=RESTRICT, db_index=True
    )
    opinion = fields.OneToOneField(
        "deliberation.Opinion", related_name="draft", on_delete=RESTRICT, null=True
    )
    group = fields.OneToOneField(
        "deliberation.Group", related_name="draft", on_delete=RESTRICT, null=True
    )
    verdict = fields.CharField(max_length=10)
    reason = fields.TextField()
    version = fields.IntField(default=1)
    drafted_at = fields.DatetimeField()
    drafted_by = fields.IntField()
    checked_at = fields.DatetimeField(null=True)
    checked_by = fields.IntField(null=True)

    class Meta:
        table = "answer_draft"
        ordering = ["id"]


class Answer(Model):
    """Exactly one of `opinion` and `group` is set; a later answer replaces an earlier one.

    It is public: `answered_by` wrote it, `checked_by` is the second person who read it before.
    """

    id = fields.IntField(primary_key=True)
    opinion = fields.ForeignKeyField(
        "deliberation.Opinion", related_name="answers", on_delete=RESTRICT, null=True, db_index=True
    )
    group = fields.ForeignKeyField(
        "deliberation.Group", related_name="answers", on_delete=RESTRICT, null=True, db_index=True
    )
    verdict = fields.CharField(max_length=10)
    reason = fields.TextField()
    answered_at = fields.DatetimeField()
    answered_by = fields.IntField(null=True)
    checked_by = fields.IntField(null=True)

    class Meta:
        table = "answer"
        ordering = ["id"]


class Seen(Model):
    """An account has read an answer it was told of."""

    id = fields.IntField(primary_key=True)
    account = fields.ForeignKeyField(
        "deliberation.Account", related_name="seen_answers", on_delete=RESTRICT, db_index=True
    )
    answer = fields.ForeignKeyField(
        "deliberation.Answer", related_name="seen", on_delete=RESTRICT, db_index=True
    )
    seen_at = fields.DatetimeField()

    class Meta:
        table = "answer_seen"
        unique_together = (("account", "answer"),)


class Second(Model):
    """What one household thinks of a group it did not speak in.

    `stand` is a key of rules.STANDS, '' once taken back.
    """

    id = fields.IntField(primary_key=True)
    group = fields.ForeignKeyField(
        "deliberation.Group", related_name="seconds", on_delete=RESTRICT, db_index=True
    )
    household = fields.ForeignKeyField(
        "deliberation.Household", related_name="seconds", on_delete=RESTRICT, db_index=True
    )
    stand = fields.CharField(max_length=10)
    said_at = fields.DatetimeField()
    said_by = fields.IntField(null=True)

    class Meta:
        table = "opinion_second"
        unique_together = (("group", "household"),)


HEARD = "x.set_aside = '' AND (x.speaker = '' OR x.confirmed_at IS NOT NULL)"


def heard() -> Q:
    """Opinions that count: from people on the roll, and from others once confirmed. `HEARD` says
    the same in SQL, of opinions `x`."""
    return Q(set_aside="") & (Q(speaker="") | Q(confirmed_at__isnull=False))


def waiting() -> Q:
    """Opinions of people on no roll that no clerk has decided about."""
    return Q(speaker__not="", confirmed_at__isnull=True)


def answered(matter) -> Q:
    """Opinions of a matter that have an answer, alone or through their group.

    By subqueries: the ORM joins a table only once, so two ways to `answer` would become one.
    """
    alone = Answer.filter(opinion__matter_id=matter.id).values("opinion_id")
    shared = Answer.filter(group__matter_id=matter.id).values("group_id")
    return Q(id__in=Subquery(alone)) | Q(group_id__in=Subquery(shared))


def unanswered(matter) -> Q:
    """Opinions of a matter that count and still wait for an answer. Answers to questions without
    a word of one's own are counted, not answered."""
    alone = Answer.filter(opinion__matter_id=matter.id).values("opinion_id")
    shared = Answer.filter(group__matter_id=matter.id).values("group_id")
    grouped = Q(group_id__isnull=True) | Q(group_id__not_in=Subquery(shared))
    return heard() & Q(text__not="") & Q(id__not_in=Subquery(alone)) & grouped


async def standing_answers(opinions: list[Opinion]) -> dict[int, Answer | None]:
    """The answer that stands for each opinion (by id): its own newest, else its group's."""
    stands = await _standing(opinions)
    return {item.id: stands[item] for item in opinions}


@each
async def _standing(opinions: list[Opinion]) -> dict[Opinion, Answer | None]:
    ids = [item.id for item in opinions]
    groups = {item.group_id for item in opinions if item.group_id}
    given = "WHERE x.opinion_id IN $1 OR x.group_id IN $2 ORDER BY x.id"
    rows = await found(Answer, given, ids, groups)
    alone = {row.opinion_id: row for row in rows if row.opinion_id}
    shared = {row.group_id: row for row in rows if row.group_id}
    return {item: alone.get(item.id) or shared.get(item.group_id) for item in opinions}
