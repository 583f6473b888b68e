from deliberation.database import migrating as migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('deliberation', '0008_objects')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Board',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('place', fields.ForeignKeyField('deliberation.Place', source_field='place_id', db_index=True, db_constraint=True, to_field='id', related_name='boards', on_delete=OnDelete.RESTRICT)),
                ('name', fields.CharField(max_length=40)),
                ('kind', fields.CharField(max_length=12)),
                ('created_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('created_by', fields.IntField(null=True)),
                ('pairing_code', fields.CharField(default='', db_index=True, max_length=8)),
                ('pairing_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('token_hash', fields.CharField(null=True, unique=True, max_length=64)),
                ('paired_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('retired_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'board', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Photo',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('board', fields.ForeignKeyField('deliberation.Board', source_field='board_id', db_index=True, db_constraint=True, to_field='id', related_name='photos', on_delete=OnDelete.RESTRICT)),
                ('notice', fields.ForeignKeyField('deliberation.Notice', source_field='notice_id', db_index=True, db_constraint=True, to_field='id', related_name='photos', on_delete=OnDelete.RESTRICT)),
                ('moment', fields.CharField(max_length=8)),
                ('file', fields.ForeignKeyField('deliberation.File', source_field='file_id', db_index=True, db_constraint=True, to_field='id', related_name='photos', on_delete=OnDelete.RESTRICT)),
                ('taken_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('spot', fields.CharField(default='', max_length=30)),
                ('added_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('added_by', fields.IntField(null=True)),
                ('public_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('public_by', fields.IntField(null=True)),
            ],
            options={'table': 'photo', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Showing',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('board', fields.ForeignKeyField('deliberation.Board', source_field='board_id', db_index=True, db_constraint=True, to_field='id', related_name='showings', on_delete=OnDelete.RESTRICT)),
                ('notice', fields.ForeignKeyField('deliberation.Notice', source_field='notice_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='showings', on_delete=OnDelete.RESTRICT)),
                ('how', fields.CharField(max_length=8)),
                ('page', fields.IntField()),
                ('first_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('last_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'showing', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
