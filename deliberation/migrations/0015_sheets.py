from deliberation.database import migrating as migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('deliberation', '0014_rounds')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Bundle',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('matter', fields.ForeignKeyField('deliberation.Matter', source_field='matter_id', db_index=True, db_constraint=True, to_field='id', related_name='bundles', on_delete=OnDelete.RESTRICT)),
                ('key', fields.CharField(max_length=32)),
                ('name', fields.CharField(max_length=120)),
                ('sha256', fields.CharField(db_index=True, max_length=64)),
                ('pages', fields.IntField(null=True)),
                ('done', fields.IntField(default=0)),
                ('read_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('brought_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('brought_by', fields.IntField(null=True)),
            ],
            options={'table': 'bundle', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Gathering',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('matter', fields.ForeignKeyField('deliberation.Matter', source_field='matter_id', db_index=True, db_constraint=True, to_field='id', related_name='gatherings', on_delete=OnDelete.RESTRICT)),
                ('channel', fields.CharField(max_length=20)),
                ('place', fields.CharField(max_length=40)),
                ('held_on', fields.DateField()),
                ('hosts', fields.CharField(default='', max_length=80)),
                ('came', fields.IntField(null=True)),
                ('recorded_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('recorded_by', fields.IntField(null=True)),
                ('taken_back_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('taken_back_by', fields.IntField(null=True)),
                ('request_code', fields.CharField(unique=True, max_length=40)),
            ],
            options={'table': 'gathering', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Guest',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('gathering', fields.ForeignKeyField('deliberation.Gathering', source_field='gathering_id', db_index=True, db_constraint=True, to_field='id', related_name='guests', on_delete=OnDelete.RESTRICT)),
                ('household', fields.ForeignKeyField('deliberation.Household', source_field='household_id', db_index=True, db_constraint=True, to_field='id', related_name='gatherings', on_delete=OnDelete.RESTRICT)),
            ],
            options={'table': 'guest', 'app': 'deliberation', 'unique_together': (('gathering', 'household'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PaperForm',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('matter', fields.ForeignKeyField('deliberation.Matter', source_field='matter_id', db_index=True, db_constraint=True, to_field='id', related_name='paper_forms', on_delete=OnDelete.RESTRICT)),
                ('household', fields.ForeignKeyField('deliberation.Household', source_field='household_id', db_index=True, db_constraint=True, to_field='id', related_name='paper_forms', on_delete=OnDelete.RESTRICT)),
                ('code', fields.CharField(unique=True, max_length=20)),
                ('made_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('made_by', fields.IntField(null=True)),
            ],
            options={'table': 'paper_form', 'app': 'deliberation', 'unique_together': (('matter', 'household'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Review',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('opinion', fields.ForeignKeyField('deliberation.Opinion', source_field='opinion_id', db_index=True, db_constraint=True, to_field='id', related_name='reviews', on_delete=OnDelete.RESTRICT)),
                ('agrees', fields.BooleanField()),
                ('wrong', fields.CharField(default='', max_length=500)),
                ('said_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('said_by', fields.IntField(null=True)),
                ('outcome', fields.CharField(default='', max_length=10)),
                ('reason', fields.CharField(default='', max_length=200)),
                ('first_text', fields.TextField(default='', unique=False)),
                ('first_stance', fields.CharField(default='', max_length=10)),
                ('settled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('settled_by', fields.IntField(null=True)),
            ],
            options={'table': 'opinion_review', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Scan',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('matter', fields.ForeignKeyField('deliberation.Matter', source_field='matter_id', db_index=True, db_constraint=True, to_field='id', related_name='scans', on_delete=OnDelete.RESTRICT)),
                ('bundle', fields.ForeignKeyField('deliberation.Bundle', source_field='bundle_id', db_index=True, db_constraint=True, to_field='id', related_name='scans', on_delete=OnDelete.RESTRICT)),
                ('page', fields.IntField()),
                ('file', fields.ForeignKeyField('deliberation.File', source_field='file_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='scans', on_delete=OnDelete.RESTRICT)),
                ('form', fields.ForeignKeyField('deliberation.PaperForm', source_field='form_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='scans', on_delete=OnDelete.RESTRICT)),
                ('household', fields.ForeignKeyField('deliberation.Household', source_field='household_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='scans', on_delete=OnDelete.RESTRICT)),
                ('note', fields.CharField(default='', max_length=120)),
                ('opinion', fields.OneToOneField('deliberation.Opinion', source_field='opinion_id', null=True, db_constraint=True, to_field='id', related_name='scan', on_delete=OnDelete.RESTRICT)),
                ('discarded', fields.CharField(default='', max_length=200)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('decided_by', fields.IntField(null=True)),
            ],
            options={'table': 'scan', 'app': 'deliberation', 'unique_together': (('bundle', 'page'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Opinion',
            name='gathering',
            field=fields.ForeignKeyField('deliberation.Gathering', source_field='gathering_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='points', on_delete=OnDelete.RESTRICT),
        ),
        ops.RunSQL('CREATE INDEX "idx_opinion_gathering_id" ON "opinion" ("gathering_id")'),
    ]
