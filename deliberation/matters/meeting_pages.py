"""The pages of a stage's meeting, the same for every stage that meets.

The minutes name people: those who were called, staff and those who oversee them read them; in
public only heads count.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deliberation.documents.models import Document
from deliberation.matters import confirming, meetings, minutes
from deliberation.matters.facts import meeting_facts
from deliberation.matters.forms import CALL, call_typed, minutes_fields, minutes_of, minutes_typed
from deliberation.matters.frame import frame, matter_of
from deliberation.matters.meetings import Kind
from deliberation.matters.models import Attendance, Matter, Meeting, Passage
from deliberation.matters.rules import MeetingFacts
from deliberation.procedure import OVERSEERS, STAFF
from deliberation.web.forms import Form, choices, read, text
from deliberation.web.perform import or_404, perform, visible_to
from deliberation.web.render import actor_of, now, page


async def _attendances(meeting: Meeting | None) -> list[Attendance]:
    if meeting is None:
        return []
    return await Attendance.filter(meeting=meeting).select_related("person")


async def _pdf(meeting: Meeting | None) -> Document | None:
    return await meeting.document if meeting and meeting.document_id else None


def _reads_minutes(request: Request, matter: Matter) -> bool:
    """Whether the minutes' file opens for whoever asks, as `documents/pages.py` decides it."""
    return bool(actor_of(request).roles_at(matter.path) & (STAFF | OVERSEERS))


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
        confirmed = await confirming.confirmations(meeting)
        return {
            "kind": kind,
            "meeting": meeting,
            "meeting_facts": facts,
            "attendances": attendances,
            "called": call_typed(meeting),
            "minuted": minutes_typed(meeting, attendances),
            "reads_minutes": _reads_minutes(request, matter),
            "confirmed": confirmed,
            "counted": [id for id, row in confirmed.items() if confirming.counts(row)],
            "me": actor_of(request).person_id,
            "pdf": await _pdf(meeting),
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
        form = await read(request, minutes_fields(called), "minutes")
        return await perform(
            request,
            form,
            lambda: meetings.minute(
                actor_of(request),
                matter,
                self.kind(matter),
                meeting.id,
                minutes_of(form, called),
                now=now(request),
            ),
            done=f"{self._home(matter)}#meeting",
            again=self.show,
            flash="纪要已保存",
        )

    async def _confirmed(self, request: Request, form: Form, action, flash: str) -> Response:
        """`action` on the meeting named in the URL, by whoever asks."""
        matter = await matter_of(request)
        meeting = await self._meeting(request, matter)
        given = (actor_of(request), matter, self.kind(matter), meeting.id)
        return await perform(
            request,
            form,
            lambda: action(*given, now=now(request)),
            done=f"{self._home(matter)}#meeting",
            again=self.show,
            flash=flash,
        )

    async def confirm(self, request: Request) -> Response:
        form = Form("confirm")
        return await self._confirmed(request, form, confirming.confirm, "您已确认纪要")

    async def sign(self, request: Request) -> Response:
        meeting = await self._meeting(request, await matter_of(request))
        called = await Attendance.filter(meeting=meeting).values_list("person_id", flat=True)
        reasons = {f"refusal-{id}": text(max=200, required=False) for id in called}
        form = await read(
            request, {"signed": choices({str(id) for id in called})} | reasons, "sign"
        )

        def action(*given, now):
            signed = frozenset(map(int, form.data["signed"]))
            refusals = {id: form.data[f"refusal-{id}"] for id in called if id not in signed}
            return confirming.record_paper(*given, signed=signed, refusals=refusals, now=now)

        return await self._confirmed(request, form, action, "已登记签字，请另一个人核对")

    async def second(self, request: Request) -> Response:
        form = Form("second")
        return await self._confirmed(request, form, confirming.second, "签字已核对")

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
        meeting = await self._meeting(request, matter)
        attendances = await _attendances(meeting)
        if actor_of(request).person_id not in [seat.person_id for seat in attendances]:
            visible_to(request, STAFF | OVERSEERS, matter.path)
        return page(
            request,
            "matters/minutes.html",
            **await frame(request, self.stage),
            kind=self.kind(matter),
            meeting=meeting,
            meeting_facts=await meeting_facts(meeting),
            attendances=attendances,
            confirmed=await confirming.confirmations(meeting),
            pdf=await _pdf(meeting),
            reads_minutes=_reads_minutes(request, matter),
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
            Route(f"{base}/meetings/{{meeting:int}}/sign", self.sign, methods=["POST"]),
            Route(f"{base}/meetings/{{meeting:int}}/second", self.second, methods=["POST"]),
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
