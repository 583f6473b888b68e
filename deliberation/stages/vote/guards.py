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
    "id",
    "matter_id",
    "passage_id",
    "plan_id",
    "profile",
    "form",
    "secret",
    "checkable",
    "drafted_at",
    "drafted_by",
    "posted_at",
    "posting_last_on",
    "built_at",
    "ages",
    "opens_at",
    "frozen_at",
    "frozen_by",
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
# An approval moves the end once: a later move needs a later approval, for that direction.
_END = (
    f"({same('closes_at', 'end_approval_id')}) OR (OLD.status = 'open' AND "
    "NEW.end_approval_id > coalesce(OLD.end_approval_id, 0) AND ("
    "(NEW.closes_at > OLD.closes_at AND "
    f"{_approved('NEW.end_approval_id', 'NEW.id', 'vote.extend')}) OR "
    "(NEW.closes_at < OLD.closes_at AND "
    f"{_approved('NEW.end_approval_id', 'NEW.id', 'vote.end_early')})))"
)
_COUNTS = "OLD.status = 'closing' AND NEW.status = 'closed'"
_RESULT = (
    f"({same('result', 'closed_at')} AND NOT ({_COUNTS})) OR "
    f"({_COUNTS} AND OLD.result IS NULL AND NEW.result IS NOT NULL)"
)
_ENDED = f"({same('ended_at')}) OR (OLD.status = 'open' AND NEW.status = 'closing')"
_REASON = f"({same('void_reason')}) OR NEW.status = 'void'"
_SIGNED = (
    "NEW.status <> 'certified' OR OLD.status = 'certified' OR "
    "(SELECT count(*) FROM certification WHERE vote_id = NEW.id) >= 2"
)
_STANDS = f"(NEW.status = OLD.status AND OLD.status <> 'void') OR {_STEP} OR ({_VOID})"

_LINE = same(
    "id",
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
    f"{_vote('NEW')} {_VOTING} AND NEW.channel IN ('', 'phone', 'paper') AND ("
    "(OLD.state = 'none' AND NEW.state IN ('voted', 'paper_issued')) OR "
    "(OLD.state = 'paper_issued' AND NEW.state IN ('voted', 'none')) OR "
    "(OLD.state = 'voted' AND NEW.state = 'voted' AND OLD.channel <> 'paper'))"
)


def _room(column: str, listed: str) -> str:
    """An amendment covers as many lines as it lists, and no more later on."""
    return (
        f"(SELECT count(*) FROM roll_entry WHERE {column} = NEW.{column}) < "
        f"(SELECT json_array_length(payload -> '{listed}') FROM approval WHERE id = NEW.{column})"
    )


_STRUCK = (
    f"({same('struck_by')}) OR (OLD.struck_by IS NULL AND NEW.state = 'none' AND "
    f"{_approved('NEW.struck_by', 'NEW.vote_id', 'vote.amend')} AND {_room('struck_by', 'strike')})"
)
_ADDED = (
    f"{_vote('NEW')} IN ('frozen', 'open') AND "
    f"{_approved('NEW.added_by', 'NEW.vote_id', 'vote.amend')} AND {_room('added_by', 'add')}"
)
_NAMES = "NEW.name IN (OLD.name, '') AND NEW.unit IN (OLD.unit, '')"
_BALLOT = "(SELECT v.status FROM vote v JOIN roll_entry r ON r.vote_id = v.id WHERE r.id = {})"
_SHEET = (
    f"OLD.confirmed_by IS NULL AND OLD.refused_at IS NULL AND {same('entered_by')} AND "
    "(NEW.confirmed_by IS NULL OR NEW.confirmed_by <> OLD.entered_by)"
)
_FIRST = "NEW.confirmed_by IS NULL AND NEW.refused_at IS NULL"
_OWN = same("id", "matter_id")


def _making(table: str) -> list[Guard]:
    """A part of a vote that is made before the freeze, and never moves into another vote."""
    return [
        Guard(table, "INSERT", f"{_vote('NEW')} {_MAKING}"),
        Guard(table, "UPDATE", f"{_vote('OLD')} {_MAKING} AND {same('id', 'vote_id')}"),
        Guard(table, "DELETE", f"{_vote('OLD')} {_MAKING}"),
    ]


def _uncounted(passage: str) -> str:
    """Whoever was present is part of the result: the meeting of a vote stays as it ended."""
    return (
        f"NOT EXISTS (SELECT 1 FROM vote WHERE passage_id = {passage} "
        "AND status IN ('closing', 'closed', 'certified', 'published'))"
    )


