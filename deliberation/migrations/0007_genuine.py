from deliberation.database import migrating as migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('deliberation', '0006_proxy')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Document',
            name='unsigned_sha256',
            field=fields.CharField(default='', db_default='', max_length=64),
        ),
        ops.AddField(
            model_name='Document',
            name='sealed_by',
            field=fields.CharField(default='', db_default='', max_length=64),
        ),
    ]
