"""运行情况 is for administrators and says what to do."""

import json
from datetime import timedelta

import pytest

from deliberation.clock import Clock

pytestmark = pytest.mark.anyio


def noted(world, ago: timedelta) -> None:
    at = (Clock().now() - ago).isoformat()
    note = {"at": at, "database": "x", "files": 3, "copied": 1, "size": 2048}
    (world.settings.data_dir / "backup.json").write_text(json.dumps(note))


async def test_the_administrator_is_told_that_there_is_no_backup(world, client):
    page = await (await client("管理员")).get("/system")
    assert page.status_code == 200
    assert "还没有备份过" in page.text and "deliberation backup" in page.text
    assert "/system" in (await (await client("管理员")).get("/desk")).text


async def test_a_backup_of_today_is_fine_and_one_of_three_days_ago_is_not(world, client):
    administrator = await client("管理员")
    noted(world, timedelta(hours=3))
    fresh = (await administrator.get("/system")).text
    assert "3份文件，2KB" in fresh and "已经两天没有备份" not in fresh
    noted(world, timedelta(days=3))
    assert "已经两天没有备份" in (await administrator.get("/system")).text


async def test_nobody_else_sees_it(world, client):
    for name in ("visitor", "赵大妈", "张经办", "李书记", "孙监督"):
        assert (await (await client(name)).get("/system")).status_code == 404
