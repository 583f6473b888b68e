import asyncio
from datetime import UTC, date, datetime

import pytest

from deliberation.acting import Forbidden, Refused
from deliberation.log.models import Entry, broken
from deliberation.matters import actions as matters
from deliberation.matters.facts import current_passage
from deliberation.matters.models import Matter, MatterScope, Passage
from deliberation.places.models import Household, Place
from deliberation.stages.opinions import actions, answering, grouping, importing, recording
from deliberation.stages.opinions.coverage import coverage
from deliberation.stages.opinions.facts import facts
from deliberation.stages.opinions.homes import find_building, find_home, homes_in
from deliberation.stages.opinions.models import Answer, Draft, Group, Opinion, standing_answers
from deliberation.stages.opinions.rules import MOST_STRANGERS
from tests.cast import World, matter_at

pytestmark = pytest.mark.anyio
CODE = "abcdefghijklmnopqrst"


def code(n: int) -> str:
    return f"{CODE}{n}"


async def opened(world: World) -> Matter:
    """A matter whose period of seven days was announced today, 2026-03-02."""
    matter = await matter_at(world, "opinions")
    await actions.announce(await world.actor("张经办"), matter, days=7, now=world.now)
    return matter


async def said(world, matter, name="赵大妈", text="下水管又堵了", n=1, **more) -> Opinion:
    return await actions.submit(
        await world.actor(name), matter, text=text, request_code=code(n), now=world.now, **more
    )


async def stranger(world, matter, n=90, text="门口停车太乱") -> Opinion:
    return await said(world, matter, "visitor", text, n, speaker="刘师傅", origin="理发店")


async def written(world, matter, n=50, **more) -> Opinion:
    fields = {"channel": "phone", "text": "路灯不亮", "said_on": date(2026, 3, 2)} | more
    return await recording.record(
        await world.actor("张经办"),
        matter,
        recording.Said(**fields),
        request_code=code(n),
        now=world.now,
    )


async def answer(world, matter, subject, *, verdict="adopted", reason="列入方案") -> None:
    """Drafted by one clerk, checked and published by the other."""
    first, second = await world.actor("张经办"), await world.actor("何经办")
    now = world.now
    await answering.draft(first, matter, [subject], verdict=verdict, reason=reason, now=now)
    shown = {row.id: row.version for row in await Draft.filter(matter=matter)}
    if shown:
        await answering.check(second, matter, shown, now)
        await answering.publish(second, matter, now)


async def test_the_announced_period_counts_from_tomorrow(world):
    matter = await opened(world)
    passage = await current_passage(matter, "opinions")
    assert (passage.first_on, passage.last_on) == (date(2026, 3, 3), date(2026, 3, 9))


async def test_a_period_is_announced_once_and_by_the_clerk_or_the_secretary(world):
    matter = await matter_at(world, "opinions")
    for name in ("赵大妈", "王主任", "孙监督", "visitor"):
        with pytest.raises(Forbidden):
            await actions.announce(await world.actor(name), matter, days=7, now=world.now)
    for days in (2, 31):
        with pytest.raises(Refused, match="3到30天"):
            await actions.announce(await world.actor("李书记"), matter, days=days, now=world.now)
    await actions.announce(await world.actor("李书记"), matter, days=3, now=world.now)
    with pytest.raises(Refused, match="已经公布"):
        await actions.announce(await world.actor("张经办"), matter, days=7, now=world.now)


async def test_a_period_into_a_year_without_a_holiday_table_is_refused_in_words(world):
    matter = await matter_at(world, "opinions")
    late = datetime(2026, 12, 28, 1, tzinfo=UTC)
    with pytest.raises(Refused, match="还没有2027年的放假安排表"):
        await actions.announce(await world.actor("张经办"), matter, days=7, now=late)


async def test_nobody_speaks_before_the_announcement_or_after_the_last_second(world):
    matter = await matter_at(world, "opinions")
    with pytest.raises(Refused, match="还没有开始"):
        await said(world, matter)
    await actions.announce(await world.actor("张经办"), matter, days=7, now=world.now)
    world.now = datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC)
    await said(world, matter)
    world.later(seconds=1)
    with pytest.raises(Refused, match="已于2026年3月9日24:00结束"):
        await said(world, matter, n=2)
    assert await Opinion.all().count() == 1


