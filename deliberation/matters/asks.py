"""What a matter asks of one person now: words, a vote, a look at a notice, a verdict. Reads only.

Residents are told first what waits for them: on 我的, and as the one big button of a matter.
"""

from dataclasses import dataclass
from datetime import datetime

from deliberation.acting import Actor, may
from deliberation.calendar import day_text, end_of, moment_text
from deliberation.matters.models import Matter
from deliberation.matters.standing import Standing
from deliberation.procedure import STAFF, Role
from deliberation.stages.implementation.evaluations import evaluation_of, own_household
from deliberation.stages.notices.models import Notice
from deliberation.stages.opinions.models import Opinion
from deliberation.stages.opinions.rules import closed
from deliberation.stages.opinions.speakers import own
from deliberation.stages.vote.facts import current_vote
from deliberation.stages.vote.models import Vote
from deliberation.stages.vote.roll.own import own_entries
from deliberation.stages.vote.rules import is_casting


@dataclass(frozen=True)
class Ask:
    """`until` is when it ends; `done`: the person has answered already and may still come back."""

    matter: Matter
    url: str
    label: str
    text: str
    until: datetime | None = None
    done: bool = False

    @property
    def rank(self) -> tuple:
        """Sorts what waits before what is done, and what ends first before the rest."""
        return (self.done, self.until is None, self.until)


async def asks(stands: Standing, actor: Actor, now: datetime) -> list[Ask]:
    """What `actor` may do now where the matter stands, the most pressing first."""
    matter, stage = stands.matter, stands.stage
    if stage is None:
        return []
    found = []
    roles = actor.roles_at(matter.path)
    speaks = Role.RESIDENT in roles or not roles & STAFF
    if speaks and may(actor, "opinions.submit", matter, stage):
        found += await _opinion(stands, actor, now)
    if may(actor, "vote.cast", matter, stage):
        found += await _vote(matter, actor, now)
    if stage.key in ("decision_notice", "result_notice"):
        found += await _notice(stands, now)
    if may(actor, "implementation.evaluate", matter, stage):
        found += await _evaluation(matter, actor)
    return sorted(found, key=lambda ask: ask.rank)


async def _opinion(stands: Standing, actor: Actor, now: datetime) -> list[Ask]:
    matter, last_on = stands.matter, stands.passage.last_on
    if closed(last_on, now):
        return []
    said = actor.account_id and await Opinion.filter(await own(actor), matter=matter).exists()
    until = f"征求意见到{day_text(last_on)}24:00"
    text = f"您已经说过，还可以再说。{until}。" if said else f"{until}。"
    label = "再说几句" if said else "说说您的想法"
    url = f"/matters/{matter.id}/opinions/survey"
    return [Ask(matter, url, label, text, end_of(last_on), bool(said))]


async def _vote(matter: Matter, actor: Actor, now: datetime) -> list[Ask]:
    vote = await current_vote(matter)
    entries = await own_entries(vote, actor) if vote else []
    if not entries:
        return []
    if vote.status == "posted":
        text = f"您在名册上。名册公示到{day_text(vote.posting_last_on)}24:00，不对可以提异议。"
        return [Ask(matter, f"/matters/{matter.id}/vote/roll", "核对名册", text, done=True)]
    if not _open(vote, now):
        return []
    until = f"{moment_text(vote.closes_at)}截止"
    url = f"/matters/{matter.id}/vote"
    if any(entry.state == "none" for entry in entries):
        return [Ask(matter, url, "去投票", f"正在投票，{until}。您还没有投。", vote.closes_at)]
    if any(entry.state == "paper_issued" for entry in entries):
        return [Ask(matter, url, "看表决", f"您领了纸质票，请用纸质票投，{until}。", done=True)]
    if any(entry.channel == "paper" for entry in entries):
        return [Ask(matter, url, "看表决", "您的纸质票已经收到，以纸质票为准。", done=True)]
    return [Ask(matter, url, "看表决", f"您已经投过票，{until}。", done=True)]


def _open(vote: Vote, now: datetime) -> bool:
    return vote.status == "open" and is_casting(vote.status, vote.opens_at, vote.closes_at, now)


async def _notice(stands: Standing, now: datetime) -> list[Ask]:
    matter = stands.matter
    notice = await Notice.filter(passage=stands.passage, status="published").order_by("-id").first()
    if notice is None or notice.last_on is None or now >= end_of(notice.last_on):
        return []
    text = f"公示到{day_text(notice.last_on)}24:00，有异议可以提。"
    return [Ask(matter, f"/notices/{notice.code}", "看公示", text, done=True)]


async def _evaluation(matter: Matter, actor: Actor) -> list[Ask]:
    home = await own_household(actor, matter)
    if home is None:
        return []
    given = await evaluation_of(home, matter)
    url = f"/matters/{matter.id}/evaluation"
    if given:
        return [Ask(matter, url, "看评议", "您家已经评议过，还可以改。", done=True)]
    return [Ask(matter, url, "去评议", "这件事办得怎么样？一户一票。")]
