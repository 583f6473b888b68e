"""From the stored ballots to the result: the worked cases through the whole machinery."""

from datetime import timedelta

import pytest

from deliberation.acting import Forbidden, Refused
from deliberation.log.models import Entry
from deliberation.matters.models import Matter
from deliberation.matters.standing import blockers
from deliberation.procedures import ONE_THREE_TWO
from deliberation.stages.notices.issuing import context
from deliberation.stages.notices.models import Notice
from deliberation.stages.vote import closing, opening
from deliberation.stages.vote.count.counting import digest
from deliberation.stages.vote.models import Ballot, RollEntry, SecretAnswer, Vote
from deliberation.stages.vote.questions import YES_OR_NO
from deliberation.stages.vote.rules import GRACE
from deliberation.web.templates import render_html
from tests.cast import matter_at
from tests.vote.voting import WATCHERS, cast, open_vote, sign_in, two_people

pytestmark = pytest.mark.anyio

SCHEMES = [
    {"key": "s1", "label": "地面停车"},
    {"key": "s2", "label": "立体车库"},
    {"key": "abstain", "label": "弃权"},
]


async def store(entries, answers) -> None:
    """Named ballots of the first lines, as if cast by phone one after the other."""
    rows = list(zip(entries, answers, strict=False))
    await Ballot.bulk_create(
        [
            Ballot(
                entry=entry,
                version=1,
                choices=answer if isinstance(answer, dict) else {"1": answer},
                channel="phone",
                cast_at="2026-03-02T01:00:00Z",
            )
            for entry, answer in rows
        ]
    )
    ids = [entry.id for entry, _ in rows]
    await RollEntry.filter(id__in=ids).update(state="voted", channel="phone")


async def counted(world, matter) -> dict:
    world.later(days=2, seconds=30)
    vote = await closing.close(await world.actor("张经办"), matter, world.now)
    return vote.result


async def certified(world, matter) -> Vote:
    for name in WATCHERS:
        shown = digest((await Vote.get(matter=matter)).result)
        await closing.certify(await world.actor(name), matter, shown=shown, now=world.now)
    return await Vote.get(matter=matter)


@pytest.mark.parametrize(
    ("present", "agreed", "outcome"),
    [
        (33, 33, "inquorate"),
        (34, 17, "not_passed"),
        (34, 18, "passed"),
    ],
)
async def test_of_51_on_the_roll_34_must_come_and_18_of_them_agree(world, present, agreed, outcome):
    matter, _, entries = await open_vote(world, 51)
    await store(entries, ["for"] * agreed + ["against"] * (present - agreed))
    result = await counted(world, matter)
    assert result["outcome"] == outcome
    assert result["entitled"] == {"heads": 51, "area": 0}
    assert result["present"] == {"heads": present, "area": 0}
    assert result["phone"] == present
    assert result["quorum_sums"][0].startswith(f"应到51人的三分之二以上即34人,实到{present}人")
    assert result["questions"][0]["counts"] == {
        "for": agreed,
        "against": present - agreed,
        "abstain": 0,
        "invalid": 0,
        "not_returned": 0,
    }


@pytest.mark.parametrize(("agreed", "outcome"), [(18, "not_passed"), (19, "passed")])
async def test_who_signed_in_and_cast_nothing_stays_in_the_base(world, agreed, outcome):
    matter, vote, entries = await open_vote(world, 51)
    await sign_in(matter, vote, entries[:36])
    await store(entries, ["for"] * agreed + ["abstain"] * (34 - agreed))
    result = await counted(world, matter)
    assert (result["outcome"], result["signed_in"]) == (outcome, 36)
    assert result["questions"][0]["counts"]["not_returned"] == 2
    assert f"实到36人的过半数即19人,同意{agreed}人" in result["questions"][0]["sums"][0]