async def test_a_person_speaks_for_the_home_they_live_in(world):
    matter = await opened(world)
    opinion = await said(world, matter, speaker="别人", origin="别处")
    assert opinion.household_id == world.households["1-101"].id
    assert opinion.person_id == world.people["赵大妈"].id
    assert (opinion.speaker, opinion.origin) == ("", "")


async def test_someone_from_elsewhere_gives_a_name_and_waits_for_a_clerk(world):
    matter = await opened(world)
    with pytest.raises(Refused, match="不在本社区的名册上"):
        await said(world, matter, "陈先生")
    opinion = await said(world, matter, "陈先生", speaker="陈先生", origin="东门菜店")
    assert opinion.household_id is None
    known = await facts(matter, "opinions")
    assert (known.total, known.unconfirmed, known.unanswered, known.covered) == (0, 1, 0, 0)
    await actions.confirm(await world.actor("张经办"), matter, opinion, world.now)
    known = await facts(matter, "opinions")
    assert (known.total, known.unconfirmed, known.unanswered, known.covered) == (1, 0, 1, 0)


async def test_who_cannot_be_confirmed_is_set_aside_with_a_reason_and_may_come_back(world):
    matter = await opened(world)
    opinion = await stranger(world, matter)
    clerk = await world.actor("何经办")
    await actions.set_aside(clerk, matter, opinion, reason="查无此店", now=world.now)
    known = await facts(matter, "opinions")
    assert (known.total, known.unconfirmed, known.unanswered) == (0, 0, 0)
    with pytest.raises(Refused, match="没有确认身份"):
        await answer(world, matter, opinion)
    await actions.confirm(clerk, matter, opinion, world.now)
    assert (await facts(matter, "opinions")).total == 1
    words = {"verdict": "adopted", "reason": "列入方案", "now": world.now}
    await answering.draft(clerk, matter, [opinion], **words)
    with pytest.raises(Refused, match="已经在答复"):
        await actions.set_aside(clerk, matter, opinion, reason="查无此店", now=world.now)


async def test_strangers_without_end_cannot_hold_the_stage_up(world):
    matter = await opened(world)
    given = {"channel": "online", "text": "好", "said_on": world.now.date()}
    await Opinion.bulk_create(
        Opinion(matter=matter, speaker=f"{n}", origin="某处", received_at=world.now, **given)
        for n in range(MOST_STRANGERS - 1)
    )
    last = await stranger(world, matter)
    with pytest.raises(Refused, match="请打电话或者到社区来说"):
        await stranger(world, matter, n=91)
    await said(world, matter)  # who lives here is heard
    await actions.set_aside(await world.actor("何经办"), matter, last, reason="乱写", now=world.now)
    await stranger(world, matter, n=91)


async def test_only_staff_confirm_and_only_people_on_no_roll(world):
    matter = await opened(world)
    opinion = await said(world, matter)
    with pytest.raises(Forbidden):
        await actions.confirm(await world.actor("赵大妈"), matter, opinion, world.now)
    with pytest.raises(Refused, match="不用确认"):
        await actions.confirm(await world.actor("张经办"), matter, opinion, world.now)


async def test_the_same_form_sent_twice_at_once_is_one_opinion(world):
    matter = await opened(world)
    first, second = await asyncio.gather(said(world, matter), said(world, matter))
    assert first.id == second.id
    assert await Opinion.all().count() == 1
    assert await broken(f"matter/{matter.id}") is None


async def test_the_same_form_with_other_words_is_not_lost_silently(world):
    matter = await opened(world)
    await said(world, matter)
    with pytest.raises(Refused, match="已经交过一次"):
        await said(world, matter, text="改成别的话")
    await stranger(world, matter)
    with pytest.raises(Refused, match="已经交过一次"):
        await said(world, matter, "visitor", "门口停车太乱", 90, speaker="王师傅", origin="理发店")
    door = {"building": world.buildings[1].id, "room": "101"}
    first = await written(world, matter, **door)
    assert (await written(world, matter, **door)).id == first.id
    with pytest.raises(Refused, match="已经交过一次"):  # back, and on to the next door
        await written(world, matter, **door | {"room": "102"})


