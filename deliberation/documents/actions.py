"""Keeping files, and turning documents without bytes into PDFs."""

from datetime import datetime, timedelta

from tortoise.expressions import Q
from tortoise.transactions import in_transaction

from deliberation.acting import SYSTEM, Act, Actor, Refused, acting
from deliberation.documents.models import Document, File
from deliberation.places.models import Place

CLAIM = timedelta(minutes=2)
TRIES = 3
INTERRUPTED = "生成时程序多次中断，请联系系统管理员查看日志后重试"


async def keep(act: Act, *, sha256: str, name: str, media_type: str, size: int) -> File:
    """Records bytes already stored under `sha256`."""
    act.record(file=sha256)
    return await File.create(
        sha256=sha256, name=name, media_type=media_type, size=size, created_at=act.now
    )


async def claim(now: datetime) -> Document | None:
    """Takes the oldest document that waits for its bytes; None when none does.

    A claim lapses after two minutes, so a worker that dies loses nothing; a document that was
    taken too often without an answer (it may be what kills the workers) leaves the queue.
    """
    waiting = Q(file_id=None, error="") & (Q(claimed_until=None) | Q(claimed_until__lt=now))
    if not await Document.filter(waiting).exists():  # asked often, so without a writer's lock
        return None
    async with in_transaction() as connection:
        query = Document.filter(waiting).order_by("id").using_db(connection)
        tired = Document.filter(waiting, attempts__gte=TRIES).using_db(connection)
        await tired.update(error=INTERRUPTED, claimed_until=None)
        document = await query.select_for_update(skip_locked=True).first()
        if document:
            document.claimed_until = now + CLAIM
            document.attempts += 1
            await document.save(update_fields=["claimed_until", "attempts"], using_db=connection)
        return document


async def finish(
    document: Document,
    *,
    sha256: str,
    size: int,
    now: datetime,
    unsigned: str = "",
    sealed_by: str = "",
) -> None:
    """Gives a document its bytes; a second worker that was slower changes nothing."""
    community = await Place.get(id=document.community_id)
    async with acting(SYSTEM, "documents.render", now, place=community) as act:
        await document.refresh_from_db()
        if document.file_id:
            return
        name = f"{document.title}.pdf"
        document.file = await keep(
            act, sha256=sha256, name=name[-120:], media_type="application/pdf", size=size
        )
        document.unsigned_sha256, document.sealed_by = unsigned, sealed_by
        await document.save(update_fields=["file_id", "unsigned_sha256", "sealed_by"])
        act.record(document=document.id, unsigned=unsigned, sealed_by=sealed_by)


async def give_up(document: Document, sentence: str) -> None:
    """Notes why a document could not be made; after a few tries it leaves the queue.

    Only this try is given up: whoever took the document over meanwhile is not disturbed.
    """
    last = document.attempts >= TRIES
    async with in_transaction():
        own = Document.filter(id=document.id, file_id=None, attempts=document.attempts)
        await own.update(error=sentence[:200] if last else "", claimed_until=None)


async def retry(actor: Actor, document: Document, now: datetime) -> None:
    """Puts a document that was given up back into the queue."""
    if not document.error:
        raise Refused("这份文件没有出错，不用重新生成")
    community = await Place.get(id=document.community_id)
    async with acting(actor, "documents.retry", now, place=community) as act:
        document.error, document.attempts = "", 0
        await document.save(update_fields=["error", "attempts"])
        act.record(document=document.id)