@pytest.mark.parametrize(("agreed", "outcome"), [(15, "not_passed"), (16, "passed")])
async def test_a_party_meeting_needs_more_than_half_of_all_members(world, agreed, outcome):
    matter, _, entries = await open_vote(world, 31, profile="P6")
    await store(entries, ["for"] * agreed + ["against"] * (21 - agreed))
    assert (await counted(world, matter))["outcome"] == outcome


@pytest.mark.parametrize(
    ("agreeing", "outcome", "sentence"),
    [
        ([10000] * 45, "passed", "人数和面积均符合规定,通过"),
        ([10000] * 44, "not_passed", "人数和面积均不符合规定,未通过"),
    ],
)
async def test_of_90_owners_and_9000_m2_three_quarters_of_those_taking_part_agree(
    world, agreeing, outcome, sentence
):
    matter, _, entries = await open_vote(world, profile="P8", weights=[(1, 10000)] * 90)
    await store(entries, ["for"] * len(agreeing) + ["against"] * (60 - len(agreeing)))
    result = await counted(world, matter)
    assert result["outcome"] == outcome
    assert result["entitled"] == {"heads": 90, "area": 900000}
    assert result["questions"][0]["area"]["for"] == sum(agreeing)
    assert sentence in result["questions"][0]["sums"][-1]


async def test_area_can_pass_while_heads_fail_and_the_result_says_which(world):
    weights = [(1, 11000)] * 44 + [(1, 7250)] * 16 + [(1, 10000)] * 30
    matter, _, entries = await open_vote(world, profile="P8", weights=weights)
    await store(entries, ["for"] * 44 + ["against"] * 16)
    result = await counted(world, matter)
    assert result["present"] == {"heads": 60, "area": 600000}
    assert result["outcome"] == "not_passed"
    assert "人数不符合规定,面积符合规定,未通过" in result["questions"][0]["sums"][-1]


async def test_the_last_version_counts_and_every_version_stays(world):
    matter, _, entries = await open_vote(world, 3)
    for entry in entries:
        await cast(world, matter, entry, "against")
    await cast(world, matter, entries[0], "for")
    await cast(world, matter, entries[1], "for")
    result = await counted(world, matter)
    assert result["questions"][0]["counts"]["for"] == 2
    assert await Ballot.all().count() == 5


async def test_a_funds_question_that_fails_does_not_fail_the_plan(world):
    funds = ("funds", "您是否同意居民出资？", YES_OR_NO)
    plan = ("plan", "您是否同意方案？", YES_OR_NO)
    matter, _, entries = await open_vote(world, 3, questions=[plan, funds])
    await store(entries, [{"1": "for", "2": "against"}] * 3)
    result = await counted(world, matter)
    assert [row["outcome"] for row in result["questions"]] == ["passed", "not_passed"]
    assert result["outcome"] == "passed"


async def test_of_line_items_one_that_passes_is_enough_and_the_others_are_told_apart(world):
    items = [("item", "您是否同意“水管”？", YES_OR_NO), ("item", "您是否同意“路灯”？", YES_OR_NO)]
    matter, _, entries = await open_vote(world, 3, questions=items)
    await store(entries, [{"1": "against", "2": "for"}] * 3)
    result = await counted(world, matter)
    assert [row["outcome"] for row in result["questions"]] == ["not_passed", "passed"]
    assert result["outcome"] == "passed"


@pytest.mark.parametrize(
    ("first", "outcome", "winner"), [(2, "passed", "s1"), (1, "not_passed", None)]
)
async def test_of_several_schemes_one_must_reach_the_majority_alone(world, first, outcome, winner):
    choice = ("choice", "停车方案", SCHEMES)
    matter, _, entries = await open_vote(world, 3, questions=[choice])
    await store(entries, ["s1"] * first + ["s2"] + ["abstain"] * (2 - first))
    result = await counted(world, matter)
    assert (result["outcome"], result["questions"][0]["winner"]) == (outcome, winner)
    assert result["questions"][0]["counts"]["s1"] == first


