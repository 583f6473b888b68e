"""What is known of the current vote, and the facts its rules ask for."""

from tortoise.queryset import QuerySet

from deliberation.database.counting import counting
from deliberation.database.once import once
from deliberation.database.plain import first, found, rows
from deliberation.log.models import Outage
from deliberation.matters.facts import current_meeting, current_passage
from deliberation.matters.models import Attendance, Matter, Meeting
from deliberation.matters.rules import OWNERS_PROFILES, OWNERS_REASONS
from deliberation.stages.notices.models import Objection
from deliberation.stages.vote.count.rerun import LAST, Left, Rerun, could_change, shut_out
from deliberation.stages.vote.count.tally import Question as Asked
from deliberation.stages.vote.models import Certification, Question, Scrutineer, Vote, standing
from deliberation.stages.vote.paper.facts import figures, unconfirmed
from deliberation.stages.vote.profiles import Profile, from_json
from deliberation.stages.vote.roll.electorate import Weights, total
from deliberation.stages.vote.rules import COUNTED, VOTING, Facts


@once
async def current_vote(matter: Matter) -> Vote | None:
    """The newest vote of the newest stay in the stage, a void one included."""
    passage = await current_passage(matter, "vote")
    newest = "WHERE x.passage_id = $1 ORDER BY x.id DESC"
    return await first(Vote, newest, passage.id) if passage else None


async def facts(matter: Matter, stage: str) -> Facts | None:
    vote = await current_vote(matter)
    if vote is None:
        return None
    objections, scrutineers, certified, *paper = await _open(vote)
    return Facts(
        status=vote.status,
        posting_last_on=vote.posting_last_on,
        open_objections=objections,
        opens_at=vote.opens_at,
        closes_at=vote.closes_at,
        scrutineers=scrutineers,
        unconfirmed_paper=sum(paper),
        paper_gap=(await figures(vote)).gap,
        certified=certified,
        outcome=(vote.result or {}).get("outcome", ""),
        rebuild_due=await rebuild_due(vote),
        rerun=await rerun(matter, vote),
    )


@counting(Vote)
def _open(vote: Vote) -> list[QuerySet]:
    return [
        Objection.filter(vote=vote, upheld__isnull=True),
        Scrutineer.filter(vote=vote, role="scrutineer"),
        Certification.filter(vote=vote),
        *unconfirmed(vote),
    ]


@once
async def rebuild_due(vote: Vote) -> bool:
    """Whether an objection to a posted roll was upheld after it was last made."""
    upheld = "SELECT id FROM objection WHERE vote_id = $1 AND upheld AND answered_at >= $2 LIMIT 1"
    return vote.status == "posted" and bool(await rows(upheld, vote.id, vote.built_at))


@once
async def meeting_of(matter: Matter, vote: Vote) -> Meeting | None:
    """The meeting at which this vote is taken, where one was called."""
    meeting = await current_meeting(matter, "vote")
    return meeting if meeting and meeting.convened_at >= vote.drafted_at else None


async def owners_reasons(vote: Vote) -> list[str]:
    """Why owners must decide besides, where this vote does not do it for them."""
    touched = "SELECT owners_reason FROM plan_item WHERE plan_id = $1 AND owners_reason <> '' "
    keys = dict.fromkeys(key for (key,) in await rows(f"{touched} ORDER BY number", vote.plan_id))
    profile = vote.profile["key"]
    return [OWNERS_REASONS[key] for key in keys if profile not in OWNERS_PROFILES[key]]


async def asked(vote: Vote) -> list[Asked]:
    """The questions of the ballot as the tally knows them, keyed by their number as text."""
    return [tally_question(row) for row in await questions(vote)]


async def questions(vote: Vote) -> list[Question]:
    """The questions of the ballot in their order."""
    return await found(Question, "WHERE x.vote_id = $1 ORDER BY x.number", vote.id)


def tally_question(row: Question) -> Asked:
    options = tuple((item["key"], item["label"]) for item in row.options)
    return Asked(str(row.number), row.text, options)


def profile_of(vote: Vote) -> Profile:
    """The rule this vote was drafted with, whatever the catalogue says today."""
    return from_json(vote.profile)


@once
async def rerun(matter: Matter, vote: Vote) -> Rerun | None:
    """What an outage in the last hour before the end calls for; None when there was none."""
    if vote.status not in (*VOTING, *COUNTED):
        return None
    near = "WHERE x.since < $1 AND x.until > $2 ORDER BY x.id"
    outages = await found(Outage, near, vote.closes_at, vote.closes_at - LAST)
    gaps = shut_out([(row.since, row.until) for row in outages], vote.closes_at)
    if not gaps:
        return None
    left, due, profile = await _left(matter, vote), False, profile_of(vote)
    if vote.status in COUNTED:
        due = could_change(profile, await asked(vote), vote.result, left)
    return Rerun(gaps, vote.status, vote.closes_at, left.all.heads, profile.unit, due)


async def _left(matter: Matter, vote: Vote) -> Left:
    """Lines that somebody could have cast and nobody had; who signed in is present already."""
    present = Attendance.filter(meeting=await meeting_of(matter, vote), present=True)
    came = set(await present.values_list("person_id", flat=True))
    lines = standing(vote).filter(person_id__not_isnull=True).exclude(state="voted")
    waiting = await lines.values_list("person_id", "heads", "area")
    return Left(
        all=total(Weights(heads, area) for _, heads, area in waiting),
        absent=total(Weights(heads, area) for person, heads, area in waiting if person not in came),
    )
