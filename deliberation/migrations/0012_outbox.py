from deliberation.database import migrating as migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('deliberation', '0011_consulting')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Muted',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.OneToOneField('deliberation.Account', source_field='account_id', db_constraint=True, to_field='id', related_name='muted', on_delete=OnDelete.RESTRICT)),
                ('since', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'muted', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Sending',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('matter', fields.ForeignKeyField('deliberation.Matter', source_field='matter_id', db_index=True, db_constraint=True, to_field='id', related_name='sendings', on_delete=OnDelete.RESTRICT)),
                ('kind', fields.CharField(max_length=20)),
                ('about', fields.IntField(default=0)),
                ('text', fields.CharField(max_length=300)),
                ('ordered_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('ordered_by', fields.IntField()),
                ('due_at', fields.DatetimeField(db_index=True, auto_now=False, auto_now_add=False)),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('addressed_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('cancelled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('cancelled_by', fields.IntField(null=True)),
            ],
            options={'table': 'sending', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Message',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('sending', fields.ForeignKeyField('deliberation.Sending', source_field='sending_id', db_index=True, db_constraint=True, to_field='id', related_name='messages', on_delete=OnDelete.RESTRICT)),
                ('person', fields.ForeignKeyField('deliberation.Person', source_field='person_id', db_index=True, db_constraint=True, to_field='id', related_name='messages', on_delete=OnDelete.RESTRICT)),
                ('code', fields.CharField(unique=True, max_length=32)),
                ('state', fields.CharField(default='waiting', db_index=True, max_length=10)),
                ('attempts', fields.IntField(default=0)),
                ('next_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('claimed_until', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('settled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('problem', fields.CharField(default='', max_length=60)),
            ],
            options={'table': 'message', 'app': 'deliberation', 'unique_together': (('sending', 'person'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
