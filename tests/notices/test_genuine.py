"""核验: only what was published is genuine; what was done to it since is told in the right word."""

import asyncio
import io
import random
import re
from datetime import UTC, datetime

import pymupdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

from deliberation.documents.models import Document
from deliberation.documents.queue import Queue
from deliberation.settings import Settings
from deliberation.stages.notices import actions, genuine
from deliberation.stages.notices.models import Notice
from deliberation.web.seal import Seal, make_own
from deliberation.web.signatures import UNANSWERED, Signature
from tests.cast import unguarded
from tests.conftest import WorldClock
from tests.documents.test_queue import waiting
from tests.documents.test_seal import ISSUER
from tests.documents.test_seal import certificate as certificate
from tests.notices.test_actions import hung, sign

pytestmark = [pytest.mark.anyio, pytest.mark.one_engine]


@pytest.fixture
async def signing(app, certificate):
    """The application with a certificate; its child that looks at signatures ends with the test."""
    async with Seal.open(certificate) as app.state.seal:
        yield app
    await app.state.examiner.close()


async def printed(world, renderer, app) -> None:
    queue = Queue(renderer, app.state.files, WorldClock(world), world.settings, app.state.seal)
    await queue.drain()


async def bytes_of(app, notice: Notice) -> bytes:
    document = await Document.get(id=notice.document_id).select_related("file")
    return app.state.files.get(document.file.sha256)


async def published(world, renderer, app) -> tuple[Notice, bytes]:
    _, notice = await hung(world)
    await printed(world, renderer, app)
    return notice, await bytes_of(app, notice)


async def asked(visitor, content: bytes, name="公示.pdf") -> tuple[str, str]:
    """The word of the verdict and the page around it."""
    answer = await visitor.post("/verify-notice", files={"file": (name, content)})
    assert answer.status_code == 200, answer.text
    verdict = answer.text.partition('id="verdict"')[2]
    (word,) = re.findall(r"<h2>.*?</svg> (.+?)</h2>", verdict)[:1]
    return word, verdict


async def test_what_was_published_is_genuine(world, renderer, signing, client):
    notice, pdf = await published(world, renderer, signing)
    word, page = await asked(await client("visitor"), pdf)
    assert word == "真实"
    assert notice.title in page
    assert f"有效，签章人：{signing.state.seal.name}" in page
    assert f'href="/notices/{notice.code}"' in page


async def test_a_notice_without_signature_is_genuine_and_the_page_says_so(
    world, renderer, app, client
):
    _, pdf = await published(world, renderer, app)
    visitor = await client("visitor")
    word, page = await asked(visitor, pdf)
    assert word == "真实"
    assert "公布时没有电子签章" in page
    assert "本系统没有设置签章证书，公示没有电子签章" in (await visitor.get("/verify-notice")).text


async def test_one_flipped_bit_anywhere_is_an_alteration(world, renderer, signing, client):
    notice, pdf = await published(world, renderer, signing)
    visitor, chance = await client("visitor"), random.Random(4)
    places = [chance.randrange(len(pdf)) for _ in range(40)]
    places += [pdf.index(b"/ByteRange") + 3, pdf.index(b"<?xpacket"), 0, len(pdf) - 1]
    for place in places:
        flipped = bytearray(pdf)
        flipped[place] ^= 1 << chance.randrange(8)
        word, page = await asked(visitor, bytes(flipped))
        assert word == "被改动", place
        assert notice.title in page
        assert re.search("签章|损坏", page), place


def updated(pdf: bytes, folder) -> bytes:
    """A valid incremental update that writes on the first page."""
    path = folder / "updated.pdf"
    path.write_bytes(pdf)
    with pymupdf.open(path) as document:
        document[0].insert_text((60, 60), "5000")
        document.saveIncr()
    return path.read_bytes()


class Forger(signers.PdfSigner):
    """Signs although the first signature forbids every change."""

    def _enforce_certification_constraints(self, reader):
        pass


