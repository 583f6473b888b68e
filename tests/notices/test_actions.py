from datetime import date, timedelta

import pytest

from deliberation.acting import Forbidden, Refused
from deliberation.log.models import Entry, broken
from deliberation.matters import actions as matters
from deliberation.matters.models import Matter, Plan, PlanItem
from deliberation.stages.implementation.models import Evaluation, OwnersDecision
from deliberation.stages.implementation.owners import attach_owners
from deliberation.stages.notices import actions, objections
from deliberation.stages.notices.facts import facts
from deliberation.stages.notices.issuing import context
from deliberation.stages.notices.models import Notice, Objection
from deliberation.stages.notices.opening import opening
from deliberation.stages.opinions.models import Opinion
from deliberation.stages.vote.models import Question, Vote
from deliberation.stages.vote.profiles import PROFILES, as_json
from deliberation.web.templates import render_html
from tests.cast import plan_of, unguarded
from tests.notices.record import counted, stay, told, vote_of

pytestmark = pytest.mark.anyio


async def hung(world, stage="decision_notice") -> tuple[Matter, Notice]:
    """A matter whose notice the clerk drafted and the secretary signed off."""
    matter = await told(world, stage)
    if stage == "result_notice":
        await actions.supervise(await world.actor("孙监督"), matter, text="好", now=world.now)
    drafted = await actions.draft(await world.actor("张经办"), matter, note="", now=world.now)
    return matter, await sign(world, matter, drafted)


async def sign(world, matter, drafted, who="李书记") -> Notice:
    """Checked by the clerk, who may also have drafted it, and signed off."""
    row = await Notice.get(id=drafted.id)
    if not row.checked_at:
        clerk, seen = await world.actor("张经办"), row.document_id
        await actions.check(clerk, matter, row.id, shown=seen, now=world.now)
    return await actions.publish(await world.actor(who), matter, drafted.id, now=world.now)


async def object_to(world, matter, notice, who="visitor", text="面积算错了") -> Objection:
    return await objections.file(
        await world.actor(who),
        matter,
        notice,
        name="赵大妈",
        phone_cipher="sealed",
        text=text,
        now=world.now,
    )


async def answered(world, matter, row, upheld, who="张经办") -> None:
    await objections.answer(
        await world.actor(who), matter, row.id, upheld=upheld, text="已核对", now=world.now
    )


async def test_the_period_is_counted_from_the_day_after_signing_off(world):
    matter, notice = await hung(world)  # Monday 2026-03-02
    passage = await stay(matter, "decision_notice")
    assert (notice.first_on, notice.last_on) == (date(2026, 3, 3), date(2026, 3, 9))
    assert (passage.first_on, passage.last_on) == (date(2026, 3, 3), date(2026, 3, 9))
    assert notice.figures["period"] == {"days": 7, "unit": "自然日", "moved": False}


async def test_a_last_day_on_a_weekend_moves_and_the_notice_says_so(world):
    world.later(days=5)  # Saturday 2026-03-07: the seventh day is a Saturday
    _, notice = await hung(world)
    assert notice.last_on == date(2026, 3, 16)
    assert notice.figures["period"]["moved"] is True


async def test_a_year_without_a_holiday_table_is_refused_and_leaves_the_draft(world):
    world.later(days=302)  # 2026-12-29: seven days reach into 2027
    matter = await told(world, "decision_notice")
    drafted = await actions.draft(await world.actor("张经办"), matter, note="", now=world.now)
    with pytest.raises(Refused, match="还没有2027年的放假安排表"):
        await sign(world, matter, drafted)
    assert (await Notice.get(id=drafted.id)).published_at is None


async def test_whoever_drafted_does_not_sign_off(world):
    matter = await told(world, "decision_notice")
    drafted = await actions.draft(await world.actor("李书记"), matter, note="", now=world.now)
    with pytest.raises(Refused, match="起草人不能签发"):
        await sign(world, matter, drafted)
    with pytest.raises(Forbidden):
        await sign(world, matter, drafted, who="张经办")
    again = await actions.draft(await world.actor("张经办"), matter, note="", now=world.now)
    assert again.id == drafted.id
    assert (await sign(world, matter, again)).status == "published"


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        ("请打19900001234", "“正文说明”里有手机号码（请打［已隐去］）"),
        ("身份证41010119500101001X", "“正文说明”里有身份证号码"),
        ("3号楼2单元301室漏水", "“正文说明”里有门牌号"),
    ],
)
async def test_free_text_with_personal_data_is_refused_and_nothing_is_drafted(world, note, reason):
    matter = await told(world, "decision_notice")
    with pytest.raises(Refused, match=reason):
        await actions.draft(await world.actor("张经办"), matter, note=note, now=world.now)
    assert await Notice.all().count() == 0


