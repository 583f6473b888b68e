"""Workbooks that are broken, or made to take the machine, are refused before they can."""

import io
import struct
import zipfile

import openpyxl
import pytest

from deliberation.roll.reading import grid, workbooks
from deliberation.roll.reading.sheets import Row, Unreadable, read_sheets


@pytest.fixture
def with_sheet(workbook, rewritten):
    """A workbook whose only sheet holds this XML."""
    return lambda xml: rewritten(
        workbook({"a": [["姓名"]]}),
        lambda name, content: xml.encode() if name.endswith("sheet1.xml") else content,
    )


def sheet_xml(body: str, before: str = "") -> str:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        f'<?xml version="1.0"?>{before}<worksheet xmlns="{space}"><sheetData>{body}'
        "</sheetData></worksheet>"
    )


def test_reading_goes_on_over_nearly_twenty_thousand_blank_rows_and_stops_at_that_number():
    near, far = "姓名\n" + "\n" * 19_999 + "李四\n", "姓名\n" + "\n" * 20_000 + "李四\n"
    (sheet,) = read_sheets(near.encode(), "r.csv")
    assert (sheet.rows[-1], sheet.remarks) == (Row(20_001, ("李四",)), ())
    (sheet,) = read_sheets(far.encode(), "r.csv")
    assert len(sheet.rows) == 1
    assert sheet.remarks[0][0] == 20_001 and "第2行起连续20000行空白" in sheet.remarks[0][1]


def test_a_million_formatted_rows_without_content_are_not_walked_through(with_sheet):
    empty = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(2, 100_000))
    name = '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>'
    (sheet,) = read_sheets(with_sheet(sheet_xml(name + empty)), "r.xlsx")
    assert sheet.rows == [Row(1, ("姓名",))]
    assert sheet.remarks[0][0] == 1 + grid.MAX_BLANK_RUN


@pytest.mark.parametrize("row", [1_048_576, 10**12])
def test_a_cell_at_the_far_end_of_the_grid_costs_nothing(with_sheet, row):
    far = f'<row r="{row}"><c r="A1"><v>1</v></c></row>'
    near = '<row r="1"><c r="A1"><v>7</v></c></row>'
    (sheet,) = read_sheets(with_sheet(sheet_xml(near + far)), "r.xlsx")
    assert sheet.rows == [Row(1, (7,))]
    assert sheet.remarks


def test_a_part_that_unpacks_a_thousandfold_is_refused_as_declared(with_sheet):
    bomb = with_sheet(sheet_xml(" " * 12_000_000))
    assert len(bomb) < 100_000
    with pytest.raises(Unreadable, match="解压后过大或压缩得异常"):
        read_sheets(bomb, "r.xlsx")


def test_a_directory_that_understates_its_parts_is_refused(with_sheet):
    bomb = with_sheet(sheet_xml(" " * 12_000_000))
    with zipfile.ZipFile(io.BytesIO(bomb)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    lying = bomb.replace(struct.pack("<L", size), struct.pack("<L", 1000))
    assert lying != bomb
    with pytest.raises(Unreadable):
        read_sheets(lying, "r.xlsx")


def test_the_limit_on_unpacked_bytes_is_exact(workbook, monkeypatch):
    data = workbook({"a": [["姓名"]]})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(part.file_size for part in archive.infolist())
    monkeypatch.setattr(workbooks, "MAX_UNZIPPED", size)
    assert read_sheets(data, "r.xlsx")
    monkeypatch.setattr(workbooks, "MAX_UNZIPPED", size - 1)
    with pytest.raises(Unreadable, match="解压后过大"):
        read_sheets(data, "r.xlsx")


def test_entities_that_multiply_or_read_files_are_refused(with_sheet):
    assert openpyxl.DEFUSEDXML
    for entity in ('<!ENTITY a "lol"><!ENTITY b "&a;&a;">', '<!ENTITY b SYSTEM "/etc/hostname">'):
        xml = sheet_xml(
            '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>',
            f"<!DOCTYPE worksheet [{entity}]>",
        )
        with pytest.raises(Unreadable, match="损坏"):
            read_sheets(with_sheet(xml), "r.xlsx")


@pytest.mark.parametrize(
    "xml",
    [
        "<worksheet",
        sheet_xml('<row r="x"/>'),
        sheet_xml('<row r="1"><c r="A1" t="s"><v>99999</v></c></row>'),
        sheet_xml('<row r="1"><c r="ZZZZ1"><v>1</v></c></row>'),
        sheet_xml('<row r="1"><c r="A1"><v>one</v></c></row>'),
    ],
)
def test_sheets_with_broken_content_are_refused(with_sheet, xml):
    with pytest.raises(Unreadable, match="损坏"):
        read_sheets(with_sheet(xml), "r.xlsx")


def test_a_workbook_cut_off_or_altered_is_refused(workbook):
    data = workbook({"a": [["姓名"], ["李四"]]})
    for broken in (data[: len(data) // 2], data.replace(b"xl/workbook.xml", b"xl/workbook.xmx")):
        with pytest.raises(Unreadable):
            read_sheets(broken, "r.xlsx")


def test_a_numerous_archive_is_refused(monkeypatch, workbook):
    data = workbook({"a": [["姓名"]]})
    monkeypatch.setattr(workbooks, "MAX_PARTS", 3)
    with pytest.raises(Unreadable, match="异常"):
        read_sheets(data, "r.xlsx")


def test_cells_in_all_are_limited(monkeypatch):
    monkeypatch.setattr(grid, "MAX_CELLS", 6)
    assert read_sheets(b"a,b,c\nd,e,f\n", "r.csv")
    with pytest.raises(Unreadable, match="内容太多"):
        read_sheets(b"a,b,c\nd,e,f\ng\n", "r.csv")
