from deliberation.database import migrating as migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields

class Migration(migrations.Migration):
    dependencies = [('deliberation', '0010_sense')]

    initial = False

    operations = [
        ops.RunSQL('CREATE TABLE "answered" AS SELECT "id", "undertakings", "file_id" FROM "position"'),
        ops.RemoveField(model_name='Position', name='file'),
        ops.RemoveField(model_name='Position', name='undertakings'),
        ops.CreateModel(
            name='Confirmation',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('attendance', fields.ForeignKeyField('deliberation.Attendance', source_field='attendance_id', db_index=True, db_constraint=True, to_field='id', related_name='confirmations', on_delete=OnDelete.RESTRICT)),
                ('paper', fields.BooleanField()),
                ('refusal', fields.CharField(default='', max_length=200)),
                ('recorded_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('recorded_by', fields.IntField()),
                ('seconded_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('seconded_by', fields.IntField(null=True)),
            ],
            options={'table': 'confirmation', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='ItemFile',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('item', fields.ForeignKeyField('deliberation.PlanItem', source_field='item_id', db_index=True, db_constraint=True, to_field='id', related_name='files', on_delete=OnDelete.RESTRICT)),
                ('file', fields.ForeignKeyField('deliberation.File', source_field='file_id', db_index=True, db_constraint=True, to_field='id', related_name='items', on_delete=OnDelete.RESTRICT)),
            ],
            options={'table': 'item_file', 'app': 'deliberation', 'unique_together': (('item', 'file'),), 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Link',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('invitation', fields.ForeignKeyField('deliberation.Invitation', source_field='invitation_id', db_index=True, db_constraint=True, to_field='id', related_name='links', on_delete=OnDelete.RESTRICT)),
                ('token_hash', fields.CharField(unique=True, max_length=64)),
                ('issued_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('issued_by', fields.IntField()),
                ('expires_at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('revoked_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={'table': 'link', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='PositionFile',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('position', fields.ForeignKeyField('deliberation.Position', source_field='position_id', db_index=True, db_constraint=True, to_field='id', related_name='files', on_delete=OnDelete.RESTRICT)),
                ('file', fields.ForeignKeyField('deliberation.File', source_field='file_id', db_index=True, db_constraint=True, to_field='id', related_name='positions', on_delete=OnDelete.RESTRICT)),
            ],
            options={'table': 'position_file', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='Undertaking',
            fields=[
                ('id', fields.IntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('position', fields.ForeignKeyField('deliberation.Position', source_field='position_id', db_index=True, db_constraint=True, to_field='id', related_name='undertakings', on_delete=OnDelete.RESTRICT)),
                ('what', fields.TextField(unique=False)),
                ('due_on', fields.DateField(null=True)),
                ('who', fields.CharField(default='', max_length=60)),
                ('amount', fields.BigIntField(null=True)),
            ],
            options={'table': 'undertaking', 'app': 'deliberation', 'pk_attr': 'id'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Condition',
            name='item',
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name='Meeting',
            name='agenda',
            field=fields.TextField(default='', db_default='', unique=False),
        ),
        ops.AddField(
            model_name='Meeting',
            name='document',
            field=fields.ForeignKeyField('deliberation.Document', source_field='document_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='meetings', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='Position',
            name='link',
            field=fields.ForeignKeyField('deliberation.Link', source_field='link_id', null=True, db_index=True, db_constraint=True, to_field='id', related_name='positions', on_delete=OnDelete.RESTRICT),
        ),
        ops.AddField(
            model_name='Position',
            name='respondent',
            field=fields.CharField(default='', db_default='', max_length=60),
        ),
        ops.RunSQL('INSERT INTO "undertaking" ("position_id", "what", "who") SELECT "id", "undertakings", \'\' FROM "answered" WHERE "undertakings" <> \'\''),
        ops.RunSQL('INSERT INTO "position_file" ("position_id", "file_id") SELECT "id", "file_id" FROM "answered" WHERE "file_id" IS NOT NULL'),
        ops.RunSQL('DROP TABLE "answered"'),
        # SQLite rebuilds a table that loses a column, and its indexes go with it.
        ops.RunSQL('CREATE INDEX IF NOT EXISTS "idx_position_invitation_id" ON "position" ("invitation_id")'),
        ops.RunSQL('CREATE INDEX "idx_position_link_id" ON "position" ("link_id")'),
        ops.RunSQL('CREATE INDEX "idx_meeting_document_id" ON "meeting" ("document_id")'),
    ]
