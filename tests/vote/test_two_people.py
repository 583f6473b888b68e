"""Two people for whatever is dangerous: nothing happens by one hand, whatever is sent.

The acts come from `DANGEROUS`; one without a case here fails.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from deliberation.accounts.models import Account
from deliberation.accounts.signed_in import actor_for
from deliberation.act_names import ACT_NAMES
from deliberation.acting import Actor, Refused
from deliberation.approvals.actions import ALONE, CHANGED, NO_LONGER
from deliberation.approvals.models import Approval
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Matter
from deliberation.people.models import Person
from deliberation.stages.notices.actions import publish
from deliberation.stages.notices.models import Notice, Objection
from deliberation.stages.vote import closing, dangerous
from deliberation.stages.vote.count.counting import digest
from deliberation.stages.vote.dangerous import DANGEROUS
from deliberation.stages.vote.freezing import payload_of
from deliberation.stages.vote.models import Certification, PaperCount, RollEntry, Vote
from deliberation.stages.vote.paper import batches, desk, sheets, transcribing
from deliberation.stages.vote.paper.models import Transcript
from deliberation.stages.vote.paper.rules import AT_THE_DESK
from deliberation.stages.vote.roll import rolls
from tests.cast import matter_at, plan_of
from tests.vote.raw import Raw
from tests.vote.voting import cast, open_vote, two_people

pytestmark = pytest.mark.anyio
CAST = ("赵大妈", "钱师傅", "冯老师")
Prepared = tuple[Matter, dict]


async def _posted(world) -> Prepared:
    matter, vote, _ = await open_vote(world, 3, status="posted")
    world.later(days=4)
    return matter, payload_of(None, world.now + timedelta(days=2), world.now)


async def _named(world, **payload) -> Prepared:
    matter, _, _ = await open_vote(world, 3)
    return matter, payload


async def _extend(world) -> Prepared:
    return await _named(world, closes_at=(world.now + timedelta(days=3)).isoformat())


async def _early(world) -> Prepared:
    matter, _, entries = await open_vote(world, 2)
    for entry in entries:
        await cast(world, matter, entry, "for")
    return matter, {}


async def _amend(world) -> Prepared:
    return await _named(world, add=[], strike=[2], reason="搬走了")


async def _void(world) -> Prepared:
    return await _named(world, reason="方案文本有误")


async def _failed(world) -> Prepared:
    matter, _, _ = await open_vote(world, 3)
    world.later(days=2, seconds=30)
    await closing.close(await world.actor("张经办"), matter, world.now)
    for name in ("孙监督", "周监督"):
        shown = digest((await Vote.get(matter=matter)).result)
        await closing.certify(await world.actor(name), matter, shown=shown, now=world.now)
    return matter, {}


async def _issue(world) -> Prepared:
    matter, _, _ = await open_vote(world, 12, secret=True)
    return matter, {"numbers": [1, 2]}


async def _back(world) -> Prepared:
    matter, payload = await _issue(world)
    await two_people(world, matter, "vote.issue_paper", payload, second="何经办")
    return matter, payload


async def _came_back(world, papers: int) -> Matter:
    """A secret vote after its end, of whose papers so many came back."""
    matter, _, _ = await open_vote(world, 14, secret=True)
    numbers = list(range(1, papers + 1))
    await two_people(
        world, matter, "vote.issue_paper", {"numbers": numbers}, first="李书记", second="何经办"
    )
    await desk.return_papers(await world.actor("张经办"), matter, numbers=numbers, now=world.now)
    world.later(days=2)
    return matter


async def _gap(world) -> Prepared:
    return await _came_back(world, 2), {"missing": 2, "reason": "两张没有找到"}


CASES: dict[str, Callable[..., Awaitable[Prepared]]] = {
    "vote.freeze": _posted,
    "vote.extend": _extend,
    "vote.end_early": _early,
    "vote.amend": _amend,
    "vote.void": _void,
    "vote.conclude": _failed,
    "vote.issue_paper": _issue,
    "vote.hand_back": _back,
    "vote.explain_paper": _gap,
}
every = pytest.mark.parametrize("name", sorted(DANGEROUS))
TABLES = "vote question roll_entry ballot secret_answer inclusion_code paper_count".split()
TABLES += ["certification", "entry", "matter", "passage", "notice"]


def test_every_dangerous_act_has_a_case_and_no_case_is_for_nothing():
    assert CASES.keys() == DANGEROUS.keys()


@dataclass
class Half:
    """A proposal that 王主任 made; `approve` is what somebody sends next."""

    world: object
    matter: Matter
    made: Approval
    raw: Raw

    async def approve(self, actor: Actor, *, shown="", approval=0, matter=None) -> None:
        await dangerous.approve(
            actor,
            matter or self.matter,
            approval=approval or self.made.id,
            shown=shown or self.made.digest,
            now=self.world.now,
        )

    async def refused(self, actor: Actor, match: str, **sent) -> None:
        """Refused, and nothing but the program's own log knows of it."""
        tables = [*TABLES, "approval"]
        before = await self.raw.dump(*tables)
        with pytest.raises(Refused, match=match or None):
            await self.approve(actor, **sent)
        assert await self.raw.dump(*tables) == before