async def test_a_form_without_a_code_of_ours_is_refused(world):
    matter = await opened(world)
    for bad in ("", "short", "x" * 31, "a" * 19 + "\x00", "一" * 20):
        with pytest.raises(Refused, match="过期"):
            await actions.submit(
                await world.actor("赵大妈"), matter, text="好", request_code=bad, now=world.now
            )


async def test_the_log_holds_ids_and_no_words(world):
    matter = await opened(world)
    await stranger(world, matter, text="我的电话19900001234")
    entry = await Entry.filter(act="opinions.submit").first()
    assert set(entry.body) == {"opinion", "channel"}


async def test_coverage_counts_households_and_not_opinions(world):
    matter = await opened(world)
    for n, name in enumerate(["赵大妈", "赵大妈", "卫师傅", "蒋同学"]):
        await said(world, matter, name, n=n)
    await written(world, matter, channel="bench")
    known = await facts(matter, "opinions")
    assert (known.total, known.households, known.covered) == (5, 5, 2)
    found = [(row.building, row.households, row.covered) for row in await coverage(matter)]
    assert found == [("1号楼", 3, 1), ("2号楼", 2, 1)]


async def test_coverage_knows_entrances_overlapping_scopes_and_counts_buildings_as_people_do(world):
    matter = await opened(world)
    tenth = await Place.create(kind="building", name="10号楼", parent=world.compound, path="")
    tenth.path = f"{world.compound.path}{tenth.id}/"
    await tenth.save()
    door = await Place.create(kind="entrance", name="1单元", parent=tenth, path="")
    door.path = f"{tenth.path}{door.id}/"
    await door.save()
    await Household.create(place=door, path=door.path, room="301", label="10号楼1单元301")
    await MatterScope.create(matter=matter, place=tenth)
    await written(world, matter, channel="paper", building=tenth.id, room="1-301")
    found = [(row.building, row.households, row.covered) for row in await coverage(matter)]
    assert found == [("1号楼", 3, 0), ("2号楼", 2, 0), ("10号楼", 1, 1)]


async def test_a_matter_without_a_scope_covers_nothing(world):
    matter = await opened(world)
    await MatterScope.filter(matter=matter).delete()
    await said(world, matter)
    known = await facts(matter, "opinions")
    assert (known.households, known.covered) == (0, 0)


async def test_a_visit_is_made_to_a_home_by_two(world):
    matter = await opened(world)
    one = world.buildings[1].id
    with pytest.raises(Refused, match="两名走访人"):
        await written(world, matter, channel="visit", building=one, room="101", visitors="张三")
    with pytest.raises(Refused, match="楼栋和房号"):
        await written(world, matter, channel="visit", building=one, visitors="张三、李四")
    opinion = await written(
        world, matter, channel="visit", building=one, room="１０１室", visitors="张三、李四"
    )
    assert opinion.household_id == world.households["1-101"].id
    assert opinion.recorded_by == world.accounts["张经办"].id
    assert opinion.confirmed_at is None


async def test_a_home_of_another_community_or_an_unknown_one_is_not_found(world):
    matter = await opened(world)
    far = (await Household.get(id=world.households["elsewhere"].id)).place_id
    with pytest.raises(Refused, match="列出的楼栋"):
        await written(world, matter, channel="paper", building=far, room="301")
    with pytest.raises(Refused, match="没有“999”这一户"):
        await written(world, matter, channel="paper", building=world.buildings[1].id, room="999")


async def test_someone_on_no_roll_is_confirmed_by_the_clerk_who_writes_them_down(world):
    matter = await opened(world)
    opinion = await written(world, matter, channel="office", speaker="刘师傅", origin="理发店")
    assert opinion.confirmed_by == world.accounts["张经办"].id
    known = await facts(matter, "opinions")
    assert (known.total, known.unconfirmed) == (1, 0)


async def test_paper_may_be_entered_after_the_period_if_it_was_said_within(world):
    matter = await opened(world)
    world.later(days=9)
    await written(world, matter, said_on=date(2026, 3, 9))
    with pytest.raises(Refused, match="之后说的"):
        await written(world, matter, n=51, said_on=date(2026, 3, 10))


