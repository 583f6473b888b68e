"""What no hand may change once a roll is frozen or a ballot stored: enforced by the database.

The same transitions as in `rules.py`; where two people are needed, the row of their approval
must exist already. Nobody's page, import or SQL client passes; whoever owns the database can
still drop the triggers, which the page on how a vote is protected says plainly.
"""

from deliberation.database.guards import Guard, never, same


def _vote(row: str, column: str = "vote_id") -> str:
    return f"(SELECT status FROM vote WHERE id = {row}.{column})"


def _approved(approval: str, vote: str, *acts: str) -> str:
    listed = ", ".join(f"'{act}'" for act in acts)
    return (
        f"EXISTS (SELECT 1 FROM approval WHERE id = {approval} AND vote_id = {vote} "
        f"AND act IN ({listed}) AND decision = 'approved')"
    )


_MAKING = "IN ('draft', 'posted')"
_VOTING = "IN ('open', 'closing')"
_STEPS = [
    ("frozen", "open"),
    ("open", "closing"),
    ("closing", "closed"),
    ("closed", "certified"),
    ("certified", "published"),
]
_STEP = " OR ".join(f"(OLD.status = '{a}' AND NEW.status = '{b}')" for a, b in _STEPS)
_MANIFEST = same(
    "matter_id",
    "passage_id",
    "plan_id",
    "profile",
    "form",
    "secret",
    "checkable",
    "drafted_by",
    "opens_at",
    "frozen_at",
    "manifest",
    "manifest_digest",
)
_FREEZE = (
    "NEW.status = 'frozen' AND OLD.status = 'posted' AND EXISTS (SELECT 1 FROM approval "
    "WHERE vote_id = NEW.id AND act = 'vote.freeze' AND decision = 'approved' "
    "AND digest = NEW.manifest_digest)"
)
_VOID = (
    "NEW.status = 'void' AND OLD.status IN ('frozen', 'open', 'closing', 'closed') AND "
    "EXISTS (SELECT 1 FROM approval WHERE vote_id = NEW.id AND act = 'vote.void' "
    "AND decision = 'approved')"
)
_END = (
    f"({same('closes_at', 'end_approval_id')}) OR (OLD.status = 'open' AND "
    "NEW.end_approval_id IS DISTINCT FROM OLD.end_approval_id AND "
    f"{_approved('NEW.end_approval_id', 'NEW.id', 'vote.extend', 'vote.end_early')})"
)
_RESULT = f"({same('result')}) OR (OLD.result IS NULL AND NEW.status = 'closed')"
_STANDS = f"NEW.status = OLD.status OR {_STEP} OR ({_VOID})"

_LINE = same(
    "vote_id",
    "number",
    "person_id",
    "household_id",
    "marks",
    "heads",
    "area",
    "salt",
    "leaf",
    "added_by",
)
_MARK = (
    f"{_vote('NEW')} {_VOTING} AND ("
    "(OLD.state = 'none' AND NEW.state IN ('voted', 'paper_issued')) OR "
    "(OLD.state = 'paper_issued' AND NEW.state IN ('voted', 'none')) OR "
    "(OLD.state = 'voted' AND NEW.state = 'voted' AND OLD.channel <> 'paper'))"
)
_STRUCK = (
    f"({same('struck_by')}) OR (OLD.struck_by IS NULL AND NEW.state = 'none' AND "
    f"{_approved('NEW.struck_by', 'NEW.vote_id', 'vote.amend')})"
)
_ADDED = (
    f"{_vote('NEW')} IN ('frozen', 'open') AND "
    f"{_approved('NEW.added_by', 'NEW.vote_id', 'vote.amend')}"
)
_NAMES = "NEW.name IN (OLD.name, '') AND NEW.unit IN (OLD.unit, '')"
_BALLOT = "(SELECT v.status FROM vote v JOIN roll_entry r ON r.vote_id = v.id WHERE r.id = {})"
_SHEET = (
    f"OLD.confirmed_by IS NULL AND OLD.refused_at IS NULL AND {same('entered_by')} AND "
    "(NEW.confirmed_by IS NULL OR NEW.confirmed_by <> OLD.entered_by)"
)

GUARDS = [
    Guard("vote", "INSERT", "NEW.status = 'draft'"),
    Guard("vote", "DELETE", "OLD.status = 'draft'"),
    Guard(
        "vote",
        "UPDATE",
        f"(OLD.status {_MAKING} AND NEW.status IN ('draft', 'posted', 'void')) OR ({_FREEZE}) OR "
        f"({_MANIFEST} AND ({_END}) AND ({_RESULT}) AND ({_STANDS}))",
    ),
    Guard("question", "INSERT", f"{_vote('NEW')} = 'draft'"),
    Guard("question", "UPDATE", f"{_vote('OLD')} = 'draft'"),
    Guard("question", "DELETE", f"{_vote('OLD')} = 'draft'"),
    Guard("scrutineer", "INSERT", f"{_vote('NEW')} {_MAKING}"),
    Guard("scrutineer", "UPDATE", f"{_vote('OLD')} {_MAKING}"),
    Guard("scrutineer", "DELETE", f"{_vote('OLD')} {_MAKING}"),
    Guard("roll_entry", "INSERT", f"{_vote('NEW')} {_MAKING} OR ({_ADDED})"),
    Guard("roll_entry", "DELETE", f"{_vote('OLD')} {_MAKING}"),
    Guard(
        "roll_entry",
        "UPDATE",
        f"{_vote('OLD')} {_MAKING} OR ({_LINE} AND {_NAMES} AND ({_STRUCK}) AND "
        f"(({same('state', 'channel')}) OR ({_MARK})))",
    ),
    Guard("ballot", "INSERT", f"{_BALLOT.format('NEW.entry_id')} {_VOTING}"),
    Guard(
        "ballot",
        "UPDATE",
        f"{_BALLOT.format('OLD.entry_id')} {_VOTING} AND {_SHEET} AND "
        + same("entry_id", "version", "choices", "channel", "cast_at", "request_code", "scan_id"),
    ),
    *never("ballot", "DELETE"),
    Guard("secret_answer", "INSERT", f"{_vote('NEW')} {_VOTING}"),
    Guard("secret_answer", "UPDATE", same("key", "vote_id", "question", "choice", "salt")),
    *never("secret_answer", "DELETE"),
    Guard("inclusion_code", "INSERT", f"{_vote('NEW')} {_VOTING}"),
    Guard("inclusion_code", "UPDATE", same("code", "vote_id")),
    *never("inclusion_code", "DELETE"),
    Guard("paper_count", "INSERT", f"{_vote('NEW')} {_VOTING}"),
    Guard(
        "paper_count",
        "UPDATE",
        f"{_vote('OLD')} {_VOTING} AND {_SHEET} AND " + same("vote_id", "papers", "tallies"),
    ),
    *never("paper_count", "DELETE"),
    Guard("certification", "INSERT", f"{_vote('NEW')} IN ('closed', 'certified')"),
    *never("certification", "UPDATE", "DELETE"),
]