async def test_a_secret_vote_is_counted_from_answers_without_names(world):
    matter, _, entries = await open_vote(world, 12, secret=True)
    for entry in entries[:9]:
        await cast(world, matter, entry, "for")
    assert await Ballot.all().count() == 0
    assert await SecretAnswer.all().count() == 9
    result = await counted(world, matter)
    assert result["questions"][0]["counts"]["for"] == 9
    assert result["outcome"] == "passed"


async def test_a_vote_is_not_closed_one_moment_before_its_end(world):
    matter, vote, _ = await open_vote(world, 3)
    clerk = await world.actor("张经办")
    with pytest.raises(Refused, match="截止"):
        await closing.close(clerk, matter, world.later(days=2, microseconds=-1))
    with pytest.raises(Refused, match="过半分钟"):
        await closing.close(clerk, matter, vote.closes_at)
    closed = await closing.close(clerk, matter, vote.closes_at + GRACE)
    assert closed.result["outcome"] == "inquorate"
    with pytest.raises(Refused, match="已经计票"):
        await closing.close(clerk, matter, vote.closes_at + GRACE)


async def test_two_named_scrutineers_certify_what_they_saw(world):
    matter, _, entries = await open_vote(world, 3)
    await store(entries, ["for"] * 3)
    result = await counted(world, matter)
    shown, first = digest(result), await world.actor("孙监督")
    with pytest.raises(Refused, match="刷新页面"):
        await closing.certify(first, matter, shown="0" * 64, now=world.now)
    with pytest.raises(Refused, match="只有登记的监票人"):
        other = await world.actor("赵大妈")
        await closing.certify(other, matter, shown=shown, now=world.now)
    with pytest.raises(Forbidden):
        await closing.certify(await world.actor("张经办"), matter, shown=shown, now=world.now)
    await closing.certify(first, matter, shown=shown, now=world.now)
    with pytest.raises(Refused, match="已经核验过"):
        await closing.certify(first, matter, shown=shown, now=world.now)
    stage = ONE_THREE_TWO.stage("vote")
    assert "需要2名监票人核验，已核验1名" in await blockers(matter, stage, world.now)
    await closing.certify(await world.actor("周监督"), matter, shown=shown, now=world.now)
    assert (await Vote.get()).status == "certified"
    assert await blockers(matter, stage, world.now) == []


@pytest.mark.parametrize(
    ("answers", "stage", "words"),
    [
        (["for"], "vote", "不符合规定,流会"),
        (["against"] * 3, "proposal", "同意0人,未通过"),
    ],
)
async def test_a_failure_is_announced_with_its_sum_and_goes_where_the_stage_says(
    world, answers, stage, words
):
    matter, _, entries = await open_vote(world, 3)
    await store(entries, answers)
    await counted(world, matter)
    with pytest.raises(Refused, match="还没有核验"):
        await two_people(world, matter, "vote.conclude", {})
    await certified(world, matter)
    await two_people(world, matter, "vote.conclude", {})
    assert (await Matter.get(id=matter.id)).stage == stage
    assert words in (await Notice.get(kind="E")).figures["reason"]


async def test_a_passed_vote_cannot_be_concluded_as_a_failure(world):
    matter, _, entries = await open_vote(world, 3)
    await store(entries, ["for"] * 3)
    await counted(world, matter)
    await certified(world, matter)
    with pytest.raises(Refused, match="已经通过"):
        await two_people(world, matter, "vote.conclude", {})


async def test_the_end_is_moved_to_a_later_instant_before_the_old_one_and_announced(world):
    matter, vote, entries = await open_vote(world, 3)
    old = vote.closes_at
    with pytest.raises(Refused, match="要晚于"):
        await two_people(world, matter, "vote.extend", {"closes_at": old.isoformat()})
    world.later(days=2, microseconds=-1)
    later = old.replace(hour=9)
    await two_people(world, matter, "vote.extend", {"closes_at": later.isoformat()})
    assert (await Notice.get(kind="E")).figures["new_at"] == later.isoformat()
    assert (await cast(world, matter, entries[0], "for", at=old)).version == 1
    with pytest.raises(Refused, match="不能再延长"):
        new = {"closes_at": later.replace(hour=10).isoformat()}
        await two_people(world, matter, "vote.extend", new, now=later)


