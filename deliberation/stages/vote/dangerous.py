"""What takes two people at the vote's stage, in one list, and what waits for its second person."""

from dataclasses import dataclass
from datetime import datetime

from deliberation.accounts.models import Account
from deliberation.acting import Actor, Forbidden, Refused
from deliberation.approvals import actions as approvals
from deliberation.approvals.actions import NO_LONGER, Dangerous, own_reasons
from deliberation.approvals.models import Approval
from deliberation.calendar import moment_text
from deliberation.matters.models import Matter
from deliberation.people.models import Person
from deliberation.procedure import STAFF
from deliberation.refusals import noted
from deliberation.stages.vote import freezing
from deliberation.stages.vote.casting import secrecy
from deliberation.stages.vote.closing import CONCLUDE
from deliberation.stages.vote.facts import current_vote
from deliberation.stages.vote.freezing import FREEZE
from deliberation.stages.vote.limits import lapsed
from deliberation.stages.vote.models import RollEntry, Vote
from deliberation.stages.vote.opening import END_EARLY, EXTEND
from deliberation.stages.vote.paper.desk import HAND_BACK, ISSUE
from deliberation.stages.vote.paper.gaps import EXPLAIN
from deliberation.stages.vote.paper.rules import AT_THE_DESK, spans
from deliberation.stages.vote.roll.amending import AMEND
from deliberation.stages.vote.rules import SECOND
from deliberation.stages.vote.voiding import VOID

DANGEROUS: dict[str, Dangerous] = {
    "vote.freeze": FREEZE,
    "vote.extend": EXTEND,
    "vote.end_early": END_EARLY,
    "vote.amend": AMEND,
    "vote.void": VOID,
    "vote.conclude": CONCLUDE,
    "vote.issue_paper": ISSUE,
    "vote.hand_back": HAND_BACK,
    "vote.explain_paper": EXPLAIN,
}


async def propose(
    actor: Actor, matter: Matter, name: str, payload: dict, now: datetime
) -> Approval:
    """The first person's half of a dangerous act on the current vote."""
    vote = await current_vote(matter)
    if vote is None:
        raise Refused("还没有起草表决")
    return await approvals.propose(actor, matter, vote, name, payload, DANGEROUS[name], now)


async def propose_freeze(
    actor: Actor,
    matter: Matter,
    *,
    opens_at: datetime | None,
    closes_at: datetime,
    now: datetime,
) -> Approval:
    """Proposes manifest and roll; ballots open at `opens_at`, or as soon as it is announced."""
    if opens_at and opens_at < now:
        raise Refused("开始时间不能早于现在")
    payload = freezing.payload_of(opens_at, closes_at, now)
    return await propose(actor, matter, "vote.freeze", payload, now)


async def approve(
    actor: Actor, matter: Matter, *, approval: int, shown: str, now: datetime
) -> None:
    """The second person's half; `shown` is the digest they saw."""
    with noted("vote.approve", actor.account_id, matter.id):
        found = await _waiting(actor, matter, approval)
        await approvals.approve(actor, matter, found, DANGEROUS, shown=shown, now=now)
    if found.act == "vote.void" and (await found.vote).secret:
        # A void vote's ballots stay, and stay unlinked like counted ones.
        await secrecy.scrub()


async def withdraw(actor: Actor, matter: Matter, *, approval: int, now: datetime) -> None:
    with noted("vote.withdraw", actor.account_id, matter.id):
        found = await _waiting(actor, matter, approval)
    quiet = DANGEROUS[found.act].quiet
    await approvals.withdraw(actor, matter, found, quiet=quiet, now=now)


async def _waiting(actor: Actor, matter: Matter, approval: int) -> Approval:
    if not actor.roles_at(matter.path) & (STAFF | SECOND):
        raise Forbidden("等待批准的事由社区和居务监督委员会办理")
    found = await Approval.get_or_none(id=approval, matter=matter, decision="")
    if found is None:
        raise Refused(NO_LONGER)
    return found


@dataclass(frozen=True)
class Pending:
    """A proposal as the second person reads it: whose, what, and why they cannot approve it;
    `lapsed` when nobody ever can."""

    approval: Approval
    by: str
    lines: list[str]
    reasons: list[str]
    lapsed: bool


async def pending(
    vote: Vote, matter: Matter, actor: Actor, now: datetime, *, desk: bool = False
) -> list[Pending]:
    """What waits for a second person: at the paper desk, or everywhere else."""
    rows = await Approval.filter(vote=vote, decision="")
    wanted = [row for row in rows if (row.act in AT_THE_DESK) is desk]
    accounts = Account.filter(id__in=[row.proposed_by for row in wanted])
    names = dict(await accounts.values_list("id", "person__name")) if wanted else {}
    return [
        Pending(
            row,
            names.get(row.proposed_by) or "",
            await _lines(vote, row),
            own_reasons(actor, row)
            or await DANGEROUS[row.act].reasons(matter, vote, row.payload, now),
            lapsed(row.act, row.payload, vote.status, vote.closes_at, now),
        )
        for row in wanted
    ]


async def _lines(vote: Vote, approval: Approval) -> list[str]:
    """The proposal in sentences, complete: whoever signs must see what they sign."""
    payload = approval.payload
    if approval.act == "vote.freeze":
        opens_at, closes_at = freezing.times(payload)
        voters = await RollEntry.filter(vote=vote).count()
        return [
            f"名册{voters}人，冻结以后不再改动",
            f"投票从{moment_text(opens_at)}到{moment_text(closes_at)}",
            f"指纹{approval.digest[:32]}",
        ]
    if approval.act == "vote.extend":
        new = datetime.fromisoformat(payload["closes_at"])
        return [f"截止时间从{moment_text(vote.closes_at)}延长到{moment_text(new)}"]
    if approval.act == "vote.end_early":
        return ["名册上的人都已经投票，现在截止"]
    if approval.act == "vote.amend":
        struck = "、".join(f"{number}号" for number in payload["strike"])
        added = await _names(payload["add"])
        return [
            *([f"补上：{added}"] if added else []),
            *([f"去掉：{struck}"] if struck else []),
            f"原因：{payload['reason']}",
        ]
    if approval.act == "vote.void":
        return [f"作废本次表决，原因：{payload['reason']}"]
    if approval.act == "vote.conclude":
        return ["公告结果，按“未通过”或者“流会”办理"]
    if approval.act == "vote.explain_paper":
        return [
            f"交回的纸质票有{payload['missing']}张没有计入，按未交票办理，原因：{payload['reason']}"
        ]
    numbers = payload["numbers"]
    return [f"名册{spans(numbers)}号，共{len(numbers)}张"]


async def _names(keys: list[str]) -> str:
    people = await Person.filter(id__in=[int(key.split("-")[0]) for key in keys])
    return "、".join(person.name for person in people)
