"""Appointing and ending an appointment."""

from datetime import date

import pytest

from deliberation.acting import Forbidden, Refused
from deliberation.log.models import Entry
from deliberation.people.actions import appoint, end_appointment
from deliberation.people.models import Appointment
from deliberation.procedure import Role

pytestmark = pytest.mark.anyio
TODAY = date(2026, 3, 2)


async def give(world, by="李书记", to="冯老师", role=Role.REPRESENTATIVE, place=None, **dates):
    dates = {"since": TODAY, "until": None} | dates
    place, actor = place or world.compound, await world.actor(by)
    return await appoint(actor, world.people[to], place, role, title="", now=world.now, **dates)


async def test_a_secretary_appoints_a_representative_who_then_has_the_role(world):
    row = await give(world)
    assert Role.REPRESENTATIVE in (await world.actor("冯老师")).roles
    entry = await Entry.get(act="people.appoint_voter")
    assert entry.body == {
        "appointment": row.id,
        "person": world.people["冯老师"].id,
        "role": "representative",
        "since": "2026-03-02",
        "until": None,
    }


@pytest.mark.parametrize("name", ["张经办", "王主任", "孙监督", "刘干部", "赵大妈", "陈先生"])
async def test_nobody_else_appoints(world, name):
    with pytest.raises(Forbidden):
        await give(world, by=name)


async def test_a_secretary_appoints_no_secretary_and_nobody_above(world):
    with pytest.raises(Refused, match="由系统管理员任命"):
        await give(world, role=Role.SECRETARY, place=world.community)
    with pytest.raises(Forbidden):
        await give(world, role=Role.REPRESENTATIVE, place=world.elsewhere)
    await give(world, by="管理员", role=Role.SECRETARY, place=world.community)


async def test_an_administrator_has_no_say_in_who_votes(world, client):
    """Not on the page, and not past it."""
    row = await Appointment.get(person=world.people["赵大妈"], role="representative")
    admin, by = await client("管理员"), await world.actor("管理员")
    page = (await admin.get(f"/people/{world.people['赵大妈'].id}")).text
    assert "结束任期" not in page and 'value="representative"' not in page
    assert 'value="supervisor"' in page, "staff are let in by the administrator"
    for role in (Role.REPRESENTATIVE, Role.PARTY_MEMBER):
        with pytest.raises(Forbidden, match="由书记办理"):
            await give(world, by="管理员", role=role)
    with pytest.raises(Forbidden, match="由书记办理"):
        await end_appointment(by, row, TODAY, world.now)
    url, last = f"/people/{row.person_id}/appointments/{row.id}/end", {"last": "2026-03-02"}
    assert (await admin.post(url, data=last)).status_code == 403
    assert (await Appointment.get(id=row.id)).until is None


async def test_nobody_appoints_themselves(world):
    with pytest.raises(Refused, match="不能任命自己"):
        await give(world, to="李书记", role=Role.SUPERVISOR, place=world.community)
    with pytest.raises(Refused, match="不能任命自己"):
        await give(world, by="管理员", to="管理员", role=Role.CLERK, place=world.community)


async def test_the_same_appointment_twice_at_once_is_refused_and_after_its_end_it_is_not(world):
    await give(world, until=date(2026, 3, 31))
    with pytest.raises(Refused, match="已经有同样的任命"):
        await give(world, since=date(2026, 3, 31))
    await give(world, since=date(2026, 4, 1))
    with pytest.raises(Refused, match="结束日期早于开始日期"):
        await give(world, to="褚阿姨", place=world.community, until=date(2026, 3, 1))


async def test_an_ended_appointment_counts_through_its_last_day(world):
    row = await Appointment.get(person=world.people["赵大妈"])
    await end_appointment(await world.actor("李书记"), row, TODAY, world.now)
    assert Role.REPRESENTATIVE in (await world.actor("赵大妈")).roles
    world.later(days=1)
    assert Role.REPRESENTATIVE not in (await world.actor("赵大妈")).roles


async def test_an_appointment_may_end_at_once_but_not_earlier_than_yesterday(world):
    row = await Appointment.get(person=world.people["赵大妈"])
    secretary = await world.actor("李书记")
    with pytest.raises(Refused, match="最早填昨天"):
        await end_appointment(secretary, row, date(2026, 2, 28), world.now)
    await end_appointment(secretary, row, date(2026, 3, 1), world.now)
    assert Role.REPRESENTATIVE not in (await world.actor("赵大妈")).roles
    with pytest.raises(Refused, match="已经结束"):
        await end_appointment(secretary, row, TODAY, world.now)


async def test_a_secretary_does_not_end_an_administrators_appointments(world):
    row = await Appointment.get(person=world.people["李书记"], role="secretary")
    with pytest.raises(Refused, match="由系统管理员办理"):
        await end_appointment(await world.actor("李书记"), row, TODAY, world.now)
    await end_appointment(await world.actor("管理员"), row, TODAY, world.now)


async def test_the_form_appoints_and_ends_and_says_what_is_wrong(world, client):
    secretary, person = await client("李书记"), world.people["冯老师"]
    url = f"/people/{person.id}"
    assert "任命" in (await secretary.get(url)).text
    typed = {"role": "representative", "place": str(world.compound.id), "since": "2026-03-02"}
    for change, sentence in (
        ({"role": ""}, "请选职务"),
        ({"place": str(world.elsewhere.id)}, "请从列出的选项里选"),
        ({"since": ""}, "请选择日期"),
        ({"until": "2026-03-01"}, "结束日期早于开始日期"),
    ):
        answer = await secretary.post(f"{url}/appoint", data=typed | change)
        assert (answer.status_code, sentence in answer.text) == (422, True), change
    assert (await secretary.post(f"{url}/appoint", data=typed)).status_code == 303
    row = await Appointment.get(person=person, role="representative")
    wrong = await secretary.post(f"{url}/appointments/{row.id}/end", data={"last": "2026-02-01"})
    assert (wrong.status_code, "最早填昨天" in wrong.text) == (422, True)
    answer = await secretary.post(f"{url}/appointments/{row.id}/end", data={"last": "2026-03-02"})
    assert answer.status_code == 303
    others = await Appointment.filter(person=world.people["王主任"]).first()
    answer = await secretary.post(
        f"{url}/appointments/{others.id}/end", data={"last": "2026-03-02"}
    )
    assert answer.status_code == 404


async def test_an_appointment_that_has_not_begun_gives_no_role_yet(world):
    await give(world, since=date(2026, 3, 3))
    assert Role.REPRESENTATIVE not in (await world.actor("冯老师")).roles
    world.later(hours=15)  # 0:00 in Shanghai of the day it begins
    assert Role.REPRESENTATIVE in (await world.actor("冯老师")).roles