async def test_the_figures_are_the_records(world):
    _, notice = await hung(world)
    figures = (await Notice.get(id=notice.id)).figures
    heard = figures["opinions"]
    assert (heard["total"], heard["spoken"], heard["households"]) == (3, 2, 5)
    assert heard["channels"] == [["网上", 1], ["入户走访", 1], ["小板凳会议", 1]]
    assert heard["verdicts"] == [["采纳", 2], ["部分采纳", 1], ["不采纳", 0], ["转办", 0]]
    assert figures["proposal"]["entitled"] == 3
    assert figures["proposal"]["present"] == 2
    assert figures["organisations"]["stances"] == [
        ["同意", 1],
        ["有条件同意", 1],
        ["逾期未答复", 1],
    ]
    assert figures["vote"]["questions"][0]["heads"] == [33, 6, 1, 1, 1]
    assert figures["plan"]["total"] == 51600050
    assert figures["plan"]["payers"] == [["财政资金", 43600050], ["居民出资", 8000000]]


async def test_nothing_personal_reaches_the_figures(world):
    _, notice = await hung(world)
    printed = str((await Notice.get(id=notice.id)).figures)
    assert "［已隐去］" in printed  # an opinion quoted a phone
    for hidden in ("19900001234", "孙监督", "䶮㛃𬭚", "赵大妈"):
        assert hidden not in printed
    assert "孙**" in printed


async def test_a_draft_that_the_record_left_behind_must_be_drafted_again(world):
    matter = await told(world, "decision_notice")
    drafted = await actions.draft(await world.actor("张经办"), matter, note="", now=world.now)
    opinion = await Opinion.filter(matter=matter).first()
    await Opinion.filter(id=opinion.id).update(channel="office")
    with pytest.raises(Refused, match="请重新起草"):
        await sign(world, matter, drafted)
    drafted = await actions.draft(await world.actor("张经办"), matter, note="", now=world.now)
    assert (await sign(world, matter, drafted)).status == "published"


async def test_a_correction_keeps_the_number_and_the_old_bytes_and_starts_the_period_anew(world):
    matter, first = await hung(world)
    before = (await Notice.get(id=first.id).select_related("document")).document.context
    world.later(days=3)
    with pytest.raises(Refused, match="请用“更正”"):
        await actions.draft(await world.actor("张经办"), matter, note="", now=world.now)
    second = await actions.correct(
        await world.actor("张经办"), matter, first.id, note="", reason="写错日期", now=world.now
    )
    assert (await Notice.get(id=first.id)).status == "published"  # until the new one is signed
    await sign(world, matter, second)
    old, new = await Notice.all().order_by("id").select_related("document")
    assert (old.status, new.status) == ("superseded", "published")
    assert (old.number, old.revision) == (new.number, new.revision - 1)
    assert old.document.context == before
    assert new.figures["corrects"]["label"] == old.label
    assert (await stay(matter, "decision_notice")).last_on == date(2026, 3, 12)


async def test_two_matters_get_two_numbers(world):
    _, first = await hung(world)
    _, second = await hung(world)
    assert (first.number, second.number) == ("2026-001", "2026-002")


async def test_an_objection_is_due_in_three_working_days_and_is_filed_once(world):
    matter, notice = await hung(world)
    world.later(days=4)  # Friday 2026-03-06
    row = await object_to(world, matter, notice)
    assert row.due_on == date(2026, 3, 11)
    assert (await object_to(world, matter, notice)).id == row.id
    assert await Objection.all().count() == 1


async def test_objections_are_taken_until_midnight_of_the_last_day(world):
    matter, notice = await hung(world)
    end = timedelta(days=7, hours=15)  # 2026-03-10 0:00 in Shanghai
    world.later(seconds=end.total_seconds() - 1)
    await object_to(world, matter, notice)
    world.later(seconds=1)
    with pytest.raises(Refused, match="公示期已过"):
        await object_to(world, matter, notice, text="晚了一秒")


