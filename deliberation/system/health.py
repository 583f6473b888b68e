"""How the machine is, for its administrator: figures and warnings. Reads only.

The same things that `deliberation doctor` finds wrong at a terminal, and what only shows over time:
space, backups, screens, documents that could not be made.
"""

import asyncio
import shutil
from collections import defaultdict
from datetime import datetime, timedelta
from importlib.metadata import version

from tortoise import connections
from tortoise.functions import Count, Sum

from deliberation.boards.facts import silent
from deliberation.boards.models import Board
from deliberation.boards.rules import KINDS
from deliberation.calendar import local_date, moment_text
from deliberation.calendars.models import calendar
from deliberation.database import sqlite_path
from deliberation.documents.models import REPLACED, Document, File
from deliberation.log import standing
from deliberation.log.models import Outage
from deliberation.settings import Settings
from deliberation.system.backups import last
from deliberation.system.guarded import certificate, keys, messages
from deliberation.system.lines import FAIL, WAIT, Line, Part, about, size

LATEST_BACKUP = timedelta(days=2)
TABLE_MONTH = 11  # the State Council publishes the next year's holidays in November
MEDIA = {"application/pdf": "PDF", "image/jpeg": "照片", "image/png": "照片"}
LEAST_FREE = 2 * 1024**3


async def health(
    settings: Settings, certified_until: datetime | None, now: datetime, *, real: datetime
) -> list[Part]:
    """`certified_until` is when the certificate that signs notices ends, None without one. `real`
    is what the clock on the wall says; `now` differs from it in a demo only."""
    disk = await asyncio.to_thread(_disk, settings)
    stored = [disk, await _database(settings), await _files()]
    return [
        Part("机器", [_program(), await _outages(), await _documents(), await _holidays(now)]),
        Part("备份和存储", [_backup(settings, real), *stored]),
        Part("记录和密钥", [_record(), *keys(settings), certificate(certified_until, real)]),
        Part("公示栏", [await _boards(now)]),
        Part("短信", await messages(settings, now)),
    ]


def _program() -> Line:
    return Line("程序", f"版本{version('deliberation')}")


async def _database(settings: Settings) -> Line:
    if not settings.database_url:
        return Line("数据库", f"SQLite，{about(sqlite_path(settings).stat().st_size)}")
    client = connections.get("default")
    _, rows = await client.execute_query("SELECT pg_database_size(current_database()) AS size")
    return Line("数据库", f"PostgreSQL，{about(rows[0]['size'])}")


def _disk(settings: Settings) -> Line:
    usage = shutil.disk_usage(settings.data_dir)
    value = f"还空着{size(usage.free)}，一共{size(usage.total)}"
    if usage.free < LEAST_FREE:
        return Line("磁盘", value, FAIL, "空间快用完了，投票和公示会存不下来，请马上清理或者扩容。")
    return Line("磁盘", value)


async def _files() -> Line:
    counted = File.all().annotate(n=Count("id"), bytes=Sum("size")).group_by("media_type")
    rows = await counted.order_by("media_type").values_list("media_type", "n", "bytes")
    kinds: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for media, n, total in rows:
        kind = kinds[MEDIA.get(media, "名册和别的")]
        kind[0], kind[1] = kind[0] + n, kind[1] + total
    told = "，".join(f"{name}{n}份{size(total)}" for name, (n, total) in kinds.items())
    return Line("文件", told or "还没有")


async def _documents() -> Line:
    waiting = await Document.filter(file_id=None, error="").count()
    failed = await Document.filter(file_id=None).exclude(error__in=["", REPLACED]).count()
    value = f"等着生成{waiting}份，没有生成{failed}份"
    hint = "没有生成的，经办人可以在原来的页面上重新生成；总不成功请看日志。"
    return Line("PDF", value, *((WAIT, hint) if failed else ()))


def _backup(settings: Settings, real: datetime) -> Line:
    done = last(settings)
    hint = "在服务器上运行 deliberation backup 文件夹，最好放在另一块硬盘上，每天一次。"
    if done is None:
        return Line("备份", "还没有备份过", FAIL, hint)
    value = f"{moment_text(done.at)}，{done.files}份文件，{size(done.size)}"
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


async def _boards(now: datetime) -> Line:
    counted = Board.filter(retired_at=None).annotate(n=Count("id")).group_by("kind")
    counts = dict(await counted.order_by("kind").values_list("kind", "n"))
    told = "，".join(f"{label}{counts[kind]}块" for kind, label in KINDS.items() if kind in counts)
    away = [board.name for board, _ in await silent(now)]
    screens = Board.filter(retired_at=None, kind="electronic", token_hash=None)
    alone = await screens.order_by("id").values_list("name", flat=True)
    if not away and not alone:
        return Line("公示栏", f"{told}，没有离线的" if told else "还没有登记")
    wrong = [f"离线{len(away)}块：{'、'.join(away)}"] if away else []
    wrong += [f"没有配对{len(alone)}块：{'、'.join(alone)}"] if alone else []
    hint = "请看看屏幕的电源和网络；没有配对、换了屏幕的，请经办人配对。"
    return Line("公示栏", f"{told}，{'；'.join(wrong)}", WAIT, hint)


async def _holidays(now: datetime) -> Line:
    today = local_date(now)
    known = await calendar()
    if today.year + 1 in known.tables:
        return Line("节假日表", f"{today.year + 1}年的已经录入")
    late = today.month >= TABLE_MONTH
    value = f"{today.year + 1}年的还没有录入"
    hint = "公布以后请录入，跨年的期限才能推算。"
    return Line("节假日表", value, *((WAIT, hint) if late else ()))
