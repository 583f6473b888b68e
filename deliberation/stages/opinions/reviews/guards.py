"""What a household said stands as it said it, and is settled once: enforced by the database."""

from deliberation.database.guards import Guard, never, same

GUARDS = [
    *never("opinion_review", "DELETE"),
    Guard(
        "opinion_review",
        "UPDATE",
        f"{same('id', 'opinion_id', 'agrees', 'wrong', 'said_at', 'said_by')} AND "
        "OLD.settled_at IS NULL",
    ),
]
