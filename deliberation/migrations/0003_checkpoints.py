from deliberation.database import migrating as migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('deliberation', '0002_record')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Entry',
            name='key',
            field=fields.CharField(db_default='', max_length=32),
        ),
        ops.AddField(
            model_name='Entry',
            name='signature',
            field=fields.CharField(db_default='', max_length=128),
        ),
    ]