@pytest.fixture
async def half(world):
    opened = []

    async def start(name: str) -> Half:
        matter, payload = await CASES[name](world)
        actor = await world.actor("王主任")
        made = await dangerous.propose(actor, matter, name, payload, world.now)
        opened.append(Raw(world, None))
        return Half(world, matter, made, opened[-1])

    yield start
    for raw in opened:
        await raw.close()


async def other_account(world, name: str) -> Actor:
    """The same person, signed in with a second account of theirs."""
    account = await Account.create(person=world.people[name], created_at=world.now)
    account = await Account.get(id=account.id).select_related("person", "household")
    return await actor_for(account, world.now)


@every
async def test_whoever_proposed_does_not_approve_by_any_account(world, half, name):
    waiting = await half(name)
    await waiting.refused(await world.actor("王主任"), ALONE)
    await waiting.refused(await other_account(world, "王主任"), ALONE)
    await waiting.refused(Actor(offices=(await world.actor("王主任")).offices), ALONE)
    await waiting.approve(await world.actor("孙监督"))
    found = await Approval.get(id=waiting.made.id)
    assert (found.decision, found.decided_by) == ("approved", world.accounts["孙监督"].id)


@every
async def test_what_was_not_shown_and_what_belongs_elsewhere_is_not_approved(world, half, name):
    waiting, second = await half(name), await world.actor("吴委员")
    other, _, _ = await open_vote(world, 2)
    await waiting.refused(second, CHANGED, shown="0" * 64)
    await waiting.refused(second, CHANGED, shown=waiting.made.digest[:-1])
    await waiting.refused(second, NO_LONGER, matter=other)
    await waiting.refused(second, NO_LONGER, approval=9999)
    for stranger in ("赵大妈", "陈先生", "管理员", "visitor"):
        await waiting.refused(await world.actor(stranger), "办理")


@every
async def test_what_was_approved_once_is_not_approved_again(world, half, name):
    waiting = await half(name)
    await waiting.approve(await world.actor("吴委员"))
    await waiting.refused(await world.actor("孙监督"), "")
    await waiting.refused(await world.actor("吴委员"), "")


@every
async def test_of_two_who_approve_at_once_exactly_one_does(world, half, name):
    waiting = await half(name)
    actors = [await world.actor(who) for who in ("吴委员", "孙监督", "周监督")]
    done = await asyncio.gather(
        *(waiting.approve(actor) for actor in actors), return_exceptions=True
    )
    assert sum(one is None for one in done) == 1, done
    assert sum(isinstance(one, Refused) for one in done) == 2, done
    assert await Approval.filter(id=waiting.made.id, decision="approved").count() == 1


@every
async def test_what_was_taken_back_is_not_approved(world, half, name):
    waiting = await half(name)
    await dangerous.withdraw(
        await world.actor("王主任"), waiting.matter, approval=waiting.made.id, now=world.now
    )
    await waiting.refused(await world.actor("孙监督"), NO_LONGER)
    with pytest.raises(Refused, match=NO_LONGER):
        await dangerous.withdraw(
            await world.actor("王主任"), waiting.matter, approval=waiting.made.id, now=world.now
        )


