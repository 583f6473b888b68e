"""Paper ballots: numbered sheets of a named vote, unmarked papers of a secret one.

Two people: one enters, another enters the same again without seeing the first entry; only when
both agree does paper count, and then it stands over the phone. Like casting these acts leave no
entry in the log before the end, or it would tell who voted when; the rows keep who entered and
who confirmed.
"""

from collections.abc import Mapping
from datetime import datetime

from deliberation.acting import Act, Actor, Refused, acting
from deliberation.approvals.actions import Dangerous
from deliberation.approvals.models import Approval
from deliberation.matters.models import Matter
from deliberation.stages.vote.facts import asked, current_vote
from deliberation.stages.vote.models import Ballot, PaperCount, RollEntry, Vote, standing
from deliberation.stages.vote.rules import BATCH_MOST, VOTING
from deliberation.stages.vote.tally import Answer, check_choices

DIFFERS = "与第一次录入不一致，没有计入；请两人对照票面，录错的一方退回后重新录入"
OTHER = "同一张票要由另一个人核对"


async def enter_sheet(
    actor: Actor, matter: Matter, *, number: int, choices: Mapping[str, str], now: datetime
) -> None:
    """Enters the sheet of roll line `number` of a named vote; nothing counts before `confirm`."""
    async with acting(actor, "vote.enter_paper", now, matter=matter, quiet=True):
        vote = await _open(matter, secret=False, now=now)
        entry = await _entry(vote, number)
        await _check(vote, choices)
        if entry.channel == "paper":
            raise Refused(f"{number}号的纸质票已经核对计入，不能再录")
        if await _pending(entry):
            raise Refused(f"{number}号的纸质票已经录过一次，请另一个人核对")
        await Ballot.create(
            entry=entry,
            version=await Ballot.filter(entry=entry).count() + 1,
            choices=dict(choices),
            channel="paper",
            cast_at=now,
            entered_by=actor.account_id,
        )


async def confirm_sheet(
    actor: Actor, matter: Matter, *, number: int, choices: Mapping[str, str], now: datetime
) -> None:
    """The second entry, by another account: equal to the first one it counts, and stands."""
    async with acting(actor, "vote.confirm_paper", now, matter=matter, quiet=True):
        vote = await _open(matter, secret=False, now=now)
        entry = await _entry(vote, number)
        sheet = await _pending(entry)
        if sheet is None:
            raise Refused(f"{number}号没有等待核对的纸质票")
        if sheet.entered_by == actor.account_id:
            raise Refused(OTHER)
        await _check(vote, choices)
        if dict(choices) != sheet.choices:
            raise Refused(DIFFERS)
        sheet.confirmed_by = actor.account_id
        await sheet.save(update_fields=["confirmed_by"])
        await RollEntry.filter(id=entry.id).update(state="voted", channel="paper")


async def refuse_sheet(actor: Actor, matter: Matter, *, number: int, now: datetime) -> None:
    """Takes back an unconfirmed entry; what the voter cast by phone stays as it was."""
    async with acting(actor, "vote.confirm_paper", now, matter=matter, quiet=True):
        vote = await _open(matter, secret=False, now=now)
        sheet = await _pending(await _entry(vote, number))
        if sheet is None:
            raise Refused(f"{number}号没有等待核对的纸质票")
        sheet.refused_at = now
        await sheet.save(update_fields=["refused_at"])


async def return_paper(actor: Actor, matter: Matter, *, number: int, now: datetime) -> None:
    """The paper of `number` went into the box."""
    async with acting(actor, "vote.return_paper", now, matter=matter, quiet=True) as act:
        vote = await _open(matter, secret=True, now=now)
        await _move(act, vote, [number], RETURNED)


ISSUED = ("none", "paper_issued", "号已经投过票，或者已经领过纸质票")
HANDED_BACK = ("paper_issued", "none", "号没有领过纸质票，或者已经交票")
RETURNED = ("paper_issued", "voted", "号没有领过纸质票，或者已经交票")


async def _move(act: Act, vote: Vote, numbers: list[int], step: tuple[str, str, str]) -> None:
    """All of the lines, or none."""
    before, after, wrong = step
    for number in numbers:
        moved = (
            await standing(vote)
            .filter(number=number, state=before)
            .update(state=after, channel="paper" if after == "voted" else "")
        )
        if moved != 1:
            raise Refused(f"{number}{wrong}")


async def _desk_reasons(
    matter: Matter, vote: Vote, payload: dict, now: datetime, step: tuple[str, str, str]
) -> list[str]:
    if vote.status != "open" or not vote.opens_at <= now < vote.closes_at:
        return ["纸质票只在表决时间内发放和退回"]
    if not vote.secret:
        return ["记名表决用编号的表决票，不用登记领票"]
    before, _, wrong = step
    fits = await standing(vote).filter(number__in=payload["numbers"], state=before)
    rest = set(payload["numbers"]) - {row.number for row in fits}
    return [f"{number}{wrong}" for number in sorted(rest)]


async def _issue_reasons(matter: Matter, vote: Vote, payload: dict, now: datetime) -> list[str]:
    return await _desk_reasons(matter, vote, payload, now, ISSUED)


