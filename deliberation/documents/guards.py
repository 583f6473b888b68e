"""Bytes that were made once are those that hang: a document is never pointed to others."""

from deliberation.database.guards import Guard, never, same

GUARDS = [
    *never("file", "UPDATE", "DELETE"),
    Guard(
        "document",
        "UPDATE",
        f"{same('id', 'community_id', 'matter_id', 'template', 'context', 'requested_at')} AND "
        f"(OLD.file_id IS NULL OR {same('file_id')})",
    ),
    Guard("document", "DELETE", "OLD.file_id IS NULL"),
]
