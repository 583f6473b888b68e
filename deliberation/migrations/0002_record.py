from deliberation.database import migrating as migrations
from tortoise.migrations import operations as ops
import functools
from json import dumps, loads
from tortoise.fields.base import OnDelete
from tortoise import fields


async def without_rowid(apps, editor) -> None:
    """Secret ballots and codes without a row number, which would keep the order of casting.

    On SQLite only; PostgreSQL's rows are put in the order of their keys at close.
    """
    client = editor.client
    if client.capabilities.dialect != "sqlite":
        return
    for table in ("secret_answer", "inclusion_code"):
        named = f"FROM sqlite_master WHERE tbl_name = '{table}' AND sql IS NOT NULL"
        _, rows = await client.execute_query(f"SELECT type, sql {named} ORDER BY type DESC")
        await client.execute_query(f"ALTER TABLE {table} RENAME TO old_{table}")
        await client.execute_query(f"{rows[0]['sql']} WITHOUT ROWID")
        await client.execute_query(f"INSERT INTO {table} SELECT * FROM old_{table}")
        await client.execute_query(f"DROP TABLE old_{table}")
        for index in rows[1:]:
            await client.execute_query(index["sql"])


class Migration(migrations.Migration):
    dependencies = [('deliberation', '0001_initial')]

    initial = False

    operations = [
        ops.CreateModel(
            name='Approval',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('matter', fields.ForeignKeyField('deliberation.Matter', source_field='matter_id', db_index=True, db_constraint=True, to_field='id', related_name='approvals', on_delete=OnDelete.RESTRICT)),
                ('vote', fields.ForeignKeyField('deliberation.Vote', source_field='vote_id', db_index=True, db_constraint=True, to_field='id', related_name='approvals', on_delete=OnDelete.RESTRICT)),
                ('act', fields.CharField(max_length=60)),
                ('payload', fields.JSONField(encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads)),
                ('digest', fields.CharField(max_length=64)),
                ('proposed_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('proposed_by', fields.IntField()),
                ('proposer_id', fields.IntField(null=True)),
                ('decision', fields.CharField(default='', max_length=10)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('decided_by', fields.IntField(null=True)),
                ('decider_id', fields.IntField(null=True)),
            ],
            options={'table': 'approval', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Proxy',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('entry', fields.ForeignKeyField('deliberation.RollEntry', source_field='entry_id', db_index=True, db_constraint=True, to_field='id', related_name='proxies', on_delete=OnDelete.RESTRICT)),
                ('person', fields.ForeignKeyField('deliberation.Person', source_field='person_id', db_index=True, db_constraint=True, to_field='id', related_name='proxies', on_delete=OnDelete.RESTRICT)),
                ('powers', fields.CharField(max_length=200)),
                ('signed_on', fields.DateField()),
                ('until', fields.DateField()),
                ('file', fields.ForeignKeyField('deliberation.File', source_field='file_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='proxies', on_delete=OnDelete.RESTRICT)),
                ('entered_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('entered_by', fields.IntField()),
                ('confirmed_by', fields.IntField(null=True)),
                ('revoked_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'proxy', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Ballot',
            name='scan',
            field=fields.ForeignKeyField('deliberation.File', source_field='scan_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='ballots', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='RollEntry',
            name='added_by',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='RollEntry',
            name='leaf',
            field=fields.CharField(default='', db_default='', max_length=64),
        ),
        ops.AddField(
            model_name='RollEntry',
            name='name',
            field=fields.CharField(default='', db_default='', max_length=60),
        ),
        ops.AddField(
            model_name='RollEntry',
            name='struck_by',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='RollEntry',
            name='unit',
            field=fields.CharField(default='', db_default='', max_length=60),
        ),
        ops.AddField(
            model_name='SecretAnswer',
            name='logged',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name='SecretAnswer',
            name='salt',
            field=fields.CharField(default='', db_default='', max_length=32),
        ),
        ops.AddField(
            model_name='Vote',
            name='checkable',
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name='Vote',
            name='end_approval_id',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='Vote',
            name='ended_at',
            field=fields.DatetimeField(null=True, auto_now=False, auto_now_add=False),
        ),
        ops.AddField(
            model_name='Vote',
            name='manifest',
            field=fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(',', ':')), decoder=loads),
        ),
        ops.AddField(
            model_name='Vote',
            name='manifest_digest',
            field=fields.CharField(default='', db_default='', max_length=64),
        ),
        ops.RunSQL('CREATE INDEX "idx_ballot_scan_id" ON "ballot" ("scan_id")'),
        ops.RunPython(without_rowid),
    ]
