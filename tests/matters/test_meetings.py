from datetime import date, timedelta

import pytest

from deliberation.acting import Forbidden, Refused
from deliberation.documents.models import Document
from deliberation.documents.queue import html_of
from deliberation.log.models import Entry
from deliberation.matters import confirming, meetings
from deliberation.matters.called import committee, party_members
from deliberation.matters.facts import meeting_facts
from deliberation.matters.meetings import Minutes
from deliberation.matters.models import Attendance, Meeting
from deliberation.people.models import Appointment, Person
from deliberation.stages.proposal.actions import kind
from tests.cast import matter_at

pytestmark = pytest.mark.anyio


def names(world, ids) -> list[str]:
    found = {row.id: name for name, row in world.people.items()}
    return [found[id] for id in ids]


async def convene(world, matter, who="张经办", **changes) -> Meeting:
    call = {"held_at": world.now, "venue": "会议室", "chair": "李书记", "recorder": "张经办"}
    call["agenda"] = "讨论方案"
    actor = await world.actor(who)
    return await meetings.convene(actor, matter, kind(matter), **call | changes, now=world.now)


async def write(world, matter, meeting, present=(), who="张经办", **changes) -> None:
    ids = frozenset(world.people[name].id for name in present)
    absences = {row.id: "出差" for row in world.people.values() if row.id not in ids}
    written = Minutes(**{"present": ids, "absences": absences, "points": "讨论"} | changes)
    actor = await world.actor(who)
    await meetings.minute(actor, matter, kind(matter), meeting.id, written, now=world.now)


async def confirm(world, matter, meeting, who="李书记") -> None:
    actor = await world.actor(who)
    await confirming.confirm(actor, matter, kind(matter), meeting.id, now=world.now)


async def sign(world, matter, meeting, who="张经办", names=(), refusals=()) -> None:
    ids = {name: row.id for name, row in world.people.items()}
    signed = frozenset(ids[name] for name in names)
    whys = {ids[name]: why for name, why in dict(refusals).items()}
    given = (await world.actor(who), matter, kind(matter), meeting.id)
    await confirming.record_paper(*given, signed=signed, refusals=whys, now=world.now)


async def second(world, matter, meeting, who) -> None:
    actor = await world.actor(who)
    await confirming.second(actor, matter, kind(matter), meeting.id, now=world.now)


async def test_a_person_in_both_committees_is_called_once(world):
    matter = await matter_at(world, "proposal")
    called = await committee(matter, date(2026, 3, 2))
    assert names(world, called) == ["李书记", "王主任", "吴委员"]
    meeting = await convene(world, matter)
    assert (await meeting_facts(meeting)).entitled == 3


async def test_an_appointment_counts_on_its_last_day_and_not_the_day_after(world):
    matter = await matter_at(world, "proposal")
    last = date(2026, 3, 9)
    await Appointment.filter(person=world.people["王主任"]).update(until=last)
    assert "王主任" in names(world, await committee(matter, last))
    assert "王主任" not in names(world, await committee(matter, last + timedelta(days=1)))


async def test_committee_members_of_another_community_are_not_called(world):
    matter = await matter_at(world, "proposal")
    stranger = world.people["陈先生"]
    await Appointment.create(
        person=stranger, place_id=stranger.place_id, role="committee", since=date(2025, 1, 1)
    )
    assert "陈先生" not in names(world, await committee(matter, date(2026, 3, 2)))


async def test_full_party_members_are_called_once_and_probationary_ones_are_not(world):
    matter = await matter_at(world, "proposal")
    probationary = world.people["卫师傅"]
    await Appointment.create(
        person=probationary, place=world.compound, role="party_member", since=date(2025, 1, 1)
    )
    far = await Person.create(place=world.elsewhere, name="韩师傅", party="member")
    called = await party_members(matter, date(2026, 3, 2))
    assert far.id not in called
    assert names(world, called) == ["李书记", "吴委员", "钱师傅", "冯老师"]


