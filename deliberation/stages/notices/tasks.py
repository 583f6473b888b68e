"""What notices ask for: residents may look and object, a second person checks and signs off, and
objections are answered in time at the level where they stand."""

from collections import defaultdict
from datetime import date

from deliberation.calendar import day_text, end_of
from deliberation.database.plain import day, found, rows
from deliberation.matters.standing import Standing
from deliberation.procedure import Role
from deliberation.stages.notices.models import Notice
from deliberation.stages.notices.rules import DECIDERS, LEVELS
from deliberation.tasks.rules import Task
from deliberation.tasks.scope import Scope, by_stay

_SHOWN = "x.id, x.passage_id, x.status, x.last_on, x.code, x.checked_at, x.drafted_by, x.drafted_at"
_THEIRS = (
    "WHERE x.passage_id IN $1 AND x.kind IN ('A', 'B') AND x.status IN ('draft', 'published') "
    "ORDER BY x.id"
)
_OPEN = (
    "SELECT o.id, o.escalated_from_id, COALESCE(n.matter_id, v.matter_id), o.notice_id IS NULL, "
    "o.level, o.due_on FROM objection o LEFT JOIN notice n ON n.id = o.notice_id "
    "LEFT JOIN vote v ON v.id = o.vote_id WHERE o.upheld IS NULL "
    "AND COALESCE(n.matter_id, v.matter_id) IN $1 ORDER BY o.due_on"
)


async def tasks(scope: Scope) -> list[Task]:
    stays = by_stay(scope.at("decision_notice", "result_notice", "implementation"))
    written = await found(Notice, _THEIRS, [*stays], columns=_SHOWN) if stays else []
    # Of a stay the newest of each state.
    newest = {(row.passage_id, row.status): row for row in written}
    pairs = [(stays[row.passage_id], row) for row in newest.values()]
    drafts = [_draft(scope, *pair) for pair in pairs if _signable(scope, *pair)]
    hung = [_look(*pair) for pair in pairs if _hangs(scope, *pair)]
    return [*drafts, *hung, *await _objections(scope)]


def _hangs(scope: Scope, stands: Standing, row: Notice) -> bool:
    waits = row.status == "published" and stands.matter.stage != "implementation"
    return waits and row.last_on is not None and scope.now < end_of(row.last_on)


def _look(stands: Standing, row: Notice) -> Task:
    text = f"公示到{day_text(row.last_on)}24:00，有异议可以提。"
    url = f"/notices/{row.code}"
    return Task(text, url, "看公示", stands.matter, until=end_of(row.last_on), done=True)


def _signable(scope: Scope, stands: Standing, row: Notice) -> bool:
    return row.status == "draft" and scope.official(stands)


def _draft(scope: Scope, stands: Standing, row: Notice) -> Task:
    """A draft: read through by somebody, signed off by who did not draft it."""
    act = "notices.publish" if row.checked_at else "notices.check"
    own = act == "notices.publish" and row.drafted_by == scope.actor.account_id
    mine = scope.may(act, stands) and not own
    names = "、".join(role.label for role in Role if role in stands.stage.may[act])
    return Task(
        "公示草稿已经核对，等待签发。" if row.checked_at else "公示已经起草，等待核对。",
        f"/matters/{stands.matter.id}/notices",
        "签发公示" if row.checked_at else "核对公示",
        stands.matter,
        who="" if mine else f"另一位{names}" if own else names,
        act=act,
        instead="notices.draft",
        first_by=row.drafted_by,
        first_at=row.drafted_at if row.drafted_by != scope.actor.account_id else None,
    )


async def _objections(scope: Scope) -> list[Task]:
    """By matter and level, with the day on which the first is due. Who only oversees a place is
    told of what is late there, and of what waits for them."""
    places = {
        one.matter.id: one for one in scope.stands if scope.official(one) or scope.oversees(one)
    }
    if not places:
        return []
    waiting: dict[tuple, list[date]] = defaultdict(list)
    open_ = await rows(_OPEN, [*places])
    taken = {higher for _, higher, *_ in open_}
    for id, _, matter, roll, level, due_on in open_:
        if id not in taken:
            waiting[matter, bool(roll), level].append(day(due_on))
    told = [_answer(scope, places[id], *key, due) for (id, *key), due in waiting.items()]
    return [task for task in told if task is not None]


def _answer(scope: Scope, stands: Standing, roll: bool, level: str, due: list[date]) -> Task | None:
    act = "vote.answer_objection" if roll else "notices.answer"
    roles = scope.actor.roles_at(stands.matter.path)
    if level in DECIDERS:
        mine, who = DECIDERS[level] in roles, LEVELS[level]
    else:
        mine, who = scope.may(act, stands), LEVELS[level]
    until = end_of(due[0])
    if not (mine or scope.official(stands) or scope.now >= until):
        return None
    about = "对名册的异议" if roll else "异议"
    return Task(
        f"{len(due)}条{about}要在{day_text(due[0])}24:00以前答复（{LEVELS[level]}）。",
        f"/matters/{stands.matter.id}/{'vote/roll' if roll else 'notices'}",
        "答复异议",
        stands.matter,
        until=until,
        who="" if mine else who,
        act=act,
    )
