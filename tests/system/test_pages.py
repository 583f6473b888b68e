"""运行情况 is for administrators and says what to do; it has no power over any matter."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest

from deliberation.boards.models import Board
from deliberation.clock import Clock
from deliberation.messages.models import Message, Sending
from tests.cast import matter_at
from tests.story.browser import parse

pytestmark = pytest.mark.anyio


def noted(world, ago: timedelta) -> None:
    at = (Clock().now() - ago).isoformat()
    note = {"at": at, "database": "x", "files": 3, "copied": 1, "size": 2048}
    (world.settings.data_dir / "backup.json").write_text(json.dumps(note))


async def lines(client) -> dict[str, tuple[str, str]]:
    """By what was looked at: how it is, and the mark beside it."""
    tree = parse((await client.get("/system")).text)
    found = {}
    for row in [row for box in tree.all("dl", of="facts") for row in box.all("div")]:
        (mark,) = row.all("span", of="badge")
        value = row.all("dd")[0].text.removesuffix(mark.text).strip()
        found[row.all("dt")[0].text] = (value, mark.text)
    return found


async def test_the_administrator_reads_how_everything_is_and_what_to_do(world, client):
    administrator = await client("管理员")
    assert "/system" in (await administrator.get("/desk")).text
    page = (await administrator.get("/system")).text
    assert "还没有备份过" in page and "deliberation backup" in page
    known = await lines(administrator)
    wanted = "备份 磁盘 文件 数据库 公示栏 电子签章 短信网关 发件箱 加密电话的密钥 签办事记录的密钥"
    assert set(wanted.split()) <= set(known)
    assert known["备份"][1] == "马上处理" and known["磁盘"][1] == "正常"
    kept = {"name": "东门屏", "created_at": world.now, "created_by": 1}
    await Board.create(place=world.compound, kind="electronic", **kept)
    unpaired = (await lines(administrator))["公示栏"]
    assert "没有配对1块：东门屏" in unpaired[0] and unpaired[1] == "看一看"
    assert "没有离线" not in unpaired[0]
    noted(world, timedelta(hours=3))
    assert "3份文件，2KB" in (await lines(administrator))["备份"][0]
    noted(world, timedelta(days=3))
    assert "已经两天没有备份" in (await administrator.get("/system")).text


async def test_a_key_that_others_can_read_a_certificate_and_an_outbox_turn_red(world, app, client):
    administrator, at = await client("管理员"), Clock().now()
    assert (await lines(administrator))["加密电话的密钥"] == ("在", "正常")
    world.settings.phone_key_path.chmod(0o644)
    app.state.seal = SimpleNamespace(ends_at=at - timedelta(days=1))
    matter = await matter_at(world, "opinions")
    sending = await Sending.create(
        matter=matter,
        kind="free",
        text="x",
        ordered_at=world.now,
        ordered_by=world.accounts["张经办"].id,
        due_at=world.now,
        expires_at=world.now + timedelta(days=1),
    )
    late = {"sending": sending, "code": "x", "next_at": world.now - timedelta(hours=2)}
    await Message.create(person=world.people["赵大妈"], **late)
    known = await lines(administrator)
    for name in ("加密电话的密钥", "电子签章", "发件箱"):
        assert known[name][1] == "马上处理", known[name]
    assert known["短信网关"][1] == "看一看", "not well while messages wait for it"
    assert known["发件箱"][0] == "等着发1条，已发出0条，没有发出0条"
    page = (await administrator.get("/system")).text
    assert "要马上处理的" in page and "请马上换新证书" in page and "没有设置网关" in page
    world.settings.phone_key_path.unlink()
    assert (await lines(administrator))["加密电话的密钥"][0] == "文件不见了"


async def test_nobody_else_sees_it(world, client):
    for name in ("visitor", "赵大妈", "张经办", "李书记", "孙监督"):
        assert (await (await client(name)).get("/system")).status_code == 404
