"""How the machine is, for its administrator: figures and warnings. Reads only.

The same things that `deliberation doctor` finds wrong at a terminal, and what only shows over time:
space, backups, screens, documents that could not be made.
"""

import asyncio
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise import connections
from tortoise.expressions import Q
from tortoise.functions import Count, Sum

from deliberation.boards.facts import silent
from deliberation.calendar import local_date, moment_text
from deliberation.calendars.models import calendar
from deliberation.database import sqlite_path
from deliberation.documents.models import Document, File
from deliberation.log import standing
from deliberation.log.models import Outage
from deliberation.settings import Settings
from deliberation.system.backups import last

LATEST_BACKUP = timedelta(days=2)
CERTIFICATE_SOON = timedelta(days=30)
TABLE_MONTH = 11  # the State Council publishes the next year's holidays in November
LEAST_FREE = 2 * 1024**3
DONE, WAIT, FAIL = "done", "wait", "fail"


@dataclass(frozen=True)
class Line:
    """One thing looked at: `state` is done, wait (look at it) or fail; `hint` says what to do."""

    name: str
    value: str
    state: str = DONE
    hint: str = ""


async def health(
    settings: Settings, certified_until: datetime | None, now: datetime, *, real: datetime
) -> list[Line]:
    """`certified_until` is when the certificate that signs notices ends, None without one. `real`
    is what the clock on the wall says; `now` differs from it in a demo only."""
    return [
        await _database(settings),
        await asyncio.to_thread(_disk, settings),
        await _files(),
        await _documents(),
        _backup(settings, real),
        await _outages(),
        _record(),
        _certificate(certified_until, real),
        await _boards(now),
        await _holidays(now),
    ]


async def _database(settings: Settings) -> Line:
    if not settings.database_url:
        return Line("数据库", f"SQLite，{_about(sqlite_path(settings).stat().st_size)}")
    client = connections.get("default")
    _, rows = await client.execute_query("SELECT pg_database_size(current_database()) AS size")
    return Line("数据库", f"PostgreSQL，{_about(rows[0]['size'])}")


def _disk(settings: Settings) -> Line:
    usage = shutil.disk_usage(settings.data_dir)
    value = f"还空着{_size(usage.free)}，一共{_size(usage.total)}"
    if usage.free < LEAST_FREE:
        return Line("磁盘", value, FAIL, "空间快用完了，投票和公示会存不下来，请马上清理或者扩容。")
    return Line("磁盘", value)


async def _files() -> Line:
    found = await File.annotate(n=Count("id"), bytes=Sum("size")).first().values("n", "bytes")
    return Line("文件", f"{found['n']}份，{_size(found['bytes'] or 0)}")


async def _documents() -> Line:
    waiting = await Document.filter(file_id=None, error="").count()
    failed = await Document.filter(file_id=None).exclude(error="").count()
    value = f"等着生成{waiting}份，没有生成{failed}份"
    hint = "没有生成的，经办人可以在原来的页面上重新生成；总不成功请看日志。"
    return Line("PDF", value, *((WAIT, hint) if failed else ()))


def _backup(settings: Settings, real: datetime) -> Line:
    done = last(settings)
    hint = "在服务器上运行 deliberation backup 文件夹，最好放在另一块硬盘上，每天一次。"
    if done is None:
        return Line("备份", "还没有备份过", FAIL, hint)
    value = f"{moment_text(done.at)}，{done.files}份文件，{_size(done.size)}"
    late = real - done.at > LATEST_BACKUP
    return Line("备份", value, *((WAIT, f"已经两天没有备份。{hint}") if late else ()))


async def _outages() -> Line:
    row = await Outage.all().order_by("-until").first()
    if row is None:
        return Line("停机", "没有记录")
    return Line("停机", f"最近一次从{moment_text(row.since)}到{moment_text(row.until)}")


def _record() -> Line:
    behind = standing.behind()
    if not behind:
        return Line("办事记录", "和签过名的一致")
    hint = "请联系街道核对，再在服务器上运行 deliberation accept-restore。"
    return Line("办事记录", f"{len(behind)}份记录比签过名的旧", FAIL, hint)


def _certificate(until: datetime | None, real: datetime) -> Line:
    if until is None:
        return Line("电子签章", "没有设置，公示不带电子签章", WAIT, "设置见安装说明。")
    soon = until - real < CERTIFICATE_SOON
    value = f"证书到{moment_text(until)}为止"
    return Line("电子签章", value, *((WAIT, "请向发证机构换新证书。") if soon else ()))


async def _boards(now: datetime) -> Line:
    away = await silent(Q(), now)
    if not away:
        return Line("电子屏", "没有离线的")
    names = "、".join(board.name for board, _ in away)
    return Line("电子屏", f"离线{len(away)}块：{names}", WAIT, "请看看电源和网络。")


async def _holidays(now: datetime) -> Line:
    today = local_date(now)
    known = await calendar()
    if today.year + 1 in known.tables:
        return Line("节假日表", f"{today.year + 1}年的已经录入")
    late = today.month >= TABLE_MONTH
    value = f"{today.year + 1}年的还没有录入"
    hint = "公布以后请录入，跨年的期限才能推算。"
    return Line("节假日表", value, *((WAIT, hint) if late else ()))


def _about(number: int) -> str:
    """In steps of ten MB: the exact size would grow with every ballot."""
    return f"{(number // (10 * 1024**2) + 1) * 10}MB以内"


def _size(number: int) -> str:
    for unit in ("字节", "KB", "MB"):
        if number < 1024:
            return f"{number:.0f}{unit}"
        number /= 1024
    return f"{number:.1f}GB"
