"""One matter from registration to the second notice, and every way to fail, through HTTP only."""

import pytest

from deliberation.documents.queue import Queue
from deliberation.log.models import broken
from deliberation.procedures import ONE_THREE_TWO, PROCEDURES
from deliberation.stages.implementation.models import Spending
from deliberation.stages.vote.models import Vote
from deliberation.web.templates import yuan
from tests.story import deciding, finishing, planning
from tests.story.story import CLERK, OTHER_CLERK, SECRETARY, VISITOR, Story

pytestmark = pytest.mark.anyio


@pytest.fixture
async def story(world, app, client, renderer):
    """However a story ends, its record is unbroken and no page a visitor reaches names anyone."""
    state = app.state
    told = Story(world, client, Queue(renderer, state.files, state.clock, state.settings))
    yield told
    assert await broken(told.matter.strip("/").replace("matters", "matter")) is None
    await told.in_public()


async def planned(story: Story, procedure: str = ONE_THREE_TWO.key, *items: dict) -> None:
    """To the final plan, ready for the vote."""
    await planning.register(story, procedure)
    await planning.hear(story)
    await planning.propose(story, *items)
    await planning.consult(story)
    if PROCEDURES[procedure].has("party_meeting"):
        await planning.review(story)


# The default one goes the same way by clicking, in tests/browser/test_whole_story.py.
FIRST, *REST = [key for key in PROCEDURES if key != ONE_THREE_TWO.key]


@pytest.mark.parametrize(
    "procedure", [FIRST, *(pytest.param(key, marks=pytest.mark.one_engine) for key in REST)]
)
async def test_a_matter_goes_from_registration_to_the_second_notice(story, procedure):
    await planned(story, procedure)
    await deciding.decide(story)
    await deciding.publish_decision(story)
    await finishing.build(story)
    await finishing.publish_result(story)

    end = await story.see(VISITOR)
    assert "本议题已经结束：通过" in end.text
    stages = PROCEDURES[procedure].stages
    assert end.line == {stage.name: "done" for stage in stages}
    await story.reach(CLERK)
    await the_papers_say_what_the_record_says(story)


async def the_papers_say_what_the_record_says(story: Story) -> None:
    result = (await Vote.get()).result
    first, opening = await story.paper("决议内容的公示"), await story.paper("表决的公告")
    assert f"应到{result['entitled']['heads']}人，实到{result['present']['heads']}人" in first
    assert f"手机投票{result['phone']}人，纸质投票{result['paper']}人" in first
    for question in result["questions"]:
        assert f"同意{question['counts']['for']}人，通过" in first
        assert question["text"].replace("?", "？") in opening
    second = await story.paper("实施情况的公示")
    paid = sum(await Spending.filter(kind="payment").values_list("amount", flat=True))
    assert paid == 50540040
    assert yuan(paid) in second
    assert "4户作了评议，不到5户，不分开写。" in second


async def test_a_consultation_sends_the_plan_back_to_the_committees(story):
    await planning.register(story)
    await planning.hear(story)
    await planning.propose(story)
    back = {"to": "“两委”提议", "reason": "报价要重新核定"}
    await story.do(SECRETARY, "consultation", "/send-back", back)
    await story.announced("退回", "报价要重新核定", "“两委”提议")
    await story.stands_at("proposal")
    await story.stuck("proposal", "还没有召开“两委”会议")
    await planning.meet(story, "proposal", counts=(3, 0, 0))
    await story.onward("proposal")
    await planning.consult(story)
    await story.stands_at("vote")


async def test_too_few_voters_make_a_vote_fail_and_a_fresh_one_is_taken(story):
    await planned(story)
    await deciding.prepare(story)
    for name in ("赵大妈", "褚阿姨"):
        await deciding.by_phone(story, name, "同意")
    await deciding.ended(story)
    assert "表决结果：流会" in (await deciding.count(story)).text
    await story.stuck("vote", "到会人数不够，请办理“流会”")
    await story.do(CLERK, "vote", "/vote/conclude")
    await deciding.approve(story, SECRETARY)
    await story.announced("流会", "应到4人的三分之二以上即3人，实到2人", "重新办理")
    await story.stands_at("vote")
    await deciding.decide(story)
    await story.stands_at("decision_notice")


async def test_half_of_those_present_do_not_carry_and_the_committees_propose_again(story):
    await planned(story)
    await deciding.prepare(story)
    for name, answer in (("赵大妈", "同意"), ("褚阿姨", "反对"), ("钱师傅", "弃权")):
        await deciding.by_phone(story, name, answer, c2="同意")
    await deciding.on_paper(story, deciding.PAPER, "同意")
    await deciding.ended(story)
    assert "表决结果：未通过" in (await deciding.count(story)).text
    await story.stuck("vote", "表决没有通过，请办理“未通过”")
    await story.do(CLERK, "vote", "/vote/conclude")
    await deciding.approve(story, SECRETARY)
    await story.announced("未通过", "实到4人的过半数即3人，同意2人", "没有通过，不形成决议")
    await story.stands_at("proposal")


