from deliberation.database import migrating as migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('deliberation', '0009_boards')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Draft',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('matter', fields.ForeignKeyField('deliberation.Matter', source_field='matter_id', db_index=True, db_constraint=True, to_field='id', related_name='drafts', on_delete=OnDelete.RESTRICT)),
                ('opinion', fields.OneToOneField('deliberation.Opinion', source_field='opinion_id', null=True, db_constraint=True, to_field='id', related_name='draft', on_delete=OnDelete.RESTRICT)),
                ('group', fields.OneToOneField('deliberation.Group', source_field='group_id', null=True, db_constraint=True, to_field='id', related_name='draft', on_delete=OnDelete.RESTRICT)),
                ('verdict', fields.CharField(max_length=10)),
                ('reason', fields.TextField(unique=False)),
                ('version', fields.IntField(default=1)),
                ('drafted_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('drafted_by', fields.IntField()),
                ('checked_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('checked_by', fields.IntField(null=True)),
            ],
            options={'table': 'answer_draft', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Second',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('group', fields.ForeignKeyField('deliberation.Group', source_field='group_id', db_index=True, db_constraint=True, to_field='id', related_name='seconds', on_delete=OnDelete.RESTRICT)),
                ('household', fields.ForeignKeyField('deliberation.Household', source_field='household_id', db_index=True, db_constraint=True, to_field='id', related_name='seconds', on_delete=OnDelete.RESTRICT)),
                ('stand', fields.CharField(max_length=10)),
                ('said_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('said_by', fields.IntField(null=True)),
            ],
            options={'table': 'opinion_second', 'app': 'deliberation', 'unique_together': (('group', 'household'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Seen',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.ForeignKeyField('deliberation.Account', source_field='account_id', db_index=True, db_constraint=True, to_field='id', related_name='seen_answers', on_delete=OnDelete.RESTRICT)),
                ('answer', fields.ForeignKeyField('deliberation.Answer', source_field='answer_id', db_index=True, db_constraint=True, to_field='id', related_name='seen', on_delete=OnDelete.RESTRICT)),
                ('seen_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'answer_seen', 'app': 'deliberation', 'unique_together': (('account', 'answer'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Answer',
            name='checked_by',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='Group',
            name='against',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name='Group',
            name='category',
            field=fields.CharField(default='', db_default='', max_length=12),
        ),
        ops.AddField(
            model_name='Group',
            name='made_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Group',
            name='made_by',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='Opinion',
            name='alone',
            field=fields.BooleanField(default=False, db_default=False),
        ),
    ]
