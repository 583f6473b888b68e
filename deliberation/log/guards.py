"""The log is only ever added to, and only at the end of a chain."""

from deliberation.database.guards import Guard, never
from deliberation.log.models import GENESIS

_BEFORE = "FROM entry WHERE chain = NEW.chain"
GUARDS = [
    Guard(
        "entry",
        "INSERT",
        f"NEW.sequence = (SELECT coalesce(max(sequence), 0) + 1 {_BEFORE}) AND NEW.previous = "
        f"coalesce((SELECT digest {_BEFORE} AND sequence = NEW.sequence - 1), '{GENESIS}')",
    ),
    *never("entry", "UPDATE", "DELETE"),
]
