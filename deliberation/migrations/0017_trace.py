from deliberation.database import migrating as migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('deliberation', '0016_survey')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Undertaking',
            name='item',
            field=fields.IntField(null=True),
        ),
    ]
