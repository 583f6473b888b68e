"""Written proxies that one person recorded and a second one has to compare with the paper."""

from collections import defaultdict

from deliberation.matters.standing import Standing
from deliberation.stages.vote.models import Vote
from deliberation.stages.vote.proxies.models import Proxy
from deliberation.stages.vote.proxies.rules import TAKING
from deliberation.tasks.rules import Task
from deliberation.tasks.scope import Scope, by_stay

ACT = "vote.confirm_proxy"


async def tasks(scope: Scope) -> list[Task]:
    stays = by_stay(scope.where(ACT))
    votes = Vote.filter(passage_id__in=list(stays), status__in=TAKING) if stays else None
    places = {row.id: stays[row.passage_id] for row in await votes} if votes else {}
    if not places:
        return []
    open_ = Proxy.filter(entry__vote_id__in=list(places), confirmed_by=None, revoked_at=None)
    found = defaultdict(list)
    for vote, account, at in await open_.values_list("entry__vote_id", "entered_by", "entered_at"):
        found[vote].append((account, at))
    return [_second(scope, places[vote], rows) for vote, rows in found.items()]


def _second(scope: Scope, stands: Standing, rows: list) -> Task:
    others = [row for row in rows if row[0] != scope.actor.account_id]
    account, at = (others or rows)[0]
    what = f"您登记的{len(rows)}份委托书等另一个人核对。"
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
