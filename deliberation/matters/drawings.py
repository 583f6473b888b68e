"""Drawings and other files of a plan's items: attached and taken off while a version is open."""

from datetime import datetime

from deliberation.acting import Actor, Refused, acting
from deliberation.documents.uploads import Upload, keep_all
from deliberation.matters.models import ItemFile, Matter
from deliberation.matters.plans import item_of, open_version

MOST = 10  # files of one item


async def attach(
    actor: Actor,
    matter: Matter,
    version: int,
    number: int,
    uploads: tuple[Upload, ...],
    now: datetime,
) -> None:
    """Adds files to an item; the same file sent twice is there once."""
    async with acting(actor, "plan.edit", now, matter=matter) as act:
        row = await item_of(await open_version(act, version), number)
        known = set(await ItemFile.filter(item=row).values_list("file__sha256", flat=True))
        fresh = [upload for upload in uploads if upload.sha256 not in known]
        if len(known) + len(fresh) > MOST:
            raise Refused(f"一项改造内容最多放{MOST}个文件")
        for file in await keep_all(act, fresh):
            await ItemFile.create(item=row, file=file)
        act.record(version=version, item=number, attached=len(fresh))


async def detach(
    actor: Actor, matter: Matter, version: int, number: int, file: int, now: datetime
) -> None:
    """Takes a file off an item; earlier versions keep it."""
    async with acting(actor, "plan.edit", now, matter=matter) as act:
        row = await item_of(await open_version(act, version), number)
        if not await ItemFile.filter(item=row, file_id=file).delete():
            raise Refused("这一项没有这个文件，请看最新的页面")
        act.record(version=version, item=number, detached=file)