async def test_every_level_answers_once_and_nothing_is_overwritten(world):
    matter, notice = await hung(world)
    row = await object_to(world, matter, notice)
    assert (await facts(matter, "decision_notice")).open_objections == (row.due_on,)
    with pytest.raises(Refused, match="只有答复为不成立"):
        await objections.escalate(await world.actor("visitor"), matter, row.id, now=world.now)
    await answered(world, matter, row, False)
    with pytest.raises(Refused, match="已经答复过"):
        await answered(world, matter, row, True)
    assert (await facts(matter, "decision_notice")).open_objections == ()

    party = await objections.escalate(await world.actor("visitor"), matter, row.id, now=world.now)
    again = await objections.escalate(await world.actor("visitor"), matter, row.id, now=world.now)
    assert (party.id, party.level) == (again.id, "party")
    with pytest.raises(Forbidden):
        await answered(world, matter, party, False, who="张经办")
    with pytest.raises(Forbidden, match="由书记裁定"):
        await answered(world, matter, party, False, who="刘干部")
    await answered(world, matter, party, False, who="李书记")

    last = await objections.escalate(await world.actor("visitor"), matter, party.id, now=world.now)
    assert last.level == "subdistrict"
    with pytest.raises(Forbidden, match="由街道工作人员裁定"):
        await answered(world, matter, last, True, who="李书记")
    await answered(world, matter, last, True, who="刘干部")
    assert (await facts(matter, "decision_notice")).upheld == 1
    assert await Objection.filter(answer="已核对").count() == 3


async def test_an_upheld_objection_withdraws_the_resolution_and_announces_it(world):
    matter, notice = await hung(world)
    secretary = await world.actor("李书记")
    with pytest.raises(Refused, match="没有成立的异议"):
        await actions.withdraw(secretary, matter, reason="票数有误", now=world.now)
    await answered(world, matter, await object_to(world, matter, notice), True)
    await actions.withdraw(secretary, matter, reason="票数有误", now=world.now)
    assert (await Matter.get(id=matter.id)).stage == "vote"
    assert (await Notice.get(id=notice.id)).status == "withdrawn"
    said = await Notice.get(kind="E")
    assert said.title == "关于东风里小区老旧管网改造异议成立、撤回决议的公告"
    assert said.figures["objections"] == {
        "number": notice.number,
        "title": notice.title,
        "filed": 1,
        "upheld": 1,
    }
    assert (said.figures["next"], said.figures["reason"]) == ("决议表决", "票数有误")
    assert await broken(f"matter/{matter.id}") is None


async def test_the_log_holds_neither_names_nor_words(world):
    matter, notice = await hung(world)
    row = await object_to(world, matter, notice)
    await answered(world, matter, row, False)
    bodies = str(await Entry.filter(matter_id=matter.id).values_list("body", flat=True))
    assert str(row.id) in bodies
    for hidden in ("赵大妈", "面积算错了", "已核对", "sealed"):
        assert hidden not in bodies


async def test_the_result_is_signed_off_with_supervisors_and_verdicts_only(world):
    matter = await told(world, "result_notice")
    drafted = await actions.draft(await world.actor("张经办"), matter, note="", now=world.now)
    with pytest.raises(Refused, match="监督意见"):
        await sign(world, matter, drafted)
    await actions.supervise(await world.actor("孙监督"), matter, text="账目清楚", now=world.now)
    await Evaluation.all().delete()
    with pytest.raises(Refused, match="评议"):
        await sign(world, matter, drafted)
    home = world.households["2-101"]
    await Evaluation.create(matter=matter, household=home, verdict="satisfied", given_at=world.now)
    notice = await sign(world, matter, drafted)  # both came after the draft and are printed
    told_of = notice.figures["evaluations"]
    assert told_of["answered"] == 1 and "percent" not in told_of  # of so few nothing is told
    assert [one["name"] for one in notice.figures["supervisors"]] == ["孙监督"]
    with pytest.raises(Refused, match="已经签发"):
        await actions.supervise(await world.actor("周监督"), matter, text="补充", now=world.now)