def _attendance(event: str) -> Guard:
    rows = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}[event]
    passage = "(SELECT passage_id FROM meeting WHERE id = {}.meeting_id)"
    return Guard("attendance", event, " AND ".join(_uncounted(passage.format(row)) for row in rows))


def _adopted(row: str, plan: str) -> str:
    """The manifest holds the hash of the plan's items: what is voted on stays as it was."""
    return (
        f"NOT EXISTS (SELECT 1 FROM vote WHERE plan_id = {plan.format(row)} "
        "AND status NOT IN ('draft', 'posted', 'void'))"
    )


def _voted_on(table: str, plan: str) -> list[Guard]:
    old, new = _adopted("OLD", plan), _adopted("NEW", plan)
    return [
        Guard(table, "INSERT", new),
        Guard(table, "UPDATE", f"{old} AND {new}"),
        Guard(table, "DELETE", old),
    ]


GUARDS = [
    Guard("vote", "INSERT", "NEW.status = 'draft'"),
    Guard("vote", "DELETE", "OLD.status = 'draft'"),
    Guard(
        "vote",
        "UPDATE",
        f"(OLD.status {_MAKING} AND NEW.status IN ('draft', 'posted', 'void') AND {_OWN}) OR "
        f"({_FREEZE} AND {_OWN}) OR "
        f"({_MANIFEST} AND ({_END}) AND ({_RESULT}) AND ({_ENDED}) AND ({_REASON}) AND "
        f"({_SIGNED}) AND ({_STANDS}))",
    ),
    Guard("question", "INSERT", f"{_vote('NEW')} = 'draft'"),
    Guard("question", "UPDATE", f"{_vote('OLD')} = 'draft' AND {same('id', 'vote_id')}"),
    Guard("question", "DELETE", f"{_vote('OLD')} = 'draft'"),
    *_making("scrutineer"),
    Guard("roll_entry", "INSERT", f"{_vote('NEW')} {_MAKING} OR ({_ADDED})"),
    Guard("roll_entry", "DELETE", f"{_vote('OLD')} {_MAKING}"),
    Guard(
        "roll_entry",
        "UPDATE",
        f"({_vote('OLD')} {_MAKING} AND {same('id', 'vote_id')}) OR "
        f"({_LINE} AND {_NAMES} AND ({_STRUCK}) AND (({same('state', 'channel')}) OR ({_MARK})))",
    ),
    Guard("ballot", "INSERT", f"{_BALLOT.format('NEW.entry_id')} {_VOTING} AND {_FIRST}"),
    Guard(
        "ballot",
        "UPDATE",
        f"{_BALLOT.format('OLD.entry_id')} {_VOTING} AND {_SHEET} AND "
        + same(
            "id",
            "entry_id",
            "version",
            "choices",
            "channel",
            "cast_at",
            "request_code",
            "scan_id",
            "proxy_id",
        ),
    ),
    *never("ballot", "DELETE"),
    Guard("secret_answer", "INSERT", f"{_vote('NEW')} {_VOTING}"),
    Guard(
        "secret_answer",
        "UPDATE",
        f"{same('key', 'vote_id', 'question', 'choice', 'salt')} AND (({same('logged')}) OR "
        f"({_vote('NEW')} {_VOTING} AND NEW.logged))",
    ),
    *never("secret_answer", "DELETE"),
    Guard("inclusion_code", "INSERT", f"{_vote('NEW')} {_VOTING}"),
    Guard("inclusion_code", "UPDATE", same("code", "vote_id")),
    *never("inclusion_code", "DELETE"),
    Guard("paper_count", "INSERT", f"{_vote('NEW')} {_VOTING} AND {_FIRST}"),
    Guard(
        "paper_count",
        "UPDATE",
        f"{_vote('OLD')} {_VOTING} AND {_SHEET} AND "
        + same("id", "vote_id", "papers", "tallies", "entered_at"),
    ),
    *never("paper_count", "DELETE"),
    Guard("certification", "INSERT", f"{_vote('NEW')} IN ('closed', 'certified')"),
    *never("certification", "UPDATE", "DELETE"),
    Guard("meeting", "INSERT", _uncounted("NEW.passage_id")),
    Guard(
        "meeting",
        "UPDATE",
        f"{_uncounted('OLD.passage_id')} AND {_uncounted('NEW.passage_id')} OR "
        + same("id", "matter_id", "passage_id", "stage", "held_at", "convened_at"),
    ),
    Guard("meeting", "DELETE", _uncounted("OLD.passage_id")),
    *(_attendance(event) for event in ("INSERT", "UPDATE", "DELETE")),
    *_voted_on("plan_item", "{}.plan_id"),
    *_voted_on("funding", "(SELECT plan_id FROM plan_item WHERE id = {}.item_id)"),
]
