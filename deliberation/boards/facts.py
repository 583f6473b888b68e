"""What boards have to show for a notice, and which screens have fallen silent. Reads only."""

from collections import defaultdict
from datetime import date, datetime

from tortoise.expressions import Q
from tortoise.functions import Max

from deliberation.accounts.models import Account
from deliberation.boards.models import Board, Photo, Showing
from deliberation.boards.rules import KINDS, OFFLINE, Evidence, Span, gaps, merged
from deliberation.calendar import end_of
from deliberation.database.plain import moment
from deliberation.stages.notices.models import Notice

MOST_NOTICES = 40


def last_day(notice: Notice) -> date | None:
    """The last day of a notice's period, as extended; `notice.passage` is loaded."""
    extended = notice.passage and notice.passage.last_on
    return notice.last_on and max(notice.last_on, extended or notice.last_on)


async def evidence(notice: Notice) -> list[Evidence]:
    """What each board has to show for a notice, for the rules."""
    served, moments = defaultdict(list), defaultdict(set)
    rows = Showing.filter(notice=notice, how="served")
    for board, first, last in await rows.values_list("board_id", "first_at", "last_at"):
        served[board].append(Span(first, last))
    for board, when in await Photo.filter(notice=notice).values_list("board_id", "moment"):
        moments[board].add(when)
    return [Evidence(tuple(served[one]), frozenset(moments[one])) for one in served | moments]


async def hung(notice: Notice, now: datetime) -> list[dict]:
    """For people, what each board has to show: {board, notice, served, reported, gaps, photos}.

    Stretches in order; `gaps` are a screen's silences in the period so far; `photos` all of a
    paper board, the newest last. `notice.passage` is loaded.
    """
    rows = await Showing.filter(notice=notice).select_related("board")
    photos = await Photo.filter(notice=notice).select_related("board")
    boards = {row.board_id: row.board for row in [*rows, *photos]}
    return [
        _story(board, notice, [r for r in rows if r.board_id == key], photos, now)
        for key, board in boards.items()
    ]


async def hung_on(board: Board, now: datetime) -> list[dict]:
    """The same of one board, by notice, the newest first."""
    rows = await Showing.filter(board=board, notice_id__not_isnull=True)
    photos = await Photo.filter(board=board)
    ids = {row.notice_id for row in [*rows, *photos]}
    notices = Notice.filter(id__in=list(ids)).order_by("-id").limit(MOST_NOTICES)
    return [
        _story(board, notice, [r for r in rows if r.notice_id == notice.id], photos, now)
        for notice in await notices.select_related("passage")
    ]


async def names(photos: list[Photo]) -> dict[int, str]:
    """Who added photos, by account: for the staff."""
    accounts = Account.filter(id__in={photo.added_by for photo in photos})
    return dict(await accounts.values_list("id", "person__name"))


def _story(board: Board, notice: Notice, rows: list[Showing], photos: list, now: datetime) -> dict:
    served, reported = (_spans(rows, how) for how in ("served", "reported"))
    mine = [one for one in photos if (one.board_id, one.notice_id) == (board.id, notice.id)]
    last = last_day(notice)
    until = min(now, end_of(last)) if last else now
    start = max(notice.published_at, board.created_at)
    screen = board.kind == "electronic"
    return {
        "board": board,
        "notice": notice,
        "served": served,
        "reported": reported,
        "gaps": gaps(served, start, until) if screen and last else [],
        "photos": mine,
    }


def _spans(rows: list[Showing], how: str) -> list[Span]:
    return merged(Span(row.first_at, row.last_at) for row in rows if row.how == how)


async def last_contact(boards: list[Board]) -> dict[int, datetime]:
    """When each screen last asked for anything, as far as it was written down."""
    rows = Showing.filter(board_id__in=[board.id for board in boards], notice=None)
    found = await rows.annotate(at=Max("last_at")).group_by("board_id").values("board_id", "at")
    return {row["board_id"]: moment(row["at"]) for row in found}


def state_of(board: Board, contact: datetime | None, now: datetime) -> tuple[str, str]:
    """A board's state in a word, and the mark that goes with it."""
    if board.retired_at:
        return "已停用", ""
    if board.kind == "paper":
        return KINDS["paper"], ""
    if board.token_hash is None:
        return "还没有配对", "wait"
    heard = max(contact or board.paired_at, board.paired_at)
    return ("离线", "fail") if now - heard > OFFLINE else ("在线", "done")


async def silent(inside: Q, now: datetime) -> list[tuple[Board, datetime | None]]:
    """The paired screens that have not asked for longer than they may, and when they last did."""
    rows = await Board.filter(inside, retired_at=None, token_hash__not_isnull=True)
    contacts = await last_contact(rows) if rows else {}
    silent = [row for row in rows if state_of(row, contacts.get(row.id), now)[0] == "离线"]
    return [(row, contacts.get(row.id)) for row in silent]
