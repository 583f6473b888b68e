from deliberation.database import migrating as migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('deliberation', '0007_genuine')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Notice',
            name='checked_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Notice',
            name='checked_by',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='Notice',
            name='ended_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Notice',
            name='ended_by',
            field=fields.IntField(null=True),
        ),
    ]
