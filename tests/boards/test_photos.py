"""Photos of paper boards: hostile ones, what is left of a good one, and what they prove."""

import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from deliberation.acting import Refused
from deliberation.boards.models import Photo
from deliberation.documents.developing import develop
from deliberation.documents.models import File
from deliberation.documents.photo_worker import MOST_BYTES
from deliberation.log.models import Entry
from deliberation.matters.standing import blockers, standing
from deliberation.procedures import COMMUNITY_WIDE
from tests.boards.hung import board, published
from tests.boards.pictures import HOSTILE, phone, saved

pytestmark = pytest.mark.anyio
SHOT = ("公示栏.jpg", phone(), "image/jpeg")


async def test_what_a_phone_writes_into_a_photo_is_gone():
    content = phone()
    for word in (b"SecretPhone", b"Zhang San", b"2026:03:02", b"hidden", b"Exif"):
        assert word in content, "the test could not fail"
    found = await develop(content + b"<script>alert(1)</script>PK\x03\x04", origin=False)
    assert found.taken_at is None and found.spot == ""
    for word in (b"SecretPhone", b"Zhang San", b"2026:03:02", b"hidden", b"Exif", b"script"):
        assert word not in found.jpeg
    with Image.open(io.BytesIO(found.jpeg)) as image:
        assert image.format == "JPEG" and not image.getexif() and max(image.size) == 1600
        assert not set(image.info) & {"exif", "comment", "icc_profile", "xmp", "photoshop"}


async def test_when_and_where_are_read_where_whoever_adds_it_agrees():
    found = await develop(phone(), origin=True)
    assert found.taken_at == datetime(2026, 3, 2, 0, 30, 15, tzinfo=UTC)
    assert found.spot == "34.76540,113.65430"
    assert b"2026:03:02" not in found.jpeg and b"Exif" not in found.jpeg


async def test_a_photo_held_sideways_stands_upright():
    found = await develop(phone((800, 600), orientation=6), origin=False)
    with Image.open(io.BytesIO(found.jpeg)) as image:
        assert image.size == (600, 800)
        red = image.getpixel((500, 100))  # the upper left corner is turned to the right
        assert red[0] > 140 and red[1] < 90


async def test_a_large_photo_becomes_a_small_one():
    content = phone((6000, 4000))
    found = await develop(content, origin=False)
    assert len(content) > 4_000_000 and len(found.jpeg) <= MOST_BYTES
    with Image.open(io.BytesIO(found.jpeg)) as image:
        assert 1200 < max(image.size) <= 2000


@pytest.mark.parametrize("format", ["png", "webp"])
async def test_other_formats_of_phones_are_taken(format):
    found = await develop(saved(format), origin=True)
    assert found.jpeg.startswith(b"\xff\xd8") and found.taken_at is None


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
async def test_what_is_no_photo_is_refused_with_one_sentence(content):
    with pytest.raises(Refused) as refusal:
        await develop(content, origin=True)
    (sentence,) = refusal.value.reasons
    assert "照片" in sentence and "重新拍" in sentence


async def send(staff, row, notice, *, moment="posted", shot=SHOT, **more):
    data = {"notice": notice.id, "moment": moment} | more
    return await staff.post(f"/boards/{row.id}/photos", data=data, files={"photo": shot})


async def test_a_photo_is_registered_with_the_matter_and_shown_once_confirmed(world, client, app):
    notice, row = await published(world, app), await board(world, "paper")
    staff, visitor = await client("张经办"), await client("visitor")
    answer = await send(staff, row, notice, origin="1")
    assert answer.status_code == 303, answer.text
    photo = await Photo.get().select_related("file")
    assert photo.taken_at == datetime(2026, 3, 2, 0, 30, 15, tzinfo=UTC) and photo.spot
    entry = await Entry.filter(act="boards.photograph").get()
    assert entry.chain == f"matter/{notice.matter_id}"
    assert entry.body["file"] == photo.file.sha256 and entry.body["board"] == row.id
    assert b"Exif" not in app.state.files.get(photo.file.sha256)

    url = f"/boards/photos/{photo.id}.jpg"
    assert (await visitor.get(url)).status_code == 404
    assert (await (await client("陈先生")).get(url)).status_code == 404
    kept = await staff.get(url)
    assert kept.status_code == 200 and kept.headers["cache-control"] == "private, no-cache"
    public = (await visitor.get(f"/notices/{notice.code}")).text
    assert "张贴时的照片" in public and "由社区保存" in public and url not in public
    shown = {"photo": photo.id, "public": "1"}
    assert (await staff.post(f"/boards/{row.id}/photos/confirm", data=shown)).status_code == 303
    assert (await visitor.get(url)).headers["content-type"] == "image/jpeg"
    page = (await visitor.get(f"/notices/{notice.code}")).text
    assert url in page and "34.76540" not in page
    inside = (await staff.get(f"/boards/{row.id}")).text
    assert "34.76540" in inside and "张经办登记" in inside and "张经办登记" not in page
    await staff.post(f"/boards/{row.id}/photos/confirm", data={"photo": photo.id})
    assert (await visitor.get(url)).status_code == 404


