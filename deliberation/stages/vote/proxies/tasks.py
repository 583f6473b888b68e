"""Written proxies that one person recorded and a second one has to compare with the paper."""

from collections import defaultdict

from deliberation.database.plain import moment, rows
from deliberation.stages.vote.proxies.rules import TAKING
from deliberation.tasks.rules import Task
from deliberation.tasks.scope import Scope, by_stay, second

ACT = "vote.confirm_proxy"
SAID = {
    "asked": "有{}份委托书等您对着原件核对。",
    "own": "您登记的{}份委托书等另一个人核对。",
    "path": "vote/proxies",
    "label": "核对委托书",
}

_ENTERED = (
    "SELECT v.passage_id, x.entered_by, x.entered_at FROM proxy x "
    "JOIN roll_entry e ON e.id = x.entry_id JOIN vote v ON v.id = e.vote_id "
    "WHERE v.passage_id IN $1 AND v.status IN $2 AND x.confirmed_by IS NULL "
    "AND x.revoked_at IS NULL ORDER BY x.id"
)


async def tasks(scope: Scope) -> list[Task]:
    stays = by_stay(scope.where(ACT))
    if not stays:
        return []
    found = defaultdict(list)
    for stay, account, at in await rows(_ENTERED, [*stays], [*TAKING]):
        found[stay].append((account, moment(at)))
    return [second(scope, stays[stay], entered, **SAID, act=ACT) for stay, entered in found.items()]
