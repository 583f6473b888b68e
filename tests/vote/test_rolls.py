"""Who is on the roll, and what must happen before it is frozen."""

from datetime import date, timedelta

import pytest

from deliberation.acting import Forbidden, Refused
from deliberation.log import merkle
from deliberation.log.models import Entry
from deliberation.matters.models import MatterScope
from deliberation.people.models import Appointment, Member, Ownership, Person
from deliberation.places.models import Household
from deliberation.procedure import Norms, Role
from deliberation.stages.notices.models import Notice, Objection
from deliberation.stages.vote import dangerous, drafts, opening
from deliberation.stages.vote.evidence.manifest import manifest_digest
from deliberation.stages.vote.meeting import attendance
from deliberation.stages.vote.models import Question, RollEntry, Vote
from deliberation.stages.vote.profiles import PROFILES
from deliberation.stages.vote.roll import rolls
from deliberation.stages.vote.roll.electors import electors
from tests.cast import matter_at, plan_of
from tests.vote.voting import WATCHERS, freeze, open_vote

pytestmark = pytest.mark.anyio

TODAY = date(2026, 3, 2)


async def on_roll(world, profile, norms=None, ages=None):
    matter = await matter_at(world, "vote")
    return await electors(matter, PROFILES[profile], norms or Norms(), ages or {}, TODAY)


async def names(found) -> dict[str, str]:
    people = {row.id: row.name for row in await Person.all()}
    return {people[line.person_id]: line.marks for line in found.lines if line.person_id}


async def drafted(world, **changes) -> tuple:
    matter = await matter_at(world, "vote")
    await plan_of(matter)
    clerk = await world.actor("张经办")
    wanted = drafts.Draft(**{"profile": "P1", "form": "plan", "secret": False} | changes)
    vote = await drafts.draft(clerk, matter, wanted, world.now)
    return matter, vote, clerk


async def posted(world, call=None) -> tuple:
    matter, vote, clerk = await drafted(world)
    for name in WATCHERS:
        await drafts.name_scrutineer(
            clerk, matter, person=world.people[name].id, role="scrutineer", now=world.now
        )
    await rolls.post_roll(clerk, matter, call, world.now)
    return matter, await Vote.get(id=vote.id), clerk


async def test_party_members_and_representatives_of_the_compound_are_one_roll(world):
    assert await names(await on_roll(world, "P1")) == {
        "赵大妈": "居民代表",
        "钱师傅": "党员、居民代表",
        "冯老师": "党员",
        "褚阿姨": "居民代表",
    }


async def test_a_probationary_member_never_votes_as_party_member(world):
    await Appointment.create(
        person=world.people["卫师傅"], place=world.compound, role=Role.PARTY_MEMBER, since=TODAY
    )
    assert "卫师傅" not in await names(await on_roll(world, "P1"))


async def test_where_the_rule_set_says_so_the_whole_community_votes(world):
    found = await names(await on_roll(world, "P1", Norms(whole_community_votes=True)))
    assert found.keys() == {"赵大妈", "钱师傅", "冯老师", "褚阿姨", "李书记", "吴委员"}


@pytest.mark.parametrize(("until", "counted"), [(TODAY, True), (TODAY - timedelta(1), False)])
async def test_an_appointment_counts_through_its_last_day(world, until, counted):
    await Appointment.filter(person=world.people["褚阿姨"]).update(until=until)
    assert ("褚阿姨" in await names(await on_roll(world, "P1"))) is counted


async def test_only_those_of_the_building_vote_when_it_alone_is_concerned(world):
    matter = await matter_at(world, "vote")
    await MatterScope.filter(matter=matter).delete()
    await MatterScope.create(matter=matter, place=world.buildings[2])
    await Appointment.filter(role=Role.REPRESENTATIVE).update(place=world.buildings[1])
    await Appointment.filter(person=world.people["褚阿姨"]).update(place=world.buildings[2])
    found = await electors(matter, PROFILES["P1"], Norms(), {}, TODAY)
    assert await names(found) == {"褚阿姨": "居民代表"}


