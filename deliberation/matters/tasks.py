"""What a matter asks whatever its stage: coming to a meeting, confirming its minutes, and, of who
oversees it from above, a question why it stands still."""

from collections import defaultdict
from typing import NamedTuple

from deliberation.calendar import day_text, end_of, moment_text
from deliberation.database.plain import found, refer, rows
from deliberation.matters.confirming import counts
from deliberation.matters.models import Confirmation, Meeting
from deliberation.matters.standing import Standing
from deliberation.procedure import Role
from deliberation.tasks.rules import Task
from deliberation.tasks.scope import Scope, by_stay

_SEATS = "SELECT id, meeting_id, person_id, present FROM attendance WHERE meeting_id IN $1"


class Seat(NamedTuple):
    """A person called to a meeting; `present` is None until it is known."""

    id: int
    meeting: int
    person: int
    present: bool | None


async def tasks(scope: Scope) -> list[Task]:
    return [*await _meetings(scope), *_standing_still(scope)]


async def _meetings(scope: Scope) -> list[Task]:
    """Meetings to come for who is called; after them, minutes that those present confirm."""
    stays = by_stay([one for one in scope.stands if scope.actor.person_id or scope.official(one)])
    open_ = "WHERE x.passage_id IN $1 AND x.confirmed_at IS NULL ORDER BY x.id"
    meetings = {row.id: row for row in await found(Meeting, open_, [*stays])} if stays else {}
    if not meetings:
        return []
    seats = defaultdict(list)
    for row in await rows(_SEATS, [*meetings]):
        seat = Seat(*row)
        seats[seat.meeting].append(seat)
    written = [row.id for row in meetings.values() if row.points and row.held_at <= scope.now]
    given = await _given(written) if written else []
    done = {row.attendance_id for row in given if counts(row)}
    paper = {row.attendance.meeting_id: row for row in given if not counts(row)}
    told = [
        _told(scope, stays[row.passage_id], row, seats[row.id], done) for row in meetings.values()
    ]
    for id, signed in paper.items():
        told.append(_signed(scope, stays[meetings[id].passage_id], meetings[id], signed))
    return [task for task in told if task]


async def _given(meetings: list[int]) -> list[Confirmation]:
    theirs = "JOIN attendance a ON a.id = x.attendance_id WHERE a.meeting_id IN $1 ORDER BY x.id"
    return await refer(await found(Confirmation, theirs, meetings), "attendance")


def _signed(scope: Scope, stands: Standing, row: Meeting, paper: Confirmation) -> Task | None:
    """Signatures that one person read off the paper, for a second one to hold against it."""
    act = f"{row.stage}.sign"
    if not scope.may(act, stands):
        return None
    own = paper.recorded_by == scope.actor.account_id
    return Task(
        "您登记的纸质纪要签字等另一个人核对。" if own else "纸质纪要上的签字等您对着原件核对。",
        f"/matters/{stands.matter.id}/{row.stage}/meetings/{row.id}",
        "核对签字",
        stands.matter,
        who="另一位工作人员" if own else "",
        act=act,
        first_by=paper.recorded_by,
        first_at=paper.recorded_at,
    )


def _told(
    scope: Scope, stands: Standing, row: Meeting, seats: list[Seat], done: set[int]
) -> Task | None:
    own = next((seat for seat in seats if seat.person == scope.actor.person_id), None)
    if scope.now < row.held_at:
        return _come(stands, row) if own else None
    left = [seat for seat in seats if seat.present and seat.id not in done]
    unknown = any(seat.present is None for seat in seats)
    if not row.points or unknown or not left:
        return None
    if own in left:
        return _confirm(stands, row, "请您确认会议纪要。", "")
    if scope.official(stands):
        return _confirm(stands, row, f"会议纪要还有{len(left)}人没有确认。", "到会的人")
    return None


def _come(stands: Standing, row: Meeting) -> Task:
    text = f"{moment_text(row.held_at)}请到{row.venue}开会。"
    url = f"/matters/{stands.matter.id}/{row.stage}#meeting"
    return Task(text, url, "看议程", stands.matter, until=row.held_at)


def _confirm(stands: Standing, row: Meeting, text: str, who: str) -> Task:
    url = f"/matters/{stands.matter.id}/{row.stage}/meetings/{row.id}"
    return Task(text, url, "看纪要、确认", stands.matter, who=who, act=f"{row.stage}.confirm")


def _standing_still(scope: Scope) -> list[Task]:
    """To those above: a period is over and the matter stands where it stood."""
    told = []
    for stands in scope.stands:
        last_on = stands.passage and stands.passage.last_on
        above = scope.oversees(stands) and not scope.official(stands)
        if above and last_on and scope.now >= end_of(last_on):
            names = "、".join(role.label for role in Role if role in stands.stage.next_roles)
            text = f"“{stands.stage.name}”的期限{day_text(last_on)}已经过了，还没有进入下一步。"
            url, until = f"/matters/{stands.matter.id}", end_of(last_on)
            told.append(Task(text, url, "看议题", stands.matter, until, who=names))
    return told