@every
async def test_of_two_proposals_of_one_act_the_older_is_gone(world, half, name):
    waiting = await half(name)
    if DANGEROUS[name].quiet:  # at the desk many voters wait side by side: the state decides
        again = await dangerous.propose(
            await world.actor("王主任"), waiting.matter, name, waiting.made.payload, world.now
        )
        await waiting.approve(await world.actor("孙监督"))
        await waiting.refused(await world.actor("孙监督"), "纸质票", approval=again.id)
        return
    again = await dangerous.propose(
        await world.actor("李书记"), waiting.matter, name, waiting.made.payload, world.now
    )
    await waiting.refused(await world.actor("孙监督"), NO_LONGER)
    await waiting.approve(await world.actor("孙监督"), approval=again.id)


# What changes between the two


async def test_a_roll_that_changed_since_is_not_frozen(world, half):
    """A name corrected and the roll made again, as an upheld objection demands."""
    waiting = await half("vote.freeze")
    vote = await Vote.get(matter=waiting.matter)
    line = await RollEntry.filter(vote=vote).first()
    await RollEntry.filter(id=line.id).update(name="改名")
    await waiting.refused(await world.actor("孙监督"), CHANGED)


async def test_a_roll_made_again_since_is_not_frozen(world, client):
    matter, vote, _ = await open_vote(world, status="posted", people=CAST)
    world.later(days=4)
    payload = payload_of(None, world.now + timedelta(days=2), world.now)
    actor, second = await world.actor("王主任"), await world.actor("孙监督")
    made = await dangerous.propose(actor, matter, "vote.freeze", payload, world.now)
    await Person.filter(id=world.people["赵大妈"].id).update(name="赵秀英")
    await Objection.create(
        vote=vote,
        name="赵大妈",
        text="名字写错了",
        filed_at=world.now,
        due_on=world.now.date(),
        upheld=True,
        answered_at=world.now,
    )
    await rolls.rebuild(await world.actor("张经办"), matter, world.later(minutes=1))
    with pytest.raises(Refused, match=CHANGED):
        await dangerous.approve(second, matter, approval=made.id, shown=made.digest, now=world.now)
    assert (await Vote.get(id=vote.id)).status == "posted"


async def test_other_questions_and_another_plan_than_were_shown_are_not_frozen(world, half):
    waiting = await half("vote.freeze")
    vote = await Vote.get(matter=waiting.matter)
    await Vote.filter(id=vote.id).update(plan_id=(await plan_of(waiting.matter)).id)
    await waiting.refused(await world.actor("孙监督"), CHANGED)
    await Vote.filter(id=vote.id).update(plan_id=None, status="draft")
    question = await vote.questions.all().first()
    question.text = "您是否同意另一个方案？"
    await question.save()
    await Vote.filter(id=vote.id).update(status="posted")
    await waiting.refused(await world.actor("孙监督"), CHANGED)


async def test_other_times_than_were_shown_are_another_proposal(world, half):
    waiting, second = await half("vote.freeze"), await world.actor("孙监督")
    later = payload_of(None, world.now + timedelta(days=9), world.now)
    again = await dangerous.propose(
        await world.actor("王主任"), waiting.matter, "vote.freeze", later, world.now
    )
    assert again.digest != waiting.made.digest
    await waiting.refused(second, CHANGED, approval=again.id, shown=waiting.made.digest)
    await waiting.approve(second, approval=again.id, shown=again.digest)
    assert (await Vote.get(matter=waiting.matter)).closes_at == world.now + timedelta(days=9)


@pytest.mark.parametrize(
    "name", ["vote.extend", "vote.end_early", "vote.amend", "vote.issue_paper", "vote.hand_back"]
)
async def test_after_the_closing_instant_what_was_proposed_has_lapsed(world, half, client, name):
    waiting, second = await half(name), await client("孙监督")
    what = f"“{ACT_NAMES[name]}”等您批准"
    assert what in (await second.get("/desk")).text
    world.now = (await Vote.get(matter=waiting.matter)).closes_at
    await waiting.refused(await world.actor("孙监督"), "")
    assert what not in (await second.get("/desk")).text
    assert "您提出的" not in (await (await client("王主任")).get("/desk")).text
    path = f"/matters/{waiting.matter.id}/vote{'/paper' if name in AT_THE_DESK else ''}"
    page = (await second.get(path)).text
    assert "已失效" in page and "我已核对，批准" not in page
    assert ">撤回<" not in (await (await client("王主任")).get(path)).text


