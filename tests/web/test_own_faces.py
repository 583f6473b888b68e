"""Faces that a community has licensed: a stand-in of four characters, the rest from ours."""

import asyncio

import pymupdf
import pytest
from fontTools import subset
from fontTools.ttLib import TTFont

from deliberation.commands.doctor import _faults
from deliberation.settings import Settings
from deliberation.web.assets import STATIC
from deliberation.web.pdf import Renderer, RenderFailed

HAS = "社区居民"
PAGE = "<html lang=zh><title>字</title><link rel=stylesheet href=print.css>"
TEXT = f"{PAGE}<h1><span>{HAS}䶮</span></h1><h2 class=h-black>{HAS}䶮</h2><p>{HAS}䶮</p>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a 仿宋 and a 小标宋 that know four characters only."""
    place = tmp_path_factory.mktemp("fonts")
    for name in ("仿宋", "小标宋"):
        font = TTFont(STATIC / "fonts" / "NotoSansSC-Bold.ttf")
        options = subset.Options(name_IDs=[], notdef_outline=True)
        cut = subset.Subsetter(options)
        cut.populate(text=HAS)
        cut.subset(font)
        font.save(place / f"{name}.ttf")
    return place


def render(html: str, fonts: str) -> bytes:
    async def main():
        async with Renderer(workers=1, fonts=fonts) as renderer:
            first = await renderer.render(html)
            assert await renderer.render(html) == first  # the same bytes with these, too
            return first

    return asyncio.run(main())


def spans(pdf: bytes) -> dict[tuple[str, int], str]:
    """Text of the page by face and size."""
    found: dict[tuple[str, int], str] = {}
    for block in pymupdf.open(stream=pdf)[0].get_text("dict", clip=(0, 0, 595, 700))["blocks"]:
        for line in block["lines"]:
            for span in line["spans"]:
                key = (span["font"], round(span["size"]))
                found[key] = found.get(key, "") + span["text"]
    return found


def test_own_faces_go_first_and_a_glyph_they_lack_comes_from_ours(folder):
    found = spans(render(TEXT, str(folder)))
    assert found[("XiaoBiaoSong-Heavy", 22)] == HAS
    assert found[("FangSong", 16)] == HAS
    assert found[("Noto-Serif-SC-Heavy", 22)] == "䶮"
    assert found[("Noto-Serif-SC", 16)] == "䶮"
    assert found[("Noto-Sans-SC-Bold", 16)] == HAS + "䶮"  # no 黑体 in the folder


def test_without_a_folder_only_our_faces_are_used():
    assert {font for font, _ in spans(render(TEXT, ""))} == {
        "Noto-Serif-SC",
        "Noto-Serif-SC-Heavy",
        "Noto-Sans-SC-Bold",
    }


def test_a_document_may_not_read_the_folder_itself(folder):
    link = f'<link rel=attachment href="{(folder / "仿宋.ttf").as_uri()}">'
    with pytest.raises(RenderFailed):
        render(PAGE + link + "<p>一</p>", str(folder))


def test_the_doctor_names_a_face_that_cannot_be_used(folder, tmp_path):
    fine = Settings(data_dir=tmp_path, fonts_dir=str(folder))
    assert not [fault for fault in _faults(fine) if "font" in fault]
    (tmp_path / "仿宋.ttf").write_bytes(b"OTTO, no TrueType")
    wrong = [fault for fault in _faults(Settings(data_dir=tmp_path, fonts_dir=str(tmp_path)))]
    assert any("仿宋.ttf has no TrueType outlines" in fault for fault in wrong)
