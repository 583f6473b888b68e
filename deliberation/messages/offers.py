"""The sendings that staff may order for a matter where it stands, with their text. Reads only."""

from dataclasses import replace
from datetime import datetime, timedelta

from tortoise.expressions import Q

from deliberation.calendar import day_text, end_of, moment_text
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Matter
from deliberation.messages.models import Sending
from deliberation.messages.recipients import recipients
from deliberation.messages.rules import Offer, day_before, order_reasons, wording
from deliberation.places.models import Place
from deliberation.stages.notices.models import Notice
from deliberation.stages.opinions.models import Answer
from deliberation.stages.vote.facts import current_vote

FRESH = timedelta(days=3)  # how long something is news


async def offers(matter: Matter, base_url: str, now: datetime) -> list[Offer]:
    """What may be sent now, each with why it may not."""
    found = await bare(matter, now)
    ordered = {(row.kind, row.about) for row in await _ordered(matter)}
    community = await Place.get(id=matter.community_id)
    url = f"{base_url}/matters/{matter.id}"
    return [
        replace(
            offer,
            text=wording(community.name, matter.title, offer.text, url),
            number=(number := len(await recipients(matter, offer.kind, offer.about))),
            reasons=tuple(
                order_reasons(
                    number,
                    ordered=(offer.kind, offer.about) in ordered,
                    expires_at=offer.expires_at,
                    now=now,
                )
            ),
        )
        for offer in found
    ]


async def _ordered(matter: Matter) -> list[Sending]:
    return await Sending.filter(matter=matter, cancelled_at=None)


async def bare(matter: Matter, now: datetime) -> list[Offer]:
    """The same with what is said only, and without the number."""
    stage = {"opinions": _opinions, "vote": _vote}.get(matter.stage)
    found = await stage(matter, now) if stage else []
    return [*found, *await _answer(matter, now), *await _notice(matter, now)]


async def _opinions(matter: Matter, now: datetime) -> list[Offer]:
    passage = await current_passage(matter, "opinions")
    if passage.last_on is None or now >= end_of(passage.last_on):
        return []
    end, day = end_of(passage.last_on), day_text(passage.last_on)
    begins = f"开始征求意见，到{day}24:00。请说说您家的想法。"
    ends = f"征求意见到{day}24:00结束，您家还没有说过想法。"
    return [
        Offer("opinions", passage.id, begins, 0, now, end),
        Offer("opinions_end", passage.id, ends, 0, day_before(end, now), end),
    ]


async def _vote(matter: Matter, now: datetime) -> list[Offer]:
    vote = await current_vote(matter)
    if vote is None or vote.status != "open" or now >= vote.closes_at:
        return []
    end = moment_text(vote.closes_at)
    opened = f"正在投票，{end}截止。请您投票。"
    ends = f"投票到{end}截止。还没有投的请投票；已经投过的不用再投。"
    return [
        Offer("vote", vote.id, opened, 0, max(now, vote.opens_at), vote.closes_at),
        Offer("vote_end", vote.id, ends, 0, day_before(vote.closes_at, now), vote.closes_at),
    ]


async def _answer(matter: Matter, now: datetime) -> list[Offer]:
    inside = Q(opinion__matter_id=matter.id) | Q(group__matter_id=matter.id)
    newest = await Answer.filter(inside).order_by("-id").first()
    if newest is None or now >= newest.answered_at + FRESH:
        return []
    said = "您家提的意见有了答复。"
    return [Offer("answer", newest.id, said, 0, now, newest.answered_at + FRESH)]


async def _notice(matter: Matter, now: datetime) -> list[Offer]:
    hung = Notice.filter(matter=matter, status="published", published_at__gt=now - FRESH)
    newest = await hung.order_by("-published_at", "-id").first()
    if newest is None:
        return []
    period = f"，公示到{day_text(newest.last_on)}24:00" if newest.last_on else ""
    said = f"贴出了新的公示（编号{newest.label}）{period}。"
    return [Offer("notice", newest.id, said, 0, now, newest.published_at + FRESH)]
