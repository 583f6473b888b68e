"""A code stays with its door, and what was brought is not exchanged: enforced by the database."""

from deliberation.database.guards import Guard, never, same

GUARDS = [
    *never("paper_form", "UPDATE", "DELETE"),
    *never("scan", "DELETE"),
    Guard("scan", "UPDATE", same("id", "matter_id", "bundle_id", "page", "file_id", "form_id")),
]
