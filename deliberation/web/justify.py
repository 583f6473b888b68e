"""Chinese lines with a flush right edge, which WeasyPrint does not set; used by `pdf_worker.py`.

WeasyPrint ends lines where Unicode's general rules say so and stretches nothing but spaces. After
GB/T 9704 a line is full: here what is left of it goes behind its Chinese characters, so that
figures and telephone numbers stay whole and with their units. The same line is always spread
alike. Only what style sheets justify is spread: tables and last lines are not. Some readers of the
file take a wide gap for a space, so the line says what it reads (/ActualText).

Lines also break where Chinese readers expect it: before an opening and after a closing quotation
mark, which Unicode glues to both neighbours, and not between a number and its unit. The two
invisible characters that say so are never drawn.
"""

import math
import re
import unicodedata

import weasyprint.draw
import weasyprint.layout.inline
from weasyprint.formatting_structure import boxes
from weasyprint.text.ffi import TO_UNITS, ffi
from weasyprint.text.line_break import Layout

APART = 90  # thousandths of the size: from here on poppler copies a gap as a space
MOST = 0.6  # of a character between two: a line that needs more is left as it is
BREAK, GLUE = "\u200b", "\u2060"
_HAN = r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_BREAKS = (
    (re.compile(rf"(?<={_HAN}|[，。；：、！？）》”])(?=[“‘])"), BREAK),
    (re.compile(rf"(?<=[”’])(?={_HAN}|[（《“])"), BREAK),
    (re.compile(r"(?<=月)(?=\d{1,2}日)|(?=／)"), GLUE),
    (re.compile(rf"(?<=[\d%])(?={_HAN}|[%％㎡])"), GLUE),
)


def install() -> None:
    """Makes WeasyPrint of this process fill its justified lines."""
    weasyprint.layout.inline.justify_line = _justify
    weasyprint.draw.draw_text = _draw


def guide(root) -> None:
    """Says in the text of an element tree where a line may and where it may not end."""
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag != "title":
            element.text = _guided(element.text)
        element.tail = _guided(element.tail)


def _guided(text: str | None) -> str | None:
    for place, mark in _BREAKS if text else ():
        text = place.sub(mark, text)
    return text


class _Spread(Layout):
    """A line of text as it was laid out, with more room after some of its characters.

    `room` maps the end of a character, in bytes of UTF-8, to thousandths of the font's size.
    """

    def __init__(self, plain: Layout, room: dict[int, int], size: float):
        self.__dict__.update(plain.__dict__)
        self.room, self.size = room, size
        self.wide = max(room.values()) > APART

    def get_first_line(self):
        line, index = super().get_first_line()
        run = line.runs[0]
        while run != ffi.NULL:
            self._widen(run.data)
            run = run.next
        return line, index

    def _widen(self, item) -> None:
        string, begin = item.glyphs, item.item.offset
        ends = [*(string.log_clusters[i] for i in range(1, string.num_glyphs)), item.item.length]
        for i, end in enumerate(ends):
            if more := self.room.get(begin + end):
                # A quarter more, because the drawing of the page cuts thousandths off.
                string.glyphs[i].geometry.width += math.ceil(
                    (more + 0.25) * self.size * TO_UNITS / 1000
                )


def _draw(stream, textbox, *rest, plain=weasyprint.draw.draw_text) -> None:
    """Draws a line of text and, where it is spread wide, says what it reads."""
    spread = isinstance(textbox.pango_layout, _Spread) and textbox.pango_layout.wide
    if spread:
        read = textbox.text.replace(BREAK, "").replace(GLUE, "")
        written = f"<</ActualText<FEFF{read.encode('utf-16-be').hex()}>>>"
        stream.begin_marked_content("Span", written.encode())
    plain(stream, textbox, *rest)
    if spread:
        stream.end_marked_content()


def _justify(context, line, extra: float) -> None:
    """Shares `extra` pixels among the places of a line that may be widened."""
    marks = [mark for box in _texts(line) for mark in _characters(box)]
    places = [(box, end) for box, end, character in marks[:-1] if _parted(character)]
    if not places or extra > MOST * line.style["font_size"] * len(places):
        return
    rooms, given = {}, 0.0
    for number, (box, end) in enumerate(places, 1):
        unit = box.style["font_size"] / 1000
        more = round((extra * number / len(places) - given) / unit)
        given += more * unit
        rooms.setdefault(box, {})[end] = more
    _move(line, rooms, 0)


def _texts(box):
    if isinstance(box, boxes.TextBox):
        yield box
    elif isinstance(box, boxes.LineBox | boxes.InlineBox):
        for child in box.children:
            yield from _texts(child)


def _characters(box):
    """(box, where it ends in bytes, character) of each that is seen; an accent ends its letter."""
    found, end = [], 0
    for character in box.text:
        end += len(character.encode())
        kind = unicodedata.category(character)
        if kind in ("Mn", "Me") and found:
            found[-1] = (box, end, found[-1][2])
        elif kind != "Cf":
            found.append((box, end, character))
    return found


def _parted(character: str) -> bool:
    """Whether there may be room behind it. Behind a quotation mark or a digit, programs that read
    the page would take the room for a space."""
    return unicodedata.east_asian_width(character) in "WF"


def _move(box, rooms: dict, shift: float) -> float:
    """Moves what stands on a line to the right by the room given before it."""
    if isinstance(box, boxes.TextBox):
        box.position_x += shift
        if room := rooms.get(box):
            size = box.style["font_size"]
            box.pango_layout = _Spread(box.pango_layout, room, size)
            box.width += sum(room.values()) * size / 1000
            shift += sum(room.values()) * size / 1000
    elif isinstance(box, boxes.LineBox | boxes.InlineBox):
        before = shift
        box.position_x += shift
        for child in box.children:
            if child.is_in_normal_flow():
                shift = _move(child, rooms, shift)
        box.width += shift - before
    else:
        box.translate(shift, 0)
    return shift
