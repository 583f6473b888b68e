"""A knock stays as it was written down, and can be taken back once: the database sees to it."""

from deliberation.database.guards import Guard, never, same

WRITTEN = (
    "id",
    "matter_id",
    "round_id",
    "household_id",
    "opinion_id",
    "state",
    "code",
    "at_door",
    "recorded_at",
    "recorded_by",
)

GUARDS = [
    *never("visit", "DELETE"),
    Guard("visit", "UPDATE", f"{same(*WRITTEN)} AND OLD.undone_at IS NULL"),
    *never("visit_round", "UPDATE", "DELETE"),
]
