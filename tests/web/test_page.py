"""The printed page measured on the PDF itself: the lines, the right edge, what stays together."""

import itertools
import re
import subprocess

import pymupdf
import pytest

from tests.web.sample import sample_notice
from tests.web.test_pdf import MM, render

LEFT, RIGHT, TOP, BOTTOM = 28 * MM, (210 - 26) * MM, 37 * MM, (297 - 35) * MM
EM, PITCH = 15.75, 28.95
HEAD = "<html lang=zh><title>量</title><link rel=stylesheet href=print.css>"
# Every kind of mark and figure; it meets a line's end sooner or later.
MIXED = (
    "居民说：“楼道的灯坏了，请修。”社区答复（第3次）：2026年3月12日（星期四）以前修好，"
    "共24盏、516,000.50元；问《办法》第12条的“依据”——见附件1……电话见下。"
)


def lines(page: pymupdf.Page) -> list[list[tuple]]:
    """The lines of a page's body from top to bottom: [(character, x0, x1, baseline)]."""
    found: dict[float, list] = {}
    for block in page.get_text("rawdict", clip=(0, 0, 595, BOTTOM + 1))["blocks"]:
        for line in block.get("lines", ()):
            for span in line["spans"]:
                for char in span["chars"]:
                    box = char["bbox"]
                    row = found.setdefault(round(char["origin"][1], 1), [])
                    row.append((char["c"], box[0], box[2], char["origin"][1]))
    return [sorted(found[key], key=lambda char: char[1]) for key in sorted(found)]


def text(line: list[tuple]) -> str:
    return "".join(char[0] for char in line)


def gaps(line: list[tuple]) -> dict[str, float]:
    """The room between neighbours, by the two characters."""
    return {a[0] + b[0]: b[1] - a[2] for a, b in itertools.pairwise(line)}


@pytest.fixture(scope="module")
def full() -> list[list[list[tuple]]]:
    """The lines of two pages of running text without a mark or a figure."""
    (pdf,) = render(f"{HEAD}<p>{'社区居民代表大会决议公示' * 100}</p>")
    return [lines(page) for page in pymupdf.open(stream=pdf)]


@pytest.fixture(scope="module")
def mixed() -> list[list[tuple]]:
    """Paragraphs that start one character later each, so that every line end is different."""
    paragraphs = "".join(f"<p>{'甲' * n}{MIXED * 3}</p>" for n in range(30))
    (pdf,) = render(HEAD + paragraphs)
    return [line for page in pymupdf.open(stream=pdf) for line in lines(page)]


def test_a_page_has_22_lines_of_28_characters_within_the_text_area(full):
    page = full[0]
    assert len(page) == 22
    assert [len(line) for line in page] == [26] + [28] * 21
    assert {round(b[0][3] - a[0][3], 2) for a, b in itertools.pairwise(page)} == {PITCH}
    assert page[0][0][1] == pytest.approx(LEFT + 2 * EM, abs=0.02)
    assert {round(line[0][1], 1) for line in page[1:]} == {round(LEFT, 1)}
    height = 22 * PITCH
    assert height == pytest.approx(225 * MM, abs=1)
    assert TOP < page[0][0][3] < TOP + PITCH
    assert page[-1][0][3] < TOP + height <= BOTTOM


def test_full_lines_end_at_the_right_edge_and_last_lines_are_not_stretched(full, mixed):
    for line in full[0]:
        assert line[-1][2] == pytest.approx(RIGHT, abs=0.1 * MM)
    last = full[-1][-1]
    assert last[-1][2] < RIGHT - EM
    assert max(gaps(last).values()) < 0.05
    ends = [a for a, b in itertools.pairwise(mixed) if not text(b).startswith("甲")]
    short = [line for line in ends if line[0][1] < LEFT + EM and line[-1][2] < RIGHT - 0.1 * MM]
    assert not [line for line in short if not text(line).endswith("见下。")]