async def test_a_wrong_upload_comes_back_with_its_sentence_and_leaves_nothing(world, client, app):
    notice, row = await published(world, app), await board(world, "paper")
    staff, files = await client("张经办"), await File.all().count()
    large = ("x.jpg", b"\xff\xd8" + b"x" * (12 * 1024 * 1024), "image/jpeg")
    for shot, sentence in (
        (("x.jpg", HOSTILE["text"], "image/jpeg"), "这不是能读出的照片"),
        (("x.png", HOSTILE["a bomb"], "image/png"), "照片的尺寸太大"),
        (large, "最多12MB"),
        (("x.jpg", b"", "image/jpeg"), "空文件"),
    ):
        answer = await send(staff, row, notice, shot=shot)
        assert answer.status_code == 422 and sentence in answer.text
        assert f'value="{notice.id}" selected' in answer.text
    assert await Photo.all().count() == 0 and await File.all().count() == files


async def test_only_the_staff_of_the_community_photograph(world, client, app):
    notice, row = await published(world, app), await board(world, "paper")
    for name, status in (("陈先生", 404), ("visitor", 404), ("赵大妈", 404), ("孙监督", 403)):
        assert (await send(await client(name), row, notice)).status_code == status, name
    assert await Photo.all().count() == 0


async def test_a_photo_of_the_end_waits_for_the_end_and_a_screen_needs_none(world, client, app):
    notice, row = await published(world, app), await board(world, "paper")
    staff = await client("张经办")
    assert "最后一天或者以后" in (await send(staff, row, notice, moment="end")).text
    world.later(days=7)
    assert (await send(await client("张经办"), row, notice, moment="end")).status_code == 303
    screen = await board(world, name="北门")
    assert "不能登记照片" in (await send(staff, screen, notice)).text


async def test_a_photo_is_followed_by_another_and_never_goes_away(world, client, app):
    notice, row = await published(world, app), await board(world, "paper")
    staff = await client("张经办")
    await send(staff, row, notice)
    await send(staff, row, notice)
    first, second = await Photo.all().order_by("id")
    assert (await staff.get(f"/boards/{row.id}")).text.count("张贴时的照片") == 2
    for change in (
        Photo.filter(id=first.id).delete(),
        Photo.filter(id=first.id).update(moment="end"),
        Photo.filter(id=first.id).update(file_id=second.file_id),
    ):
        with pytest.raises(Exception, match="frozen"):
            await change
    await Photo.filter(id=second.id).update(public_at=world.now)


async def test_missing_proof_holds_the_stage_where_the_rule_set_demands_it(world, client, app):
    notice = await published(world, app, procedure=COMMUNITY_WIDE.key)
    matter, row, staff = notice.matter, await board(world, "paper"), await client("张经办")
    await matter.refresh_from_db()

    async def missing() -> list[str]:
        found = await blockers(matter, (await standing(matter)).stage, world.now)
        return [reason for reason in found if "证明" in reason]

    posted, ended = "张贴证明还差1处", "期满证明还差1处"
    assert [reason.split("：")[0] for reason in await missing()] == [posted]
    page = (await staff.get(f"/matters/{matter.id}/decision_notice")).text
    assert posted in page and ended not in page
    refused = await staff.post(f"/matters/{matter.id}/advance", data={"stage": "decision_notice"})
    assert refused.status_code == 422 and posted in refused.text
    await send(staff, row, notice)
    assert await missing() == []
    world.later(days=8)
    assert [reason.split("：")[0] for reason in await missing()] == [ended]
    await send(await client("张经办"), row, notice, moment="end")
    assert await missing() == []
    other = await published(world, app)
    await other.matter.refresh_from_db()
    found = await blockers(other.matter, (await standing(other.matter)).stage, world.now)
    assert found and not [reason for reason in found if "证明" in reason]
