"""What boards ask for: a look at a silent screen, photos that prove what hung on paper."""

from deliberation.boards.facts import last_day, silent
from deliberation.boards.models import Board
from deliberation.boards.rules import MOMENTS, too_early
from deliberation.calendar import end_of, moment_text
from deliberation.database.plain import found, refer, rows
from deliberation.matters.facts import scopes
from deliberation.matters.models import Matter
from deliberation.matters.standing import Standing
from deliberation.places.offices import held
from deliberation.procedure import Role
from deliberation.procedures import STANDING
from deliberation.stages.notices.models import Notice
from deliberation.tasks.rules import Task
from deliberation.tasks.scope import Scope, by_stay

_SHOWN = "x.id, x.passage_id, x.matter_id, x.community_id, x.last_on"  # figures are long
_HUNG = (
    "WHERE x.passage_id IN $1 AND x.kind IN ('A', 'B') AND x.status = 'published' "
    "AND x.last_on IS NOT NULL ORDER BY x.id"
)


async def tasks(scope: Scope) -> list[Task]:
    return [*await _silent(scope), *await _photos(scope)]


async def _silent(scope: Scope) -> list[Task]:
    """Screens that have not asked for a while; the administrator is told, and cannot pair them."""
    pairs = STANDING["boards.pair"]
    inside = held(scope.actor, pairs | {Role.ADMINISTRATOR})
    quiet = await silent(scope.now, inside) if inside else []
    return [_look(board, at, scope, pairs) for board, at in quiet]


def _look(board: Board, at, scope: Scope, pairs: frozenset[Role]) -> Task:
    since = f"{moment_text(at)}以后" if at else "配对以后"
    own = pairs & set(scope.actor.roles)
    return Task(
        f"公示栏“{board.name}”离线：{since}没有联系。请看看屏幕的电源和网络，换了屏幕的重新配对。",
        f"/boards/{board.id}" if own else "",
        "看公示栏",
        who="" if own else "经办人",
    )


async def _photos(scope: Scope) -> list[Task]:
    """Paper boards without the photo of what was decided or done, and later of its last day."""
    stays = by_stay(scope.where("boards.photograph"))
    notices = await found(Notice, _HUNG, [*stays], columns=_SHOWN) if stays else []
    if not notices:
        return []
    for notice in notices:
        notice.passage = stays[notice.passage_id].passage
    communities = {row.community_id for row in notices}
    paper = "WHERE x.kind = 'paper' AND x.retired_at IS NULL ORDER BY x.id"
    boards = await refer(await found(Board, paper), "place")
    boards = [row for row in boards if _community(row) & communities]
    pictures = "SELECT board_id, notice_id, moment FROM photo WHERE notice_id IN $1"
    taken = {tuple(row) for row in await rows(pictures, [row.id for row in notices])}
    paths = await scopes([row.matter_id for row in notices]) if boards else {}
    told = []
    for notice in notices:
        stands = stays[notice.passage_id]
        for board in boards:
            if _touches(board, stands, paths[notice.matter_id]):
                due = _due(board, notice, taken, scope)
                told += [_photo(board, notice, stands.matter, at) for at in due]
    return told


def _community(board: Board) -> set[int]:
    return {int(part) for part in board.place.path.strip("/").split("/")}


def _touches(board: Board, stands: Standing, paths: list[str]) -> bool:
    """Whether a board hangs where a matter's notices do: its community, or a place it concerns."""
    here = board.place.path
    inside = any(here.startswith(path) or path.startswith(here) for path in paths)
    return here.startswith(stands.matter.path) and (inside or here == stands.matter.path)


def _due(board: Board, notice: Notice, taken: set, scope: Scope) -> list[str]:
    last_on = last_day(notice)
    return [
        moment
        for moment in MOMENTS
        if (board.id, notice.id, moment) not in taken and not too_early(moment, last_on, scope.now)
    ]


def _photo(board: Board, notice: Notice, matter: Matter, moment: str) -> Task:
    """What was posted can be shown only while it hangs."""
    hangs = moment == "posted" and last_day(notice)
    return Task(
        f"“{board.name}”还没有登记{MOMENTS[moment]}的照片。",
        f"/boards/{board.id}?notice={notice.id}&moment={moment}#photograph",
        "登记照片",
        matter,
        until=end_of(last_day(notice)) if hangs else None,
        act="boards.photograph",
    )
