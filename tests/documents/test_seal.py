"""The organisation's signature: over the whole file, after the bytes that the same input gives."""

import asyncio
import hashlib
import os
import subprocess
import time
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pymupdf
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from deliberation.commands.doctor import _seal
from deliberation.documents.files import Files
from deliberation.documents.models import Document
from deliberation.documents.queue import Queue
from deliberation.log.models import Entry
from deliberation.settings import Settings, Unusable
from deliberation.web.seal import Seal, make_own
from tests.conftest import WorldClock
from tests.documents.test_queue import waiting

pytestmark = pytest.mark.one_engine
ISSUER = "槐荫街道向阳社区居民委员会"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-made certificate, and settings that name it."""
    path = tmp_path_factory.mktemp("keys") / "seal.p12"
    make_own(path, ISSUER, datetime.now(UTC))
    return Settings(seal_certificate=str(path))


async def made(world, renderer, folder, seal, *documents) -> list[bytes]:
    """The bytes of the documents as the queue leaves them."""
    files = Files(folder)
    async with seal or nullcontext():
        await Queue(renderer, files, WorldClock(world), world.settings, seal).drain()
    rows = [await Document.get(id=one.id).select_related("file") for one in documents]
    return [files.get(row.file.sha256) for row in rows]


@pytest.mark.anyio
@pytest.mark.parametrize("kind", ["elliptic", "rsa"])
async def test_another_program_finds_the_signature_valid_and_over_the_whole_file(
    world, renderer, tmp_path, kind
):
    own = tmp_path / "own.p12"
    key = rsa.generate_private_key(65537, 2048) if kind == "rsa" else None
    make_own(own, ISSUER, datetime.now(UTC), key)
    seal = Seal.open(Settings(seal_certificate=str(own)))
    (pdf,) = await made(world, renderer, tmp_path, seal, await waiting(world))
    path = tmp_path / "notice.pdf"
    path.write_bytes(pdf)
    told = subprocess.run(["pdfsig", path], stdout=-1, stderr=-1, check=True).stdout.decode()
    for line in (
        f"Signer Certificate Common Name: {ISSUER}",
        "Signature Type: ETSI.CAdES.detached",
        "Total document signed",
        "Signature is Valid",
    ):
        assert line in told, told
    assert "Signature #2" not in told
    assert b"/TransformMethod /DocMDP" in pdf and b"/P 1" in pdf, "certified: no changes allowed"
    drawn = [field.rect for page in pymupdf.open(stream=pdf) for field in page.widgets()]
    assert [(box.width, box.height) for box in drawn] == [(0, 0)], "nothing is drawn"


@pytest.mark.anyio
async def test_the_same_input_gives_the_same_bytes_before_the_signature(
    world, renderer, tmp_path, certificate
):
    seal, both = Seal.open(certificate), [await waiting(world), await waiting(world)]
    pdfs = await made(world, renderer, tmp_path, seal, *both)
    rows = [await Document.get(id=one.id) for one in both]
    assert rows[0].unsigned_sha256 == rows[1].unsigned_sha256
    assert {row.sealed_by for row in rows} == {seal.certificate}
    for row, pdf in zip(rows, pdfs, strict=True):
        before = pdf[: pdf.index(b"%%EOF\n") + 6]  # the signature follows, nothing is rewritten
        assert hashlib.sha256(before).hexdigest() == row.unsigned_sha256
    entries = await Entry.filter(act="documents.render").order_by("id")
    assert entries[0].body["unsigned"] == rows[0].unsigned_sha256
    assert entries[0].body["sealed_by"] == seal.certificate


@pytest.mark.anyio
async def test_without_a_certificate_nothing_is_signed_and_the_document_says_so(
    world, renderer, tmp_path
):
    document = await waiting(world)
    (pdf,) = await made(world, renderer, tmp_path, Seal.open(Settings()), document)
    row = await Document.get(id=document.id).select_related("file")
    assert (row.sealed_by, row.unsigned_sha256) == ("", row.file.sha256)
    assert b"/ByteRange" not in pdf


@pytest.mark.anyio
async def test_a_preview_is_not_signed(world, renderer, tmp_path, certificate):
    draft = await waiting(world)
    draft = await waiting(world, context=draft.context | {"draft": True})
    (pdf,) = await made(world, renderer, tmp_path, Seal.open(certificate), draft)
    assert b"/ByteRange" not in pdf
    assert (await Document.get(id=draft.id)).sealed_by == ""


def test_a_certificate_that_cannot_be_used_is_one_sentence(tmp_path, certificate):
    for content in (b"", b"no certificate", None):
        path = tmp_path / "x.p12"
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(Unusable, match=r"x\.p12 cannot be used"):
            Seal.open(Settings(seal_certificate=str(path)))
    password = tmp_path / "password"
    password.write_text("wrong\n")
    with pytest.raises(Unusable):
        Seal.open(replace(certificate, seal_password_file=str(password)))


def test_the_password_is_read_from_its_file(tmp_path, certificate):
    plain = pkcs12.load_pkcs12(Path(certificate.seal_certificate).read_bytes(), None)
    path, password = tmp_path / "seal.p12", tmp_path / "password"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"x", plain.key, plain.cert.certificate, None, BestAvailableEncryption(b"secret")
        )
    )
    password.write_text("secret\n")
    named = Settings(seal_certificate=str(path), seal_password_file=str(password))
    assert Seal.open(named).name == ISSUER
    assert Seal.open(named).ends_at > datetime.now(UTC) + timedelta(days=3000)


def test_a_self_made_key_is_for_its_owners_eyes_and_never_overwritten(certificate):
    path = certificate.seal_certificate
    assert os.stat(path).st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        make_own(Path(path), ISSUER, datetime.now(UTC))


def test_doctor_tells_of_a_certificate_that_is_missing_or_ends_soon(tmp_path):
    for age, told in ((timedelta(), ""), (timedelta(days=3640), "ends on")):
        path = tmp_path / f"{age.days}.p12"
        make_own(path, ISSUER, datetime.now(UTC) - age)
        assert told in "".join(_seal(Settings(seal_certificate=str(path))))
        assert bool(told) == bool(list(_seal(Settings(seal_certificate=str(path)))))
    missing = Settings(seal_certificate=str(tmp_path / "none.p12"))
    assert "none.p12 cannot be used" in "".join(_seal(missing))
    assert list(_seal(Settings())) == []


@pytest.mark.anyio
async def test_the_event_loop_goes_on_while_documents_are_set_signed_and_kept(
    world, renderer, tmp_path, certificate
):
    """Work of the loop between two of its rounds, and how long nobody else had a turn."""
    documents, worked, waited = [await waiting(world) for _ in range(4)], [], []

    async def tick():
        busy, clock = time.thread_time(), time.monotonic()
        while True:
            await asyncio.sleep(0.002)
            worked.append(time.thread_time() - busy)
            waited.append(time.monotonic() - clock)
            busy, clock = time.thread_time(), time.monotonic()

    ticking = asyncio.create_task(tick())
    await made(world, renderer, tmp_path, Seal.open(certificate), *documents)
    ticking.cancel()
    assert len(worked) > 100
    assert max(worked) < 0.05  # seconds; whatever else this machine is doing
    assert max(waited) < 0.5  # idle, a busy machine was seen to take 0.1
