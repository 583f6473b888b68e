"""Making a notice an object: its number, its code, its frozen figures, its PDF in the queue.

Every notice carries the head of the matter's log as it was when the notice was signed off.
Notices A and B are drafted, checked and signed off by two people (`actions.py`). Announcements (D
and E) hang with the act they tell of, since what they tell has happened: the openings and ends of
votes took two people, failures follow from a count, and whoever sends back, extends or ends a
matter gives a reason that is searched for personal data. Nobody writes an announcement's figures.
"""

from datetime import date

from deliberation.acting import Act
from deliberation.calendar import Period
from deliberation.documents.models import REPLACED, Document
from deliberation.log.models import head
from deliberation.matters.models import Passage
from deliberation.places.models import Place
from deliberation.stages.notices.issuer import issuer
from deliberation.stages.notices.models import Notice
from deliberation.stages.notices.numbering import new_code, next_number
from deliberation.stages.notices.opening import opening
from deliberation.stages.notices.rules import phrases


async def draft(
    act: Act, passage: Passage, *, kind: str, title: str, figures: dict, replaces: Notice | None
) -> Notice:
    """A notice in draft: figures from the record, nothing published yet.

    A revision keeps the number of the notice it replaces and counts on. The opening of a vote (D)
    has its figures from the vote itself.
    """
    own = {"opening": await opening(passage)} if kind == "D" else {}
    return await Notice.create(
        matter=act.matter,
        community_id=act.matter.community_id,
        passage=passage,
        kind=kind,
        number=replaces.number if replaces else await next_number(act),
        revision=replaces.revision + 1 if replaces else 1,
        code=new_code(),
        title=title,
        figures=await _common(act) | own | figures,
        status="draft",
        drafted_at=act.now,
        drafted_by=act.actor.account_id,
        replaces=replaces,
    )


async def publish(
    act: Act, notice: Notice, *, first_on: date | None = None, last_on: date | None = None
) -> Notice:
    """Publishes a draft and queues its PDF from the figures as they are frozen now.

    The template is `notices/<kind>.print.html`; it gets `context(notice)`.
    """
    last = await head(f"matter/{act.matter.id}")
    notice.figures = notice.figures | {"log_head": last.digest if last else ""}
    notice.status, notice.published_at = "published", act.now
    notice.signed_by = act.actor.account_id
    notice.first_on, notice.last_on = first_on, last_on
    await _print(act, notice, context(notice))
    await notice.save()
    if notice.replaces_id:
        await _end(act, [notice.replaces_id], "superseded")
    act.record(notice=notice.id, kind=notice.kind, number=notice.number, revision=notice.revision)
    return notice


async def preview(act: Act, notice: Notice, *, first_on: date | None, last_on: date | None) -> None:
    """Queues a draft's PDF: what `publish` would print now, under the mark 草稿."""
    last = await head(f"matter/{act.matter.id}")
    hung = {
        "log_head": last.digest if last else "",
        "published_on": act.now.isoformat(),
        "first_on": first_on and first_on.isoformat(),
        "last_on": last_on and last_on.isoformat(),
    }
    await _print(act, notice, context(notice) | hung | {"draft": True})
    await notice.save(update_fields=["document_id"])


async def _print(act: Act, notice: Notice, printed: dict) -> None:
    """Queues a notice's PDF; a preview that still waits for its bytes gives way."""
    waiting = Document.filter(id=notice.document_id, file_id=None)
    await waiting.update(error=REPLACED)
    notice.document = await Document.create(
        community_id=notice.community_id,
        matter=act.matter,
        title=notice.title,
        template=f"notices/{notice.kind.lower()}.print.html",
        context=printed,
        requested_at=act.now,
    )


async def _end(act: Act, ids: list[int], status: str) -> None:
    ended = {"status": status, "ended_at": act.now, "ended_by": act.actor.account_id}
    await Notice.filter(id__in=ids).update(**ended)


async def issue(
    act: Act,
    passage: Passage,
    *,
    kind: str,
    title: str,
    figures: dict,
    window: tuple[date | None, date | None] = (None, None),
    replaces: Notice | None = None,
) -> Notice:
    """Drafts and publishes at once what says only what was decided: announcements, and what hangs
    for a `window` of days while people speak (C) or read the roll (R)."""
    notice = await draft(act, passage, kind=kind, title=title, figures=figures, replaces=replaces)
    return await publish(act, notice, first_on=window[0], last_on=window[1])


def printed_period(period: Period) -> dict:
    """What a notice says of its period beside the two dates."""
    moved = (period.last - period.first).days + 1 != period.days
    return {"period": {"days": period.days, "unit": period.unit.value, "moved": moved}}


async def take_down(act: Act, passage: Passage) -> None:
    """Withdraws what hangs for a stay that failed. Interim notices of the works stay: they say
    what was, and hang for no stage's period."""
    rows = Notice.filter(passage=passage, kind__in=["A", "B"], status="published")
    ids = [row.id for row in await rows if not row.figures.get("interim")]
    if ids:
        await _end(act, ids, "withdrawn")
        act.record(withdrawn=ids)


def shown(notice: Notice) -> dict:
    """What a notice's page shows: of a draft its preview, so that page and PDF are the same."""
    previewed = notice.published_at is None and notice.document
    return notice.document.context if previewed else context(notice)


def context(notice: Notice) -> dict:
    """What a notice's templates get, on paper and on the screen: the same figures.

    Besides them what identifies the notice: kind, number, revision, label, code, title and its
    phrases, published_on (ISO moment), first_on, last_on (ISO dates) or None, log_head or ''.
    `draft` is true in a preview only, which is printed as if it were signed off that day.
    """
    return (
        {"log_head": "", "draft": False}
        | notice.figures
        | {
            "kind": notice.kind,
            "number": notice.number,
            "revision": notice.revision,
            "label": notice.label,
            "code": notice.code,
            "title": notice.title,
            "phrases": phrases(notice.title),
            "published_on": notice.published_at and notice.published_at.isoformat(),
            "first_on": notice.first_on and notice.first_on.isoformat(),
            "last_on": notice.last_on and notice.last_on.isoformat(),
        }
    )


async def _common(act: Act) -> dict:
    matter = act.matter
    community = await Place.get(id=matter.community_id)
    return {
        "matter": {"id": matter.id, "number": matter.number, "title": matter.title},
        "contact": {"name": matter.contact, "phone": matter.contact_phone},
        "issuer": await issuer(community),
    }
