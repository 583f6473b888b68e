"""The tree of places is kept level by level by administrators and clerks."""

import pytest

from deliberation.log.models import Entry
from deliberation.places.models import Place
from deliberation.places.rules import LEVELS, level_below

pytestmark = pytest.mark.anyio


def test_every_level_has_the_next_one_below_it_and_an_entrance_none():
    assert [level_below(kind) for kind in LEVELS] == [*LEVELS[1:], ""]


async def test_an_administrator_builds_a_whole_branch_down_to_the_entrance(world, client):
    admin = await client("管理员")
    start = await admin.get("/places")
    url = start.headers["location"]
    assert "示例市梧桐区" in (await admin.get(url)).text
    names = ["东河街道", "新风社区", "新风里小区", "1号楼", "1单元"]
    for name, kind in zip(names, LEVELS[1:], strict=True):
        assert (await admin.post(url, data={"name": name, "built": "1985"})).status_code == 303
        place = (
            await Place.get(name=name, path__startswith=f"/{url.split('/')[-1]}/")
            if (kind == "subdistrict")
            else await Place.get(name=name, parent_id=int(url.split("/")[-1]))
        )
        assert (place.kind, place.built) == (kind, 1985)
        assert place.path.endswith(f"/{place.id}/")
        url = f"/places/{place.id}"
    last = await admin.post(url, data={"name": "101"})
    assert (last.status_code, "住户由名册导入" in last.text) == (422, True)


async def test_a_name_is_given_once_per_parent(world, client):
    admin, url = await client("管理员"), f"/places/{world.compound.id}"
    again = await admin.post(url, data={"name": "1号楼", "address": "槐荫路2号"})
    assert (again.status_code, "这里已经有“1号楼”" in again.text) == (422, True)
    assert "槐荫路2号" in again.text
    assert await Place.filter(parent=world.compound).count() == 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "请填写名称"),
        ({"name": "楼" * 61}, "最多60个字"),
        ({"built": "1899"}, "请填写1900到2026之间的整数"),
        ({"built": "2027"}, "请填写1900到2026之间的整数"),
        ({"phone": "0" * 31}, "最多30个字"),
    ],
)
async def test_a_wrong_form_creates_nothing(world, client, change, sentence):
    typed = {"name": "3号楼", "built": "2026"} | change
    answer = await (await client("管理员")).post(f"/places/{world.compound.id}", data=typed)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert await Place.filter(parent=world.compound).count() == 2


async def test_the_header_follows_the_places_and_the_way_goes_on_from_there(world, app, client):
    admin = await client("管理员")
    app.state.name = "社区议事"
    await Place.filter(name="望河社区").update(kind="subdistrict")
    seat = (await admin.get("/places")).headers["location"]
    assert (await admin.post(seat, data={"name": "新街道"})).status_code == 303
    page = (await admin.get(f"/places/{world.community.id}")).text
    assert "<small>向阳社区</small>" in page
    assert "下一步：开通经办人的账号" in page


async def test_address_and_office_phone_are_edited_and_logged_by_field_names(world, client):
    admin = await client("管理员")
    typed = {"address": "槐荫路9号", "phone": "0371-6000 0009", "built": ""}
    url = f"/places/{world.community.id}/edit"
    assert (await admin.post(url, data=typed)).status_code == 303
    place = await Place.get(id=world.community.id)
    assert (place.address, place.phone, place.name) == ("槐荫路9号", "0371-6000 0009", "向阳社区")
    entry = await Entry.get(act="places.edit")
    assert entry.body == {"place": place.id, "fields": ["address", "phone"]}


async def test_a_clerk_keeps_their_own_community_and_sees_no_other(world, client):
    clerk = await client("张经办")
    assert (await clerk.get("/places")).headers["location"] == f"/places/{world.community.id}"
    made = await clerk.post(f"/places/{world.compound.id}", data={"name": "3号楼"})
    assert made.status_code == 303
    for place in (world.elsewhere.id, world.community.parent_id, 999999):
        assert (await clerk.get(f"/places/{place}")).status_code == 404
        assert (await clerk.post(f"/places/{place}", data={"name": "x"})).status_code == 404
        assert (await clerk.post(f"/places/{place}/edit", data={})).status_code == 404


async def test_the_pages_do_not_exist_for_anyone_else(world, client):
    for name in ("visitor", "赵大妈", "陈先生", "李书记", "孙监督", "刘干部"):
        someone = await client(name)
        assert (await someone.get("/places")).status_code == 404
        assert (await someone.get(f"/places/{world.community.id}")).status_code == 404
        url = f"/places/{world.compound.id}"
        assert (await someone.post(url, data={"name": "3号楼"})).status_code == 404