async def test_interim_notices_may_be_many_and_set_no_period_of_the_stage(world):
    matter, first = await hung(world, "implementation")
    drafted = await actions.draft(await world.actor("张经办"), matter, note="", now=world.now)
    second = await sign(world, matter, drafted)
    assert first.kind == second.kind == "B"
    assert first.number != second.number
    assert first.figures["interim"] is True
    assert (await stay(matter, "implementation")).last_on is None


async def test_money_and_works_of_the_result_are_the_ledgers(world):
    _, notice = await hung(world, "result_notice")
    works = (await Notice.get(id=notice.id)).figures["works"]
    assert works["money"] == {
        "amount": 51600050,
        "contract": 50600000,
        "settled": 50200050,
        "paid": 50200050,
        "left": 1400000,
    }
    assert works["payers"] == [
        ["财政资金", 43600050, 42600000, 1000050],
        ["居民出资", 8000000, 7600050, 399950],
    ]
    assert [item["done_on"] for item in works["items"]] == ["2026-03-02", "2026-03-02"]


async def test_owners_must_decide_unless_their_decision_is_attached_or_they_voted(world):
    matter, _ = await hung(world)
    plan = await plan_of(matter, version=2)
    await PlanItem.filter(plan=plan, number=1).update(owners_reason="maintenance")
    assert (await facts(matter, "decision_notice")).owners == ("maintenance",)
    vote = await vote_of(world, matter, plan, profile="P7", result=counted("not_passed"))
    await OwnersDecision.create(
        matter=matter,
        kind="residents",
        decided_on=date(2026, 3, 1),
        description="居民会议",
        recorded_at=world.now,
    )
    assert (await facts(matter, "decision_notice")).owners == ("maintenance",)
    vote.result = counted("passed")
    await vote.save()
    assert (await facts(matter, "decision_notice")).owners == ()
    await unguarded()
    await Vote.filter(id=vote.id).update(status="void")
    assert (await facts(matter, "decision_notice")).owners == ("maintenance",)
    await OwnersDecision.all().update(kind="owners")
    assert (await facts(matter, "decision_notice")).owners == ()


async def test_money_from_residents_asks_for_their_meeting_under_p1(world):
    matter, _ = await hung(world)
    assert (await facts(matter, "decision_notice")).residents_meeting_missing is True
    await OwnersDecision.create(
        matter=matter,
        kind="residents",
        decided_on=date(2026, 3, 1),
        description="居民会议",
        recorded_at=world.now,
    )
    assert (await facts(matter, "decision_notice")).residents_meeting_missing is False


async def test_an_extension_keeps_the_notice_up_and_is_announced(world):
    matter, notice = await hung(world)
    clerk = await world.actor("张经办")
    await matters.extend(clerk, matter, last_on=date(2026, 3, 12), reason="连日下雨", now=world.now)
    said = await Notice.get(kind="E")
    assert (said.figures["old_on"], said.figures["new_on"]) == ("2026-03-09", "2026-03-12")
    world.later(days=9)  # 2026-03-11, after the first end
    await object_to(world, matter, notice)
    assert (await facts(matter, "decision_notice")).last_on == date(2026, 3, 12)


@pytest.mark.parametrize(
    ("stage", "to"),
    [
        ("decision_notice", "vote"),
        ("decision_notice", "consultation"),
        ("result_notice", "implementation"),
    ],
)
async def test_the_secretary_sends_back_from_a_notice_which_is_taken_down(world, stage, to):
    matter, notice = await hung(world, stage)
    with pytest.raises(Forbidden, match="由书记办理"):
        await matters.send_back(
            await world.actor("张经办"), matter, to=to, reason="业主没有同意", now=world.now
        )
    secretary = await world.actor("李书记")
    with pytest.raises(Refused, match="不能退回到这一步"):
        await matters.send_back(secretary, matter, to="opinions", reason="x", now=world.now)
    await matters.send_back(secretary, matter, to=to, reason="业主没有同意", now=world.now)
    assert (await Matter.get(id=matter.id)).stage == to
    assert (await Notice.get(id=notice.id)).status == "withdrawn"
    assert (await Notice.get(kind="E")).figures["about"] == "退回"


