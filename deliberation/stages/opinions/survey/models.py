"""What a matter asks, what people answered besides words, and what they enclosed."""

from tortoise import fields
from tortoise.fields import RESTRICT
from tortoise.models import Model


class Questionnaire(Model):
    """What a matter asks once staff edited it; without a row, everything there is.

    `questions` are keys of rules.QUESTIONS, joined by spaces.
    """

    id = fields.IntField(primary_key=True)
    matter = fields.OneToOneField(
        "deliberation.Matter", related_name="questionnaire", on_delete=RESTRICT
    )
    questions = fields.CharField(max_length=80)
    edited_at = fields.DatetimeField()
    edited_by = fields.IntField(null=True)

    class Meta:
        table = "questionnaire"


class MenuItem(Model):
    """An item on an edited menu: `key` of menu.MENU, of a template, or own1, own2 …"""

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="menu_items", on_delete=RESTRICT, db_index=True
    )
    key = fields.CharField(max_length=12)
    kind = fields.CharField(max_length=12)
    name = fields.CharField(max_length=40)

    class Meta:
        table = "menu_item"
        unique_together = (("matter", "key"),)
        ordering = ["id"]


class Willingness(Model):
    """An opinion's answer (a key of rules.WILLING) to a question."""

    id = fields.IntField(primary_key=True)
    opinion = fields.ForeignKeyField(
        "deliberation.Opinion", related_name="willing", on_delete=RESTRICT, db_index=True
    )
    question = fields.CharField(max_length=12)
    answer = fields.CharField(max_length=10)

    class Meta:
        table = "willingness"
        unique_together = (("opinion", "question"),)


class Want(Model):
    """An item of the menu (its key) that an opinion ticks."""

    id = fields.IntField(primary_key=True)
    opinion = fields.ForeignKeyField(
        "deliberation.Opinion", related_name="wants", on_delete=RESTRICT, db_index=True
    )
    item = fields.CharField(max_length=12)

    class Meta:
        table = "want"
        unique_together = (("opinion", "item"),)


class Enclosure(Model):
    """A photo or a voice note of an opinion, for whoever said it and the staff; never public.

    `spoken` is what staff heard in a voice note. It stands in the opinion's text, too.
    """

    id = fields.IntField(primary_key=True)
    opinion = fields.ForeignKeyField(
        "deliberation.Opinion", related_name="enclosures", on_delete=RESTRICT, db_index=True
    )
    kind = fields.CharField(max_length=8)
    file = fields.ForeignKeyField(
        "deliberation.File", related_name="enclosures", on_delete=RESTRICT, db_index=True
    )
    spoken = fields.TextField(default="")
    written_at = fields.DatetimeField(null=True)
    written_by = fields.IntField(null=True)

    class Meta:
        table = "enclosure"
        ordering = ["id"]


class Upload(Model):
    """A photo or voice note of a form not handed in yet. Handed in it becomes an enclosure, else
    it is gone after a day: nobody keeps what was never said."""

    id = fields.IntField(primary_key=True)
    matter = fields.ForeignKeyField(
        "deliberation.Matter", related_name="survey_uploads", on_delete=RESTRICT, db_index=True
    )
    account = fields.ForeignKeyField(
        "deliberation.Account", related_name="survey_uploads", on_delete=RESTRICT, db_index=True
    )
    kind = fields.CharField(max_length=8)
    media_type = fields.CharField(max_length=60)
    content = fields.BinaryField()
    uploaded_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "survey_upload"
        ordering = ["id"]