async def test_a_period_is_extended_before_its_end_and_not_after(story):
    await planning.register(story)
    await planning.announce(story)
    longer = {"last_on": story.day(20), "reason": "租户白天不在家"}  # a Sunday: it moves on
    await story.do(CLERK, "opinions", "/extend", longer)
    await story.announced("延期", "2026年3月9日24时", "2026年3月23日24时", "租户白天不在家")
    await story.over("opinions")
    assert story.today.isoformat() == "2026-03-24"
    assert "延期" not in (await story.see(CLERK, "opinions")).text


async def test_an_upheld_objection_withdraws_the_resolution(story):
    await planned(story)
    await deciding.decide(story)
    await deciding.hang(story, "decision_notice")
    await deciding.attach(story, "居民会议讨论", "居民会议讨论了居民出资，自愿参加。")
    await deciding.object_to(story, "upheld")
    await story.stuck("decision_notice", "公示到", "有异议成立，请办理“异议成立撤回”")
    why = {"reason": "工期与雨季重叠，须重新表决"}
    await story.do(SECRETARY, "decision_notice", "/notices/withdraw", why)
    assert "这份公示已经撤回" in (await story.notice("决议内容的公示")).text
    await story.announced("撤回决议", "收到异议1条，经核实成立1条", "工期与雨季重叠", "决议表决")
    await story.stands_at("vote")
    await story.stuck("vote", "还没有起草表决")


async def test_a_change_beyond_the_resolution_goes_back_and_keeps_what_was_paid(story):
    await planned(story)
    await deciding.decide(story)
    await deciding.publish_decision(story)
    await finishing.pay(story, "更换楼道灯", {"财政资金": "35000"})
    await finishing.vary(story, "更换排水主管", "10000")
    back = {"to": "相关单位商议", "reason": "管径加大"}
    await story.do(SECRETARY, "implementation", "/implementation/send-back", back)
    await story.announced("变更", "更换排水主管", "10,000.00元", "相关单位商议")
    await story.stands_at("consultation")
    await planning.consult(story)
    await deciding.decide(story)
    await deciding.publish_decision(story)  # the residents' meeting of the old plan is not enough
    assert "35,000.00" in (await story.see(VISITOR, "implementation")).text


async def test_owners_must_decide_before_their_money_is_used(story):
    await planned(story, ONE_THREE_TWO.key, planning.ROOF)
    await deciding.decide(story)
    owners = "涉及“使用维修资金”，依法须由业主共同决定，请附上业主决定"
    await story.stuck("decision_notice", "公示还没有签发", owners)
    await deciding.hang(story, "decision_notice")
    await story.over("decision_notice")
    await story.stuck("decision_notice", owners)
    await deciding.attach(story, "业主共同决定", "3月20日书面表决，参加310户，同意290户。")
    await story.onward("decision_notice")


async def test_a_secret_vote_of_few_is_taken_on_paper_and_counted_by_two(story):
    await planned(story)
    await deciding.prepare(story, secret=True)
    page = await story.see("赵大妈", "vote")
    assert "无记名表决不足10人" in page.text
    assert not [href for href, _ in page.links if "/vote/ballot" in href]
    for name in ("赵大妈", "褚阿姨", "冯老师"):
        number = {"number": await deciding.number_of(story, name)}
        await story.do(CLERK, "vote/paper", "/paper/issue", number)
        await deciding.approve(story, OTHER_CLERK, "vote/paper")
        await story.do(CLERK, "vote/paper", "/paper/return", number)
    await deciding.ended(story)
    await deciding.count_papers(story, {"同意": 2, "弃权": 1})
    assert "表决结果：通过" in (await deciding.count(story)).text
    await story.onward("vote")
    await deciding.hang(story, "decision_notice")
    assert "无记名表决" in await story.paper("决议内容的公示")


STEPS = {
    "opinions": planning.register,
    "proposal": planning.hear,
    "consultation": planning.propose,
    "vote": planning.consult,
    "decision_notice": deciding.decide,
    "implementation": deciding.publish_decision,
    "result_notice": finishing.build,
}


async def carried_to(story: Story, stage: str) -> None:
    for reached, step in STEPS.items():
        await step(story)
        if reached == stage:
            return


@pytest.mark.one_engine
@pytest.mark.parametrize("stage", ["matters", "opinions", "vote", "implementation"])
async def test_the_secretary_ends_a_matter_from_any_stage(story, stage):
    await (planning.file(story) if stage == "matters" else carried_to(story, stage))
    end = {"reason": "整片列入征收范围"}
    page = await story.do(SECRETARY, stage, "/terminate", end)
    assert "本议题已经结束：终止" in page.text
    await story.announced("终止", "整片列入征收范围")
    assert "failed" in (await story.see(VISITOR, stage)).line.values()
    again = await story.see(SECRETARY, stage)
    assert not [f for f in again.tree.all("form") if f.get("action").startswith(story.matter)]