async def test_only_who_was_there_confirms_and_only_once(world):
    matter = await matter_at(world, "proposal")
    meeting = await convene(world, matter)
    with pytest.raises(Refused, match="没有登记到会"):
        await confirm(world, matter, meeting)
    await write(world, matter, meeting, ["李书记", "王主任"], for_=2, against=0, abstain=0)
    with pytest.raises(Refused, match="您没有登记到会"):
        await confirm(world, matter, meeting, who="吴委员")
    await confirm(world, matter, meeting)
    with pytest.raises(Refused, match="您已经确认过"):
        await confirm(world, matter, meeting)


async def test_changed_minutes_are_confirmed_anew(world):
    matter = await matter_at(world, "proposal")
    meeting = await convene(world, matter)
    counts = {"for_": 2, "against": 0, "abstain": 0}
    await write(world, matter, meeting, ["李书记", "王主任"], **counts)
    await confirm(world, matter, meeting)
    await write(world, matter, meeting, ["李书记", "王主任"], points="讨论很久", **counts)
    await confirm(world, matter, meeting, who="王主任")
    assert (await Meeting.get(id=meeting.id)).confirmed_at is None
    await confirm(world, matter, meeting)
    assert (await Meeting.get(id=meeting.id)).confirmed_at == world.now


async def test_signatures_on_paper_count_once_a_second_person_checked_them(world):
    matter = await matter_at(world, "proposal")
    meeting = await convene(world, matter)
    await write(world, matter, meeting, ["李书记", "王主任"], for_=2, against=0, abstain=0)
    with pytest.raises(Refused, match="没有等待核对的签字"):
        await second(world, matter, meeting, "李书记")
    with pytest.raises(Refused, match="请勾选"):
        await sign(world, matter, meeting, names=["吴委员"])
    await sign(world, matter, meeting, names=["李书记"], refusals={"王主任": "对数字有异议"})
    with pytest.raises(Refused, match="提出的人不能自己批准"):
        await second(world, matter, meeting, "张经办")
    assert (await Meeting.get(id=meeting.id)).confirmed_at is None
    await second(world, matter, meeting, "何经办")
    row = await Meeting.get(id=meeting.id)
    assert row.confirmed_at == world.now
    context = (await row.document).context
    said = {name: how for name, _, _, how in context["people"]}
    assert said == {"李书记": "纸上签字", "王主任": "没有签字：对数字有异议", "吴委员": ""}


async def test_the_own_word_takes_the_place_of_what_the_paper_was_said_to_show(world):
    matter = await matter_at(world, "proposal")
    meeting = await convene(world, matter)
    await write(world, matter, meeting, ["李书记", "王主任"], for_=2, against=0, abstain=0)
    await sign(world, matter, meeting, refusals={"王主任": "不在"})
    await confirm(world, matter, meeting, who="王主任")
    await confirm(world, matter, meeting)
    people = (await (await Meeting.get(id=meeting.id)).document).context["people"]
    assert [how for *_, how in people] == ["本人账号确认", "本人账号确认", ""]


async def test_a_meeting_to_which_nobody_came_is_called_again(world):
    matter = await matter_at(world, "proposal")
    meeting = await convene(world, matter)
    await write(world, matter, meeting)
    with pytest.raises(Refused, match="没有人到会，请改时间重新召集"):
        await sign(world, matter, meeting, names=["李书记"])
    assert (await convene(world, matter)).id == meeting.id


async def test_calling_twice_before_the_minutes_moves_the_one_meeting(world):
    matter = await matter_at(world, "proposal")
    first = await convene(world, matter)
    later = world.now + timedelta(days=1)
    second = await convene(world, matter, held_at=later, venue="活动室")
    assert second.id == first.id
    assert (await Meeting.get(id=first.id)).held_at == later
    assert await Attendance.filter(meeting=first).count() == 3
    with pytest.raises(Refused, match="会议还没有开"):
        await write(world, matter, first, ["李书记"])


