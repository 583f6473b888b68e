"""Numbered sheets of a named vote: entered by one person, entered again by another who does not
see the first entry; only when both agree does a sheet count, and then it stands over the phone.

Like casting these acts leave no entry in the log before the end, or it would tell who voted when;
the rows keep who entered and who confirmed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from deliberation.acting import Actor, Refused, acting
from deliberation.calendar import local_date
from deliberation.documents.actions import keep
from deliberation.documents.uploads import Upload
from deliberation.matters.models import Matter
from deliberation.stages.vote.count.tally import check_choices
from deliberation.stages.vote.facts import asked
from deliberation.stages.vote.models import Ballot, RollEntry, Vote
from deliberation.stages.vote.paper.facts import WAITS
from deliberation.stages.vote.paper.handling import DIFFERS, check_second, handled, line, officers
from deliberation.stages.vote.paper.models import Assistance
from deliberation.stages.vote.paper.rules import help_blockers

LATE = (
    "表决已经截止。截止以前交到社区的票可以补录，请勾选“截止以前已经交来”；截止以后交来的不能计入"
)


@dataclass(frozen=True)
class Help:
    """Ids of people: whoever wrote for someone who cannot, and the two who saw it."""

    helper: int | None = None
    witness: int | None = None
    second_witness: int | None = None


NOBODY = Help()


async def enter(
    actor: Actor,
    matter: Matter,
    *,
    number: int,
    choices: Mapping[str, str],
    now: datetime,
    handed_in: bool = False,
    scan: Upload | None = None,
    help: Help = NOBODY,
) -> None:
    """Enters the sheet of roll line `number`; nothing counts before `confirm`. `handed_in` says
    of a sheet entered after the closing instant that it had come before."""
    async with acting(actor, "vote.enter_paper", now, matter=matter, quiet=True) as act:
        vote = await handled(matter, secret=False, now=now)
        entry = await line(vote, number)
        reasons = await _reasons(vote, entry, choices)
        if now >= vote.closes_at and not handed_in:
            reasons.append(LATE)
        reasons += await _help_reasons(matter, entry, help, now)
        if reasons:
            raise Refused(*reasons)
        ballot = await Ballot.create(
            entry=entry,
            version=await Ballot.filter(entry=entry).count() + 1,
            choices=dict(choices),
            channel="paper",
            cast_at=now,
            entered_by=actor.account_id,
            scan=scan and await keep(act, **vars(scan)),
        )
        if help.helper:
            await Assistance.create(
                ballot=ballot,
                helper_id=help.helper,
                witness_id=help.witness,
                second_witness_id=help.second_witness,
            )


async def _reasons(vote: Vote, entry: RollEntry, choices: Mapping[str, str]) -> list[str]:
    if entry.channel == "paper":
        return [f"{entry.number}号的纸质票已经核对计入，不能再录"]
    if await _pending(entry):
        return [f"{entry.number}号的纸质票已经录过一次，请另一个人核对"]
    return check_choices(await asked(vote), choices, paper=True)


async def _help_reasons(matter: Matter, entry: RollEntry, help: Help, now: datetime) -> list[str]:
    people = [help.helper, help.witness, help.second_witness]
    reasons = help_blockers(help.helper, people[1:], entry.person_id)
    if reasons or not any(people):
        return reasons
    known = {person.id for person in await officers(matter, local_date(now))}
    return [] if set(people) <= known else ["代写人、见证人请从列出的人里选"]


async def confirm(
    actor: Actor, matter: Matter, *, number: int, choices: Mapping[str, str], now: datetime
) -> None:
    """The second entry, by another person: equal to the first one it counts, and stands."""
    async with acting(actor, "vote.confirm_paper", now, matter=matter, quiet=True):
        vote = await handled(matter, secret=False, now=now)
        entry = await line(vote, number)
        sheet = await _waiting(entry)
        await check_second(actor, sheet.entered_by)
        reasons = check_choices(await asked(vote), choices, paper=True)
        if reasons:
            raise Refused(*reasons)
        if dict(choices) != sheet.choices:
            raise Refused(DIFFERS)
        sheet.confirmed_by = actor.account_id
        await sheet.save(update_fields=["confirmed_by"])
        await RollEntry.filter(id=entry.id).update(state="voted", channel="paper")


async def refuse(actor: Actor, matter: Matter, *, number: int, now: datetime) -> None:
    """Takes back an unconfirmed entry; what the voter cast by phone stays as it was."""
    async with acting(actor, "vote.confirm_paper", now, matter=matter, quiet=True):
        vote = await handled(matter, secret=False, now=now)
        sheet = await _waiting(await line(vote, number))
        sheet.refused_at = now
        await sheet.save(update_fields=["refused_at"])


async def _waiting(entry: RollEntry) -> Ballot:
    sheet = await _pending(entry)
    if sheet is None:
        raise Refused(f"{entry.number}号没有等待核对的纸质票")
    return sheet


async def _pending(entry: RollEntry) -> Ballot | None:
    return await Ballot.filter(WAITS, entry=entry, channel="paper").first()
