"""Who helped whom at the desk stays as it was written, and it was two."""

from deliberation.database.guards import Guard, never

GUARDS = [
    Guard("desk_help", "INSERT", "NEW.helper_id <> NEW.witness_id"),
    *never("desk_help", "UPDATE", "DELETE"),
]
