"""What was written off stays as entered, is decided once by somebody else, and is emptied then."""

from deliberation.database.guards import Guard, never, same

_VOTING = "(SELECT status FROM vote WHERE id = {}.vote_id) IN ('open', 'closing')"
_WAITS = "OLD.confirmed_by IS NULL AND OLD.refused_at IS NULL"
_DECIDED = (
    "NEW.content = '' AND ((NEW.confirmed_by IS NOT NULL AND "
    "NEW.confirmed_by <> OLD.entered_by AND NEW.refused_at IS NULL) OR "
    "(NEW.confirmed_by IS NULL AND NEW.refused_at IS NOT NULL))"
)

GUARDS = [
    Guard(
        "transcript",
        "INSERT",
        f"{_VOTING.format('NEW')} AND NEW.confirmed_by IS NULL AND NEW.refused_at IS NULL",
    ),
    Guard(
        "transcript",
        "UPDATE",
        f"{same('id', 'vote_id', 'papers', 'entered_at', 'entered_by')} AND "
        f"(({same('content', 'confirmed_by', 'refused_at', 'void_reason')}) OR "
        f"({_VOTING.format('OLD')} AND {_WAITS} AND {_DECIDED}))",
    ),
    *never("transcript", "DELETE"),
    *never("assistance", "UPDATE", "DELETE"),
    *never("mobile_box", "UPDATE", "DELETE"),
]
