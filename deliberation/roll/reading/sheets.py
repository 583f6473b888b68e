"""One door for roll files: bytes or a path in, sheets of plain rows out.

What a file is, its first bytes decide; names and extensions of uploads are often wrong.
"""

from __future__ import annotations

from pathlib import Path

from deliberation.roll.reading.delimited import read_delimited
from deliberation.roll.reading.grid import (
    MAX_BYTES,
    MAX_CELLS,
    MAX_ROWS,
    Formula,
    Refused,
    Row,
    Sheet,
    Unreadable,
)
from deliberation.roll.reading.workbooks import read_xlsx

__all__ = ["Formula", "Refused", "Row", "Sheet", "Unreadable", "read_sheets"]

PICTURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF")  # photos and videos of phones: ftyp, too
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_sheets(data: bytes | Path, filename: str) -> list[Sheet]:
    """All sheets of a roll file with their non-blank rows, formulas as Formula.

    `filename` names the only sheet of a text file. Raises Unreadable, and nothing else, for
    whatever cannot be read or exceeds the limits of `grid`.
    """
    if isinstance(data, Path):
        data = _load(data)
    if len(data) > MAX_BYTES:
        raise Unreadable("文件超过20MB，请只保留名册需要的工作表和列再导入。")
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise Unreadable("文件是空的，请选择有内容的名册文件。")
    sheets = _read(data, filename)
    if (
        sum(len(sheet.rows) for sheet in sheets) > MAX_ROWS
        or sum(len(row.cells) for sheet in sheets for row in sheet.rows) > MAX_CELLS
    ):
        raise Unreadable(f"文件里的内容太多（上限{MAX_ROWS}行），请按楼栋分成几个文件导入。")
    if not any(sheet.rows for sheet in sheets):
        raise Unreadable("文件里没有任何内容，请选择有内容的名册文件。")
    return sheets


def _load(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"打不开文件“{path.name}”，请检查文件是否存在、是否允许读取。") from error


def _read(data: bytes, filename: str) -> list[Sheet]:
    if data.startswith(PICTURES) or data[4:8] == b"ftyp":
        raise Unreadable("这不是表格文件，请选做名册时用的 Excel 或 CSV 文件。")
    if data.startswith(b"PK"):
        return read_xlsx(data)
    if data.startswith(OLE):
        if _stream(data, "EncryptedPackage"):
            raise Unreadable("文件设了打开密码，请取消密码后再导入。")
        if _stream(data, "Workbook") or _stream(data, "Book"):
            raise Unreadable("这是旧版 .xls 文件，请在 Excel 或 WPS 里另存为 .xlsx 再导入。")
        raise Unreadable("这不是 Excel 表，请把名册做成 .xlsx 或 CSV 文件再导入。")
    if data.startswith(b"\x1f\x8b"):
        raise Unreadable("这是压缩包，请先解压再导入里面的表格。")
    if data.startswith(b"%PDF"):
        raise Unreadable("这是 PDF 文件，请导入做名册时用的 Excel 或 CSV 文件。")
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise Unreadable("这是网页或 XML 格式的表格，请在 Excel 或 WPS 里另存为 .xlsx 再导入。")
    return [read_delimited(data, Path(filename).name or "CSV")]


def _stream(data: bytes, name: str) -> bool:
    """Whether an OLE file has a stream of this name; names are stored as UTF-16."""
    return (name + "\0").encode("utf-16-le") in data