def test_no_line_starts_with_a_closing_or_ends_with_an_opening_mark(mixed):
    for line in mixed:
        assert text(line)[0] not in "，。；：、！？）》”’…／"
        assert text(line)[-1] not in "（《“‘"


def test_figures_and_their_units_are_neither_torn_nor_pulled_apart(mixed):
    whole = ("2026年", "3月12日", "24盏", "516,000.50元", "12条", "3次")
    said = "\n".join(text(line) for line in mixed)
    for piece in whole:
        assert piece in said
        torn = "\n?".join(re.escape(c) for c in piece)
        assert {found for found in re.findall(torn, said)} == {piece}
    for line in mixed:
        for pair, room in gaps(line).items():
            if pair[0].isascii() or pair in ("——", "……"):
                assert room < 0.02, (pair, room)


def test_a_telephone_number_in_a_full_line_stays_as_it_is():
    number = "0371-6000 0003"
    (pdf,) = render(
        f"{HEAD}<p>有事请打社区电话<span class=keep>{number}</span>，{'白天晚上都有人接' * 9}</p>"
    )
    line = lines(pymupdf.open(stream=pdf)[0])[0]
    assert line[-1][2] == pytest.approx(RIGHT, abs=0.1 * MM)
    start = text(line).index(number)
    assert max(gaps(line[start : start + len(number)]).values()) < 0.02
    assert max(gaps(line).values()) > 0.02


def test_what_is_copied_from_the_page_is_what_was_written(mixed):
    said = "".join(text(line) for line in mixed)
    assert said == "".join(f"{'甲' * n}{MIXED * 3}" for n in range(30))


def test_another_reader_finds_no_spaces_in_the_widest_line():
    (pdf,) = render(
        f"{HEAD}<p>{'社区居民代表大会议题' * 2}<span class=keep>{'1' * 20}</span>完。</p>"
    )
    first = lines(pymupdf.open(stream=pdf)[0])[0]
    assert 2 < max(gaps(first).values()) < EM / 2
    run = subprocess.run(["pdftotext", "-", "-"], input=pdf, stdout=-1, check=True)
    assert run.stdout.decode().startswith("社区居民代表大会议题" * 2 + "\n")


def test_tables_are_not_stretched():
    (pdf,) = render(f"{HEAD}<table><tr><td class=text>{'改造内容' * 30}</td></tr></table>")
    for line in lines(pymupdf.open(stream=pdf)[0]):
        assert max(gaps(line).values()) < 0.02


def test_the_page_number_stands_7_mm_below_the_text(full):
    (pdf,) = render(f"{HEAD}<p>一</p>")
    page = pymupdf.open(stream=pdf)[0]
    clip = pymupdf.Rect(105 * MM - 20, BOTTOM, 105 * MM + 20, 297 * MM)
    picture = page.get_pixmap(dpi=720, clip=clip, colorspace="gray")
    rows = [
        picture.samples[y * picture.stride : (y + 1) * picture.stride] for y in range(picture.h)
    ]
    inked = [y for y, row in enumerate(rows) if min(row) < 128]
    digits, dashes = page.search_for("1", clip=clip), page.search_for("—", clip=clip)
    assert len(digits) == 1 and len(dashes) == 2
    middle = max(inked, key=lambda y: sum(value < 128 for value in rows[y]))  # of the dashes
    assert middle / 720 * 25.4 == pytest.approx(7, abs=0.3)


def test_the_seal_shares_its_page_with_text_however_long_the_notice():
    body = "<p>{}</p><p class=last>特此公示。</p>"
    for count in range(200, 560, 40):
        html = sample_notice()
        start, end = html.index("</h1>") + 5, html.index('<div class="attachments">')
        (pdf,) = render(html[:start] + body.format("公示内容" * (count // 4)) + html[end:])
        pages = ["".join(page.get_text().split()) for page in pymupdf.open(stream=pdf)]
        (sealed,) = [page for page in pages if "（盖章）" in page]
        assert "特此公示。附件：" in sealed and "校验码" in sealed
