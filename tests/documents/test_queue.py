"""The queue of documents: nothing is lost, made twice or in each other's way."""

import asyncio
from datetime import timedelta

import pytest

from deliberation.acting import Refused
from deliberation.documents.actions import CLAIM, TRIES, claim, finish, give_up, retry
from deliberation.documents.files import Files
from deliberation.documents.models import Document, File
from deliberation.documents.queue import Queue, html_of
from tests.conftest import WorldClock

pytestmark = pytest.mark.anyio
PAGE = {  # what the frame of a page needs; a page asks for /static/, which a notice may not
    "path": "/",
    "actor": None,
    "demo_now": "",
    "large": False,
    "flash": None,
    "community_name": "社区议事",
}


async def waiting(world, title="公告", **changes) -> Document:
    return await Document.create(
        community=world.community,
        title=title,
        requested_at=world.now,
        **{"template": "notices/e.print.html", "context": context(title)} | changes,
    )


def context(title: str) -> dict:
    return {
        "matter": {"id": 1, "number": "2026-001", "title": title},
        "contact": {"name": "张经办", "phone": "0371-6000 0003"},
        "issuer": {"name": "示例居民委员会", "community": "向阳社区", "supervisor_phone": ""},
        "kind": "E",
        "number": "2026-001",
        "label": "2026-001",
        "code": "ABCDEFGHJK",
        "title": title,
        "phrases": [title],
        "published_on": "2026-03-02T01:00:00+00:00",
        "log_head": "",
        "outcome": "terminated",
        "about": "终止",
        "procedure": "一征三议两公开",
        "stage": "征求意见",
        "next": "",
        "reason": "",
        "entered_on": "2026-03-02",
        "vote": None,
        "meeting": None,
        "objections": None,
        "variations": [],
    }


async def test_a_claim_of_a_worker_that_died_lapses(world):
    document = await waiting(world)
    assert (await claim(world.now)).id == document.id
    assert await claim(world.now + CLAIM) is None
    again = await claim(world.now + CLAIM + timedelta(seconds=1))
    assert (again.id, again.attempts) == (document.id, 2)


async def test_workers_never_claim_the_same_document(world):
    documents = {(await waiting(world)).id for _ in range(3)}
    claimed = await asyncio.gather(*(claim(world.now) for _ in range(5)))
    ids = [document.id for document in claimed if document]
    assert len(ids) == len(set(ids))
    while late := await claim(world.now):  # a skipped lock is not a lost document
        ids.append(late.id)
    assert set(ids) == documents


async def test_a_slower_worker_changes_nothing(world, tmp_path):
    await waiting(world)
    files = Files(tmp_path)
    slow = await claim(world.now)
    fast = await claim(world.later(minutes=3))
    first, second = files.put(b"first"), files.put(b"second")
    await asyncio.gather(
        finish(fast, sha256=first, size=5, now=world.now),
        finish(slow, sha256=second, size=6, now=world.now),
    )
    made = await Document.get(id=fast.id).select_related("file")
    assert await File.all().count() == 1
    assert made.file.sha256 in (first, second)
    kept = made.file.sha256
    await finish(await Document.get(id=fast.id), sha256="0" * 64, size=1, now=world.now)
    assert (await Document.get(id=fast.id).select_related("file")).file.sha256 == kept


async def test_a_try_that_was_taken_over_gives_up_nothing_but_itself(world):
    await waiting(world)
    slow = await claim(world.now)
    fast = await claim(world.later(minutes=3))
    await give_up(slow, "太慢")
    assert (await Document.get(id=fast.id)).claimed_until is not None
    await finish(fast, sha256="0" * 64, size=1, now=world.now)
    fast.attempts = TRIES
    await give_up(fast, "晚了")
    assert (await Document.get(id=fast.id)).error == ""


async def test_a_document_that_kills_its_workers_leaves_the_queue(world):
    deadly, harmless = await waiting(world), await waiting(world)
    for _ in range(TRIES):
        assert (await claim(world.later(minutes=3))).id == deadly.id
    assert (await claim(world.later(minutes=3))).id == harmless.id
    assert "多次中断" in (await Document.get(id=deadly.id)).error


async def test_a_document_given_up_can_be_tried_again_by_staff(world):
    document = await waiting(world, error="排版进程中断", attempts=TRIES)
    clerk = await world.actor("张经办")
    await retry(clerk, document, world.now)
    assert (await claim(world.now)).attempts == 1
    with pytest.raises(Refused, match="没有出错"):
        await retry(clerk, document, world.now)


async def test_a_failing_document_gives_up_with_a_sentence_and_the_others_go_on(
    world, renderer, tmp_path
):
    broken = await waiting(world, template="about.html", context=PAGE)
    sound = await waiting(world, title="䶮㛃𬭚的公告")
    files = Files(tmp_path)
    queue = Queue(renderer, files, WorldClock(world), world.settings)
    for _ in range(TRIES + 1):
        assert await queue.step()
    assert not await queue.step()
    failed = await Document.get(id=broken.id)
    assert failed.attempts == TRIES
    assert failed.error.startswith("文档引用了不许读取或读不出的内容")
    made = await Document.get(id=sound.id).select_related("file")
    assert files.get(made.file.sha256).startswith(b"%PDF")
    assert made.file.name == "䶮㛃𬭚的公告.pdf"


async def test_an_unforeseen_fault_is_noted_and_does_not_stop_the_queue(world, renderer, tmp_path):
    broken = await waiting(world, template="no-such.html")
    queue = Queue(renderer, Files(tmp_path), WorldClock(world), world.settings)
    worker = asyncio.create_task(queue.run())
    for _ in range(500):
        await asyncio.sleep(0.02)
        if (await Document.get(id=broken.id)).error:
            break
    assert not worker.done()
    worker.cancel()
    assert (await Document.get(id=broken.id)).error == "文件没有生成，请联系系统管理员查看日志"


async def test_the_same_context_gives_the_same_page(world):
    document = await waiting(world)
    stored = await Document.get(id=document.id)
    assert html_of(stored, world.settings) == html_of(document, world.settings)
