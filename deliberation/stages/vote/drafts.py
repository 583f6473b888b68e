"""Drafting a vote, and naming who watches and counts."""

from dataclasses import dataclass
from datetime import datetime

from deliberation.acting import Actor, Refused, acting
from deliberation.calendar import local_date
from deliberation.matters.facts import current_passage, final_plan
from deliberation.matters.models import Matter, Plan
from deliberation.people.models import Appointment, Person, in_office
from deliberation.procedure import STAFF, Role
from deliberation.stages.notices import words
from deliberation.stages.vote.facts import current_vote
from deliberation.stages.vote.models import Question, Scrutineer, Vote
from deliberation.stages.vote.profiles import PROFILES, as_json
from deliberation.stages.vote.questions import questions_for
from deliberation.stages.vote.rules import SCHEMES

WATCHERS = (Role.SUPERVISOR, Role.REPRESENTATIVE)
SCHEME_MOST = 60  # characters that fit a line of the ballot twice


@dataclass(frozen=True)
class Draft:
    """What the drafting form asks. `schemes` are the labels of a choice; `checkable` lets each
    voter of a secret vote find the own answers in the list, and whoever forces them, too."""

    profile: str
    form: str
    secret: bool
    checkable: bool = False
    schemes: tuple[str, ...] = ()


async def draft(actor: Actor, matter: Matter, wanted: Draft, now: datetime) -> Vote:
    """Drafts the vote on the final plan, or drafts it anew while it is still a draft."""
    async with acting(actor, "vote.draft", now, matter=matter) as act:
        plan = await final_plan(matter)
        _check(wanted, plan)
        vote = await current_vote(matter)
        if vote is None or vote.status == "void":
            vote = Vote(matter=matter, passage=await current_passage(matter, "vote"))
        elif vote.status != "draft":
            raise Refused("名册已经公示，表决不能再改；确需改动请由书记作废后重新起草")
        vote.plan, vote.profile = plan, as_json(PROFILES[wanted.profile])
        vote.form, vote.secret, vote.status = wanted.form, wanted.secret, "draft"
        vote.checkable = wanted.secret and wanted.checkable
        vote.drafted_at, vote.drafted_by = now, actor.account_id
        await vote.save()
        await Question.filter(vote=vote).delete()
        drafted = await questions_for(matter, plan, wanted.form, wanted.schemes)
        for number, one in enumerate(drafted, 1):
            await Question.create(
                vote=vote,
                number=number,
                kind=one.kind,
                text=one.text,
                options=one.options,
                item_id=one.item_id,
            )
        act.record(vote=vote.id, profile=wanted.profile, form=wanted.form, secret=wanted.secret)
    return vote


def _check(wanted: Draft, plan: Plan | None) -> None:
    if plan is None:
        raise Refused("还没有定稿的方案，请先回到“相关单位商议”把方案定稿")
    profile = PROFILES[wanted.profile]
    if wanted.secret and not profile.secret_allowed:
        raise Refused(f"“{profile.name}”要按面积计票，只能记名表决")
    least, most = SCHEMES
    distinct = len(set(wanted.schemes)) == len(wanted.schemes)
    if wanted.form == "choice" and not (least <= len(wanted.schemes) <= most and distinct):
        raise Refused(f"请写{least}到{most}个不同的方案，每行一个")
    for label in wanted.schemes:  # the rest of a question comes from the plan, searched with it
        words.check("方案的名称", label, most=SCHEME_MOST)


async def name_scrutineer(
    actor: Actor, matter: Matter, *, person: int, role: str, now: datetime
) -> None:
    """Names a scrutineer or teller; whoever proposes or enters paper ballots does not watch."""
    async with acting(actor, "vote.name_scrutineer", now, matter=matter) as act:
        vote = await _before_freeze(matter)
        if not await candidates(matter, now, id=person):
            raise Refused(
                "监票人、计票人要从居务监督委员会成员或居民代表里选，书记、“两委”成员、经办人不能兼任"
            )
        if await Scrutineer.filter(vote=vote, person_id=person).exists():
            raise Refused("这个人已经登记过了，监票人和计票人不能是同一个人")
        await Scrutineer.create(vote=vote, person_id=person, role=role)
        act.record(vote=vote.id, person=person, role=role)


async def remove_scrutineer(actor: Actor, matter: Matter, *, person: int, now: datetime) -> None:
    async with acting(actor, "vote.name_scrutineer", now, matter=matter) as act:
        vote = await _before_freeze(matter)
        await Scrutineer.filter(vote=vote, person_id=person).delete()
        act.record(vote=vote.id, removed=person)


async def candidates(matter: Matter, now: datetime, **only) -> list[Person]:
    """Who may watch or count: supervisors and representatives of the community, never its staff,
    who propose the plan and enter the paper ballots."""
    held = Appointment.filter(in_office(local_date(now)), place__path__startswith=matter.path)
    staff = await held.filter(role__in=STAFF).values_list("person_id", flat=True)
    ids = await held.filter(role__in=WATCHERS).values_list("person_id", flat=True)
    return await Person.filter(id__in=set(ids) - set(staff)).filter(**only)


async def _before_freeze(matter: Matter) -> Vote:
    vote = await current_vote(matter)
    if vote is None or vote.status not in ("draft", "posted"):
        raise Refused("监票人、计票人要在名册冻结之前登记")
    return vote
