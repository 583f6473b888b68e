from deliberation.database import migrating as migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('deliberation', '0017_trace')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Correction',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('person', fields.ForeignKeyField('deliberation.Person', source_field='person_id', db_index=True, db_constraint=True, to_field='id', related_name='corrections', on_delete=OnDelete.RESTRICT)),
                ('words_cipher', fields.TextField(unique=False)),
                ('asked_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('asked_by', fields.IntField()),
                ('answer', fields.CharField(default='', max_length=200)),
                ('settled_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('settled_by', fields.IntField(null=True)),
            ],
            options={'table': 'correction', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
    ]