async def test_the_committee_votes_with_the_representatives_under_p2(world):
    found = await names(await on_roll(world, "P2"))
    assert {name for name, marks in found.items() if "两委" in marks} == {
        "李书记",
        "王主任",
        "吴委员",
    }
    assert "冯老师" not in found


async def test_group_representatives_and_party_members_alone(world):
    assert (await names(await on_roll(world, "P5"))).keys() == {"赵大妈", "钱师傅", "褚阿姨"}
    assert (await names(await on_roll(world, "P6"))).keys() == {"钱师傅", "冯老师"}


async def test_residents_are_18_or_decided_by_a_clerk_and_a_missing_year_is_asked_for(world):
    youth = world.people["蒋同学"]
    assert "蒋同学" not in await names(await on_roll(world, "P3"))
    await Person.filter(id=youth.id).update(birth_year=2008)
    found = await on_roll(world, "P3")
    assert [person.id for person in found.undecided] == [youth.id]
    for is_adult in (True, False):
        found = await on_roll(world, "P3", ages={str(youth.id): is_adult})
        assert found.undecided == []
        assert ("蒋同学" in await names(found)) is is_adult
    await Person.filter(id=youth.id).update(birth_year=None)
    found = await on_roll(world, "P3")
    assert found.missing == ["2号楼102 蒋同学没有出生年份"]


async def test_one_line_per_household_that_is_lived_in(world):
    home = world.households["2-102"]
    assert len((await on_roll(world, "P4")).lines) == 5
    await Household.create(
        place=world.buildings[2], path=world.buildings[2].path, room="9", label="空", vacant=True
    )
    found = await on_roll(world, "P4")
    assert [line.household_id for line in found.lines].count(home.id) == 1
    assert len(found.lines) == 5


async def test_owners_are_heads_with_areas_and_an_unregistered_one_cannot_vote(world):
    first, second = world.households["1-101"], world.households["1-102"]
    await Ownership.filter(household=second).delete()
    await Ownership.create(household=second, person=world.people["赵大妈"])
    await Ownership.filter(household=world.households["1-201"]).delete()
    lines = (await on_roll(world, "P7")).lines
    by_home = {line.household_id: line for line in lines}
    assert by_home[first.id].area == first.area + second.area
    assert (by_home[first.id].heads, by_home[first.id].marks) == (1, "2套")
    assert by_home[world.households["1-201"].id].person_id is None
    assert len(lines) == 4
    assert sum(line.area for line in lines) == 6000 + 6100 + 6200 + 6300 + 6400


async def test_a_home_without_area_blocks_the_owners_roll_by_its_name(world):
    await Household.filter(id=world.households["1-201"].id).update(area=None)
    found = await on_roll(world, "P8")
    assert found.missing == ["1号楼201没有专有部分面积"]
    assert "1号楼201没有专有部分面积" in rolls.missing_blockers(found)


async def test_the_questions_come_from_the_final_plan_with_residents_funds_apart(world):
    matter, vote, clerk = await drafted(world)
    texts = await Question.filter(vote=vote).values_list("kind", "text")
    assert texts == [
        ("plan", "您是否同意《东风里小区老旧管网改造方案》（第1版）？"),
        ("funds", "您是否同意由居民自愿出资80,000.00元？"),
    ]
    await drafts.draft(clerk, matter, drafts.Draft("P1", "items", False), world.now)
    assert await Question.filter(vote=vote).values_list("kind", flat=True) == [
        "item",
        "item",
        "funds",
    ]
    assert await Vote.all().count() == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"profile": "P7", "secret": True}, "只能记名"),
        ({"form": "choice", "schemes": ("甲",)}, "2到6个"),
        ({"form": "choice", "schemes": ("甲", "甲")}, "2到6个"),
        ({"form": "choice", "schemes": tuple("甲乙丙丁戊己庚")}, "2到6个"),
        ({"form": "choice", "schemes": ("甲", "找老王13800138000")}, "方案的名称.*手机号"),
        ({"form": "choice", "schemes": ("甲", "乙" * 61)}, "最多60个字"),
    ],
)
async def test_what_cannot_be_voted_on_is_refused(world, changes, reason):
    with pytest.raises(Refused, match=reason):
        await drafted(world, **changes)


