"""Notices as PDF: what is on the paper, read back by programs that are not ours."""

import asyncio
import io
import itertools
import subprocess

import pymupdf
import pytest
import segno
from fontTools.ttLib import TTFont

from deliberation.documents.glyphs import missing_glyphs
from deliberation.web.assets import STATIC
from deliberation.web.pdf import Renderer
from tests.web.sample import ISSUER, RARE, URL, sample_notice

MM = 72 / 25.4  # points


def render(*documents: str, **limits) -> list[bytes]:
    async def main():
        async with Renderer(workers=1) as renderer:
            return [await renderer.render(html, **limits) for html in documents]

    return asyncio.run(main())


@pytest.fixture(scope="module")
def notice() -> bytes:
    return render(sample_notice())[0]


@pytest.fixture(scope="module")
def pages(notice) -> list[pymupdf.Page]:
    return list(pymupdf.open(stream=notice))


def words(page: pymupdf.Page) -> str:
    return "".join(page.get_text().split())


def glyph_pictures(page: pymupdf.Page, characters: str) -> dict[str, bytes]:
    """What MuPDF draws for each of `characters`, as pixels of equal size."""
    pictures = {}
    for block in page.get_text("rawdict")["blocks"]:
        for line in block.get("lines", ()):
            for char in itertools.chain(*(span["chars"] for span in line["spans"])):
                if char["c"] in characters:
                    corner = pymupdf.Point(char["bbox"][:2])
                    clip = pymupdf.Rect(corner, corner + (15, 23))
                    pictures[char["c"]] = page.get_pixmap(dpi=144, clip=clip).samples
    return pictures


def test_the_figures_and_rare_names_come_out_as_text_in_their_order(pages):
    text = "".join(words(page) for page in pages)
    found = [
        text.index(piece) for piece in ("51人", "34人", "实到42人", "123,456.78元", "特此公示")
    ]
    assert found == sorted(found)
    assert "䶮某、㛃某、𬭚某、𠅤某、堃某、喆某、燊某、犇某、濛某" in text


def test_poppler_reads_the_same_text(notice):
    run = subprocess.run(["pdftotext", "-", "-"], input=notice, stdout=-1, stderr=-1, check=True)
    text = "".join(run.stdout.decode().split())
    assert "应到51人的三分之二以上即34人" in text
    assert set(RARE) <= set(text)
    assert run.stderr == b""


def undrawn(document: pymupdf.Document) -> set[int]:
    """The code points whose glyph is .notdef, absent or empty in the embedded face."""
    found = set()
    for page in document:
        faces = {}
        for xref, _, _, name, *_ in page.get_fonts():
            outlines = TTFont(io.BytesIO(document.extract_font(xref)[3]))["glyf"]
            faces[name.split("+")[1]] = [
                bool(outlines[g].numberOfContours) for g in outlines.glyphOrder
            ]
        for span in page.get_texttrace():
            ink = faces[span["font"]]
            for code, glyph, *_ in span["chars"]:
                follows = glyph == -1  # the second half of a ligature, such as a long dash
                drawn = follows or 0 < glyph < len(ink) and ink[glyph]
                if not drawn and not chr(code).isspace():
                    found.add(code)
    return found


def test_mupdf_draws_every_glyph_without_a_warning(notice, pages):
    pymupdf.TOOLS.mupdf_warnings()  # says of the file before how often its last one came
    for page in pages:
        assert page.get_pixmap()
    assert undrawn(pymupdf.open(stream=notice)) == set()
    assert pymupdf.TOOLS.mupdf_warnings() == ""


def test_a_character_without_a_glyph_would_be_noticed():
    (pdf,) = render("<html lang=zh><title>x</title><link rel=stylesheet href=print.css>王😀")
    assert undrawn(pymupdf.open(stream=pdf)) == {ord("😀")}


def test_rare_characters_are_drawn_and_are_not_boxes(pages):
    pictures = glyph_pictures(pages[0], RARE)
    assert set(pictures) == set(RARE)
    assert all(min(picture) < 64 for picture in pictures.values())
    assert len(set(pictures.values())) == len(RARE)


def test_only_our_faces_are_used_and_they_are_embedded(pages):
    fonts = {font[3].split("+")[1] for page in pages for font in page.get_fonts()}
    assert fonts == {"Noto-Serif-SC", "Noto-Serif-SC-Heavy", "Noto-Sans-SC-Bold", "LXGW-WenKai"}
    assert all(font[1] == "ttf" for page in pages for font in page.get_fonts())


def test_the_page_has_the_measures_of_the_standard(pages):
    assert [round(side / MM) for side in pages[0].rect] == [0, 0, 210, 297]
    lines = [
        (span["size"], span["bbox"])
        for block in pages[0].get_text("dict")["blocks"]
        for line in block["lines"]
        for span in line["spans"]
    ]
    body = [box for size, box in lines if abs(size - 15.75) < 0.01]
    assert min(box[0] for box in body) == pytest.approx(28 * MM, abs=0.5)
    assert max(box[2] for box in body) <= (210 - 26) * MM + 0.5
    assert max(box[3] for box in body) <= (297 - 35) * MM + 0.5
    assert {round(b - a, 2) for a, b in itertools.pairwise(sorted({r[3] for r in body}))} >= {28.95}
    assert any(abs(size - 22) < 0.01 for size, _ in lines)