def key_of(settings: Settings) -> signers.SimpleSigner:
    return signers.SimpleSigner.load_pkcs12(settings.seal_certificate)


def signed_again(pdf: bytes, who: Settings) -> bytes:
    """A second signature, over a field of its own."""
    forger = Forger(signers.PdfSignatureMetadata(field_name="Other"), key_of(who))
    return forger.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf))).getvalue()


def signed(pdf: bytes, who: Settings) -> bytes:
    how = signers.PdfSignatureMetadata(field_name="Seal", certify=True)
    return signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), how, key_of(who)).getvalue()


def tampered(pdf: bytes, ours: Settings, folder) -> dict[str, tuple[bytes, str]]:
    """What was done to a file: the file, and what the page must say about it."""
    make_own(folder / "other.p12", ISSUER, datetime.now(UTC))  # the same name, another key
    other = Settings(seal_certificate=str(folder / "other.p12"))
    unsigned = pdf[: pdf.index(b"%%EOF\n") + 6]
    saved_anew = pymupdf.open(stream=pdf).tobytes(garbage=3, deflate=True)
    return {
        "one byte more": (pdf + b"\n", "签章没有覆盖整份文件"),
        "a comment more": (pdf + b"% x\n" * 20, "签章没有覆盖整份文件"),
        "much more": (pdf + b"% x\n" * 500, "文件已经损坏"),
        "an incremental update": (updated(pdf, folder), "签章没有覆盖整份文件"),
        "somebody's second signature": (signed_again(pdf, other), "2个电子签章"),
        "somebody else's only signature": (signed(unsigned, other), "公布时的证书"),
        "the signature taken off": (unsigned, "公布的文件有电子签章，这份没有"),
        "saved anew by another program": (saved_anew, "电子签章对不上"),
        "cut off within the signature": (pdf[: len(unsigned) + 3000], "文件已经损坏"),
        "cut off at the end": (pdf[:-7], ""),
        "signed once more by ourselves": (signed(unsigned, ours), ""),
    }


async def test_what_was_added_resigned_or_cut_is_refused_and_told_why(
    world, renderer, signing, client, certificate, tmp_path
):
    _, pdf = await published(world, renderer, signing)
    cases = await asyncio.to_thread(tampered, pdf, certificate, tmp_path)
    visitor = await client("visitor")
    for name, (content, why) in cases.items():
        word, page = await asked(visitor, content)
        assert word == "被改动", name
        assert why in page, name