async def test_a_terminated_matter_takes_its_notice_down_but_not_an_interim_one(world):
    matter, notice = await hung(world, "implementation")
    secretary = await world.actor("李书记")
    await matters.terminate(secretary, matter, reason="资金没有到位", now=world.now)
    assert (await Notice.get(id=notice.id)).status == "published"
    matter, notice = await hung(world)
    await matters.terminate(secretary, matter, reason="资金没有到位", now=world.now)
    assert (await Notice.get(id=notice.id)).status == "withdrawn"


async def test_an_objection_to_the_result_withdraws_the_notice_and_not_the_resolution(world):
    matter, notice = await hung(world, "result_notice")
    await answered(world, matter, await object_to(world, matter, notice), True)
    secretary = await world.actor("李书记")
    await actions.withdraw(secretary, matter, reason="灯少装了3盏", now=world.now)
    assert (await Matter.get(id=matter.id)).stage == "implementation"
    assert (await Notice.get(id=notice.id)).status == "withdrawn"
    said = await Notice.get(kind="E")
    assert said.title == "关于东风里小区老旧管网改造异议成立、撤回公示的公告"
    page = render_html("notices/_e.html", **context(said))
    assert "决议继续有效" in page and "原决议不再实施" not in page


@pytest.mark.parametrize(
    ("reason", "profile", "enough"),
    [
        ("maintenance", "P7", True),
        ("raise", "P7", False),
        ("raise", "P8", True),
        ("manager", "P7", True),
        ("rebuild", "P7", False),
        ("common", "P7", False),
        ("rebuild", "P8", True),
        ("common", "P8", True),
        ("rebuild", "P1", False),
    ],
)
async def test_what_takes_three_quarters_of_the_owners_is_not_decided_by_half(
    world, reason, profile, enough
):
    matter = await told(world, "decision_notice")
    plan = await Plan.get(matter=matter)
    await PlanItem.filter(plan=plan, number=1).update(owners_reason=reason)
    await Vote.filter(matter=matter).update(profile=as_json(PROFILES[profile]))
    assert (await facts(matter, "decision_notice")).owners == (() if enough else (reason,))


async def test_what_was_attached_to_an_earlier_plan_says_nothing_of_a_new_one(world):
    matter, _ = await hung(world)
    await PlanItem.filter(plan__matter=matter, number=1).update(owners_reason="rebuild")
    clerk = await world.actor("张经办")
    attached = {"decided_on": date(2026, 3, 1), "description": "业主大会通过"}
    for kind in ("owners", "residents"):
        await attach_owners(clerk, matter, kind=kind, now=world.now, **attached)
    known = await facts(matter, "decision_notice")
    assert (known.owners, known.residents_meeting_missing) == ((), False)
    plan = await plan_of(matter, version=2)
    await PlanItem.filter(plan=plan, number=1).update(owners_reason="rebuild")
    await Plan.filter(id=plan.id).update(frozen_at=world.later(days=1))
    known = await facts(matter, "decision_notice")
    assert (known.owners, known.residents_meeting_missing) == (("rebuild",), True)
    for kind in ("owners", "residents"):
        await attach_owners(clerk, matter, kind=kind, now=world.now, **attached)
    known = await facts(matter, "decision_notice")
    assert (known.owners, known.residents_meeting_missing) == ((), False)


async def test_both_notices_say_that_owners_must_decide_besides(world):
    matter = await told(world, "decision_notice")
    await PlanItem.filter(plan__matter=matter, number=2).update(owners_reason="rebuild")
    clerk = await world.actor("张经办")
    drafted = await actions.draft(clerk, matter, note="", now=world.now)
    page = render_html("notices/_a.html", **context(drafted))
    assert page.count("依法须由业主共同决定（改建、重建建筑物及其附属设施）") == 1
    vote = await Vote.get(matter=matter)
    await Question.create(vote=vote, number=2, kind="funds", text="您是否同意出资？", options=[])
    opened = await opening(await stay(matter, "vote"))
    page = render_html("notices/_d.html", **context(drafted) | {"opening": opened})
    assert "依法须由业主共同决定，这次表决不能代替业主" in page
    assert "须先经居民会议讨论" in page
    await Vote.filter(id=vote.id).update(profile=as_json(PROFILES["P8"]))
    opened = await opening(await stay(matter, "vote"))
    assert (opened["owners"], opened["residents_meeting"]) == ([], False)
