import pytest

from deliberation.matters.models import Matter, Meeting, Passage
from deliberation.stages.notices.models import Notice
from tests.cast import matter_at, plan_of
from tests.matters.helpers import all_confirm

pytestmark = pytest.mark.anyio
CALL = {
    "held_at": "2026-03-02T09:00",
    "venue": "社区会议室",
    "chair": "李书记",
    "recorder": "张经办",
    "agenda": "逐项讨论方案",
}


def minutes(world, present: tuple[str, ...], **counts) -> dict:
    """The minutes' form: whoever of the three committee members is not there is travelling."""
    members = ("李书记", "王主任", "吴委员")
    absent = {f"reason-{world.people[n].id}": "出差" for n in members if n not in present}
    ids = [str(world.people[name].id) for name in present]
    return {"present": ids, "points": "逐项讨论了改造内容。", **absent, **counts}


async def test_the_committees_meet_agree_and_the_matter_moves_on_with_version_one(world, client):
    matter = await matter_at(world, "proposal")
    await plan_of(matter, frozen=False)
    url = f"/matters/{matter.id}/proposal"
    clerk, secretary = await client("张经办"), await client("李书记")
    page = await clerk.get(url)
    assert "还没有召开“两委”会议" in page.text

    assert (await clerk.post(f"{url}/convene", data=CALL)).status_code == 303
    page = await clerk.get(url)
    assert "王主任" in page.text
    counts = {"for": "2", "against": "0", "abstain": "0"}
    written = minutes(world, ("李书记", "王主任"), **counts)
    assert (await clerk.post(f"{url}/meetings/1", data=written)).status_code == 303
    assert (await clerk.post(f"{url}/meetings/1/confirm")).status_code == 403
    assert (await secretary.post(f"{url}/meetings/1/confirm")).status_code == 303
    page = (await secretary.get(url)).text
    assert "已经确认1人，还差：王主任" in page and "纪要还没有确认" in page
    await all_confirm(client, url, ["王主任"])
    assert "方案还没有定稿" in (await secretary.get(url)).text
    frozen = await secretary.post(f"/matters/{matter.id}/plan/1/freeze")
    assert frozen.status_code == 303, frozen.text
    moved = await clerk.post(f"/matters/{matter.id}/advance", data={"stage": "proposal"})
    assert moved.status_code == 303, moved.text
    assert (await Matter.get(id=matter.id)).stage == "consultation"


async def test_minutes_with_a_wrong_number_come_back_as_typed(world, client):
    matter = await matter_at(world, "proposal")
    url = f"/matters/{matter.id}/proposal"
    clerk = await client("张经办")
    await clerk.post(f"{url}/convene", data=CALL)
    written = minutes(world, ("李书记", "王主任"), **{"for": "4", "against": "-1"})
    answer = await clerk.post(f"{url}/meetings/1", data=written)
    assert answer.status_code == 422
    assert "请填写0到3之间的整数" in answer.text
    assert "逐项讨论了改造内容。" in answer.text
    assert (await Meeting.get(id=1)).points == ""


async def test_a_meeting_that_misses_its_majority_ends_the_stay_with_an_announcement(world, client):
    matter = await matter_at(world, "proposal")
    url = f"/matters/{matter.id}/proposal"
    clerk, secretary = await client("张经办"), await client("李书记")
    await clerk.post(f"{url}/convene", data=CALL)
    counts = {"for": "1", "against": "1", "abstain": "0"}
    await clerk.post(f"{url}/meetings/1", data=minutes(world, ("李书记", "王主任"), **counts))
    assert (await secretary.post(f"{url}/conclude")).status_code == 422
    await all_confirm(client, url, ["李书记", "王主任"])
    assert (await clerk.post(f"{url}/conclude")).status_code == 403
    assert "至少2人同意，实际1人同意" in (await secretary.get(url)).text
    assert (await secretary.post(f"{url}/conclude")).status_code == 303
    assert (await Matter.get(id=matter.id)).stage == "opinions"
    assert (await Notice.get(kind="E")).figures["for"] == 1
    again = await secretary.post(f"{url}/conclude")
    assert again.status_code == 403


async def test_an_inquorate_meeting_starts_the_stage_again_with_a_new_meeting(world, client):
    matter = await matter_at(world, "proposal")
    url = f"/matters/{matter.id}/proposal"
    clerk, secretary = await client("张经办"), await client("李书记")
    await clerk.post(f"{url}/convene", data=CALL)
    await clerk.post(f"{url}/meetings/1", data=minutes(world, ("李书记",)))
    await all_confirm(client, url, ["李书记"])
    refused = await clerk.post(f"{url}/convene", data=CALL)
    assert refused.status_code == 422
    assert "不能重新召集" in refused.text
    assert (await secretary.post(f"{url}/conclude")).status_code == 303
    ends = await Passage.filter(matter=matter, stage="proposal").values_list("outcome", flat=True)
    assert ends == ["inquorate", ""]
    assert "还没有召开“两委”会议" in (await clerk.get(url)).text
    assert (await clerk.post(f"{url}/convene", data=CALL)).status_code == 303
    assert await Meeting.all().count() == 2


@pytest.mark.parametrize(
    ("name", "status"),
    [("李书记", 200), ("张经办", 200), ("孙监督", 200), ("赵大妈", 404), ("visitor", 404)],
)
async def test_minutes_name_people_and_are_read_by_staff_and_overseers_only(
    world, client, name, status
):
    matter = await matter_at(world, "proposal")
    url = f"/matters/{matter.id}/proposal"
    clerk, reader = await client("张经办"), await client(name)
    await clerk.post(f"{url}/convene", data=CALL)
    await clerk.post(f"{url}/meetings/1", data=minutes(world, ("李书记", "王主任")))
    page = await reader.get(f"{url}/meetings/1")
    assert page.status_code == status
    assert ("吴委员" in page.text and "出差" in page.text) == (status == 200)
    shown = await reader.get(url)
    assert shown.status_code == 200
    if status == 404:
        assert "王主任" not in shown.text
        assert "逐项讨论" not in shown.text


async def test_a_meeting_of_another_matter_is_not_found(world, client):
    matter, other = await matter_at(world, "proposal"), await matter_at(world, "proposal")
    clerk = await client("张经办")
    await clerk.post(f"/matters/{other.id}/proposal/convene", data=CALL)
    for id in (1, 99, 2**40, 2**80):
        written = minutes(world, ("李书记",))
        answer = await clerk.post(f"/matters/{matter.id}/proposal/meetings/{id}", data=written)
        assert answer.status_code == 404
    assert (await Meeting.get(id=1)).points == ""
