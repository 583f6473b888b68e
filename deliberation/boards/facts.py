"""What boards have to show for a notice, and which screens have fallen silent. Reads only."""

from collections import defaultdict
from datetime import date, datetime

from deliberation.accounts.models import Account
from deliberation.boards.models import Board, Photo, Showing
from deliberation.boards.rules import KINDS, OFFLINE, Evidence, Span, gaps, merged
from deliberation.calendar import end_of
from deliberation.database.plain import found, moment, rows
from deliberation.places.offices import COVERED
from deliberation.stages.notices.models import Notice

MOST_NOTICES = 40
_PAIRED = (
    "JOIN place p ON p.id = x.place_id WHERE x.retired_at IS NULL AND x.token_hash IS NOT NULL"
)


def last_day(notice: Notice) -> date | None:
    """The last day of a notice's period, as extended; `notice.passage` is loaded."""
    extended = notice.passage and notice.passage.last_on
    return notice.last_on and max(notice.last_on, extended or notice.last_on)


async def evidence(notice: Notice) -> list[Evidence]:
    """What each board has to show for a notice, for the rules."""
    served, moments = defaultdict(list), defaultdict(set)
    shown = "WHERE x.notice_id = $1 AND x.how = 'served' ORDER BY x.id"
    for one in await found(Showing, shown, notice.id):
        served[one.board_id].append(Span(one.first_at, one.last_at))
    taken = "SELECT board_id, moment FROM photo WHERE notice_id = $1"
    for board, when in await rows(taken, notice.id):
        moments[board].add(when)
    return [Evidence(tuple(served[one]), frozenset(moments[one])) for one in served | moments]


async def hung(notice: Notice, now: datetime) -> list[dict]:
    """For people, what each board has to show: {board, notice, served, reported, gaps, photos}.

    Stretches in order; `gaps` are a screen's silences in the period so far; `photos` all of a
    paper board, the newest last. `notice.passage` is loaded.
    """
    shown = await Showing.filter(notice=notice).select_related("board")
    photos = await Photo.filter(notice=notice).select_related("board")
    boards = {row.board_id: row.board for row in [*shown, *photos]}
    return [
        _story(board, notice, [r for r in shown if r.board_id == key], photos, now)
        for key, board in boards.items()
    ]


async def hung_on(board: Board, now: datetime) -> list[dict]:
    """The same of one board, by notice, the newest first."""
    shown = await Showing.filter(board=board, notice_id__not_isnull=True)
    photos = await Photo.filter(board=board)
    ids = {row.notice_id for row in [*shown, *photos]}
    notices = Notice.filter(id__in=list(ids)).order_by("-id").limit(MOST_NOTICES)
    return [
        _story(board, notice, [r for r in shown if r.notice_id == notice.id], photos, now)
        for notice in await notices.select_related("passage")
    ]


async def names(photos: list[Photo]) -> dict[int, str]:
    """Who added photos, by account: for the staff."""
    accounts = Account.filter(id__in={photo.added_by for photo in photos})
    return dict(await accounts.values_list("id", "person__name"))


def _story(board: Board, notice: Notice, shown: list[Showing], photos: list, now: datetime) -> dict:
    served, reported = (_spans(shown, how) for how in ("served", "reported"))
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


def _spans(shown: list[Showing], how: str) -> list[Span]:
    return merged(Span(row.first_at, row.last_at) for row in shown if row.how == how)


async def last_contact(boards: list[Board]) -> dict[int, datetime]:
    """When each screen last asked for anything, as far as it was written down."""
    last = (
        "SELECT board_id, MAX(last_at) FROM showing "
        "WHERE board_id IN $1 AND notice_id IS NULL GROUP BY board_id"
    )
    return {id: moment(at) for id, at in await rows(last, [board.id for board in boards])}


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


async def silent(
    now: datetime, inside: list[str] | None = None
) -> list[tuple[Board, datetime | None]]:
    """The paired screens that have not asked for longer than they may, and when they last did:
    everywhere, or `inside` places (their paths)."""
    if inside is None:
        paired = await found(Board, f"{_PAIRED} ORDER BY x.id")
    else:
        paired = await found(Board, f"{_PAIRED} AND {COVERED} ORDER BY x.id", inside)
    contacts = await last_contact(paired) if paired else {}
    silent = [row for row in paired if state_of(row, contacts.get(row.id), now)[0] == "离线"]
    return [(row, contacts.get(row.id)) for row in silent]
