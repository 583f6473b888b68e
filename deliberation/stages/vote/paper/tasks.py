"""Paper that one person entered and a second one has to enter or count once more."""

from collections import defaultdict

from deliberation.database.plain import moment, rows
from deliberation.tasks.rules import Task
from deliberation.tasks.scope import Scope, by_stay, second

ACT = "vote.confirm_paper"
SAID = {
    "asked": "有{}份纸质票等您再录一次、数一次。",
    "own": "您录入的{}份纸质票等另一个人核对。",
    "path": "vote/paper",
    "label": "核对纸质票",
}
_WAITS = "x.confirmed_by IS NULL AND x.refused_at IS NULL"
_OPEN = "v.status IN ('open', 'closing') AND v.passage_id IN $1"
_COUNTS = (
    "SELECT v.passage_id, x.entered_by, x.entered_at FROM {} x JOIN vote v ON v.id = x.vote_id "
    f"WHERE {_WAITS} AND {_OPEN}"
)
# The sheet of a line that an amendment struck waits for nobody.
_SHEETS = (
    "SELECT v.passage_id, x.entered_by, x.cast_at FROM ballot x "
    "JOIN roll_entry e ON e.id = x.entry_id JOIN vote v ON v.id = e.vote_id "
    f"WHERE x.channel = 'paper' AND e.struck_by IS NULL AND {_WAITS} AND {_OPEN}"
)
_PARTS = (
    _SHEETS,
    _COUNTS.replace("{}", "paper_count"),
    _COUNTS.replace("{}", "transcript"),
)
_ENTERED = f"{' UNION ALL '.join(_PARTS)} ORDER BY 3"


async def tasks(scope: Scope) -> list[Task]:
    """One for each vote: what others entered, else what the own entries wait for."""
    stays = by_stay(scope.where(ACT))
    if not stays:
        return []
    found = defaultdict(list)
    for stay, account, at in await rows(_ENTERED, [*stays]):
        found[stay].append((account, moment(at)))
    return [second(scope, stays[stay], entered, **SAID, act=ACT) for stay, entered in found.items()]