async def test_a_meeting_may_be_minuted_from_the_minute_it_is_held(world):
    matter = await matter_at(world, "proposal")
    meeting = await convene(world, matter, held_at=world.now + timedelta(minutes=1))
    with pytest.raises(Refused):
        await write(world, matter, meeting)
    world.later(minutes=1)
    await write(world, matter, meeting)


async def test_a_meeting_held_before_the_stage_began_does_not_count(world):
    matter = await matter_at(world, "proposal")
    with pytest.raises(Refused, match="不能早于这一步开始的日子（2026年3月2日）"):
        await convene(world, matter, held_at=world.now - timedelta(days=1))
    await convene(world, matter, held_at=world.now - timedelta(hours=1))


async def test_minutes_under_way_are_corrected_but_the_call_no_longer_moves(world):
    matter = await matter_at(world, "proposal")
    meeting = await convene(world, matter)
    await write(world, matter, meeting, ["李书记"])
    with pytest.raises(Refused, match="已经开始登记"):
        await convene(world, matter)
    await write(world, matter, meeting, ["李书记", "王主任"], for_=2, against=0, abstain=0)
    facts = await meeting_facts(await Meeting.get(id=meeting.id))
    assert (facts.present, facts.for_, facts.unexplained) == (2, 2, 0)


async def test_confirmed_minutes_never_change(world):
    matter = await matter_at(world, "proposal")
    meeting = await convene(world, matter)
    await write(world, matter, meeting, ["李书记", "王主任"], for_=2, against=0, abstain=0)
    with pytest.raises(Forbidden):
        await confirm(world, matter, meeting, who="张经办")
    await confirm(world, matter, meeting)
    assert (await Meeting.get(id=meeting.id)).confirmed_at is None
    await confirm(world, matter, meeting, who="王主任")
    with pytest.raises(Refused, match="会议纪要已经确认"):
        await write(world, matter, meeting, ["李书记"], points="改了")
    with pytest.raises(Refused, match="会议纪要已经确认"):
        await confirm(world, matter, meeting)
    row = await Meeting.get(id=meeting.id)
    assert (row.points, row.for_, row.confirmed_by) == ("讨论", 2, world.accounts["王主任"].id)


async def test_minutes_with_an_unexplained_absence_or_a_wrong_sum_are_not_confirmed(world):
    matter = await matter_at(world, "proposal")
    meeting = await convene(world, matter)
    await write(
        world, matter, meeting, ["李书记", "王主任"], absences={}, for_=1, against=0, abstain=0
    )
    with pytest.raises(Refused) as refusal:
        await confirm(world, matter, meeting)
    assert refusal.value.reasons == [
        "还有1人没有登记到会，也没有写明缺席原因",
        "同意、反对、弃权合计1人，与实到2人不符",
    ]


async def test_the_log_keeps_figures_and_no_words(world):
    matter = await matter_at(world, "proposal")
    meeting = await convene(world, matter)
    await write(world, matter, meeting, ["李书记", "王主任"], for_=2, against=0, abstain=0)
    entry = await Entry.filter(act="proposal.minute").first()
    assert entry.body == {
        "meeting": meeting.id,
        "entitled": 3,
        "present": 2,
        "agreed": 2,
        "against": 0,
        "abstain": 0,
    }


async def test_confirmed_minutes_become_a_document_for_the_archive(world):
    matter = await matter_at(world, "proposal")
    meeting = await convene(world, matter, agenda="一、通报意见\n二、讨论方案")
    counts = {"for_": 2, "against": 0, "abstain": 0}
    await write(world, matter, meeting, ["李书记", "王主任"], **counts)
    for name in ("李书记", "王主任"):
        await confirm(world, matter, meeting, who=name)
    document = await Document.get(title=f"{matter.title}“两委”会议纪要")
    html = html_of(document, world.settings)
    for said in ("应到3人，实到2人", "二、讨论方案", "王主任", "出差", "合计2人"):
        assert said in html
    assert document.file_id is None, "it waits in the queue"
