"""Written proxies that one person recorded and a second one has to compare with the paper."""

from collections import defaultdict

from deliberation.matters.standing import Standing
from deliberation.stages.vote.proxies.models import Proxy
from deliberation.stages.vote.proxies.rules import TAKING
from deliberation.tasks.rules import Task
from deliberation.tasks.scope import Scope, by_stay

ACT = "vote.confirm_proxy"


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
    return [_second(scope, stays[stay], entered) for stay, entered in found.items()]


def _second(scope: Scope, stands: Standing, entered: list) -> Task:
    others = [row for row in entered if row[0] != scope.actor.account_id]
    account, at = (others or entered)[0]
    what = f"您登记的{len(entered)}份委托书等另一个人核对。"
    if others:
        what = f"有{len(others)}份委托书等您对着原件核对。"
    return Task(
        what,
        f"/matters/{stands.matter.id}/vote/proxies",
        "核对委托书",
        stands.matter,
        who="" if others else "第二个人",
        act=ACT,
        first_by=account,
        first_at=at,
    )
