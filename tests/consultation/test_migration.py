"""Answers of organisations from before they could send several files and undertakings."""

import pytest
from tortoise import connections

from deliberation import features
from deliberation.database import migrate
from deliberation.documents.models import File
from deliberation.matters.facts import current_passage
from deliberation.stages.consultation.models import (
    Invitation,
    Organisation,
    PositionFile,
    Undertaking,
)
from tests.cast import NOW, matter_at
from tests.older import older

pytestmark = pytest.mark.anyio


async def test_the_file_and_the_undertaking_of_an_older_answer_are_kept(
    world, request, engine, tmp_path
):
    matter = await matter_at(world, "consultation")
    asked = await Organisation.create(community=world.community, name="供电公司", contact="")
    invitation = await Invitation.create(
        passage=await current_passage(matter, "consultation"),
        organisation=asked,
        seat="other",
        due_on=NOW.date(),
        invited_at=NOW,
    )
    file = await File.create(
        sha256="0" * 64, name="a.pdf", media_type="application/pdf", size=1, created_at=NOW
    )
    old = await older(world, request, engine, tmp_path / "old", "0010_sense")
    await old.raw.close()
    await connections.get("default").execute_script(
        "INSERT INTO position (invitation_id, stance, reason, undertakings, answered_at, file_id) "
        f"VALUES ({invitation.id}, 'agree', '', '改造线路', '2026-03-02 09:00:00+00:00', {file.id})"
    )
    await migrate(old.settings, features.model_modules())
    assert [one.file_id for one in await PositionFile.all()] == [file.id]
    assert [one.what for one in await Undertaking.all()] == ["改造线路"]
