"""Excel workbooks (.xlsx, .xlsm) as sheets, through openpyxl.

openpyxl is asked for formulas, not for their cached results, so that a formula can be refused
rather than believed; it reads XML through defusedxml. Old .xls files are not read: no library
shows their formulas, and one stray cell in a small file takes a gigabyte to lay out.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator

import openpyxl

from deliberation.roll.reading.grid import Sheet, Unreadable, gather

MAX_UNZIPPED = 200 * 1024 * 1024
MAX_PARTS = 2_000
# Real sheets, even empty ones with every row formatted, shrink to a fifth or a thirtieth; a bomb
# shrinks a thousandfold. Small files may shrink as they like.
MAX_RATIO = 100
RATIO_FROM = 10 * 1024 * 1024
LAST_ROW = 1_048_576

BROKEN = "文件已损坏或不是真正的 Excel 工作簿，请在 Excel 或 WPS 里打开后另存为 .xlsx 再导入。"
TOO_LARGE = "这个文件解压后过大或压缩得异常，可能有问题，没有读取；请另存为新的 .xlsx 再导入。"

# It warns about styles and extensions it will not keep, which is no business of a roll.
warnings.filterwarnings("ignore", module="openpyxl")


def read_xlsx(data: bytes) -> list[Sheet]:
    """All sheets of an Office Open XML workbook. Raises Unreadable."""
    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("defusedxml is missing or switched off: refusing to read workbooks")
    _check_archive(data)
    try:
        book = openpyxl.load_workbook(
            io.BytesIO(data), read_only=True, data_only=False, keep_links=False
        )
        return [gather(sheet.title, _rows(sheet)) for sheet in book.worksheets]
    except Unreadable:
        raise
    except Exception as error:  # a broken workbook can fail anywhere inside openpyxl
        raise Unreadable(BROKEN) from error


def _rows(sheet) -> Iterator[tuple]:
    # The size a sheet claims may be the whole grid; without it rows end at their last cell.
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > LAST_ROW:
            raise Unreadable(BROKEN)
        yield cells


def _check_archive(data: bytes) -> None:
    """Refuse what is no workbook or unpacks to too much: first as declared, then as it really is.

    Reading every part also checks its checksum, so a damaged file is told apart at once.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise Unreadable(_other_archive(names))
            if len(parts) > MAX_PARTS or _suspicious(sum(p.file_size for p in parts), len(data)):
                raise Unreadable(TOO_LARGE)
            unzipped = 0
            for part in parts:
                with archive.open(part) as stream:
                    while chunk := stream.read(1 << 16):
                        unzipped += len(chunk)
                        if _suspicious(unzipped, len(data)):
                            raise Unreadable(TOO_LARGE)
    except Unreadable:
        raise
    except RuntimeError as error:  # what zipfile raises for a part that needs a password
        raise Unreadable("文件设了打开密码，请取消密码后再导入。") from error
    except Exception as error:
        raise Unreadable(BROKEN) from error


def _suspicious(unzipped: int, zipped: int) -> bool:
    return unzipped > MAX_UNZIPPED or (unzipped > RATIO_FROM and unzipped > MAX_RATIO * zipped)


def _other_archive(names: set[str]) -> str:
    if any(name.startswith("word/") for name in names):
        return "这是 Word 文档，请把名册做成 Excel 表（.xlsx）或 CSV 文件再导入。"
    return "这个文件不是 Excel 工作簿，请在 Excel 或 WPS 里另存为 .xlsx 再导入。"