def test_every_page_tells_its_number_and_its_notice(pages):
    for number, page in enumerate(pages, 1):
        text = words(page)
        assert f"—{number}—" in text
        assert f"第{number}页共{len(pages)}页" in text
        assert "DFL-2026-003-A1校验码7K3M-Q2XD" in text


def test_the_demo_marks_every_page_and_a_real_notice_none(pages):
    assert all("样例" in words(page) for page in pages)
    (real,) = render(sample_notice(sample=False))
    assert not any("样例" in words(page) for page in pymupdf.open(stream=real))


def test_a_long_table_repeats_its_head_and_breaks_no_row(pages):
    texts = [words(page) for page in pages]
    spread = [text for text in texts if "号意见" in text]
    assert len(spread) > 2
    assert all("提出人" in text for text in spread)
    for row in range(1, 61):
        (text,) = [text for text in spread if f"{100 + row}号意见" in text]
        assert f"1,{row:03}.00" in text


def test_each_attachment_starts_a_page_at_the_top_left(pages):
    for label in ("附件1", "附件2"):
        (page,) = [page for page in pages if words(page).find(label) in range(4)]
        (box,) = page.search_for(label)
        assert (box.x0, box.y0 // MM) == (pytest.approx(28 * MM, abs=0.5), pytest.approx(38, abs=3))


def test_the_seal_zone_is_blank_and_stands_with_text(pages):
    (page,) = [page for page in pages if "（盖章）" in words(page)]
    assert "特此公示" in words(page)
    mark, issuer = page.search_for("（盖章）")[0], page.search_for(ISSUER)[0]
    date, rule = page.search_for("2026年3月2日")[0], page.search_for("议题编号")[0]
    assert mark.y1 <= issuer.y0 < issuer.y1 <= date.y0
    assert (issuer.x0 + issuer.x1) / 2 == pytest.approx((date.x0 + date.x1) / 2, abs=1)
    assert rule.y0 - mark.y0 >= 42 * MM
    assert not page.get_images()


def test_a_short_issuer_leaves_the_date_four_characters_from_the_edge():
    (pdf,) = render(sample_notice(issuer="向阳社区居委会"))
    (page,) = [page for page in pymupdf.open(stream=pdf) if "（盖章）" in words(page)]
    date = page.search_for("2026年3月2日")[0]
    assert (210 - 26) * MM - date.x1 == pytest.approx(4 * 15.75, abs=1)


def test_minutes_carry_no_seal():
    (pdf,) = render(sample_notice(sealed=False))
    assert not any("盖章" in words(page) for page in pymupdf.open(stream=pdf))


def test_the_qr_code_is_large_and_holds_the_address(pages):
    (page,) = [page for page in pages if URL in words(page)]
    code = max(page.get_drawings(), key=lambda drawing: len(drawing["items"]))["rect"]
    assert code.width >= 25 * MM
    matrix = [list(row) for row in segno.make(URL, error="m", micro=False).matrix]
    picture = page.get_pixmap(dpi=600, colorspace="gray")
    step = code.width / len(matrix)

    def dark(row, column):
        # a row of modules is one thick stroke, so the rectangle runs from middle to middle
        x, y = code.x0 + (column + 0.5) * step, code.y0 + row * step
        return picture.pixel(int(x * 600 / 72), int(y * 600 / 72))[0] < 128

    sides = range(len(matrix))
    assert [[int(dark(row, column)) for column in sides] for row in sides] == matrix


def test_the_file_is_tagged_archivable_titled_and_in_chinese(notice):
    document = pymupdf.open(stream=notice)
    catalog = document.xref_object(document.pdf_catalog())
    assert "/MarkInfo" in catalog and "/StructTreeRoot" in catalog and "zh-CN" in catalog
    assert (
        'part="3"' in document.get_xml_metadata() and "conformance=" in document.get_xml_metadata()
    )
    assert document.metadata["title"] == "关于东风里小区加装非机动车充电设施决议内容的公示"


def test_a_notice_is_small_enough_to_send_by_phone(notice):
    assert len(notice) <= 300_000


def test_a_name_that_would_print_as_a_box_is_found_when_it_comes_in():
    assert missing_glyphs(RARE + "王某\n 　—“”①㎡") == set()
    assert missing_glyphs("王\U000313ff,\ue000") == {"\U000313ff", "\ue000"}
    assert missing_glyphs("葛\U000e0100\u200b") == set()


def test_the_faces_keep_within_60_megabytes_and_carry_their_licences():
    assert sum(path.stat().st_size for path in (STATIC / "fonts").iterdir()) <= 60_000_000
    for face in (STATIC / "fonts").glob("*.ttf"):
        licence = STATIC / "fonts" / f"OFL-{face.stem.split('-')[0]}.txt"
        assert "SIL OPEN FONT LICENSE" in licence.read_text()
