"""The table is found under titles, whatever its columns are called."""

import pytest

from deliberation.roll.reading.columns import field_of
from deliberation.roll.reading.grid import Unreadable


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("楼号", "building"),
        ("楼栋", "building"),
        ("栋号", "building"),
        ("幢", "building"),
        ("座", "building"),
        ("楼 栋", "building"),
        ("单元", "entrance"),
        ("单元号", "entrance"),
        ("房号", "room"),
        ("门牌", "room"),
        ("门牌号", "room"),
        ("室号", "room"),
        ("房间号", "room"),
        ("单元房号", "room"),
        ("住址", "address"),
        ("地址", "address"),
        ("房屋坐落", "address"),
        ("楼栋-单元-房号", "address"),
        ("楼号/单元", "building"),
        ("姓名", "name"),
        ("户主", "head_name"),
        ("业主姓名", "head_name"),
        ("户主姓名", "head_name"),
        ("户主/业主姓名", "head_name"),
        ("电话", "phone"),
        ("手机", "phone"),
        ("手机号", "phone"),
        ("手机号码", "phone"),
        ("联系方式", "phone"),
        ("联系\n电话", "phone"),
        ("手机号（必填）", "phone"),
        ("电话1", "phone"),
        ("户主电话", "phone"),
        ("ｔｅｌ", None),
        ("*手机号：", "phone"),
        ("面积", "area"),
        ("建筑面积", "area"),
        ("专有面积(㎡)", "area"),
        ("房屋面积（平方米）", "area"),
        ("面积㎡", "area"),
        ("家庭人口", "size"),
        ("人口数", "size"),
        ("人数（人）", "size"),
        ("备注", "note"),
        ("序号", "number"),
        ("性别", "gender"),
        ("出生年份", "birth"),
        ("出生年月", "birth"),
        ("出生日期", "birth"),
        ("年龄", "age"),
        ("与户主关系", "relationship"),
        ("产权", "tenure"),
        ("产权情况", "tenure"),
        ("房屋性质", "tenure"),
        ("居住情况", "tenure"),
        ("政治面貌", "party"),
        ("是否党员", "party"),
        ("党员", "party"),
        ("居民代表", "representative"),
        ("是否代表", "representative"),
        ("身份证号码", "identity"),
        ("户主身份证", "identity"),
        ("配偶姓名", None),
        ("紧急联系人电话", None),
        ("车牌号", None),
        (None, None),
        (7, None),
        ("名" * 41, None),
    ],
)
def test_titles_are_recognised_in_their_many_forms(title, field):
    found = field_of(title)
    assert (found and found[0]) == field


ROW = ["1号楼", "101", "李四", 19900001001]
HEADER = ["楼号", "房号", "户主", "电话"]


@pytest.mark.parametrize(
    ("columns", "people"),
    [
        (["户主"], 1),
        (["业主姓名", "性别"], 1),
        (["姓名", "人数"], 1),
        (["姓名", "面积"], 1),
        (["姓名"], 2),
        (["姓名", "面积", "性别"], 2),
        (["姓名", "人数", "与户主关系"], 2),
        (["户主", "与户主关系"], 2),
        (["姓名", "户主", "人数"], 2),
    ],
)
def test_a_second_name_in_a_home_comes_in_only_where_rows_are_people(taken, columns, people):
    parsed = taken([["楼栋", "房号", *columns], ["1号楼", "101", "李四"], ["1号楼", "101", "王五"]])
    assert (parsed.people, len(parsed.refused)) == (people, 2 - people)


def test_titles_above_the_header_and_blank_rows_are_passed_over(taken):
    title = ["东风里小区居民信息登记表（2026年9月）"]
    parsed = taken([title, [], ["填表人：", None, "日期："], HEADER, ROW])
    assert (parsed.people, parsed.refused, parsed.households[0].row) == (1, (), 5)


def test_a_header_of_two_rows_with_merged_cells_is_one(taken):
    parsed = taken(
        [
            ["序号", "房屋坐落", None, None, "户主", "联系方式"],
            [None, "楼号", "单元", "室号", None, None],
            [1, "3号楼", "2", "301", "李四", 19900001001],
        ]
    )
    (home,) = parsed.households
    assert (home.building, home.entrance, home.room, home.people[0].phone) == (
        "3号楼",
        "2单元",
        "301",
        "19900001001",
    )


