"""A proposal is decided once, and never by whoever made it."""

from deliberation.database.guards import Guard, never, same

_PROPOSED = same(
    "id",
    "matter_id",
    "vote_id",
    "act",
    "payload",
    "digest",
    "proposed_at",
    "proposed_by",
    "proposer_id",
)
GUARDS = [
    Guard(
        "approval",
        "INSERT",
        "NEW.decision = '' AND NEW.decided_by IS NULL AND NEW.decider_id IS NULL",
    ),
    Guard(
        "approval",
        "UPDATE",
        f"OLD.decision = '' AND {_PROPOSED} AND (NEW.decision <> 'approved' OR "
        "(NEW.decided_by <> OLD.proposed_by AND (OLD.proposer_id IS NULL OR "
        "NEW.decider_id IS DISTINCT FROM OLD.proposer_id)))",
    ),
    *never("approval", "DELETE"),
]
