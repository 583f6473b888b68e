from deliberation.database import migrating as migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('deliberation', '0012_outbox')]

    initial = False

    operations = [
        ops.CreateModel(
            name='SignInCode',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('ticket_hash', fields.CharField(unique=True, max_length=64)),
                ('phone_hash', fields.CharField(db_index=True, max_length=64)),
                ('code_hash', fields.CharField(max_length=64)),
                ('sent_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('used_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'sign_in_code', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='SessionAccount',
            name='code',
            field=fields.ForeignKeyField('deliberation.SignInCode', source_field='code_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='bound', on_delete=OnDelete.RESTRICT),
        ),
        ops.RunSQL('CREATE INDEX "idx_session_account_code_id" ON "session_account" ("code_id")'),
    ]
