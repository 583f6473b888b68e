"""Proposing a dangerous act, approving it as the second person, taking a proposal back.

    DANGEROUS = {"vote.extend": Dangerous(reasons, carry_out)}

`reasons` are asked when the act is proposed and again when it is approved: between the two the
world may have moved on.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from deliberation.accounts.models import Account
from deliberation.acting import Act, Actor, Refused, acting
from deliberation.approvals.models import Approval, payload_digest
from deliberation.matters.models import Matter

ALONE = "提出的人不能自己批准，请另一个人办理"
CHANGED = "内容在提出以后有改动，请重新提出"
NO_LONGER = "没有这件等待批准的事，或者已经办理过了"


async def _same_payload(matter: Matter, vote, name: str, payload: dict) -> str:
    return payload_digest(name, payload)


@dataclass(frozen=True)
class Dangerous:
    """An act that takes two people.

    `reasons(matter, vote, payload, now)` says why it may not happen; `carry_out(act, vote,
    approval)` does it; `digest(matter, vote, name, payload)` is what the approval is bound to, by
    default the payload itself. `quiet` acts leave no entry in the log (see `acting`).
    """

    reasons: Callable[[Matter, object, dict, datetime], Awaitable[list[str]]]
    carry_out: Callable[[Act, object, Approval], Awaitable[None]]
    digest: Callable[[Matter, object, str, dict], Awaitable[str]] = _same_payload
    quiet: bool = False


async def propose(
    actor: Actor,
    matter: Matter,
    vote,
    name: str,
    payload: dict,
    dangerous: Dangerous,
    now: datetime,
) -> Approval:
    """The first person's half. A later proposal of the same act takes the place of an earlier one.

    Raises Refused with the act's own reasons.
    """
    async with acting(actor, "vote.propose", now, matter=matter, quiet=dangerous.quiet) as act:
        reasons = await dangerous.reasons(matter, vote, payload, now)
        if reasons:
            raise Refused(*reasons)
        if not dangerous.quiet:
            await _take_back(act, Approval.filter(vote=vote, act=name, decision=""))
        made = await Approval.create(
            matter=matter,
            vote=vote,
            act=name,
            payload=payload,
            digest=await dangerous.digest(matter, vote, name, payload),
            proposed_at=now,
            proposed_by=actor.account_id,
            proposer_id=actor.person_id,
        )
        act.record(vote=vote.id, approval=made.id, proposes=name, digest=made.digest)
    return made


async def approve(
    actor: Actor,
    matter: Matter,
    approval: Approval,
    dangerous: Mapping[str, Dangerous],
    *,
    shown: str,
    now: datetime,
) -> None:
    """The second person's half: does what was proposed, if it is still what they were shown."""
    what = dangerous[approval.act]
    async with acting(actor, approval.act, now, matter=matter, quiet=what.quiet) as act:
        found = await Approval.filter(id=approval.id, decision="").select_for_update().first()
        if found is None:
            raise Refused(NO_LONGER)
        reasons = own_reasons(actor, found)
        vote = await found.vote
        if shown != found.digest:
            reasons.append(CHANGED)
        reasons = reasons or await what.reasons(matter, vote, found.payload, now)
        if reasons:
            raise Refused(*reasons)
        if await what.digest(matter, vote, found.act, found.payload) != found.digest:
            raise Refused(CHANGED)
        await _decide(act, found, "approved")
        await what.carry_out(act, vote, found)
        act.record(
            vote=vote.id,
            approval=found.id,
            proposed_by=found.proposed_by,
            approved_by=actor.account_id,
        )


async def withdraw(
    actor: Actor, matter: Matter, approval: Approval, *, quiet: bool, now: datetime
) -> None:
    """Takes a waiting proposal back; whoever may propose may take back."""
    async with acting(actor, "vote.propose", now, matter=matter, quiet=quiet) as act:
        waiting = Approval.filter(id=approval.id, decision="").select_for_update()
        if not await waiting.exists():
            raise Refused(NO_LONGER)
        await _take_back(act, waiting)
        act.record(vote=approval.vote_id, approval=approval.id, withdrawn=True)


def own_reasons(actor: Actor, approval: Approval) -> list[str]:
    """Why `actor` is not the second person, whichever account they use."""
    same_account = actor.account_id is None or actor.account_id == approval.proposed_by
    same_person = actor.person_id is not None and actor.person_id == approval.proposer_id
    return [ALONE] if same_account or same_person else []


async def is_same(actor: Actor, account: int | None) -> bool:
    """Whether `actor` is whoever used `account`: that account itself, or its person by another."""
    if actor.account_id is None or actor.account_id == account:
        return True
    other = await Account.get_or_none(id=account)
    known = other.person_id if other else None
    return known is not None and known == actor.person_id


async def _take_back(act: Act, waiting) -> None:
    for row in await waiting:
        await _decide(act, row, "withdrawn")


async def _decide(act: Act, row: Approval, decision: str) -> None:
    row.decision, row.decided_at = decision, act.now
    row.decided_by, row.decider_id = act.actor.account_id, act.actor.person_id
    await row.save(update_fields=["decision", "decided_at", "decided_by", "decider_id"])
