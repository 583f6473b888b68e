from deliberation.database import migrating as migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('deliberation', '0004_outage')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Assistance',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('ballot', fields.ForeignKeyField('deliberation.Ballot', source_field='ballot_id', db_index=True, db_constraint=True, to_field='id', related_name='assistance', on_delete=OnDelete.RESTRICT)),
                ('helper', fields.ForeignKeyField('deliberation.Person', source_field='helper_id', db_index=True, db_constraint=True, to_field='id', related_name='helped_ballots', on_delete=OnDelete.RESTRICT)),
                ('witness', fields.ForeignKeyField('deliberation.Person', source_field='witness_id', db_index=True, db_constraint=True, to_field='id', related_name='witnessed_ballots', on_delete=OnDelete.RESTRICT)),
                ('second_witness', fields.ForeignKeyField('deliberation.Person', source_field='second_witness_id', db_index=True, db_constraint=True, to_field='id', related_name='also_witnessed_ballots', on_delete=OnDelete.RESTRICT)),
            ],
            options={'table': 'assistance', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='MobileBox',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('vote', fields.ForeignKeyField('deliberation.Vote', source_field='vote_id', db_index=True, db_constraint=True, to_field='id', related_name='mobile_boxes', on_delete=OnDelete.RESTRICT)),
                ('went_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('places', fields.CharField(max_length=200)),
                ('workers', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('recorded_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('recorded_by', fields.IntField()),
            ],
            options={'table': 'mobile_box', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Printout',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('vote', fields.ForeignKeyField('deliberation.Vote', source_field='vote_id', db_index=True, db_constraint=True, to_field='id', related_name='printouts', on_delete=OnDelete.RESTRICT)),
                ('document', fields.ForeignKeyField('deliberation.Document', source_field='document_id', db_index=True, db_constraint=True, to_field='id', related_name='printouts', on_delete=OnDelete.RESTRICT)),
                ('kind', fields.CharField(max_length=10)),
                ('made_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('made_by', fields.IntField()),
            ],
            options={'table': 'printout', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Transcript',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('vote', fields.ForeignKeyField('deliberation.Vote', source_field='vote_id', db_index=True, db_constraint=True, to_field='id', related_name='transcripts', on_delete=OnDelete.RESTRICT)),
                ('papers', fields.IntField()),
                ('content', fields.TextField(unique=False)),
                ('entered_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('entered_by', fields.IntField()),
                ('confirmed_by', fields.IntField(null=True)),
                ('refused_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('void_reason', fields.CharField(default='', max_length=200)),
            ],
            options={'table': 'transcript', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='PaperCount',
            name='void_reason',
            field=fields.CharField(default='', db_default='', max_length=200),
        ),
    ]
