"""Whatever bytes come in, rows come out or one clear sentence."""

import io
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl.worksheet.formula import ArrayFormula

from deliberation.roll.reading import grid
from deliberation.roll.reading.sheets import Formula, Row, Unreadable, read_sheets

TABLE = "楼栋,房号,姓名\n1号楼,101,李䶮\n1号楼,102,王㛃\n"
ROWS = [
    Row(1, ("楼栋", "房号", "姓名")),
    Row(2, ("1号楼", "101", "李䶮")),
    Row(3, ("1号楼", "102", "王㛃")),
]


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode(),
        TABLE.encode("utf-8-sig"),
        TABLE.encode("gb18030"),
        TABLE.encode("utf-16"),
        TABLE.encode("utf-16-le"),
        TABLE.encode("utf-16-be"),
        b"\xfe\xff" + TABLE.encode("utf-16-be"),
        TABLE.replace("\n", "\r\n").encode(),
        TABLE.replace("\n", "\r").encode(),
        TABLE.replace(",", ";").encode(),
        TABLE.replace(",", "\t").encode("utf-16"),
        TABLE.replace(",", "，").encode("gb18030"),
    ],
)
def test_text_files_read_alike_in_every_encoding_line_ending_and_delimiter(data):
    (sheet,) = read_sheets(data, "roll.csv")
    assert (sheet.name, sheet.rows) == ("roll.csv", ROWS)


def test_a_line_that_names_the_delimiter_counts_as_a_row_and_is_followed():
    (sheet,) = read_sheets("sep=;\n房号;备注\n101;a,b,c,d\n".encode(), "roll.csv")
    assert sheet.rows == [Row(2, ("房号", "备注")), Row(3, ("101", "a,b,c,d"))]


def test_a_line_break_inside_quotes_belongs_to_the_cell():
    (sheet,) = read_sheets('姓名,"手机号\n（必填）"\n李四,"199\n200"\n'.encode(), "roll.csv")
    assert sheet.rows[0].cells[1] == "手机号\n（必填）"
    assert sheet.rows[1] == Row(2, ("李四", "199\n200"))


def test_blank_rows_are_left_out_and_the_others_keep_their_numbers():
    (sheet,) = read_sheets("姓名\n\n , \u3000\n李四,,\n".encode(), "roll.csv")
    assert sheet.rows == [Row(1, ("姓名",)), Row(4, ("李四",))]


