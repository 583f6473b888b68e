from deliberation.database import migrating as migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('deliberation', '0015_sheets')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Enclosure',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('opinion', fields.ForeignKeyField('deliberation.Opinion', source_field='opinion_id', db_index=True, db_constraint=True, to_field='id', related_name='enclosures', on_delete=OnDelete.RESTRICT)),
                ('kind', fields.CharField(max_length=8)),
                ('file', fields.ForeignKeyField('deliberation.File', source_field='file_id', db_index=True, db_constraint=True, to_field='id', related_name='enclosures', on_delete=OnDelete.RESTRICT)),
                ('spoken', fields.TextField(default='', unique=False)),
                ('written_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('written_by', fields.IntField(null=True)),
            ],
            options={'table': 'enclosure', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='MenuItem',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('matter', fields.ForeignKeyField('deliberation.Matter', source_field='matter_id', db_index=True, db_constraint=True, to_field='id', related_name='menu_items', on_delete=OnDelete.RESTRICT)),
                ('key', fields.CharField(max_length=12)),
                ('kind', fields.CharField(max_length=12)),
                ('name', fields.CharField(max_length=40)),
            ],
            options={'table': 'menu_item', 'app': 'deliberation', 'unique_together': (('matter', 'key'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Questionnaire',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('matter', fields.OneToOneField('deliberation.Matter', source_field='matter_id', db_constraint=True, to_field='id', related_name='questionnaire', on_delete=OnDelete.RESTRICT)),
                ('questions', fields.CharField(max_length=80)),
                ('edited_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('edited_by', fields.IntField(null=True)),
            ],
            options={'table': 'questionnaire', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Upload',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('matter', fields.ForeignKeyField('deliberation.Matter', source_field='matter_id', db_index=True, db_constraint=True, to_field='id', related_name='survey_uploads', on_delete=OnDelete.RESTRICT)),
                ('account', fields.ForeignKeyField('deliberation.Account', source_field='account_id', db_index=True, db_constraint=True, to_field='id', related_name='survey_uploads', on_delete=OnDelete.RESTRICT)),
                ('kind', fields.CharField(max_length=8)),
                ('media_type', fields.CharField(max_length=60)),
                ('content', fields.BinaryField()),
                ('uploaded_at', fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'survey_upload', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Want',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('opinion', fields.ForeignKeyField('deliberation.Opinion', source_field='opinion_id', db_index=True, db_constraint=True, to_field='id', related_name='wants', on_delete=OnDelete.RESTRICT)),
                ('item', fields.CharField(max_length=12)),
            ],
            options={'table': 'want', 'app': 'deliberation', 'unique_together': (('opinion', 'item'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Willingness',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('opinion', fields.ForeignKeyField('deliberation.Opinion', source_field='opinion_id', db_index=True, db_constraint=True, to_field='id', related_name='willing', on_delete=OnDelete.RESTRICT)),
                ('question', fields.CharField(max_length=12)),
                ('answer', fields.CharField(max_length=10)),
            ],
            options={'table': 'willingness', 'app': 'deliberation', 'unique_together': (('opinion', 'question'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
