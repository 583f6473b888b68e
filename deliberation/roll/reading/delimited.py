"""Delimited text (.csv, .tsv, .txt) as one sheet, in the encodings that office programs write."""

from __future__ import annotations

import codecs
import csv
import io
from itertools import islice

from deliberation.roll.reading.grid import Sheet, Unreadable, gather

DELIMITERS = ",;\t|，"
LINES_LOOKED_AT = 50


def read_delimited(data: bytes, name: str) -> Sheet:
    """The rows of a text file; row numbers count records, as a spreadsheet program would.

    Raises Unreadable for an unknown encoding, binary content or unpaired quotes.
    """
    text = _decode(data)
    if "\0" in text:
        raise Unreadable("文件里有乱码，不是文本表格，请另存为 UTF-8 编码的 CSV 文件再导入。")
    lines = io.StringIO(text, newline="")
    first = lines.readline()
    if first[:4].lower() == "sep=":  # how Excel lets a file name its own delimiter
        delimiter, lines = first[4:5], io.StringIO("\n" + text[len(first) :], newline="")
    else:
        delimiter, lines = _delimiter(text), io.StringIO(text, newline="")
    if delimiter not in DELIMITERS or not delimiter:
        raise Unreadable("第1行指定的分隔符无法识别，请用逗号分隔的 CSV 文件。")
    # Strict: a quote left open would otherwise swallow every following row into one cell.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        return gather(name, reader)
    except csv.Error as error:
        raise Unreadable(
            f"第{reader.line_num}行附近的引号没有成对或一格太长，请改正后再导入。"
        ) from error


def _decode(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif data.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    elif b"\0" in data[:4096]:  # a delimiter or digit has a zero byte in UTF-16
        candidates = [
            "utf-16-le" if data[:4096:2].count(0) < data[1:4096:2].count(0) else "utf-16-be"
        ]
    else:
        candidates = ["utf-8", "gb18030"]
    for encoding in candidates:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("文件的文字编码无法识别，请另存为 UTF-8 编码的 CSV 文件再导入。")


def _delimiter(text: str) -> str:
    """The candidate that occurs most in the first lines; a comma where none does."""
    head = "".join(islice(io.StringIO(text), LINES_LOOKED_AT))
    return max(DELIMITERS, key=head.count)