async def test_two_to_six_schemes_make_a_choice(world):
    _, vote, _ = await drafted(world, form="choice", schemes=tuple("甲乙丙丁戊己"))
    question = await Question.get(vote=vote, number=1)
    assert [option["label"] for option in question.options] == [*"甲乙丙丁戊己", "弃权"]


async def test_nothing_is_drafted_before_the_plan_is_final(world):
    matter = await matter_at(world, "vote")
    await plan_of(matter, frozen=False)
    with pytest.raises(Refused, match="还没有定稿的方案"):
        wanted = drafts.Draft("P1", "plan", False)
        await drafts.draft(await world.actor("张经办"), matter, wanted, world.now)


async def test_staff_are_no_scrutineers_and_nobody_is_named_twice(world):
    matter, _, clerk = await drafted(world)
    given = {"role": "scrutineer", "now": world.now}
    for name in ("张经办", "王主任"):  # elected besides, they still propose and enter paper
        await Appointment.create(
            person=world.people[name],
            place=world.compound,
            role=Role.REPRESENTATIVE,
            since=date(2025, 1, 1),
        )
    for name in ("张经办", "王主任", "冯老师"):
        with pytest.raises(Refused, match="经办人不能兼任"):
            await drafts.name_scrutineer(clerk, matter, person=world.people[name].id, **given)
    person = world.people["孙监督"].id
    await drafts.name_scrutineer(clerk, matter, person=person, **given)
    with pytest.raises(Refused, match="已经登记过"):
        await drafts.name_scrutineer(clerk, matter, person=person, role="teller", now=world.now)


async def test_a_roll_is_not_posted_with_one_scrutineer(world):
    matter, _, clerk = await drafted(world)
    person = world.people["孙监督"].id
    await drafts.name_scrutineer(clerk, matter, person=person, role="scrutineer", now=world.now)
    with pytest.raises(Refused, match="监票人至少2名，已登记1名"):
        await rolls.post_roll(clerk, matter, None, world.now)


@pytest.mark.parametrize(("days", "enough"), [(3, False), (4, True)])
async def test_the_meeting_is_announced_three_full_days_before(world, days, enough):
    call = rolls.Call(world.now + timedelta(days=days), "社区会议室", "李书记", "张经办")
    if enough:
        await posted(world, call)
        assert await RollEntry.all().count() == 4
    else:
        with pytest.raises(Refused, match="提前3天通知"):
            await posted(world, call)


async def test_a_roll_is_frozen_after_its_posting_by_someone_else_than_who_proposed(world):
    matter, vote, clerk = await posted(world)
    assert vote.posting_last_on == date(2026, 3, 5)
    closes_at = world.now + timedelta(days=9)
    given = {"opens_at": None, "closes_at": closes_at}
    world.now = world.now.replace(day=5, hour=15, minute=59, second=59)
    with pytest.raises(Refused, match="公示到2026年3月5日24:00结束"):
        await dangerous.propose_freeze(clerk, matter, **given, now=world.now)
    world.later(days=1)
    with pytest.raises(Forbidden):
        resident = await world.actor("赵大妈")
        await dangerous.propose_freeze(resident, matter, **given, now=world.now)
    made = await dangerous.propose_freeze(clerk, matter, **given, now=world.now)
    shown = {"approval": made.id, "shown": made.digest, "now": world.now}
    with pytest.raises(Forbidden):
        await dangerous.approve(clerk, matter, **shown)
    secretary = await world.actor("李书记")
    with pytest.raises(Refused, match="有改动"):
        await dangerous.approve(secretary, matter, **shown | {"shown": "0" * 64})
    await dangerous.approve(secretary, matter, **shown)
    vote = await Vote.get(id=vote.id)
    assert (vote.status, vote.manifest["roll"]["voters"]) == ("frozen", 4)
    assert vote.manifest_digest == manifest_digest(vote.manifest) == made.digest
    lines = await RollEntry.filter(vote=vote)
    assert vote.manifest["roll"]["root"] == merkle.root([line.leaf for line in lines])


