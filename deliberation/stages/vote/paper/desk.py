"""The desk of a secret vote: unmarked papers handed out, handed back unused, and put into the box.

Handing out and handing back take two people; like casting they leave no entry in the log, or it
would tell who voted when.
"""

from collections.abc import Iterable
from datetime import datetime

from deliberation import procedures
from deliberation.acting import Act, Actor, Forbidden, Refused, acting, permitted
from deliberation.approvals.actions import Dangerous
from deliberation.approvals.models import Approval
from deliberation.matters.models import Matter
from deliberation.refusals import noted
from deliberation.stages.vote.facts import current_vote
from deliberation.stages.vote.models import Vote, standing
from deliberation.stages.vote.paper.handling import handled
from deliberation.stages.vote.paper.models import Transcript

ISSUED = ("none", "paper_issued", "号已经投过票，或者已经领过纸质票")
HANDED_BACK = ("paper_issued", "none", "号没有领过纸质票，或者已经交票")
RETURNED = ("paper_issued", "voted", "号没有领过纸质票，或者已经交票")
Step = tuple[str, str, str]


async def return_papers(actor: Actor, matter: Matter, *, numbers: list[int], now: datetime) -> None:
    """The papers of these lines went into the box. After the closing instant this only catches up
    on what the desk had missed, and the log says of how many."""
    vote = await current_vote(matter)
    late = vote is not None and vote.closes_at is not None and now >= vote.closes_at
    async with acting(actor, "vote.return_paper", now, matter=matter, quiet=not late) as act:
        vote = await handled(matter, secret=True, now=now)
        if await Transcript.filter(vote=vote, refused_at__isnull=True).exists():
            raise Refused("箱里的票已经开始逐张录入，不能再登记交票")
        await _move(act, vote, numbers, RETURNED)
        act.record(vote=vote.id, papers=len(numbers))


async def proposed(actor: Actor, matter: Matter, name: str, numbers: Iterable[int]) -> list[str]:
    """Why these numbers may not be proposed: they wait already. Raises Forbidden for whoever has
    no business at the desk, who must not learn of it."""
    stage = procedures.get(matter.procedure).stage(matter.stage) if matter.stage else None
    reasons = permitted(actor, "vote.propose", path=matter.path, stage=stage)
    if reasons:
        with noted(name, None, matter.id):
            raise Forbidden(*reasons)
    rows = await Approval.filter(matter=matter, act=name, decision="")
    waiting = {number for row in rows for number in row.payload["numbers"]}
    return [f"{number}号已经提出过，正等第二个人批准" for number in sorted(set(numbers) & waiting)]


async def _move(act: Act, vote: Vote, numbers: list[int], step: Step) -> None:
    """All of the lines, or none."""
    before, after, _ = step
    reasons = await _wrong(vote, numbers, step)
    if reasons:
        raise Refused(*reasons)
    lines = standing(vote).filter(number__in=numbers, state=before)
    moved = await lines.update(state=after, channel="paper" if after == "voted" else "")
    if moved != len(numbers):
        raise Refused("名册上的登记刚刚有变动，请刷新页面后重新办理")


async def _wrong(vote: Vote, numbers: list[int], step: Step) -> list[str]:
    """One sentence for every number that does not stand where the step begins."""
    before, _, wrong = step
    found = dict(await standing(vote).filter(number__in=numbers).values_list("number", "state"))
    return [
        f"{number}{wrong}" if number in found else f"名册上没有{number}号"
        for number in sorted(numbers)
        if found.get(number) != before
    ]


async def _desk_reasons(vote: Vote, payload: dict, now: datetime, step: Step) -> list[str]:
    if vote.status != "open" or not vote.opens_at <= now < vote.closes_at:
        return ["纸质票只在表决时间内发放和退回"]
    if not vote.secret:
        return ["记名表决用编号的表决票，不用登记领票"]
    return await _wrong(vote, payload["numbers"], step)


async def _issue_reasons(matter: Matter, vote: Vote, payload: dict, now: datetime) -> list[str]:
    return await _desk_reasons(vote, payload, now, ISSUED)


async def _back_reasons(matter: Matter, vote: Vote, payload: dict, now: datetime) -> list[str]:
    return await _desk_reasons(vote, payload, now, HANDED_BACK)


async def _issue(act: Act, vote: Vote, approval: Approval) -> None:
    """Unmarked papers handed out to these lines: the phone is refused from now on."""
    await _move(act, vote, approval.payload["numbers"], ISSUED)


async def _hand_back(act: Act, vote: Vote, approval: Approval) -> None:
    """Issued papers came back unused and are cancelled: the phone is open again."""
    await _move(act, vote, approval.payload["numbers"], HANDED_BACK)


ISSUE = Dangerous(_issue_reasons, _issue, quiet=True)
HAND_BACK = Dangerous(_back_reasons, _hand_back, quiet=True)
