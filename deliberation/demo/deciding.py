"""The walk through 三议 and 一公开: roll, ballots, result, the notice of the resolution."""

from datetime import timedelta

from deliberation.acting import Actor, Office
from deliberation.demo.boards import prove
from deliberation.demo.walk import Walk
from deliberation.people.models import Member
from deliberation.procedure import Role
from deliberation.stages.implementation.owners import attach_owners
from deliberation.stages.notices import actions as notices
from deliberation.stages.notices.models import Notice
from deliberation.stages.vote import closing, dangerous, drafts, opening
from deliberation.stages.vote.casting import ballots
from deliberation.stages.vote.count.counting import digest
from deliberation.stages.vote.facts import current_vote
from deliberation.stages.vote.meeting import attendance
from deliberation.stages.vote.models import Question, RollEntry
from deliberation.stages.vote.paper import sheets
from deliberation.stages.vote.roll import rolls

WATCHERS = ("sunjiandu", "zhoujiandu")
ON_PAPER = 3


async def post_roll(walk: Walk) -> None:
    """The vote drafted, its scrutineers named, its meeting called, its roll posted."""
    clerk = await walk.actor("zhangjingban")
    wanted = drafts.Draft(profile="P1", form="plan", secret=False)
    await drafts.draft(clerk, walk.matter, wanted, walk.now)
    for key in WATCHERS:
        person = walk.staff.accounts[key].person_id
        await drafts.name_scrutineer(
            clerk, walk.matter, person=person, role="scrutineer", now=walk.now
        )
    walk.later(hours=1)
    call = rolls.Call(walk.now + timedelta(days=14), "社区大会议室", "李建华", "张小敏")
    await rolls.post_roll(clerk, walk.matter, call, walk.now)


async def open_vote(walk: Walk) -> None:
    """The roll frozen after its posting; ballots open until the evening of the meeting."""
    vote = await current_vote(walk.matter)
    walk.after(vote.posting_last_on)
    held_at = (await _meeting_time(walk)) or walk.now
    opens_at = max(walk.now + timedelta(hours=1), held_at - timedelta(hours=1))
    clerk = await walk.actor("zhangjingban")
    proposal = await dangerous.propose_freeze(
        clerk, walk.matter, opens_at=opens_at, closes_at=opens_at + walk.voting, now=walk.now
    )
    given = {"approval": proposal.id, "shown": proposal.digest}
    secretary = await walk.actor("lishuji")
    await dangerous.approve(secretary, walk.matter, **given, now=walk.later(minutes=20))
    await opening.open_vote(clerk, walk.matter, walk.later(minutes=10))
    walk.now = opens_at


async def _meeting_time(walk: Walk):
    meeting = await walk.matter.meetings.filter(stage="vote").order_by("-id").first()
    return meeting.held_at if meeting else None


async def cast(walk: Walk) -> None:
    """Most of the roll votes by phone, a few on paper; one signs in and casts nothing."""
    vote = await current_vote(walk.matter)
    entries = await RollEntry.filter(vote=vote).select_related("person")
    questions = await Question.filter(vote=vote)
    coming = max(len(entries) * walk.turnout // 100, 1)
    walk.later(hours=1)
    people = [row.person_id for row in entries[: coming + 1]]
    clerk = await walk.actor("zhangjingban")
    await attendance.sign_in(clerk, walk.matter, persons=people, now=walk.now)
    for number, entry in enumerate(entries[:coming]):
        answer = "against" if number % 12 == 5 else "abstain" if number % 25 == 7 else "for"
        choices = {str(question.number): answer for question in questions}
        if number < min(ON_PAPER, coming):
            await _on_paper(walk, entry.number, choices)
        else:
            await ballots.cast(
                await _voter(entry),
                walk.matter,
                entry_id=entry.id,
                choices=choices,
                code=ballots.new_code(),
                arrived=walk.now,
                now=walk.now,
            )
    walk.counts["voters"], walk.counts["cast"] = len(entries), coming


async def _on_paper(walk: Walk, number: int, choices: dict) -> None:
    given = {"number": number, "choices": choices, "now": walk.now}
    await sheets.enter(await walk.actor("zhangjingban"), walk.matter, **given)
    await sheets.confirm(await walk.actor("hejingban"), walk.matter, **given)


async def _voter(entry: RollEntry) -> Actor:
    """The voter as if signed in: the person of the roll line, at home."""
    home = await Member.filter(person_id=entry.person_id).select_related("household").first()
    path = home.household.path if home else "/"
    return Actor(
        name=entry.person.name,
        person_id=entry.person_id,
        homes=(home.household_id,) if home else (),
        offices=(Office(Role.RESIDENT, path),),
    )


async def ask_for_longer(walk: Walk) -> None:
    """What waits for a second person: one more day, which the clerk alone cannot give."""
    vote = await current_vote(walk.matter)
    longer = {"closes_at": (vote.closes_at + timedelta(days=1)).isoformat()}
    clerk = await walk.actor("zhangjingban")
    await dangerous.propose(clerk, walk.matter, "vote.extend", longer, walk.later(minutes=20))


async def count(walk: Walk) -> None:
    """Closed after the instant, certified by both scrutineers."""
    vote = await current_vote(walk.matter)
    walk.now = max(walk.now, vote.closes_at + timedelta(minutes=10))
    vote = await closing.close(await walk.actor("zhangjingban"), walk.matter, walk.now)
    for key in WATCHERS:
        watcher = await walk.actor(key)
        await closing.certify(
            watcher, walk.matter, shown=digest(vote.result), now=walk.later(minutes=20)
        )
    await walk.done("vote")


async def publish(walk: Walk) -> None:
    """The stage's notice drafted and checked by the clerk, signed off by the secretary."""
    walk.morning()
    clerk, secretary = await walk.actor("zhangjingban"), await walk.actor("lishuji")
    await notices.draft(clerk, walk.matter, note="", now=walk.now)
    waiting = await Notice.filter(matter=walk.matter, status="draft").first()
    seen = waiting.document_id
    await notices.check(clerk, walk.matter, waiting.id, shown=seen, now=walk.later(minutes=20))
    await notices.publish(secretary, walk.matter, waiting.id, now=walk.later(hours=1))
    await walk.render(walk.now)
    await prove(walk, "posted")


async def settle_decision(walk: Walk) -> None:
    """What the law wants beside the resolution is attached, and the period passes."""
    clerk = await walk.actor("zhangjingban")
    await attach_owners(
        clerk,
        walk.matter,
        kind="residents",
        decided_on=walk.now.date(),
        description="居民会议讨论了排水主管项目的居民出资：自愿、低保户和特困户免交。",
        now=walk.now,
    )
    await walk.period_over("decision_notice")
    await prove(walk, "end")
    await walk.done("decision_notice")
