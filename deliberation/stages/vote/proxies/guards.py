"""A proxy is recorded before the opening, confirmed by another account, revoked once; nothing else.

While the roll is posted it may still be made again, and its proxies with it; then rows may go.
"""

from deliberation.database.guards import Guard, same

_STATUS = "(SELECT v.status FROM vote v JOIN roll_entry r ON r.vote_id = v.id WHERE r.id = {})"
_TAKING = "IN ('posted', 'frozen')"
_PAPER = same(
    "id", "entry_id", "person_id", "powers", "signed_on", "until", "entered_at", "entered_by"
)
_CONFIRM = (
    f"OLD.confirmed_by IS NULL AND OLD.revoked_at IS NULL AND {same('revoked_at')} AND "
    f"NEW.confirmed_by <> OLD.entered_by AND {_STATUS.format('OLD.entry_id')} {_TAKING}"
)
_REVOKE = (
    f"OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL AND {same('confirmed_by')} AND "
    f"{_STATUS.format('OLD.entry_id')} IN ('posted', 'frozen', 'open')"
)

GUARDS = [
    Guard(
        "proxy",
        "INSERT",
        "NEW.confirmed_by IS NULL AND NEW.revoked_at IS NULL AND "
        f"{_STATUS.format('NEW.entry_id')} {_TAKING}",
    ),
    Guard("proxy", "UPDATE", f"{_PAPER} AND {same('file_id')} AND (({_CONFIRM}) OR ({_REVOKE}))"),
    Guard("proxy", "DELETE", f"{_STATUS.format('OLD.entry_id')} = 'posted'"),
]