async def test_homes_are_found_as_people_write_them(world):
    building = world.buildings[2]
    door = await Place.create(kind="entrance", name="2单元", parent=building, path="")
    door.path = f"{building.path}{door.id}/"
    await door.save()
    made = await Household.create(place=door, path=door.path, room="301", label="2号楼2单元301")
    homes = await homes_in(building)
    for typed in ("2-301", "2单元301室", "２－３０１", "301", "2 单元 0301"):
        assert find_home(building, homes, typed) == made, typed
    await Household.create(place=building, path=building.path, room="1-301", label="2号楼1-301")
    with pytest.raises(Refused, match="连单元一起写"):
        find_home(building, await homes_in(building), "301")
    for typed in ("", "室", "01", "3-301"):
        with pytest.raises(Refused, match="这一户"):
            find_home(building, homes, typed)
    rows = await Place.filter(kind="building", parent=world.compound).select_related("parent")
    for typed in ("2号楼", "2#", "2栋", "２号楼", "02", "东风里小区2号楼"):
        assert find_building(rows, typed) == building, typed
    with pytest.raises(Refused, match="涉及范围里没有"):
        find_building(rows, "12号楼")
    with pytest.raises(Refused, match="涉及范围里没有"):
        find_building(rows, "1" * 5000)


async def test_like_opinions_are_answered_together_and_a_single_answer_goes_before(world):
    matter = await opened(world)
    clerk = await world.actor("张经办")
    first = await said(world, matter)
    second = await said(world, matter, "褚阿姨", "下水道返味", 2)
    group = await grouping.put_together(
        clerk, matter, opinions=[first.id, second.id], group=None, title="下水管", now=world.now
    )
    assert (await facts(matter, "opinions")).unanswered == 2
    await answer(world, matter, group)
    assert (await facts(matter, "opinions")).unanswered == 0
    await answer(world, matter, first, verdict="partly", reason="先修主管")
    rows = await Opinion.filter(matter=matter)
    answers = await standing_answers(rows)
    assert {row.id: answers[row.id].verdict for row in rows} == {
        first.id: "partly",
        second.id: "adopted",
    }
    await grouping.take_out(clerk, matter, second, world.now)
    assert (await facts(matter, "opinions")).unanswered == 1


async def test_a_later_answer_replaces_an_earlier_one_and_both_are_kept(world):
    matter = await opened(world)
    opinion = await said(world, matter)
    for verdict in ("declined", "declined", "referred"):
        await answer(world, matter, opinion, verdict=verdict, reason="由水务公司办理")
    verdicts = [row.verdict for row in await Answer.filter(opinion=opinion)]
    assert verdicts == ["declined", "referred"]
    found = await standing_answers([await Opinion.get(id=opinion.id)])
    assert found[opinion.id].verdict == "referred"


async def test_texts_that_go_public_are_refused_with_personal_data_in_them(world):
    matter = await opened(world)
    clerk = await world.actor("张经办")
    opinion = await said(world, matter)
    with pytest.raises(Refused, match="手机号码"):
        await answer(world, matter, opinion, reason="找19900001234")
    with pytest.raises(Refused, match="门牌号"):
        await grouping.put_together(
            clerk, matter, opinions=[opinion.id], group=None, title="1-2-301漏水", now=world.now
        )
    assert await Group.all().count() == 0


async def test_nothing_of_another_matter_can_be_grouped_or_answered(world):
    matter, other = await opened(world), await opened(world)
    clerk = await world.actor("张经办")
    mine, theirs = await said(world, matter), await said(world, other)
    waits = await stranger(world, matter)
    group = await grouping.put_together(
        clerk, other, opinions=[theirs.id], group=None, title="下水管", now=world.now
    )
    for opinions, into in [([mine.id], group.id), ([theirs.id], None), ([waits.id], None), ([], 0)]:
        with pytest.raises(Refused):
            await grouping.put_together(
                clerk, matter, opinions=opinions, group=into, title="新组", now=world.now
            )
    for subject in (theirs, group):
        with pytest.raises(Refused):
            await answer(world, matter, subject)
    assert await Group.all().count() == 1
    assert await Answer.all().count() == 0


