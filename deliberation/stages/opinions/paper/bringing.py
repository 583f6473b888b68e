"""Filled-in forms come back: files are taken in, and each of their pages finds its household.

A page whose code was read waits with its household, any other waits for a clerk to say whose it
is. Nothing is lost: a page that cannot be drawn waits, too. The same file or form twice is taken
twice and said, since only who reads them can tell a copy from a second opinion.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime

from deliberation.acting import SYSTEM, Act, Actor, Refused, acting
from deliberation.documents.actions import keep
from deliberation.documents.inbox import Inbox
from deliberation.documents.models import File
from deliberation.matters.models import Matter
from deliberation.stages.opinions.paper.models import Bundle, PaperForm, Scan
from deliberation.stages.opinions.paper.rules import codes_on

UNREAD = "没有读出二维码"
ELSEWHERE = "这是另一个议题的意见表"
SEVERAL = "这一页上有几张意见表的码，请一张一张扫描"


async def bring(
    actor: Actor, matter: Matter, inbox: Inbox, files: list[tuple[str, bytes]], now: datetime
) -> None:
    """Queues files (name, content) to be read. Raises Refused for none; then nothing is kept."""
    kept = [await asyncio.to_thread(_put, inbox, matter, *file) for file in files]
    try:
        async with acting(actor, "opinions.bring_scans", now, matter=matter) as act:
            if not kept:
                raise Refused("请选择扫描件或者照片")
            for bundle in kept:
                bundle.brought_at, bundle.brought_by = act.now, actor.account_id
                await bundle.save()
            act.record(files=[bundle.sha256 for bundle in kept])
    except BaseException:
        for bundle in kept:
            inbox.drop(bundle.key)
        raise


def _put(inbox: Inbox, matter: Matter, name: str, content: bytes) -> Bundle:
    """The file in the inbox, and its row, not yet saved."""
    sha256 = hashlib.sha256(content).hexdigest()
    return Bundle(matter=matter, key=inbox.put(content), name=name, sha256=sha256)


@dataclass(frozen=True)
class Read:
    """What became of page `number` of `pages`: a JPEG stored under `sha256` of `size` bytes with
    the texts of its QR codes, or `failed`, the sentence why there is none."""

    number: int
    pages: int
    sha256: str = ""
    size: int = 0
    codes: tuple[str, ...] = ()
    failed: str = ""


async def take(bundle: Bundle, read: Read, now: datetime) -> None:
    """Keeps one page; whoever was faster has kept it already. With the last the file is done, and
    only then is there an entry: what hangs in public is not a line for every page."""
    matter, last = await bundle.matter, read.number == read.pages
    async with acting(SYSTEM, "opinions.read_scans", now, matter=matter, quiet=not last) as act:
        await bundle.refresh_from_db()
        if bundle.done >= read.number:
            return
        await _keep(act, bundle, read)
        bundle.pages, bundle.done = read.pages, read.number
        bundle.read_at = act.now if last else None
        await bundle.save(update_fields=["pages", "done", "read_at"])
        if last:
            rows = Scan.filter(bundle=bundle).order_by("page")
            hashes = await rows.values_list("file__sha256", flat=True)
            act.body.pop("file", None)
            act.record(bundle=bundle.id, pages=list(hashes))


async def _keep(act: Act, bundle: Bundle, read: Read) -> Scan:
    file = await _picture(act, bundle, read) if read.sha256 else None
    form, note = await _form(act.matter, read)
    return await Scan.create(
        matter=act.matter,
        bundle=bundle,
        page=read.number,
        file=file,
        form=form,
        household_id=form and form.household_id,
        note=note,
    )


async def _picture(act: Act, bundle: Bundle, read: Read) -> File:
    return await keep(
        act,
        sha256=read.sha256,
        name=f"意见表{bundle.id}-{read.number}.jpg",
        media_type="image/jpeg",
        size=read.size,
    )


async def _form(matter: Matter, read: Read) -> tuple[PaperForm | None, str]:
    """The form that a page is, and what is to be said about it."""
    if read.failed:
        return None, read.failed
    forms = await PaperForm.filter(code__in=codes_on(read.codes))
    own = [form for form in forms if form.matter_id == matter.id]
    if len(own) == 1:
        return own[0], ""
    return None, SEVERAL if own else ELSEWHERE if forms else UNREAD
