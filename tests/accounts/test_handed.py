"""What was issued is seen by others than the one who issued it."""

import re

import pytest

from deliberation.accounts import recipients, slips
from deliberation.accounts.actions import reset_password
from deliberation.calendar import local_date
from tests.accounts.helpers import household_slip, slip_for, staff_account

pytestmark = pytest.mark.anyio


def lines(html: str) -> list[list[str]]:
    cells = [
        re.findall(r"<t[hd] [^>]*>(.*?)</t[hd]>", row)
        for row in re.findall(r'<tr role="row">(.*?)</tr>', html, re.S)
    ]
    return [[re.sub(r"<.*?>", "", cell).strip() for cell in row] for row in cells]


async def test_a_supervisor_sees_each_slip_that_was_issued_and_which_took_anothers_place(
    world, client
):
    watcher = await client("孙监督")
    assert "还没有发过纸条" in (await watcher.get("/slips/issued")).text
    await slip_for(world, "赵大妈")
    world.later(hours=1)
    homes = await recipients.in_place(
        world.buildings[1], recipients.HOUSEHOLDS, local_date(world.now)
    )
    await slips.issue(await world.actor("张经办"), world.community, homes, world.now)
    world.later(hours=1)
    await slip_for(world, "赵大妈")
    told = [row for row in lines((await watcher.get("/slips/issued")).text) if len(row) == 4][1:]
    whom, whats = [row[0] for row in told], [row[3] for row in told]
    assert whom == ["1号楼101 赵大妈", f"{len(homes)}张一起", "1号楼101 赵大妈"]
    assert whats == ["重发，旧的作废", "", ""]
    assert {row[2] for row in told} == {"张经办"}
    assert "/slips/issued" in (await watcher.get("/desk")).text


async def test_a_supervisor_sees_whose_password_was_set_anew_and_by_whom(world, client):
    account = await staff_account(world)
    await reset_password(await world.actor("管理员"), account, world.later(hours=2))
    told = [row for row in lines((await (await client("孙监督")).get("/slips/issued")).text)][1:]
    assert [(row[0], row[2], row[3]) for row in told] == [("张经办", "管理员", "链接还没有用")]


async def test_it_goes_on_over_pages_and_is_nobody_elses(world, client):
    for _ in range(51):
        world.later(minutes=1)
        await household_slip(world, next(iter(world.households)))
    watcher = await client("孙监督")
    assert "下一页" in (await watcher.get("/slips/issued")).text
    second = (await watcher.get("/slips/issued?page=2")).text
    assert "重发" not in second.split("发过的纸条")[1] and "上一页" in second
    for name in ("赵大妈", "管理员", "visitor"):
        assert (await (await client(name)).get("/slips/issued")).status_code == 404
