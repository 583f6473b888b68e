from deliberation.database import migrating as migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('deliberation', '0013_codes')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Round',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('matter', fields.ForeignKeyField('deliberation.Matter', source_field='matter_id', db_index=True, db_constraint=True, to_field='id', related_name='rounds', on_delete=OnDelete.RESTRICT)),
                ('visitors', fields.CharField(max_length=80)),
                ('begun_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('begun_by', fields.IntField()),
            ],
            options={'table': 'visit_round', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Visit',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('matter', fields.ForeignKeyField('deliberation.Matter', source_field='matter_id', db_index=True, db_constraint=True, to_field='id', related_name='visits', on_delete=OnDelete.RESTRICT)),
                ('round', fields.ForeignKeyField('deliberation.Round', source_field='round_id', db_index=True, db_constraint=True, to_field='id', related_name='visits', on_delete=OnDelete.RESTRICT)),
                ('household', fields.ForeignKeyField('deliberation.Household', source_field='household_id', db_index=True, db_constraint=True, to_field='id', related_name='visits', on_delete=OnDelete.RESTRICT)),
                ('opinion', fields.OneToOneField('deliberation.Opinion', source_field='opinion_id', null=True, db_constraint=True, to_field='id', related_name='visit', on_delete=OnDelete.RESTRICT)),
                ('state', fields.CharField(max_length=8)),
                ('code', fields.CharField(unique=True, max_length=40)),
                ('at_door', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('recorded_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('recorded_by', fields.IntField()),
                ('undone_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('undone_by', fields.IntField(null=True)),
            ],
            options={'table': 'visit', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