CSV = "channel,building,entrance,room,text\n入户走访,1#,,101,水管太细\n微信群,2号楼,1单元,,修路\n"


async def imported(world, matter, data=CSV, visitors="张三、李四", encoding="utf-8-sig") -> int:
    return await importing.import_file(
        await world.actor("张经办"),
        matter,
        data.encode(encoding),
        said_on=date(2026, 3, 2),
        visitors=visitors,
        now=world.now,
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_a_file_of_opinions_comes_in_whole(world, encoding):
    matter = await opened(world)
    assert await imported(world, matter, encoding=encoding) == 2
    first, second = await Opinion.filter(matter=matter)
    assert first.household_id == world.households["1-101"].id
    assert (first.channel, first.visitors) == ("visit", "张三、李四")
    assert (second.origin, second.visitors, second.household_id) == ("2号楼1单元", "", None)
    assert (await facts(matter, "opinions")).covered == 1


async def test_one_bad_row_keeps_the_whole_file_out_and_every_bad_row_is_named(world):
    matter = await opened(world)
    data = CSV + "网上,9号楼,,,好\n网上,1号楼,,999,好\n飞鸽,1号楼,,,好\n"
    with pytest.raises(Refused) as refusal:
        await imported(world, matter, data)
    assert refusal.value.reasons == [
        "一条也没有导入，请改正后再导",
        "第4行：涉及范围里没有“9号楼”这栋楼",
        "第5行：1号楼没有“999”这一户，请核对房号",
        "第6行：不认识渠道“飞鸽”",
    ]
    assert await Opinion.all().count() == 0


async def test_the_same_file_is_not_taken_twice_even_at_once(world):
    matter = await opened(world)
    results = await asyncio.gather(
        imported(world, matter), imported(world, matter), return_exceptions=True
    )
    assert sorted(map(str, results)) == ["2", "这个文件已经导入过，没有再导一遍"]
    assert await Opinion.all().count() == 2


async def test_door_visits_of_a_file_need_their_two_visitors(world):
    matter = await opened(world)
    with pytest.raises(Refused, match="两名走访人"):
        await imported(world, matter, visitors="张三")


async def test_staff_alone_record_and_import(world):
    matter = await opened(world)
    words = recording.Said(channel="phone", text="好", said_on=date(2026, 3, 2))
    for name in ("赵大妈", "陈先生", "孙监督", "管理员", "刘干部", "visitor"):
        actor = await world.actor(name)
        with pytest.raises(Forbidden):
            await recording.record(actor, matter, words, request_code=code(1), now=world.now)
        with pytest.raises(Forbidden):
            await importing.import_file(
                actor, matter, CSV.encode(), said_on=date(2026, 3, 2), visitors="", now=world.now
            )
    assert await Opinion.all().count() == 0


async def test_a_matter_sent_back_keeps_its_opinions_and_needs_a_new_period(world):
    matter = await opened(world)
    clerk = await world.actor("张经办")
    opinion = await said(world, matter)
    await answer(world, matter, opinion)
    world.later(days=8)
    await matters.advance(clerk, matter, "opinions", world.now)
    with pytest.raises(Forbidden):
        await said(world, matter, n=2)
    old = await current_passage(matter, "opinions")
    secretary = await world.actor("李书记")
    await matters.send_back(secretary, matter, to="opinions", reason="再听听", now=world.now)
    known = await facts(matter, "opinions")
    assert (known.last_on, known.total, known.unanswered) == (None, 1, 0)
    with pytest.raises(Refused, match="还没有开始"):
        await said(world, matter, n=3)
    await actions.announce(clerk, matter, days=3, now=world.now)
    assert (await Passage.get(id=old.id)).last_on == date(2026, 3, 9)
    await said(world, matter, n=4)


async def test_an_extended_period_lets_people_speak_longer(world):
    matter = await opened(world)
    world.later(days=7)
    await matters.extend(
        await world.actor("张经办"),
        matter,
        last_on=date(2026, 3, 12),
        reason="听到的户数不够",
        now=world.now,
    )
    world.later(days=2)
    assert (await said(world, matter)).said_on == world.now.date()