async def test_a_freeze_whose_end_has_come_is_not_approved(world, half, client):
    waiting = await half("vote.freeze")
    world.later(days=2)
    await waiting.refused(await world.actor("孙监督"), "重新提出")
    assert "等您批准" not in (await (await client("孙监督")).get("/desk")).text


# Paper, signatures and the notice


@pytest.mark.parametrize("by_other_account", [False, True])
async def test_one_person_does_not_enter_a_sheet_twice(world, by_other_account):
    matter, vote, _ = await open_vote(world, 3)
    sheet = {"number": 1, "choices": {"1": "for"}, "now": world.now}
    await sheets.enter(await world.actor("王主任"), matter, **sheet)
    again = await (other_account(world, "王主任") if by_other_account else world.actor("王主任"))
    with pytest.raises(Refused, match="另一个人"):
        await sheets.confirm(again, matter, **sheet)
    assert await RollEntry.filter(vote=vote, state="voted").count() == 0
    await sheets.confirm(await world.actor("吴委员"), matter, **sheet)
    assert await RollEntry.filter(vote=vote, state="voted").count() == 1


@pytest.mark.parametrize("by_other_account", [False, True])
async def test_one_person_does_not_count_a_batch_twice(world, by_other_account):
    matter = await _came_back(world, 10)
    batch = {"papers": 10, "tallies": {"1": {"for": 10, "against": 0, "abstain": 0, "invalid": 0}}}
    made = await batches.enter(await world.actor("王主任"), matter, **batch, now=world.now)
    again = await (other_account(world, "王主任") if by_other_account else world.actor("王主任"))
    with pytest.raises(Refused, match="另一个人"):
        await batches.confirm(again, matter, batch=made.id, **batch, now=world.now)
    assert (await PaperCount.get()).confirmed_by is None


@pytest.mark.parametrize("by_other_account", [False, True])
async def test_one_person_does_not_write_few_papers_off_twice(world, by_other_account):
    matter, papers = await _came_back(world, 2), [{"1": "for"}, {"1": "against"}]
    await transcribing.enter(await world.actor("王主任"), matter, papers=papers, now=world.now)
    again = await (other_account(world, "王主任") if by_other_account else world.actor("王主任"))
    with pytest.raises(Refused, match="另一个人"):
        await transcribing.confirm(again, matter, papers=papers, now=world.now)
    assert (await Transcript.get()).confirmed_by is None


async def test_one_scrutineer_does_not_certify_twice_by_two_accounts(world):
    matter, vote, entries = await open_vote(world, 3)
    for entry in entries:
        await cast(world, matter, entry, "for")
    world.later(days=2, seconds=30)
    result = (await closing.close(await world.actor("张经办"), matter, world.now)).result
    shown = digest(result)
    await closing.certify(await world.actor("孙监督"), matter, shown=shown, now=world.now)
    for again in (await world.actor("孙监督"), await other_account(world, "孙监督")):
        with pytest.raises(Refused, match="已经核验过"):
            await closing.certify(again, matter, shown=shown, now=world.now)
    assert await Certification.filter(vote=vote).count() == 1
    assert (await Vote.get(id=vote.id)).status == "closed"


@pytest.mark.parametrize("stage", ["decision_notice", "result_notice"])
async def test_whoever_drafted_a_notice_does_not_sign_it_by_another_account(world, stage):
    matter = await matter_at(world, stage)
    await plan_of(matter)
    drafted = await Notice.create(
        matter=matter,
        community=world.community,
        passage=await current_passage(matter, stage),
        kind="B",
        number="2026-001",
        code="ABCDEFGHJK",
        title="公示",
        figures={},
        status="draft",
        drafted_at=world.now,
        drafted_by=world.accounts["李书记"].id,
    )
    for again in (await world.actor("李书记"), await other_account(world, "李书记")):
        with pytest.raises(Refused, match="起草人不能签发"):
            await publish(again, matter, drafted.id, now=world.now)
    assert (await Notice.get(id=drafted.id)).status == "draft"
