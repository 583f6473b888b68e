"""The log is only ever added to, at the end of a chain; so is what is known of outages."""

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
    *never("outage", "UPDATE", "DELETE"),
]
