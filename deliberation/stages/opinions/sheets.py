"""A spreadsheet of opinions as text: read row by row with every mistake named, and written.

Pure. Office programs write UTF-8 with a mark in front, or GB18030; a cell that begins like a
formula is run by them when the file is opened, so on the way out it gets a quote in front.
"""

import csv
import io
import unicodedata
from dataclasses import dataclass

from deliberation.stages.opinions.rules import CHANNEL_WORDS, MOST_TEXT

MOST_ROWS = 5000
MOST_PLACE = 40
COLUMNS = {
    "channel": ("channel", "渠道", "方式", "来源"),
    "building": ("building", "楼栋", "楼号"),
    "entrance": ("entrance", "单元", "单元号"),
    "room": ("room", "房号", "门牌"),
    "text": ("text", "意见", "内容", "意见内容"),
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class Unreadable(ValueError):
    """A file that cannot be taken as a whole; str() is one sentence for the clerk."""


@dataclass(frozen=True)
class Line:
    """One opinion of a file; `row` counts from 1 with the header, as spreadsheets show it."""

    row: int
    channel: str
    building: str
    entrance: str
    room: str
    text: str


def read(data: bytes) -> tuple[list[Line], list[tuple[int, str]]]:
    """The good lines, and (row, mistake) of the others. Raises Unreadable for a whole file."""
    rows = _rows(_decode(data))
    if not rows:
        raise Unreadable("这是一个空文件")
    places = _header(rows[0])
    if len(rows) - 1 > MOST_ROWS:
        raise Unreadable(f"一次最多导入{MOST_ROWS}条，请分成几个文件")
    lines, mistakes = [], []
    for number, cells in enumerate(rows[1:], 2):
        if not any(cells):
            continue
        line = _line(number, cells, places)
        found = _mistakes(line)
        mistakes += [(number, reason) for reason in found]
        if not found:
            lines.append(line)
    if not lines and not mistakes:
        raise Unreadable("文件里只有表头，没有意见")
    return lines, mistakes


def write(heads: list[str], rows: list[list[str]]) -> bytes:
    """A CSV file that opens in office programs, in which no cell is a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([harmless(cell) for cell in row] for row in [heads, *rows])
    return out.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    """The cell with a quote in front where a spreadsheet program would run it."""
    return "'" + cell if cell.lstrip(" ").startswith(_FORMULA) else cell


def _decode(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise Unreadable("这不是文字表格，请在表格软件里另存为 CSV 文件再导入")


def _rows(text: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [[_clean(cell) for cell in row] for row in reader]
    except csv.Error as error:
        raise Unreadable(f"第{reader.line_num}行附近的引号没有成对，请改正后再导入") from error


def _clean(cell: str) -> str:
    """NFC, without control and format characters other than line breaks."""
    text = unicodedata.normalize("NFC", cell.replace("\r\n", "\n"))
    kept = (c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf"))
    return "".join(kept).strip()


def _header(cells: list[str]) -> dict[str, int]:
    titles = [cell.lower() for cell in cells]
    places = {}
    for column, names in COLUMNS.items():
        found = [titles.index(name) for name in names if name in titles]
        if found:
            places[column] = found[0]
    missing = [COLUMNS[column][1] for column in ("channel", "text") if column not in places]
    if missing:
        raise Unreadable(f"第1行要有表头，缺少：{'、'.join(missing)}")
    return places


def _line(number: int, cells: list[str], places: dict[str, int]) -> Line:
    values = {
        column: cells[places[column]] if places.get(column, len(cells)) < len(cells) else ""
        for column in COLUMNS
    }
    values["channel"] = CHANNEL_WORDS.get(values["channel"], values["channel"])
    return Line(number, **values)


def _mistakes(line: Line) -> list[str]:
    found = []
    if line.channel not in CHANNEL_WORDS.values():
        found.append(f"不认识渠道“{line.channel[:20]}”" if line.channel else "没有写渠道")
    if not line.text:
        found.append("没有写意见内容")
    elif len(line.text) > MOST_TEXT:
        found.append(f"意见最多{MOST_TEXT}个字，现在有{len(line.text)}个字")
    if max(map(len, (line.building, line.entrance, line.room))) > MOST_PLACE:
        found.append(f"楼栋、单元、房号最多{MOST_PLACE}个字")
    if line.room and not line.building:
        found.append("写了房号，没有写楼栋")
    return found
