"""What 征求意见 asks of a resident, and of the second person who reads drafted answers."""

from collections import defaultdict

from deliberation.calendar import day_text, end_of
from deliberation.database.plain import found
from deliberation.matters.standing import Standing
from deliberation.procedure import Role
from deliberation.stages.opinions.models import Draft
from deliberation.stages.opinions.rules import closed
from deliberation.stages.opinions.speakers import said_by
from deliberation.stages.opinions.telling import unseen
from deliberation.tasks.rules import READ, Task
from deliberation.tasks.scope import Scope


async def tasks(scope: Scope) -> list[Task]:
    return [*await _speak(scope), *await _read(scope), *await _check(scope)]


async def _speak(scope: Scope) -> list[Task]:
    """Everybody may speak, who holds no office is asked to."""
    asked = [one for one in scope.where("opinions.submit") if _asked(scope, one)]
    if not asked:
        return []
    rows = await said_by(scope.actor) if scope.actor.account_id else []
    said = {row.matter_id for row in rows}
    return [_word(one, one.matter.id in said) for one in asked]


def _asked(scope: Scope, stands: Standing) -> bool:
    roles = scope.actor.roles_at(stands.matter.path)
    open_ = stands.passage and not closed(stands.passage.last_on, scope.now)
    return bool(open_ and (Role.RESIDENT in roles or roles == {Role.VISITOR}))


def _word(stands: Standing, said: bool) -> Task:
    last_on = stands.passage.last_on
    until = f"征求意见到{day_text(last_on)}24:00。"
    return Task(
        what=f"您已经说过，还可以再说。{until}" if said else until,
        url=f"/matters/{stands.matter.id}/opinions/survey",
        label="再说几句" if said else "说说您的想法",
        matter=stands.matter,
        until=end_of(last_on),
        done=said,
        act="opinions.submit",
    )


async def _read(scope: Scope) -> list[Task]:
    """Answers somebody was told of and has not seen."""
    told = defaultdict(list)
    for one in await unseen(scope.actor):
        told[one.matter.id].append(one)
    return [
        Task(
            f"有{len(rows)}条给您的答复，您还没有看。",
            "/me#news",
            "看答复",
            matter=rows[0].matter,
            act=READ,
        )
        for rows in told.values()
    ]


async def _check(scope: Scope) -> list[Task]:
    """Drafts of answers wait for a second reader, then for being published together."""
    places = {one.matter.id: one for one in scope.where("opinions.check")}
    if not places:
        return []
    drafts = defaultdict(list)
    for row in await found(Draft, "WHERE x.matter_id IN $1 ORDER BY x.id", [*places]):
        drafts[row.matter_id].append(row)
    told = []
    for id, rows in drafts.items():
        unread = [row for row in rows if row.checked_at is None]
        others = [row for row in unread if row.drafted_by != scope.actor.account_id]
        told += [_second(places[id], others, len(unread) - len(others))] if unread else []
        told += [_publish(places[id], len(rows))] if not unread else []
    return told


def _second(stands: Standing, others: list[Draft], own: int) -> Task:
    what = f"您起草的{own}份答复等另一个人核对。"
    if others:
        what = f"有{len(others)}份答复草稿等您核对。"
    return Task(
        what,
        f"/matters/{stands.matter.id}/opinions/answers",
        "核对答复",
        matter=stands.matter,
        who="" if others else "另一位工作人员",
        act="opinions.check",
        first_by=others[0].drafted_by if others else None,
        first_at=others[0].drafted_at if others else None,
    )


def _publish(stands: Standing, number: int) -> Task:
    return Task(
        f"{number}份答复都核对过了，可以一起公布。",
        f"/matters/{stands.matter.id}/opinions/answers",
        "公布答复",
        matter=stands.matter,
        act="opinions.publish",
    )
