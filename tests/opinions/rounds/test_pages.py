"""The rounds without a script, the entries of a phone, and coverage for everyone and for staff."""

import re

import pytest

from deliberation.places.models import Household, Place
from deliberation.stages.opinions.models import Opinion
from deliberation.stages.opinions.rounds.models import Visit
from tests.cast import RESIDENTS, STAFF
from tests.opinions.rounds import tall
from tests.opinions.test_actions import code, opened
from tests.story.browser import parse

pytestmark = pytest.mark.anyio
NAMES = [*STAFF, *RESIDENTS, tall.NAME, "何志强", "陈淑琴"]
STRANGERS = ("赵大妈", "孙监督", "刘干部", "陈先生", "管理员", "visitor")


async def walking(world, client):
    """张经办 on a round in 3号楼1单元 of eight doors: (client, matter's address, place)."""
    matter, place = await opened(world), await tall.entrance(world, 8)
    clerk, base = await client("张经办"), f"/matters/{matter.id}/opinions"
    done = await clerk.post(f"{base}/rounds/begin", data={"visitors": "何志强、陈淑琴"})
    assert done.status_code == 303, done.text
    return clerk, base, place


def form_of(html: str, room: str) -> dict[str, str]:
    """The hidden fields of a door's form."""
    (form,) = [
        one for one in parse(html).all("form") if one.get("data-room") == f"3号楼1单元{room}"
    ]
    return {
        one.get("name"): one.get("value")
        for one in form.all("input")
        if one.get("value") and one.get("type") == "hidden"
    }


def doors(html: str) -> dict[str, str]:
    """What is shown of each door before its form is opened, in order."""
    (listed,) = parse(html).all("ol", of="doors")
    return dict(one.text.split(" ", 1) for one in listed.all("summary"))


def _offered(html: str) -> str:
    """The entry that may be taken back, as the page says it; '' when it offers none."""
    (form,) = [one for one in parse(html).all("form") if one.get("id") == "undo"]
    return "" if form.has("hidden") else form.text.removesuffix(" 撤回这一条")


async def test_a_round_is_walked_without_a_script(world, client):
    clerk, base, place = await walking(world, client)
    url = f"{base}/rounds/{place.id}"
    html = (await clerk.get(url)).text
    assert list(doors(html)) == ["101", "102", "201", "202", "301", "302", "401", "402"]
    assert "走访人：何**、陈**" in html
    assert not [name for name in NAMES if name in html], "a phone keeps this page"
    homes = {home.room: home.id for home in await Household.filter(place=place)}
    first = form_of(html, "101")
    wrong = await clerk.post(
        f"{base}/rounds/visit", data=first | {"state": "nobody", "text": "要扶手"}
    )
    assert wrong.status_code == 422
    assert "不能记“家中无人”" in wrong.text and "要扶手" in wrong.text
    done = await clerk.post(
        f"{base}/rounds/visit", data=first | {"state": "visited", "text": "要扶手"}
    )
    assert done.headers["location"] == f"{url}?door={homes['102']}#door-{homes['102']}"
    html = (await clerk.get(done.headers["location"])).text
    assert doors(html)["101"] == "已访"
    (opened_door,) = [one for one in parse(html).all("details") if one.has("open")]
    assert opened_door.all("summary")[0].text.startswith("102")
    assert opened_door.get("name") and opened_door.all("h2")[0].text == "3号楼1单元102"
    assert _offered(html) == "刚才记的：3号楼1单元101 已访"
    other = await Place.get(name="2号楼")
    assert not _offered((await clerk.get(f"{base}/rounds/{other.id}")).text)
    world.later(minutes=31)
    assert not _offered((await clerk.get(url)).text)
    for _ in range(2):
        again = form_of((await clerk.get(url)).text, "102")
        done = await clerk.post(f"{base}/rounds/visit", data=again | {"state": "nobody"})
        assert f"?door={homes['201']}#" in done.headers["location"]
    html = (await clerk.get(url)).text
    assert doors(html)["102"] == "家中无人2次"
    assert "共8户，还要去7户；家中无人1户" in parse(html).text
    assert "还要去7户，家中无人1户，共8户" in parse((await clerk.get(f"{base}/rounds")).text).text
    last = await Visit.all().order_by("-id").first()
    assert (await clerk.post(f"{base}/rounds/undo", data={"visit": last.id - 1})).status_code == 422
    done = await clerk.post(f"{base}/rounds/undo", data={"visit": last.id})
    assert done.headers["location"] == f"{url}?door={homes['102']}#door-{homes['102']}"
    assert doors((await clerk.get(url)).text)["102"] == "家中无人"


