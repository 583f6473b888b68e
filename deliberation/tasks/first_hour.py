"""第一次使用: the way of a new community from its first account to the slips in people's hands.

Computed from what is there and stored nowhere: the list leaves the desk by itself once everything
on it is done, or a matter has gone further. A step that is somebody else's says whose, so that
nobody waits without knowing.
"""

from dataclasses import dataclass
from datetime import datetime

from deliberation.acting import Actor
from deliberation.calendar import local_date
from deliberation.database.plain import rows
from deliberation.places.models import Place, PlaceKind
from deliberation.places.offices import covered
from deliberation.procedure import STAFF, Role
from deliberation.procedures import STANDING
from deliberation.tasks.rules import Task

BEGINNING = ("matters", "opinions")
STARTERS = STAFF | {Role.ADMINISTRATOR}
_ACCOUNT = (
    "EXISTS (SELECT 1 FROM appointment o JOIN account a ON a.person_id = o.person_id "
    "WHERE o.place_id = $1 AND o.role = '{}' AND o.since <= $3 "
    "AND (o.until IS NULL OR o.until >= $3) AND a.username IS NOT NULL AND a.disabled_at IS NULL)"
)
_KNOWN = (
    f"SELECT {_ACCOUNT.format('clerk')}, {_ACCOUNT.format('secretary')}, "
    "EXISTS (SELECT 1 FROM household h WHERE h.path LIKE $2), "
    "(SELECT max(id) FROM matter m WHERE m.community_id = $1), "
    "EXISTS (SELECT 1 FROM passage p JOIN matter m ON m.id = p.matter_id "
    "WHERE m.community_id = $1 AND p.stage = 'opinions' AND p.last_on IS NOT NULL), "
    "EXISTS (SELECT 1 FROM slip s JOIN account a ON a.id = s.account_id "
    "LEFT JOIN person q ON q.id = a.person_id LEFT JOIN household h ON h.id = a.household_id "
    "WHERE q.place_id = $1 OR h.path LIKE $2)"
)


@dataclass(frozen=True)
class Step:
    """One thing to do once, what for, whether it is done, and where the actor does it; `who`
    names whom it waits for, '' when that is the actor."""

    what: str
    why: str
    done: bool
    who: str = ""
    url: str = ""


async def steps(actor: Actor, listed: list[Task], now: datetime) -> list[Step]:
    """The way, in order; nothing once it lies behind (of which the actor's tasks tell), or for who
    works in several communities."""
    if any(task.matter and task.matter.stage not in BEGINNING for task in listed):
        return []
    community = await _only_community(actor)
    if community is None:
        return []
    found = _way(actor, community, await _known(community, now))
    return [] if all(step.done for step in found) else found


def following(found: list[Step]) -> Step | None:
    """The first step that is left, of those that are the actor's own if there is one."""
    left = [step for step in found if not step.done]
    return next((step for step in left if step.url), left[0] if left else None)


async def _only_community(actor: Actor) -> Place | None:
    inside = covered(actor, STARTERS)
    if inside is None:
        return None
    found = await Place.filter(inside, kind=PlaceKind.COMMUNITY).limit(2)
    return found[0] if len(found) == 1 else None


async def _known(community: Place, now: datetime) -> tuple:
    found = await rows(_KNOWN, community.id, f"{community.path}%", local_date(now))
    return tuple(found[0])


def _way(actor: Actor, community: Place, known: tuple) -> list[Step]:
    clerk, secretary, homes, matter, asking, slips = known
    roles = actor.roles_at(community.path)

    def step(what: str, why: str, done, who: frozenset[Role], url: str) -> Step:
        names = "、".join(role.label for role in Role if role in who)
        return Step(what, why, bool(done), *(("", url) if who & roles else (names,)))

    opens = STANDING["accounts.create_staff"] - {Role.SYSTEM}
    staff = "/staff#new-name"
    at = f"/matters/{matter}/matters" if matter else "/matters/new"
    return [
        step("开通经办人的账号", "名册、走访、打印都由经办人来办。", clerk, opens, staff),
        step(
            "开通书记的账号",
            "重要的事要两个人：起草的人不能自己签发。",
            secretary,
            opens,
            staff,
        ),
        step(
            "登记社区的办公电话和地址",
            "印在每一张公示上，居民有事打这个电话。",
            community.phone,
            STANDING["places.edit"],
            f"/places/{community.id}#edit",
        ),
        step(
            "导入居民名册",
            "用现成的 Excel 就行，楼栋和单元会照着名册建好。",
            homes,
            STANDING["roll.commit"] - {Role.SYSTEM},
            "/rolls",
        ),
        step("登记第一件要办的事", "写清楚办什么、涉及哪里、谁来联系。", matter, STAFF, at),
        step(
            "开始征求意见",
            "先登记党组织研究的情况，进入“征求意见”，公布从哪天到哪天。",
            asking,
            frozenset({Role.CLERK, Role.SECRETARY}),
            f"/matters/{matter}" if matter else "",
        ),
        step(
            "打印登录纸条",
            "一户一张，居民扫码就能提意见。",
            slips,
            STANDING["accounts.issue_slip"],
            "/slips",
        ),
    ]