async def test_what_changes_between_proposal_and_approval_voids_the_proposal(world):
    matter, vote, clerk = await posted(world)
    world.later(days=5)
    closes_at = world.now + timedelta(days=2)
    made = await dangerous.propose_freeze(
        clerk, matter, opens_at=None, closes_at=closes_at, now=world.now
    )
    await RollEntry.filter(vote=vote, number=1).update(name="另一个人")
    with pytest.raises(Refused, match="有改动"):
        secretary = await world.actor("李书记")
        await dangerous.approve(
            secretary, matter, approval=made.id, shown=made.digest, now=world.now
        )
    assert (await Vote.get(id=vote.id)).status == "posted"


async def test_an_objection_is_answered_and_an_upheld_one_makes_the_roll_anew(world):
    matter, vote, clerk = await posted(world)
    resident = await world.actor("卫师傅")
    filed = await rolls.file_objection(resident, matter, text="漏了我", now=world.now)
    again = await rolls.file_objection(resident, matter, text="漏了我", now=world.now)
    assert (again.id, filed.due_on) == (filed.id, date(2026, 3, 5))
    world.later(days=1)
    with pytest.raises(Refused, match="有异议成立"):
        await rolls.rebuild(clerk, matter, world.now)
    await rolls.answer_objection(
        clerk, matter, objection=filed.id, upheld=True, answer="已转正", now=world.now
    )
    world.later(days=4)
    with pytest.raises(Refused, match="重新生成名册"):
        await freeze(world, matter)
    await Person.filter(id=world.people["卫师傅"].id).update(party="member")
    await rolls.rebuild(clerk, matter, world.now)
    assert await RollEntry.filter(vote=vote).count() == 5
    await freeze(world, matter)
    acts = await Entry.filter(chain=f"matter/{matter.id}").values_list("act", flat=True)
    assert acts.count("vote.post_roll") == 2


async def test_an_open_objection_keeps_the_roll_from_being_frozen(world):
    matter, _, clerk = await posted(world)
    filed = await rolls.file_objection(clerk, matter, text="多了人", name="老周", now=world.now)
    world.later(days=4)
    with pytest.raises(Refused, match="还有1条对名册的异议没有答复"):
        await freeze(world, matter)
    await rolls.answer_objection(
        clerk, matter, objection=filed.id, upheld=False, answer="核对无误", now=world.now
    )
    with pytest.raises(Refused, match="已经答复过"):
        await rolls.answer_objection(
            clerk, matter, objection=filed.id, upheld=True, answer="改", now=world.now
        )
    await freeze(world, matter)


async def test_objections_end_with_the_posting_and_are_for_people_of_the_community(world):
    matter, _, _ = await posted(world)
    resident = await world.actor("赵大妈")
    with pytest.raises(Forbidden):
        await rolls.file_objection(await world.actor("陈先生"), matter, text="不对", now=world.now)
    world.now = world.now.replace(day=5, hour=16, minute=0)
    with pytest.raises(Refused, match="不在公示期内"):
        await rolls.file_objection(resident, matter, text="不对", now=world.now)
    assert await Objection.all().count() == 0


async def test_an_objection_of_another_matter_is_not_answered_here(world):
    matter, vote, clerk = await posted(world)
    filed = await rolls.file_objection(clerk, matter, text="多了人", name="老周", now=world.now)
    other, _, _ = await open_vote(world, 3, status="posted")
    with pytest.raises(Refused, match="没有这条异议"):
        await rolls.answer_objection(
            clerk, other, objection=filed.id, upheld=True, answer="改", now=world.now
        )