def test_a_header_printed_again_on_each_page_is_no_household(taken):
    parsed = taken([HEADER, ROW, HEADER, ["1号楼", "102", "王五", None]])
    assert (len(parsed.households), parsed.refused) == (2, ())


def test_a_second_table_with_other_columns_is_read_by_its_own_header(taken):
    parsed = taken([HEADER, ROW, ["业主姓名", "房号", "楼号"], ["王五", "102", "2号楼"]])
    assert [(h.building, h.people[0].name) for h in parsed.households] == [
        ("1号楼", "李四"),
        ("2号楼", "王五"),
    ]


def test_several_columns_of_phones_are_read_together(taken):
    parsed = taken([[*HEADER, "备用电话"], [*ROW, 19900001002]])
    assert parsed.households[0].people[0].other_phones == ("19900001002",)


def test_columns_without_use_are_named_once(taken):
    header = [*HEADER, "车牌号", "配偶姓名"]
    parsed = taken([header, [*ROW, "A1", "王五"], ["1号楼", "102", "赵六"]])
    (warning,) = parsed.warnings
    assert (warning.row, warning.reason) == (1, "这些列没有用到：车牌号、配偶姓名。")


def test_a_title_in_the_name_column_that_is_no_header_is_refused(taken):
    parsed = taken([HEADER, ROW, ["1号楼", "102", "姓 名"], ["1号楼", "103", "住 户"]])
    assert [item.row for item in parsed.refused] == [3, 4]
    assert all("是列名" in item.reason for item in parsed.refused)


def test_content_beside_the_table_is_remarked_once(taken):
    parsed = taken([HEADER, [*ROW, None, "多"], ["1号楼", "102", "赵六", None, "多"]])
    assert [(w.row, "没有列名" in w.reason) for w in parsed.warnings] == [(2, True)]


def test_identity_numbers_are_neither_read_nor_kept_and_it_is_said(taken):
    number = "110101198001011234"
    parsed = taken([[*HEADER, "身份证号", "备注"], [*ROW, number, f"证{number}，另19900001009"]])
    assert number not in repr(parsed) and "19900001009" not in repr(parsed)
    assert parsed.households[0].people[0].note == "证（证件号略）,另（号码略）"
    assert any("身份证号一列不读取" in warning.reason for warning in parsed.warnings)


def test_an_identity_number_that_is_a_formula_does_not_refuse_the_row(taken):
    assert taken([[*HEADER, "身份证号", "序号"], [*ROW, "=A1", "=ROW()-1"]]).people == 1


def test_an_age_beside_a_year_of_birth_is_not_read(taken):
    parsed = taken([[*HEADER, "出生年份", "年龄"], [*ROW, 1981, "=2026-E2"]])
    assert parsed.households[0].people[0].birth_year == 1981


def test_an_address_beside_a_room_is_not_read(taken):
    parsed = taken([[*HEADER, "户籍地址", "家庭住址"], [*ROW, "别处", "别处5号楼"]])
    assert parsed.households[0].building == "1号楼"


def test_a_household_key_is_a_room_only_where_nothing_else_is(taken):
    header = ["户号", "住址", "户主"]
    assert taken([header, ["0001", "3号楼2单元301", "李四"]]).households[0].room == "301"
    assert taken([["楼栋", "户号", "户主"], ["1号楼", "301", "李四"]]).households[0].room == "301"


@pytest.mark.parametrize(
    "rows",
    [
        [["楼栋", "电话"], ["1号楼", 19900001001]],
        [["意见", "日期"], ["修路灯", "2026-01-01"]],
        [["1号楼", "101", "李四"]],
        [],
    ],
)
def test_a_file_without_a_header_of_names_and_places_is_unreadable(taken, rows):
    with pytest.raises(Unreadable, match="没有找到表头"):
        taken(rows)


def test_two_tables_side_by_side_are_unreadable_rather_than_half_read(taken):
    with pytest.raises(Unreadable, match="第1行有左右并排的两组表头"):
        taken([HEADER + HEADER, ROW + ["2号楼", "201", "王五", None]])
