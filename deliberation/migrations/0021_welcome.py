from deliberation.database import migrating as migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('deliberation', '0020_helped')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Account',
            name='welcome_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Account',
            name='welcome_by',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='Account',
            name='welcome_hash',
            field=fields.CharField(default='', db_default='', max_length=64),
        ),
    ]