async def _back_reasons(matter: Matter, vote: Vote, payload: dict, now: datetime) -> list[str]:
    return await _desk_reasons(matter, vote, payload, now, HANDED_BACK)


async def _issue(act: Act, vote: Vote, approval: Approval) -> None:
    """Unmarked papers handed out to these lines: the phone is refused from now on."""
    await _move(act, vote, approval.payload["numbers"], ISSUED)


async def _hand_back(act: Act, vote: Vote, approval: Approval) -> None:
    """Issued papers came back unused and are cancelled: the phone is open again."""
    await _move(act, vote, approval.payload["numbers"], HANDED_BACK)


ISSUE = Dangerous(_issue_reasons, _issue, quiet=True)
HAND_BACK = Dangerous(_back_reasons, _hand_back, quiet=True)


async def enter_count(
    actor: Actor, matter: Matter, *, papers: int, tallies: Mapping[str, dict], now: datetime
) -> None:
    """Enters a batch of papers as counted: `tallies` maps question to option to heads."""
    async with acting(actor, "vote.enter_paper", now, matter=matter) as act:
        vote = await _counting(matter, now)
        await _check_batch(vote, papers, tallies)
        batch = await PaperCount.create(
            vote=vote,
            papers=papers,
            tallies=dict(tallies),
            entered_at=now,
            entered_by=actor.account_id,
        )
        act.record(batch=batch.id, papers=papers)


async def confirm_count(
    actor: Actor,
    matter: Matter,
    *,
    batch: int,
    papers: int,
    tallies: Mapping[str, dict],
    now: datetime,
) -> None:
    """The second count of a batch by another account; equal to the first one it counts."""
    async with acting(actor, "vote.confirm_paper", now, matter=matter) as act:
        found = await _batch(await _counting(matter, now), batch)
        if found.entered_by == actor.account_id:
            raise Refused(OTHER)
        if (papers, dict(tallies)) != (found.papers, found.tallies):
            raise Refused(DIFFERS)
        found.confirmed_by = actor.account_id
        await found.save(update_fields=["confirmed_by"])
        act.record(batch=found.id)


async def refuse_count(actor: Actor, matter: Matter, *, batch: int, now: datetime) -> None:
    async with acting(actor, "vote.confirm_paper", now, matter=matter) as act:
        found = await _batch(await _counting(matter, now), batch)
        found.refused_at = now
        await found.save(update_fields=["refused_at"])
        act.record(refused=found.id)


async def _open(matter: Matter, *, secret: bool, now: datetime) -> Vote:
    """The vote while paper may be handled: from its opening until it is closed and counted."""
    vote = await current_vote(matter)
    if vote is None or vote.status not in VOTING or now < vote.opens_at:
        raise Refused("表决没有在进行，不能办理纸质票")
    if vote.secret is not secret:
        raise Refused("无记名表决用空白票，分批计票" if vote.secret else "记名表决用编号的表决票")
    return vote


async def _counting(matter: Matter, now: datetime) -> Vote:
    """Papers are counted after the closing instant only: nobody knows a part of the result."""
    vote = await _open(matter, secret=True, now=now)
    if now < vote.closes_at:
        raise Refused("到截止时间以后才能开箱计票")
    return vote


async def _entry(vote: Vote, number: int) -> RollEntry:
    """The line, locked: entering and confirming one sheet follow one another."""
    entry = await standing(vote).filter(number=number).select_for_update().first()
    if entry is None:
        raise Refused(f"名册上没有{number}号")
    return entry


async def _pending(entry: RollEntry) -> Ballot | None:
    waiting = Ballot.filter(entry=entry, channel="paper", confirmed_by__isnull=True)
    return await waiting.filter(refused_at__isnull=True).first()


async def _check(vote: Vote, choices: Mapping[str, str]) -> None:
    reasons = check_choices(await asked(vote), choices, paper=True)
    if reasons:
        raise Refused(*reasons)


async def _check_batch(vote: Vote, papers: int, tallies: Mapping[str, dict]) -> None:
    if not 1 <= papers <= BATCH_MOST:
        raise Refused(f"一批1到{BATCH_MOST}张票")
    questions = {question.key: question for question in await asked(vote)}
    if tallies.keys() != questions.keys():
        raise Refused("计票表与本次表决的问题不一致，请刷新页面")
    for key, question in questions.items():
        if tallies[key].keys() != question.answers | {Answer.INVALID.value}:
            raise Refused("计票表的选项不完整，请刷新页面")
        if sum(tallies[key].values()) != papers:
            raise Refused(f"“{question.text}”各项合计要等于本批票数{papers}")
    counted = await PaperCount.filter(vote=vote, refused_at__isnull=True).values_list(
        "papers", flat=True
    )
    returned = await standing(vote).filter(channel="paper", state="voted").count()
    if sum(counted) + papers > returned:
        raise Refused(f"交回的纸质票一共{returned}张，已录{sum(counted)}张，不能再录{papers}张")


async def _batch(vote: Vote, batch: int) -> PaperCount:
    waiting = PaperCount.filter(id=batch, vote=vote, confirmed_by__isnull=True)
    found = await waiting.filter(refused_at__isnull=True).first()
    if found is None:
        raise Refused("没有这一批待核对的票，或者已经核对过了")
    return found