async def test_what_is_not_ours_is_unknown(world, renderer, signing, client, tmp_path):
    _, pdf = await published(world, renderer, signing)
    elsewhere = pymupdf.open()
    elsewhere.new_page().insert_text((50, 50), "/notices/AAAAAAAAAA")
    junk = random.Random(1).randbytes(20_000_000)
    cases = {
        "a PDF of another origin": elsewhere.tobytes(),
        "one that names no notice of ours": b"%PDF-1.7\n/notices/AAAAAAAAAA\n%%EOF",
        "20 MB of junk": junk,
        "20 MB of junk that looks like parts": (b"stream\n/notices/" + junk[:100]) * 172_000,
        "a bomb": b"%PDF-1.7\n" + b"1 0 obj <</Length 9>> stream\n" * 100_000,
        "one of ours, cut off before it says which it is": pdf[: len(pdf) // 2],
        "text": "不是PDF".encode(),
    }
    visitor = await client("visitor")
    for name, content in cases.items():
        word, page = await asked(visitor, content)
        assert word == "不认识", name
        assert "看公布的这一份" not in page, name


async def test_no_file_and_an_empty_one_are_asked_for_again(world, signing, client):
    visitor = await client("visitor")
    empty = await visitor.post("/verify-notice", files={"file": ("公示.pdf", b"")})
    assert (empty.status_code, "这是一个空文件" in empty.text) == (422, True)
    none = await visitor.post("/verify-notice", data={})
    assert (none.status_code, "请选择文件" in none.text) == (422, True)
    large = await visitor.post("/verify-notice", files={"file": ("x.pdf", b"x" * 20_971_521)})
    assert (large.status_code, "文件太大" in large.text) == (422, True)


async def test_a_corrected_notice_is_superseded_and_leads_to_the_newer_one(
    world, renderer, signing, client
):
    matter, old = await hung(world)
    clerk = await world.actor("张经办")
    second = await actions.correct(clerk, matter, old.id, reason="金额写错", note="", now=world.now)
    new = await sign(world, matter, second)
    await printed(world, renderer, signing)
    visitor = await client("visitor")
    word, page = await asked(visitor, await bytes_of(signing, old))
    assert word == "已被更新"
    assert f'href="/notices/{new.code}"' in page
    assert (await asked(visitor, await bytes_of(signing, new)))[0] == "真实"


async def test_a_notice_taken_down_is_told_apart_from_one_that_hangs(
    world, renderer, signing, client
):
    notice, pdf = await published(world, renderer, signing)
    await unguarded()
    await Notice.filter(id=notice.id).update(status="withdrawn")
    assert (await asked(await client("visitor"), pdf))[0] == "已撤下"


async def test_what_was_never_published_is_unknown(world, renderer, signing, client):
    """A paper of a vote and a notice that is not signed off are nobody's to verify."""
    notice, pdf = await published(world, renderer, signing)
    other = await waiting(world)
    await printed(world, renderer, signing)
    visitor = await client("visitor")
    await unguarded()
    content = signing.state.files.get(
        (await Document.get(id=other.id).select_related("file")).file.sha256
    )
    assert (await asked(visitor, content))[0] == "不认识"
    await Notice.filter(id=notice.id).update(status="draft", published_at=None)
    assert (await asked(visitor, pdf))[0] == "不认识"
    assert (await asked(visitor, pdf + b"\n"))[0] == "不认识"


async def test_bytes_put_in_place_of_the_published_ones_do_not_pass(
    world, renderer, signing, client
):
    """Who can write tables and files still has not the key."""
    notice, pdf = await published(world, renderer, signing)
    await unguarded()
    forged = pdf + b"\n"
    document = await Document.get(id=notice.document_id).select_related("file")
    document.file.sha256 = signing.state.files.put(forged)
    await document.file.save()
    word, page = await asked(await client("visitor"), forged)
    assert word == "被改动"
    assert "签章没有覆盖整份文件" in page


async def test_too_many_at_once_are_asked_to_come_back(world, renderer, signing, client):
    _, pdf = await published(world, renderer, signing)
    signing.state.examiner._waiting = 8
    answer = await (await client("visitor")).post("/verify-notice", files={"file": ("x", pdf)})
    assert (answer.status_code, "请过一会儿再试" in answer.text) == (503, True)


async def test_true_bytes_are_not_called_altered_because_the_child_gave_no_answer(
    world, renderer, signing
):
    _, pdf = await published(world, renderer, signing)

    async def unanswered(content: bytes) -> Signature:
        return UNANSWERED

    with pytest.raises(genuine.Undecided):
        await genuine.judge(pdf, unanswered)
    assert (await genuine.judge(pdf + b"\n", unanswered)).word == "unknown"


def test_a_signature_is_judged_by_all_that_can_be_wrong_with_it():
    sound = {"readable": True, "signatures": 1, "intact": True, "whole": True, "certificate": "a"}
    assert genuine.differs(Signature(**sound), "a") == ()
    for change in (
        {"readable": False},
        {"signatures": 0},
        {"signatures": 2},
        {"intact": False},
        {"whole": False},
        {"certificate": "b"},
    ):
        assert len(genuine.differs(Signature(**(sound | change)), "a")) == 1, change
    assert genuine.differs(Signature(True, 0), "") == ()
