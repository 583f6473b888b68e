"""A form for every door: printed, filled in, photographed, and back at its household."""

import io
import os
import re
from datetime import date

import pypdfium2
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from deliberation.documents.inbox import Inbox
from deliberation.documents.models import Document
from deliberation.documents.queue import Queue
from deliberation.log.models import Entry
from deliberation.matters.standing import blockers, standing
from deliberation.stages.opinions.models import Opinion
from deliberation.stages.opinions.paper.models import Bundle, PaperForm, Scan
from deliberation.stages.opinions.paper.printing import TEMPLATE
from deliberation.stages.opinions.paper.queue import Reader
from deliberation.stages.opinions.paper.rules import bundles, codes_on
from deliberation.stages.opinions.survey.facts import given_with
from deliberation.stages.opinions.survey.rules import Given
from deliberation.web.scans import ChildFailed, Scanner
from tests.boards.pictures import HOSTILE, phone
from tests.conftest import WorldClock
from tests.opinions.test_actions import opened

pytestmark = pytest.mark.anyio
WORDS = "一楼返味，先换下水管"


async def printed(world, renderer, app) -> list[bytes]:
    """The PDFs of the forms that were ordered, made by the real queue."""
    await Queue(renderer, app.state.files, WorldClock(world), world.settings).drain()
    rows = Document.filter(template=TEMPLATE).select_related("file")
    return [app.state.files.get(row.file.sha256) async for row in rows]


@pytest.fixture
async def read(app, world):
    """`await read()`: everything that was brought is read by the real child."""
    async with Scanner() as scanner:
        yield Reader(scanner, app.state.inbox, app.state.files, WorldClock(world)).drain


def drawn(pdf: bytes, page: int) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        return document[page].render(scale=1.9).to_pil().convert("RGB")