async def test_a_vote_ends_early_only_once_everyone_has_voted(world):
    matter, vote, entries = await open_vote(world, 3)
    for entry in entries[:2]:
        await cast(world, matter, entry, "for")
    with pytest.raises(Refused, match="还有1人没有投票"):
        await two_people(world, matter, "vote.end_early", {})
    await cast(world, matter, entries[2], "for")
    ended = world.later(hours=1)
    await two_people(world, matter, "vote.end_early", {})
    with pytest.raises(Refused, match="已经截止"):
        await cast(world, matter, entries[0], "against", at=ended)
    closed = await closing.close(await world.actor("张经办"), matter, ended + GRACE)
    assert closed.result["questions"][0]["counts"]["for"] == 3


async def test_a_clock_that_is_put_back_does_not_open_the_vote_again(world):
    matter, vote, entries = await open_vote(world, 3)
    await closing.end(matter, vote.closes_at)
    assert (await Vote.get(id=vote.id)).status == "closing"
    moment = timedelta(microseconds=1)
    await cast(world, matter, entries[0], "for", at=vote.closes_at - moment)
    with pytest.raises(Refused, match="不能再延长|没有正在进行"):
        new = {"closes_at": (vote.closes_at + timedelta(days=1)).isoformat()}
        await two_people(world, matter, "vote.extend", new)
    with pytest.raises(Refused):
        await closing.end(matter, vote.closes_at)


async def test_two_people_void_a_vote_with_a_reason_and_a_new_one_is_drafted(world):
    matter, vote, entries = await open_vote(world, 3)
    with pytest.raises(Forbidden):
        await two_people(world, matter, "vote.void", {"reason": "错"}, second="赵大妈")
    with pytest.raises(Refused, match="不能自己批准"):
        await two_people(
            world, matter, "vote.void", {"reason": "错"}, first="李书记", second="李书记"
        )
    await two_people(world, matter, "vote.void", {"reason": "方案文本有误"})
    with pytest.raises(Refused, match="没有计入"):
        await cast(world, matter, entries[0], "for")
    stage = ONE_THREE_TWO.stage("vote")
    assert await blockers(matter, stage, world.now) == ["本次表决已作废，请重新起草"]
    assert "方案文本有误" not in str(await Entry.all().values_list("body", flat=True))


@pytest.mark.parametrize(("status", "announced"), [("frozen", 0), ("open", 1), ("closed", 1)])
async def test_whoever_was_called_to_vote_is_told_that_it_is_void(world, status, announced):
    matter, vote, _ = await open_vote(world, 3, status="frozen")
    if announced:
        await opening.open_vote(await world.actor("张经办"), matter, world.now)
    if status == "closed":
        await counted(world, matter)
    await two_people(world, matter, "vote.void", {"reason": "题目印错"})
    said = await Notice.filter(kind="E")
    assert len(said) == announced
    if said:
        assert said[0].title == "关于东风里小区老旧管网改造表决作废的公告"
        page = render_html("notices/_e.html", **context(said[0]))
        assert "这次表决作废，已经投的票不计。原因：题目印错。" in page


async def test_a_certified_result_is_not_voided(world):
    matter, _, entries = await open_vote(world, 3)
    await store(entries, ["against"] * 3)
    await counted(world, matter)
    await certified(world, matter)
    with pytest.raises(Refused, match="不能作废"):
        await two_people(world, matter, "vote.void", {"reason": "重来"})
    assert (await Vote.get(matter=matter)).status == "certified"


async def test_where_no_vote_was_drafted_nothing_is_closed(world):
    matter = await matter_at(world, "vote")
    with pytest.raises(Refused):
        await closing.close(await world.actor("张经办"), matter, world.now)
