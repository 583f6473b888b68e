"""What feeds and calendars list: a community's notices, and the periods and meetings of matters.

Everyone may read them, so they hold titles, numbers, days and places of meetings only.
"""

from datetime import datetime

from deliberation import procedures
from deliberation.calendar import day_text, local_date
from deliberation.matters.models import Matter, Meeting
from deliberation.people.rules import redact
from deliberation.places.models import Place
from deliberation.stages.consultation.models import Invitation
from deliberation.stages.notices.feeds import Feed, Item
from deliberation.stages.notices.ical import Event
from deliberation.stages.notices.issuer import issuer
from deliberation.stages.notices.models import Notice
from deliberation.stages.notices.rules import KINDS, STATUSES
from deliberation.stages.vote.models import Vote
from deliberation.stages.vote.rules import COUNTED, VOTING

FEED_MOST, EVENTS_MOST = 50, 300


async def feed(community: Place, base: str) -> Feed:
    """The newest notices of a community, those corrected and withdrawn among them."""
    rows = Notice.filter(community=community, published_at__not_isnull=True)
    notices = await rows.order_by("-published_at", "-id").limit(FEED_MOST)
    return Feed(
        title=f"{community.name}公示和公告",
        author=(await issuer(community))["name"],
        url=f"{base}/communities/{community.id}/notices",
        home=f"{base}/notices?community={community.id}",
        items=[_item(row, base) for row in notices],
    )


def _item(row: Notice, base: str) -> Item:
    ended = "" if row.status == "published" else STATUSES[row.status]
    days = f"公示期{day_text(row.first_on)}至{day_text(row.last_on)}" if row.first_on else ""
    return Item(
        url=f"{base}/notices/{row.code}",
        title=f"（{ended}）{row.title}" if ended else row.title,
        kind=KINDS[row.kind],
        summary="，".join(filter(None, [f"编号{row.label}", days, ended])),
        published=row.published_at,
        updated=row.ended_at or row.published_at,
    )


async def events(base: str, **whose) -> tuple[list[Event], datetime | None]:
    """The events of the matters that `whose` filters, newest first, and when they last changed."""
    matters = {row.id: row for row in await Matter.filter(**whose)}
    newest = Notice.filter(matter_id__in=list(matters), published_at__not_isnull=True)
    notices = await newest.order_by("-id").limit(EVENTS_MOST).select_related("passage")
    held = Meeting.filter(matter_id__in=list(matters)).order_by("-id").limit(EVENTS_MOST)
    meetings = await held.select_related("passage")
    changed = [row.ended_at or row.published_at for row in notices]
    changed += [row.passage.left_at or row.convened_at for row in meetings]
    told = [*VOTING, *COUNTED, "void"]
    votes = await Vote.filter(passage__matter_id__in=list(matters), status__in=told)
    asked = Invitation.filter(passage__matter_id__in=list(matters), withdrawn_at=None)
    invited = await asked.order_by("-id").limit(EVENTS_MOST).select_related("passage")
    changed += [row.ended_at or row.frozen_at for row in votes if row.frozen_at]
    changed += [row.passage.left_at or row.invited_at for row in invited]
    found = _periods(notices, base)
    found += [_meeting(row, matters[row.matter_id], base) for row in meetings]
    found += [_ballots(row, matters[row.matter_id], base) for row in votes if row.frozen_at]
    found += _answers(invited, matters, base)
    return found, max(changed, default=None)


def _ballots(row: Vote, matter: Matter, base: str) -> Event:
    """The closing instant of a vote; moved by two people, it is revised."""
    return Event(
        uid=f"vote-{row.id}@{_host(base)}",
        stamp=row.frozen_at,
        start=row.closes_at,
        end=None,
        summary=f"{matter.title}：投票截止",
        url=f"{base}/matters/{matter.id}/vote",
        sequence=row.end_approval_id or 0,
        cancelled=row.status == "void",
    )


def _answers(rows: list[Invitation], matters: dict[int, Matter], base: str) -> list[Event]:
    """One day per stay and deadline by which organisations answer; nobody is named."""
    days = {(row.passage_id, row.due_on): row for row in reversed(rows)}
    return [
        Event(
            uid=f"answers-{stay}-{due_on:%Y%m%d}@{_host(base)}",
            stamp=row.invited_at,
            start=due_on,
            end=due_on,
            summary=f"{matters[row.passage.matter_id].title}：相关单位答复截止",
            url=f"{base}/matters/{row.passage.matter_id}/consultation",
            cancelled=bool(row.passage.left_at) and local_date(row.passage.left_at) < due_on,
        )
        for (stay, due_on), row in days.items()
    ]


def _periods(notices: list[Notice], base: str) -> list[Event]:
    """One event per number: a correction moves it, a withdrawal cancels it."""
    newest: dict[tuple[int, str], Notice] = {}
    for row in notices:
        if row.first_on:
            newest.setdefault((row.community_id, row.number), row)
    return [_period(row, base) for row in newest.values()]


def _period(row: Notice, base: str) -> Event:
    extended = row.passage and row.passage.last_on
    return Event(
        uid=f"notice-{row.community_id}-{row.number}@{_host(base)}",
        stamp=row.ended_at or row.published_at,
        start=row.first_on,
        end=max(row.last_on, extended or row.last_on),
        summary=f"公示期：{row.title}",
        url=f"{base}/notices/{row.code}",
        sequence=row.revision - 1 + (row.status == "withdrawn"),
        cancelled=row.status == "withdrawn",
    )


def _meeting(row: Meeting, matter: Matter, base: str) -> Event:
    """A meeting whose stage ended before it was held does not take place."""
    stage = procedures.get(matter.procedure).stage(row.stage).name
    left = row.passage.left_at
    return Event(
        uid=f"meeting-{row.id}@{_host(base)}",
        stamp=row.convened_at,
        start=row.held_at,
        end=None,
        summary=f"{matter.title}：{stage}会议",
        url=f"{base}/matters/{matter.id}/{row.stage}",
        place=redact(row.venue),
        cancelled=left is not None and left < row.held_at,
    )


def _host(base: str) -> str:
    return base.split("/")[2]