def snapped(sheet: Image.Image, *, angle: float, light: float) -> bytes:
    """As a phone sees a sheet on a table: turned, leaning, out of focus, in bad light; with the
    place and the camera written into it."""
    turned = sheet.rotate(angle, expand=True, fillcolor=(70, 60, 48))
    scene = Image.new("RGB", (turned.width * 5 // 4, turned.height * 5 // 4), (70, 60, 48))
    scene.paste(turned, (turned.width // 8, turned.height // 8))
    w, h = scene.size
    leaning = (0, 0, w // 10, h, w * 9 // 10, h, w, 0)  # the camera was not held straight
    scene = scene.transform(scene.size, Image.Transform.QUAD, leaning)
    scene = ImageEnhance.Brightness(scene.filter(ImageFilter.GaussianBlur(1.2))).enhance(light)
    with Image.open(io.BytesIO(phone((40, 30)))) as camera:
        exif = camera.getexif()
    out = io.BytesIO()
    scene.save(out, "jpeg", quality=80, exif=exif, comment=b"hidden")
    return out.getvalue()


def blank() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(out, "png")
    return out.getvalue()


async def send(clerk, url: str, *files: tuple[str, bytes]):
    sent = [("files", (name, content, "application/octet-stream")) for name, content in files]
    return await clerk.post(f"{url}/bring", files=sent)


async def test_a_form_goes_to_a_door_and_comes_back_to_it(world, renderer, client, app, read):
    matter, clerk = await opened(world), await client("张经办")
    url = f"/matters/{matter.id}/opinions/paper"
    assert (await clerk.post(f"{url}/print", data={"building": "", "room": ""})).status_code == 303
    assert "正在生成：0 / 2份" in (await clerk.get(url)).text
    twice = await clerk.post(f"{url}/print", data={"building": "", "room": ""})
    assert twice.status_code == 422 and "正在生成，请稍等" in twice.text
    other = await opened(world)
    one = {"building": str(world.buildings[1].id), "room": "101"}
    await clerk.post(f"/matters/{other.id}/opinions/paper/print", data=one)
    pdf, second, foreign = await printed(world, renderer, app)  # one a building
    pages = []
    for one in (pdf, second):
        with pypdfium2.PdfDocument(one) as document:
            pages += [page.get_textpage().get_text_bounded() for page in document]
    assert len(pages) == 5 and "1号楼101" in pages[0] and "2号楼101" in pages[3]
    assert not [name for name in world.people if name in "".join(pages) and name != "张经办"]

    brought = [
        ("a.jpg", snapped(drawn(pdf, 0), angle=84, light=0.3)),
        ("b.jpg", snapped(drawn(pdf, 1), angle=-7, light=0.9)),
        ("one.pdf", pdf),
        ("two.pdf", second),
        ("none.png", blank()),
        ("other.jpg", snapped(drawn(foreign, 0), angle=2, light=1)),
        ("broken.pdf", b"%PDF-1.7\n" + b"x" * 500),
    ]
    assert b"SecretPhone" in brought[0][1], "the test could not fail"
    assert (await send(clerk, url, *brought)).status_code == 303
    assert "正在读二维码：0 / 7页" in (await clerk.get(url)).text
    await read()
    scans = await Scan.all().select_related("household", "file")
    homes = [scan.household and scan.household.label for scan in scans]
    every = ["1号楼101", "1号楼102", "1号楼201", "2号楼101", "2号楼102"]
    assert homes == [*every[:2], *every, None, None, None]
    notes = [scan.note for scan in scans[-3:]]
    assert notes[:2] == ["没有读出二维码", "这是另一个议题的意见表"] and "重新扫描" in notes[2]
    assert [scan.file is None for scan in scans] == [False] * 9 + [True]
    kept = app.state.files.get(scans[0].file.sha256)
    assert not [word for word in (b"SecretPhone", b"hidden", b"Exif") if word in kept]
    assert not list((world.settings.data_dir / "inbox").iterdir()), "what was brought is gone"
    with Image.open(io.BytesIO(kept)) as image:
        assert image.height > image.width, "the picture stands upright, as the code does"

    stands = await standing(matter)
    missing = await blockers(matter, stands.stage, world.now)
    assert "还有10张意见表没有录入" in missing and await Opinion.all().count() == 0
    bodies = [entry.body async for entry in Entry.filter(act="opinions.read_scans")]
    assert len(bodies) == 7 and len(bodies[2]["pages"]) == 3


async def waiting(world, renderer, client, app, count: int):
    """A clerk, the address of the paper desk, and so many pages that wait, without a printer."""
    matter, clerk = await opened(world), await client("张经办")
    form = await PaperForm.create(
        matter=matter,
        household=world.households["1-101"],
        code="abcdefghijklmnop",
        made_at=world.now,
    )
    url = f"/matters/{matter.id}/opinions/paper"
    picture = phone((80, 60))
    for number in range(count):
        await send(clerk, url, (f"{number}.jpg", picture))
    return matter, clerk, url, form


async def test_a_clerk_reads_page_by_page_and_only_then_it_counts(
    world, renderer, client, app, read
):
    matter, clerk, url, form = await waiting(world, renderer, client, app, 3)
    await read()
    first, second, third = await Scan.all()
    page = (await clerk.get(f"{url}/{first.id}")).text
    assert page.count("同一个文件") == 2 and f"{url}/{second.id}" in page
    said = {"text": WORDS, "stance": "agree", "said_on": "2026-03-02"}
    said |= {"basic": ["roof", "drain"], "fee": "willing"}
    bare = await clerk.post(f"{url}/{first.id}/enter", data=said)
    assert bare.status_code == 422 and "请选楼栋、写房号" in bare.text and WORDS in bare.text
    for name in ("roof", "drain", "willing", "agree"):
        assert re.search(rf'value="{name}"[^>]* checked', bare.text), name
    where = {"building": str(world.buildings[1].id), "room": "101"}
    done = await clerk.post(f"{url}/{first.id}/enter", data=said | where)
    assert done.headers["location"] == f"{url}/{second.id}", "the next page follows"
    opinion = await Opinion.get()
    assert (opinion.channel, opinion.household_id) == ("paper", world.households["1-101"].id)
    assert opinion.said_on == date(2026, 3, 2) and opinion.recorded_by
    given = (await given_with([opinion]))[opinion.id]
    assert given == Given({"fee": "willing"}, frozenset({"roof", "drain"}))
    again = await clerk.post(f"{url}/{first.id}/enter", data=said | where)
    assert again.status_code == 422 and "已经办过了" in again.text

    sheet, undo = f"{url}/{first.id}", f"{url}/{first.id}/take-back"
    for where_it_stands in (sheet, f"/matters/{matter.id}/opinions/{opinion.id}"):
        assert undo in (await clerk.get(where_it_stands)).text
    other = await client("何经办")
    assert undo not in (await other.get(sheet)).text and (await other.post(undo)).status_code == 422
    for round in range(2):  # as often as it is typed wrongly
        assert (await clerk.post(undo)).headers["location"] == sheet
        assert "录入，看下一张" in (await clerk.get(sheet)).text
        assert (await clerk.post(undo)).status_code == 404
        retyped = said | where | {"text": f"{WORDS}{round}"}
        assert (await clerk.post(f"{sheet}/enter", data=retyped)).status_code == 303
    assert await Opinion.filter(set_aside="").values_list("text", flat=True) == [f"{WORDS}1"]

    copy = await clerk.post(f"{url}/{second.id}/discard", data={"reason": "和第一张重复"})
    assert copy.headers["location"] == f"{url}/{third.id}"
    assert "和第一张重复" in (await clerk.get(url)).text
    await clerk.post(f"{url}/{second.id}/put-back")
    empty = await clerk.post(f"{url}/{second.id}/enter", data={"said_on": "2026-03-02"} | where)
    assert empty.status_code == 422 and "请至少回答一题，或者写几句话" in empty.text
    own = said | {"speaker": "刘师傅", "origin": "东门口理发店", "text": "门口太挤"}
    await clerk.post(f"{url}/{second.id}/enter", data=own)
    assert "重复上传的1张一起作废" in (await clerk.get(url)).text
    assert (await clerk.post(f"{url}/copies")).status_code == 303
    assert (await Scan.get(id=third.id)).discarded == f"和第{first.id}张是同一个文件"
    assert (await clerk.post(f"{url}/copies")).status_code == 422
    await clerk.post(f"{url}/{third.id}/put-back")
    last = await clerk.post(f"{url}/{third.id}/discard", data={"reason": "空白的"})
    assert last.headers["location"] == url and await Opinion.filter(set_aside="").count() == 2

    picture = f"{url}/{first.id}.jpg"
    for name, status in (("何经办", 200), ("赵大妈", 200), ("钱师傅", 404), ("visitor", 404)):
        assert (await (await client(name)).get(picture)).status_code == status, name
    assert (await (await client("赵大妈")).get(f"{url}/{second.id}.jpg")).status_code == 404
    assert (await (await client("赵大妈")).get(url)).status_code == 404
    mine = (await (await client("赵大妈")).get("/me")).text
    assert "社区替您家记下的意见" in mine and picture in mine
    written = str([entry.body async for entry in Entry.all()])
    assert WORDS not in written and "刘师傅" not in written and "重复" not in written


async def test_a_code_leads_everybody_to_the_matter_and_tells_nothing_else(
    world, renderer, client, app
):
    matter, _, _, form = await waiting(world, renderer, client, app, 0)
    for name in ("visitor", "赵大妈", "陈先生"):
        someone = await client(name)
        answer = await someone.get(f"/o/{form.code}")
        assert answer.headers["location"] == f"/matters/{matter.id}/opinions"
        assert "set-cookie" not in answer.headers and not answer.text
        for wrong in ("abcdefghijklmnoq", "x", "..%2f..%2fetc"):
            assert (await someone.get(f"/o/{wrong}")).status_code == 404


def test_forms_are_bundled_by_building_and_large_ones_cut_evenly():
    doors = [(number, "东里", "1号楼", "") for number in range(42)]
    doors += [(number, "东里", "2号楼", "") for number in range(9)]
    doors += [(number, "西里", "2号楼", "") for number in range(3)]
    assert [len(one) for one in bundles(doors)] == [21, 21, 9, 3]
    assert [door for one in bundles(doors) for door in one] == doors


async def test_a_lost_form_is_printed_again_with_its_code(world, renderer, client, app):
    matter, clerk, url, form = await waiting(world, renderer, client, app, 0)
    one = {"building": str(world.buildings[1].id), "room": "101"}
    assert (await clerk.post(f"{url}/print", data=one)).status_code == 303
    document = await Document.get(template=TEMPLATE)
    assert document.context["rows"] == [
        {"code": form.code, "compound": "东风里小区", "label": "1号楼101"}
    ]
    entry = await Entry.get(act="opinions.print_forms")
    assert entry.body["forms"] == entry.body["again"] == 1 and form.code not in str(entry.body)
    wrong = await clerk.post(f"{url}/print", data={"building": "", "room": "101"})
    assert wrong.status_code == 422
    assert (await (await client("赵大妈")).post(f"{url}/print", data=one)).status_code == 404


async def test_whatever_is_brought_the_reader_lives_on():
    async with Scanner() as scanner:
        pid = scanner._workers[0]._process.pid
        for name, content in (HOSTILE | {"pdf bomb": b"%PDF-1.7\n" + b"<<" * 200_000}).items():
            if name == "pdf":
                continue  # a good one
            with pytest.raises(ChildFailed) as failure:
                await scanner.page(content, 1)
            assert "重新" in str(failure.value), name
        huge = io.BytesIO()
        Image.new("L", (7100, 7100)).save(huge, "png")
        with pytest.raises(ChildFailed, match="尺寸太大"):
            await scanner.page(huge.getvalue(), 1)
        long = pypdfium2.PdfDocument.new()
        for _ in range(301):
            long.new_page(20, 20)
        many = io.BytesIO()
        long.save(many)
        with pytest.raises(ChildFailed, match="页数太多"):
            await scanner.count(many.getvalue())
        assert (await scanner.page(blank(), 1)).codes == ()
        assert scanner._workers[0]._process.pid == pid, "the same child looked at all of them"


async def test_a_document_that_is_neither_is_refused_at_once(world, renderer, client, app):
    _, clerk, url, _ = await waiting(world, renderer, client, app, 0)
    answer = await send(clerk, url, ("名单.docx", b"PK\x03\x04docx"))
    assert answer.status_code == 422 and "名单.docx：请上传照片" in answer.text
    assert await Bundle.all().count() == 0
    assert (await send(clerk, url)).status_code == 422


def test_only_codes_of_forms_are_read_and_nothing_is_left_in_the_inbox(tmp_path):
    good = "http://127.0.0.1:8000/o/abcdefghijklmno_"
    texts = [good, "http://evil/s/abcdefghijklmnop", good, "/o/short", good + "?x=1", ""]
    assert codes_on(texts) == ["abcdefghijklmno_"]
    inbox = Inbox(tmp_path)
    key = inbox.put(b"x")
    assert inbox.get(key) == b"x"
    inbox.drop(key)
    inbox.drop(key)
    with pytest.raises(FileNotFoundError):
        inbox.get(key)
    kept, left, new = (inbox.put(b"x") for _ in range(3))
    for old in (kept, left):
        os.utime(tmp_path / old, (0, 0))
    inbox.sweep({kept})
    assert {path.name for path in tmp_path.iterdir()} == {kept, new}