async def test_a_phone_is_told_what_arrived_and_why_something_did_not(world, client):
    clerk, base, place = await walking(world, client)
    home = await Household.filter(place=place).first()
    visit = form_of((await clerk.get(f"{base}/rounds/{place.id}")).text, "101")
    visit |= {"code": code(1), "state": "visited", "text": "要扶手", "ago": "90"}
    first = await clerk.post(f"{base}/rounds/send", data=visit)
    assert first.json() == {"code": code(1), "visit": (await Visit.get()).id}
    assert (await clerk.post(f"{base}/rounds/send", data=visit)).json() == first.json()
    for change, reason in (
        ({"text": "不要扶手"}, "这一条已经送到过"),
        ({"code": code(2), "state": "open"}, "请从列出的选项里选"),
        ({"code": "x"}, "这一页过期了"),
        ({"code": code(3), "home": world.households["elsewhere"].id}, "涉及范围"),
        ({"code": code(4), "ago": "-5"}, "请填写"),
        ({"code": code(5), "home": str(2**40)}, "请填写"),
    ):
        refused = await clerk.post(f"{base}/rounds/send", data=visit | change)
        assert refused.status_code == 422, change
        assert reason in "；".join(refused.json()["reasons"])
    other = await (await client("何经办")).post(
        f"{base}/rounds/send", data=visit | {"code": code(6)}
    )
    assert other.status_code == 403 and "另一位同事" in other.json()["reasons"][0]
    for name in STRANGERS:
        stranger = await client(name)
        assert (await stranger.post(f"{base}/rounds/send", data=visit)).status_code == 404
        for page in ("rounds", f"rounds/{place.id}", f"coverage/{place.parent_id}"):
            assert (await stranger.get(f"{base}/{page}")).status_code == 404, (name, page)
    assert (await Visit.all().count(), await Opinion.all().count()) == (1, 1)
    assert (await Opinion.get()).household_id == home.id
    for missing in (10**6, 2**40, world.elsewhere.id):
        assert (await clerk.get(f"{base}/rounds/{missing}")).status_code == 404
        assert (await clerk.get(f"{base}/coverage/{missing}")).status_code == 404
    worker = await (await client("visitor")).get(f"{base}/rounds/sw.js")
    assert worker.headers["content-type"].startswith("text/javascript")


async def heard(world, clerk, base, place, count: int) -> None:
    """So many doors of the entrance opened and said yes, the next one refused."""
    html = (await clerk.get(f"{base}/rounds/{place.id}")).text
    for n, room in enumerate(list(doors(html))[: count + 1]):
        answer = {"state": "visited", "stance": "agree"} if n < count else {"state": "refused"}
        entry = form_of(html, room) | answer
        assert (await clerk.post(f"{base}/rounds/send", data=entry)).status_code == 200


async def test_everyone_sees_coverage_by_building_and_only_staff_the_doors(world, client):
    clerk, base, place = await walking(world, client)
    visitor = await client("visitor")
    await heard(world, clerk, base, place, 4)
    few = (await visitor.get(f"{base}/coverage")).text
    assert "不分楼栋显示" in few and "3号楼" not in few, "four households are not told apart"
    await heard(world, clerk, base, place, 7)
    public = (await visitor.get(f"{base}/coverage")).text
    assert "目标是3/4以上，也就是10户，还差3户" in re.sub(r"\s", "", public)
    assert "<strong>7</strong> / 13 户" in public
    staff = (await clerk.get(f"{base}/coverage")).text
    for word in ("拒访", "家中无人", "1单元", "每个门"):
        assert word not in public and word in staff, word
    assert "2号楼还有2户没有访到" in staff
    (table,) = [one for one in parse(staff).all("table") if "拒访" in one.text]
    cells = {
        row.all("th")[0].text: [one.text for one in row.all("td")] for row in table.all("tr")[1:]
    }
    assert cells["3号楼1单元"] == ["8", "7", "0", "7", "0", "1", "0"]
    assert cells["1号楼"] == ["3", "0", "3", "0", "0", "0", "0"]
    assert "coverage" in (await visitor.get(base)).text
    house = parse((await clerk.get(f"{base}/coverage/{place.parent_id}")).text)
    (picture,) = house.all("table", of="map")
    floors = [[one.text for one in row.all("td")] for row in picture.all("tr")]
    assert floors[0] == ["401 已访", "402 拒访"] and floors[-1] == ["101 已访", "102 已访"]
