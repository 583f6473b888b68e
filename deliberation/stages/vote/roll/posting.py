"""The figures of notice R: the roll as posted, with masked names, and until when to object.

Names stand building by building; rooms and areas never stand beside them.
"""

from deliberation.acting import Act
from deliberation.calendar import Period
from deliberation.matters.models import Meeting
from deliberation.stages.notices.figures import common
from deliberation.stages.notices.issuing import issue, printed_period
from deliberation.stages.notices.models import Notice
from deliberation.stages.notices.voted import wide
from deliberation.stages.vote.facts import meeting_of, profile_of
from deliberation.stages.vote.models import Vote, standing
from deliberation.stages.vote.views import roll_by_building


async def hang(act: Act, vote: Vote, period: Period) -> Notice:
    """Publishes the roll's notice for its period."""
    return await issue(
        act,
        await vote.passage,
        kind="R",
        title=f"关于{act.matter.title}表决名册的公示",
        figures=await _figures(act, vote) | printed_period(period) | {"corrects": None},
        window=(period.first, period.last),
    )


async def hang_again(act: Act, vote: Vote) -> Notice | None:
    """Publishes the roll made anew in place of the one that an objection was upheld against."""
    rows = Notice.filter(passage_id=vote.passage_id, kind="R", status="published")
    old = await rows.order_by("-id").first()
    if old is None:  # posted before rolls had notices of their own
        return None
    corrects = {
        "label": old.label,
        "published_on": old.published_at.isoformat(),
        "reason": "名册异议成立，已按核实的情况重新生成名册",
    }
    return await issue(
        act,
        await vote.passage,
        kind="R",
        title=old.title,
        figures=await _figures(act, vote) | {"period": old.figures["period"], "corrects": corrects},
        window=(old.first_on, old.last_on),
        replaces=old,
    )


async def _figures(act: Act, vote: Vote) -> dict:
    profile, meeting = profile_of(vote), await meeting_of(act.matter, vote)
    groups = await roll_by_building(vote, act.matter, masked=True)
    return await common(act.matter) | {
        "electorate": wide(profile.name),
        "unit": profile.unit,
        "by_area": profile.by_area,
        "slip": profile.slip,
        "heads": sum(await standing(vote).values_list("heads", flat=True)),
        "area": sum(await standing(vote).values_list("area", flat=True)),
        "lines": sum(len(lines) for lines in groups.values()),
        "groups": [
            [name, [[one.number, one.name] for one in lines]] for name, lines in groups.items()
        ],
        "meeting": _called(meeting),
    }


def _called(meeting: Meeting | None) -> dict | None:
    return meeting and {"held_at": meeting.held_at.isoformat(), "venue": meeting.venue}
