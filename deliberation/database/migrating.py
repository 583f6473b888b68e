"""How a migration is applied: without a copy of the whole schema before every operation.

The ORM describes all models anew before each operation, which made a first start take ten seconds
and longer with every migration. What only adds has no need to look back at what was.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

ADDS = (ops.CreateModel, ops.AddField, ops.RunSQL)


class Migration(migrations.Migration):
    async def apply(self, state, *, dry_run=False, schema_editor=None, collect_sql=False):
        if dry_run or collect_sql or schema_editor is None:
            return await super().apply(
                state, dry_run=dry_run, schema_editor=schema_editor, collect_sql=collect_sql
            )
        for operation in self.operations:
            before = state if isinstance(operation, ADDS) else state.clone()
            operation.state_forward(self.app_label, state)
            await self._run_database_forward(
                operation,
                before,
                state,
                schema_editor,
                schema_editor.client.capabilities.supports_transactions,
            )
        state.validate_relations_initialized()
        return state
