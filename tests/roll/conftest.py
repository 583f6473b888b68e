"""Roll files made in memory, as communities keep them. Everyone in them is invented."""

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date

import pytest
from openpyxl import Workbook

from deliberation.roll.reading.grid import gather
from deliberation.roll.reading.parsing import HouseholdRow, Parsed, parse

TODAY = date(2026, 11, 23)
HOUSEHOLDS = ["楼栋", "房号", "户主姓名", "手机号", "面积", "备注"]
PERSONS = ["楼栋", "单元", "房号", "与户主关系", "姓名", "出生年份", "手机号"]


@pytest.fixture
def today() -> date:
    return TODAY


@pytest.fixture
def workbook() -> Callable[..., bytes]:
    """Bytes of a workbook from sheet names and their rows; `merge` are ranges of the first."""

    def make(sheets: dict[str, Sequence], merge: Sequence[str] = ()) -> bytes:
        book = Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        for cells in merge:
            book.worksheets[0].merge_cells(cells)
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    return make


@pytest.fixture
def rewritten() -> Callable[..., bytes]:
    """An archive with every part passed through `change(name, content)`."""

    def rewrite(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
        buffer = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(data)) as old,
            zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
        ):
            for part in old.infolist():
                new.writestr(part.filename, change(part.filename, old.read(part)))
        return buffer.getvalue()

    return rewrite


@pytest.fixture
def taken() -> Callable[..., Parsed]:
    """Rows of one sheet, parsed as on 23 November 2026."""

    def read(rows: Sequence, sheet: str = "Sheet1") -> Parsed:
        return parse([gather(sheet, rows)], today=TODAY)

    return read


@pytest.fixture
def household(taken) -> Callable[..., HouseholdRow | str]:
    """One household row under the usual header: the household, or the reason it was refused."""

    def read(building="1号楼", room="1-101", name="李秀英", phone=None, area=None, note=None):
        parsed = taken([HOUSEHOLDS, [building, room, name, phone, area, note]])
        if parsed.refused:
            assert not parsed.households
            return parsed.refused[0].reason
        (home,) = parsed.households
        return home

    return read


@pytest.fixture
def persons(taken) -> Callable[..., Parsed]:
    """Rows under a header of one person a row."""
    return lambda *rows: taken([PERSONS, *rows])
