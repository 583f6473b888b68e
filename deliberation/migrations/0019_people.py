from deliberation.database import migrating as migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('deliberation', '0018_corrections')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Session',
            name='device',
            field=fields.CharField(default='', db_default='', max_length=20),
        ),
    ]
