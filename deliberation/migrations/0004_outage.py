from deliberation.database import migrating as migrations
from tortoise.migrations import operations as ops
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('deliberation', '0003_checkpoints')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Outage',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('since', fields.DatetimeField(unique=True, auto_now=False, auto_now_add=False)),
                ('until', fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'outage', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
