"""Written proxies that one person recorded and a second one has to compare with the paper."""

from collections import defaultdict

from deliberation.stages.vote.proxies.models import Proxy
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


async def tasks(scope: Scope) -> list[Task]:
    stays = by_stay(scope.where(ACT))
    if not stays:
        return []
    taking = {"entry__vote__passage_id__in": list(stays), "entry__vote__status__in": TAKING}
    open_ = Proxy.filter(**taking, confirmed_by=None, revoked_at=None).order_by("id")
    rows = await open_.values_list("entry__vote__passage_id", "entered_by", "entered_at")
    found = defaultdict(list)
    for stay, account, at in rows:
        found[stay].append((account, at))
    return [second(scope, stays[stay], entered, **SAID, act=ACT) for stay, entered in found.items()]