def test_a_quote_left_open_does_not_swallow_the_rows_after_it():
    with pytest.raises(Unreadable, match="引号没有成对"):
        read_sheets('楼栋,姓名\n1号楼,"李四\n2号楼,王五\n'.encode(), "roll.csv")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "空的"),
        (b"\xef\xbb\xbf \r\n", "空的"),
        (b"\0" * 500, "空的"),
        (b",,,\n,,\n", "没有任何内容"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x80\xff\xfe", "文件"),
        (b"\xff\xff\xff\xff\x81", "编码"),
        (b"\x1f\x8b\x08rest", "解压"),
        (b"%PDF-1.7", "PDF"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "这不是表格文件"),
        (b"\x00\x00\x00\x18ftypheic", "这不是表格文件"),
        (b"<html><table><tr><td>1</td></tr></table>", "网页"),
        (b"PK\x03\x04 not really", "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage\0".encode("utf-16-le"), "密码"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode("utf-16-le"), "另存为 .xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument\0".encode("utf-16-le"), "不是 Excel"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(data, word):
    with pytest.raises(Unreadable, match=word) as error:
        read_sheets(data, "roll.xlsx")
    assert str(error.value).endswith("。")


def test_a_word_document_with_another_ending_is_named_as_such():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(Unreadable, match="Word"):
        read_sheets(buffer.getvalue(), "roll.xlsx")


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(Unreadable, match="打不开文件“none.csv”"):
        read_sheets(tmp_path / "none.csv", "none.csv")


def test_a_path_reads_like_bytes(tmp_path):
    path = tmp_path / "roll.csv"
    path.write_text(TABLE, "utf-8")
    assert read_sheets(Path(path), path.name)[0].rows == ROWS


def test_twenty_megabytes_are_read_and_one_byte_more_is_not():
    data = TABLE.encode().ljust(grid.MAX_BYTES, b"\n")
    assert read_sheets(data, "roll.csv")[0].rows == ROWS
    with pytest.raises(Unreadable, match="20MB"):
        read_sheets(data + b"\n", "roll.csv")


def test_two_hundred_thousand_rows_are_read_and_one_more_is_not():
    data = b"x\n" * grid.MAX_ROWS
    assert len(read_sheets(data, "roll.csv")[0].rows) == 200_000
    with pytest.raises(Unreadable, match="200000行"):
        read_sheets(data + b"x\n", "roll.csv")


def test_rows_of_all_sheets_count_together(workbook, monkeypatch):
    monkeypatch.setattr("deliberation.roll.reading.sheets.MAX_ROWS", 3)
    assert read_sheets(workbook({"a": [["x"], ["x"]], "b": [["x"]]}), "r.xlsx")
    with pytest.raises(Unreadable, match="按楼栋分成几个文件"):
        read_sheets(workbook({"a": [["x"], ["x"]], "b": [["x"], ["x"]]}), "r.xlsx")


def test_two_hundred_columns_are_read_and_one_more_only_if_empty():
    wide = ",".join(["x"] * 200)
    assert len(read_sheets(wide.encode(), "roll.csv")[0].rows[0].cells) == 200
    assert len(read_sheets(f"{wide}, ,".encode(), "roll.csv")[0].rows[0].cells) == 200
    with pytest.raises(Unreadable, match="第1行超过200列"):
        read_sheets(f"{wide},x".encode(), "roll.csv")


def test_a_cell_is_cut_after_two_thousand_characters_and_the_row_is_named():
    (whole,) = read_sheets(("李" * 2000).encode(), "roll.csv")
    (cut,) = read_sheets(("李" * 2001).encode(), "roll.csv")
    assert (len(whole.rows[0].cells[0]), whole.remarks) == (2000, ())
    assert (len(cut.rows[0].cells[0]), cut.remarks[0][0]) == (2000, 1)


def test_workbooks_keep_numbers_dates_and_gaps(workbook):
    born = datetime(1981, 5, 6)
    sheets = read_sheets(
        workbook({"东区": [["房号", "电话"], [], [101, 19900003240.0, born]], "空": []}), "r.xlsx"
    )
    assert [(sheet.name, sheet.rows) for sheet in sheets] == [
        ("东区", [Row(1, ("房号", "电话")), Row(3, (101, 19900003240, born))]),
        ("空", []),
    ]


def test_formulas_of_every_kind_are_marked_and_never_evaluated(workbook, rewritten):
    rows = [["=1+1", '=HYPERLINK("x")', ArrayFormula("C1", "=SUM(A1:B1)"), "#REF!", "1+1"]]
    data = rewritten(
        workbook({"a": rows}),
        lambda _, content: content.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>").replace(
            b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>"
        ),
    )
    assert b"<v>2</v>" in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    (sheet,) = read_sheets(data, "r.xlsx")
    assert sheet.rows[0].cells == (Formula(), Formula(), Formula(), Formula(), "1+1")


def test_a_formula_that_only_protects_text_in_a_csv_file_is_still_a_formula():
    (sheet,) = read_sheets(b'a,="19900001001"\n', "r.csv")
    assert sheet.rows[0].cells == ("a", Formula())


def test_a_sheet_that_claims_the_whole_grid_ends_at_its_last_cell(workbook, rewritten):
    data = rewritten(
        workbook({"a": [["姓名"], ["李四"]]}),
        lambda _, content: content.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"'),
    )
    assert b"XFD1048576" in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    assert len(read_sheets(data, "r.xlsx")[0].rows) == 2