async def test_a_frozen_roll_is_not_made_again_nor_drafted_again(world):
    matter, _, clerk = await posted(world)
    world.later(days=4)
    await freeze(world, matter)
    for again in (
        rolls.rebuild(clerk, matter, world.now),
        rolls.post_roll(clerk, matter, None, world.now),
        drafts.draft(clerk, matter, drafts.Draft("P2", "plan", False), world.now),
    ):
        with pytest.raises(Refused):
            await again


async def test_a_vote_opens_later_than_now_and_stays_open_while_its_meeting_is_held(world):
    held = world.now + timedelta(days=4)
    matter, vote, clerk = await posted(world, rolls.Call(held, "会议室", "李书记", "张经办"))
    with pytest.raises(Refused, match="还没有冻结"):
        await opening.open_vote(clerk, matter, world.now)
    now = world.later(days=4, hours=-1)
    for opens, closes, reason in (
        (now - timedelta(seconds=1), held + timedelta(1), "不能早于现在"),
        (now, now, "要晚于开始时间"),
        (held + timedelta(1), held + timedelta(2), "不能晚于会议那天"),
        (now, held, "要晚于会议开始"),
    ):
        with pytest.raises(Refused, match=reason):
            await freeze(world, matter, opens_at=opens, closes_at=closes)
    await freeze(world, matter, closes_at=held + timedelta(seconds=1))
    with pytest.raises(Refused, match="截止时间已经过了"):
        await opening.open_vote(clerk, matter, held + timedelta(seconds=1))
    await opening.open_vote(clerk, matter, now)
    assert (await Vote.get(id=vote.id)).status == "open"
    notice = await Notice.get(kind="D")
    assert notice.figures["opening"]["roll"]["root"] == vote_root(await Vote.get(id=vote.id))


def vote_root(vote) -> str:
    return vote.manifest["roll"]["root"]


async def test_signing_in_counts_those_on_the_roll_once_on_the_day(world):
    held = world.now + timedelta(days=4)
    matter, vote, clerk = await posted(world, rolls.Call(held, "会议室", "李书记", "张经办"))
    voter, guest = await world.actor("赵大妈"), await world.actor("卫师傅")
    world.later(days=4, hours=-1)
    with pytest.raises(Refused, match="还没有冻结"):
        await attendance.sign_in_self(voter, matter, world.now)
    await freeze(world, matter)
    with pytest.raises(Refused, match="名册上没有您"):
        await attendance.sign_in_self(guest, matter, world.now)
    with pytest.raises(Refused, match="由工作人员登记"):
        await attendance.sign_in(voter, matter, persons=[], now=world.now)
    await attendance.sign_in_self(voter, matter, world.now)
    await attendance.sign_in_self(voter, matter, world.now)
    people = [world.people[name].id for name in ("赵大妈", "冯老师", "卫师傅")]
    await attendance.sign_in(clerk, matter, persons=people, now=world.now)
    meeting = await matter.meetings.all().first()
    assert await attendance.signed_in(meeting) == set(people[:2])


async def test_a_birth_year_that_needs_deciding_blocks_the_posting_until_decided(world):
    youth = world.people["蒋同学"]
    await Person.filter(id=youth.id).update(birth_year=2008)
    matter, vote, clerk = await drafted(world, profile="P3")
    for name in WATCHERS:
        await drafts.name_scrutineer(
            clerk, matter, person=world.people[name].id, role="scrutineer", now=world.now
        )
    with pytest.raises(Refused, match="有1人今年满18岁"):
        await rolls.post_roll(clerk, matter, None, world.now)
    with pytest.raises(Refused, match="不需要认定"):
        other = world.people["赵大妈"].id
        await rolls.decide_age(clerk, matter, person=other, is_adult=False, now=world.now)
    await rolls.decide_age(clerk, matter, person=youth.id, is_adult=True, now=world.now)
    await rolls.post_roll(clerk, matter, None, world.now)
    assert await RollEntry.filter(vote=vote, person=youth).count() == 1
    assert await Member.filter(person=youth).count() == 1
