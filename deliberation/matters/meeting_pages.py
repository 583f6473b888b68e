"""The pages of a stage's meeting, the same for every stage that meets.

The minutes name people: staff and those who oversee them read them, in public only heads count.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.calendar import SHANGHAI
from deliberation.matters import meetings, minutes
from deliberation.matters.facts import meeting_facts
from deliberation.matters.frame import frame, matter_of
from deliberation.matters.meetings import Kind, Minutes
from deliberation.matters.models import Attendance, Matter, Meeting, Passage
from deliberation.matters.rules import MeetingFacts
from deliberation.procedure import OVERSEERS, STAFF
from deliberation.web.forms import Form, choices, integer, moment, read, text
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.render import actor_of, now, page

CALL = {
    "held_at": moment(),
    "venue": text(max=100, message="请写开会地点"),
    "chair": text(max=40, message="请写主持人"),
    "recorder": text(max=40, message="请写记录人"),
}


async def _attendances(meeting: Meeting | None) -> list[Attendance]:
    if meeting is None:
        return []
    return await Attendance.filter(meeting=meeting).select_related("person")


@dataclass(frozen=True)
class MeetingPages:
    """`kind(matter)` is the stage's meeting under the matter's rules; `show` the stage's page."""

    stage: str
    kind: Callable[[Matter], Kind]
    show: Callable[..., Awaitable[Response]]

    async def context(self, request: Request, passage: Passage) -> dict:
        """What `matters/_meeting.html` needs about the newest meeting of a stay."""
        matter = await matter_of(request)
        kind = self.kind(matter)
        meeting = await Meeting.filter(passage=passage).order_by("-id").first()
        facts = await meeting_facts(meeting)
        attendances = await _attendances(meeting)
        return {
            "kind": kind,
            "meeting": meeting,
            "meeting_facts": facts,
            "attendances": attendances,
            "called": _call_typed(meeting),
            "minuted": _minutes_typed(meeting, attendances),
            "reads_minutes": bool(actor_of(request).roles_at(matter.path) & (STAFF | OVERSEERS)),
            "confirm_reasons": _confirm_reasons(kind, meeting, facts),
            "failed": _failed(kind, facts),
        }

    def _home(self, matter: Matter) -> str:
        return f"/matters/{matter.id}/{self.stage}"

    async def convene(self, request: Request) -> Response:
        matter = await matter_of(request)
        form = await read(request, CALL, "convene")
        return await perform(
            request,
            form,
            lambda: meetings.convene(
                actor_of(request), matter, self.kind(matter), **form.data, now=now(request)
            ),
            done=self._home(matter),
            again=self.show,
            flash="会议已召集",
        )

    async def _meeting(self, request: Request, matter: Matter) -> Meeting:
        """The meeting named in the URL, if it is this stage's and this matter's; else 404."""
        held = {row.id: row for row in await Meeting.filter(matter=matter, stage=self.stage)}
        return or_404(held.get(request.path_params["meeting"]))

    async def minute(self, request: Request) -> Response:
        matter = await matter_of(request)
        meeting = await self._meeting(request, matter)
        called = await Attendance.filter(meeting=meeting).values_list("person_id", flat=True)
        form = await read(request, _minutes_fields(called), "minutes")
        return await perform(
            request,
            form,
            lambda: meetings.minute(
                actor_of(request),
                matter,
                self.kind(matter),
                meeting.id,
                _minutes(form, called),
                now=now(request),
            ),
            done=f"{self._home(matter)}#meeting",
            again=self.show,
            flash="纪要已保存",
        )

    async def confirm(self, request: Request) -> Response:
        matter = await matter_of(request)
        meeting = await self._meeting(request, matter)
        return await perform(
            request,
            Form("confirm"),
            lambda: meetings.confirm(
                actor_of(request), matter, self.kind(matter), meeting.id, now=now(request)
            ),
            done=f"{self._home(matter)}#meeting",
            again=self.show,
            flash="纪要已确认",
        )

    async def conclude(self, request: Request) -> Response:
        matter = await matter_of(request)
        return await perform(
            request,
            Form("conclude"),
            lambda: meetings.conclude(
                actor_of(request), matter, self.kind(matter), now=now(request)
            ),
            done=f"/matters/{matter.id}",
            again=self.show,
            flash="已办理会议结果并公告",
        )

    async def minutes(self, request: Request) -> Response:
        matter = await matter_of(request)
        visible_to(request, STAFF | OVERSEERS, matter.path)
        meeting = await self._meeting(request, matter)
        return page(
            request,
            "matters/minutes.html",
            **await frame(request, self.stage),
            kind=self.kind(matter),
            meeting=meeting,
            meeting_facts=await meeting_facts(meeting),
            attendances=await _attendances(meeting),
        )

    @property
    def routes(self) -> list[Route]:
        """Every meeting has these; one that counts no heads has nothing to conclude."""
        base = f"/matters/{{matter:int}}/{self.stage}"
        return [
            Route(f"{base}/convene", self.convene, methods=["POST"]),
            Route(f"{base}/meetings/{{meeting:int}}", self.minutes),
            Route(f"{base}/meetings/{{meeting:int}}", self.minute, methods=["POST"]),
            Route(f"{base}/meetings/{{meeting:int}}/confirm", self.confirm, methods=["POST"]),
            Route(f"{base}/conclude", self.conclude, methods=["POST"]),
        ]


def _confirm_reasons(kind: Kind, meeting: Meeting | None, facts: MeetingFacts | None) -> list[str]:
    return minutes.open_points(facts, meeting.points, kind.quorum) if facts else []


def _failed(kind: Kind, facts: MeetingFacts | None) -> str:
    """Why the confirmed count did not carry; '' when it did or nothing is confirmed."""
    shares = {"quorum": kind.quorum, "majority": kind.majority}
    if kind.quorum is None or minutes.not_concluded(facts, **shares):
        return ""
    return minutes.why(facts, name=kind.name, **shares)


def _call_typed(meeting: Meeting | None) -> dict:
    """The call that may still be changed, as the form's values; empty for a new one."""
    if meeting is None or meeting.confirmed_at:
        return {}
    held_at = meeting.held_at.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
    return {name: getattr(meeting, name) for name in CALL} | {"held_at": held_at}


def _minutes_typed(meeting: Meeting | None, attendances: list[Attendance]) -> dict:
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


def _minutes_fields(called: list[int]) -> dict:
    heads = integer(max=max(len(called), 1), required=False)
    return {
        "present": choices({str(id) for id in called}),
        **{f"reason-{id}": text(max=100, required=False) for id in called},
        "points": text(max=10000, message="请写会议内容：讨论了什么，谁说了什么"),
        "for": heads,
        "against": heads,
        "abstain": heads,
    }


def _minutes(form: Form, called: list[int]) -> Minutes:
    return Minutes(
        present=frozenset(map(int, form.data["present"])),
        absences={id: form.data[f"reason-{id}"] for id in called},
        points=form.data["points"],
        for_=form.data["for"],
        against=form.data["against"],
        abstain=form.data["abstain"],
    )
