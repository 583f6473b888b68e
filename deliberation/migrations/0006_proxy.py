from deliberation.database import migrating as migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('deliberation', '0005_paper')]

    initial = False

    operations = [
        ops.AddField(
            model_name='Ballot',
            name='proxy',
            field=fields.ForeignKeyField('deliberation.Proxy', source_field='proxy_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='ballots', on_delete=OnDelete.RESTRICT),
        ),
        ops.RunSQL('CREATE INDEX "idx_ballot_proxy_id" ON "ballot" ("proxy_id")'),
    ]
