"""The forms of a stage's meeting: its call and its minutes."""

from deliberation.calendar import SHANGHAI
from deliberation.matters.meetings import Minutes
from deliberation.matters.models import Attendance, Meeting
from deliberation.web.forms import Form, choices, integer, moment, text

CALL = {
    "held_at": moment(),
    "venue": text(max=100, message="请写开会地点"),
    "chair": text(max=40, message="请写主持人"),
    "recorder": text(max=40, message="请写记录人"),
    "agenda": text(max=2000, message="请写议程：要讨论哪几件事"),
}


def call_typed(meeting: Meeting | None) -> dict:
    """The call that may still be changed, as the form's values; empty for a new one."""
    if meeting is None or meeting.confirmed_at:
        return {}
    held_at = meeting.held_at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
    return {name: getattr(meeting, name) for name in CALL} | {"held_at": held_at}


def minutes_typed(meeting: Meeting | None, attendances: list[Attendance]) -> dict:
    """The minutes so far as the form's values."""
    if meeting is None:
        return {}
    counts = {"for": meeting.for_, "against": meeting.against, "abstain": meeting.abstain}
    return {
        "points": meeting.points,
        "present": [seat.person_id for seat in attendances if seat.present],
        **{f"reason-{seat.person_id}": seat.reason for seat in attendances},
        **{name: "" if heads is None else heads for name, heads in counts.items()},
    }


def minutes_fields(called: list[int]) -> dict:
    heads = integer(max=max(len(called), 1), required=False)
    return {
        "present": choices({str(id) for id in called}),
        **{f"reason-{id}": text(max=100, required=False) for id in called},
        "points": text(max=10000, message="请写会议内容：讨论了什么，谁说了什么"),
        "for": heads,
        "against": heads,
        "abstain": heads,
    }


def minutes_of(form: Form, called: list[int]) -> Minutes:
    return Minutes(
        present=frozenset(map(int, form.data["present"])),
        absences={id: form.data[f"reason-{id}"] for id in called},
        points=form.data["points"],
        for_=form.data["for"],
        against=form.data["against"],
        abstain=form.data["abstain"],
    )
