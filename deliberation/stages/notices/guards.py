"""What hangs never changes, and nobody signs off what they drafted: refused by the database too.

A published notice may only end (corrected or withdrawn). An objection is answered once, and stays.
"""

from deliberation.database.guards import Guard, never, same

_IDENTITY = ("id", "matter_id", "community_id", "kind", "number", "revision", "code", "replaces_id")
_MADE = ("drafted_at", "drafted_by", "checked_at", "checked_by")
_HUNG = ("passage_id", "title", "figures", "published_at", "signed_by", "first_on", "last_on")
_ENDED = ("status", "ended_at", "ended_by")
# Announcements hang by one act; what invites objections was checked, and is signed by another.
_TWO = (
    "OLD.kind NOT IN ('A', 'B') OR (OLD.checked_at IS NOT NULL AND "
    f"NEW.signed_by <> NEW.drafted_by AND {same(*_MADE)})"
)
GUARDS = [
    Guard("notice", "INSERT", "NEW.published_at IS NULL AND NEW.status = 'draft'"),
    Guard(
        "notice",
        "UPDATE",
        f"{same(*_IDENTITY)} AND ("
        f"(OLD.published_at IS NULL AND (NEW.published_at IS NULL OR {_TWO})) OR "
        f"(OLD.published_at IS NOT NULL AND {same(*_MADE, *_HUNG, 'document_id')} AND "
        f"({same(*_ENDED)} OR (OLD.status = 'published' AND NEW.ended_at IS NOT NULL "
        "AND NEW.status IN ('superseded', 'withdrawn')))))",
    ),
    *never("notice", "DELETE"),
    Guard(
        "objection",
        "UPDATE",
        f"{same('id', 'notice_id', 'vote_id', 'level', 'escalated_from_id', 'filed_at', 'due_on')}"
        f" AND (OLD.upheld IS NULL OR {same('upheld', 'answer', 'answered_at', 'answered_by')})",
    ),
    *never("objection", "DELETE"),
]
