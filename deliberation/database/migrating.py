"""How a migration is applied: without describing every model anew before each operation.

The ORM does, which made a first start take ten seconds and longer with every migration. What only
adds has no need to look back at what was, and several such operations are described together.
"""

from collections.abc import Iterator

from tortoise import migrations
from tortoise.migrations import operations as ops

ADDS = (ops.CreateModel, ops.AddField, ops.RunSQL)


class Migration(migrations.Migration):
    async def apply(self, state, *, dry_run=False, schema_editor=None, collect_sql=False):
        if collect_sql:
            return await super().apply(state, schema_editor=schema_editor, collect_sql=True)
        for together in self._together():
            if dry_run or schema_editor is None:
                self._describe(together, state)
                continue
            before = state if isinstance(together[0], ADDS) else state.clone()
            self._describe(together, state)
            for operation in together:
                await self._run_database_forward(
                    operation,
                    before,
                    state,
                    schema_editor,
                    schema_editor.client.capabilities.supports_transactions,
                )
        state.validate_relations_initialized()
        return state

    def _together(self) -> Iterator[list[ops.Operation]]:
        """The operations in order; neighbours that only add, together. A field that is added to a
        model which its neighbour creates would be there already, so it begins anew."""
        found: list[ops.Operation] = []
        for operation in self.operations:
            made = {one.name for one in found if isinstance(one, ops.CreateModel)}
            again = isinstance(operation, ops.AddField) and operation.model_name in made
            if found and (again or not all(isinstance(one, ADDS) for one in (found[0], operation))):
                yield found
                found = []
            found.append(operation)
        if found:
            yield found

    def _describe(self, together: list[ops.Operation], state) -> None:
        """What the models are after these operations, described once."""
        changed: set[tuple[str, str]] = set()
        state.reload_models = changed.update
        state.reload_model = lambda app, name: changed.add((app, name))
        for operation in together:
            operation.state_forward(self.app_label, state)
        del state.reload_models, state.reload_model
        state.reload_models(changed)
