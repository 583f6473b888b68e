from deliberation.database import migrating as migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('deliberation', '0019_people')]

    initial = False

    operations = [
        ops.CreateModel(
            name='DeskHelp',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('account', fields.ForeignKeyField('deliberation.Account', source_field='account_id', db_index=True, db_constraint=True, to_field='id', related_name='helps', on_delete=OnDelete.RESTRICT)),
                ('helper', fields.ForeignKeyField('deliberation.Person', source_field='helper_id', db_index=True, db_constraint=True, to_field='id', related_name='helped', on_delete=OnDelete.RESTRICT)),
                ('witness', fields.ForeignKeyField('deliberation.Person', source_field='witness_id', db_index=True, db_constraint=True, to_field='id', related_name='witnessed', on_delete=OnDelete.RESTRICT)),
                ('known_by', fields.CharField(max_length=10)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'desk_help', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='SessionAccount',
            name='help',
            field=fields.ForeignKeyField('deliberation.DeskHelp', source_field='help_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='bound', on_delete=OnDelete.RESTRICT),
        ),
        ops.RunSQL('CREATE INDEX "idx_session_account_help_id" ON "session_account" ("help_id")'),
    ]
