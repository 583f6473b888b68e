"""Proof is added to, never taken away: enforced by the database."""

from deliberation.database.guards import Guard, never, same

GUARDS = [
    *never("showing", "DELETE"),
    Guard(
        "showing",
        "UPDATE",
        f"{same('id', 'board_id', 'notice_id', 'how', 'first_at')} AND NEW.last_at >= OLD.last_at",
    ),
    *never("photo", "DELETE"),
    Guard(
        "photo",
        "UPDATE",
        same(
            "id",
            "board_id",
            "notice_id",
            "moment",
            "file_id",
            "taken_at",
            "spot",
            "added_at",
            "added_by",
        ),
    ),
]
