import pytest

from deliberation.documents.models import File
from deliberation.stages.implementation.models import OwnersDecision
from tests.cast import matter_at

pytestmark = pytest.mark.anyio


async def brought(world, app, name="业主决定.pdf", media_type="application/pdf") -> File:
    """A file attached to a matter of the community."""
    content = b"%PDF-1.7 minutes"
    file = await File.create(
        sha256=app.state.files.put(content),
        name=name,
        media_type=media_type,
        size=len(content),
        created_at=world.now,
    )
    await OwnersDecision.create(
        matter=await matter_at(world, "decision_notice"),
        decided_on=world.now.date(),
        description="业主大会",
        file=file,
        recorded_at=world.now,
    )
    return file


async def test_those_who_work_on_the_matter_may_read_what_was_brought(world, client, app):
    file = await brought(world, app)
    for name in ("张经办", "孙监督", "刘干部"):
        answer = await (await client(name)).get(f"/files/{file.id}")
        assert (answer.status_code, answer.content) == (200, b"%PDF-1.7 minutes"), name
        assert answer.headers["cache-control"] == "private, no-cache"


async def test_nobody_else_learns_that_it_exists(world, client, app):
    file = await brought(world, app)
    for name in ("visitor", "赵大妈", "陈先生", "管理员"):
        assert (await (await client(name)).get(f"/files/{file.id}")).status_code == 404, name
    assert (await (await client("张经办")).get("/files/999")).status_code == 404


async def test_a_file_that_belongs_to_nothing_is_not_found(world, client, app):
    file = await brought(world, app)
    await OwnersDecision.all().update(file_id=None)
    assert (await (await client("张经办")).get(f"/files/{file.id}")).status_code == 404


async def test_what_could_run_in_a_browser_is_only_ever_saved(world, client, app):
    file = await brought(world, app, name="x.html", media_type="text/html")
    answer = await (await client("张经办")).get(f"/files/{file.id}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
