"""Rows become households; whatever is not taken is refused with its reason."""

from datetime import date

import pytest

from deliberation.roll.reading.grid import gather
from deliberation.roll.reading.parsing import parse
from deliberation.roll.reading.sheets import read_sheets
from tests.roll.conftest import HOUSEHOLDS, PERSONS, TODAY


def reasons(parsed) -> dict[int, str]:
    return {item.row: item.reason for item in parsed.refused}


def rooms(parsed) -> list[tuple]:
    return [(h.building, h.entrance, h.room, [p.name for p in h.people]) for h in parsed.households]


def test_the_roll_as_communities_keep_it_comes_in_row_by_row(workbook):
    """Merged titles, a building only on its first row, and one of every usual fault."""
    rows = [
        ["东风里小区居民信息登记表（2026年9月更新）"],
        ["填表人：    填表日期：    单位：户"],
        ["序号", "楼号", "门牌", "户主姓名", "联系方式", "家庭人口", "面积", "备注"],
        [
            1,
            "1#",
            "1单元101室",
            "熊 健建(租户)",
            "１９９－００００－２９５１／19900009000",
            1,
            "56.0㎡",
        ],
        [2, None, "1-102", "宋刚军", "19900002959", 1, 61.75],
        [3, None, "2-301", "郝强志", 19900003693, 3, 83.17, "空置"],
        [4, "1#", "2-302", "廖红艳", 19900003770, 3, 61.75, '=HYPERLINK("x")'],
        [5, "2号楼", "1-101", "沈素敏", 1990000395, 3, 61.75],
        [6, None, "2单元202室", "乔雪琳", None, 1, 74.9],
        [7, "3栋", "2-502", "程磊", "19900005571", 2, 83.17],
        [8, "3栋", "2-502", "程磊", "19900001230", 3, 61.75, "重复登记"],
        [None, None, "合计", None, None, "=SUM(F4:F11)"],
    ]
    data = workbook({"Sheet1": rows}, merge=["A1:H1", "A2:H2", "B4:B6"])
    parsed = parse(read_sheets(data, "roll.xlsx"), today=TODAY)
    assert rooms(parsed) == [
        ("1号楼", "1单元", "101", ["熊健建"]),
        ("1号楼", "1单元", "102", ["宋刚军"]),
        ("1号楼", "2单元", "301", ["郝强志"]),
        ("2号楼", "2单元", "202", ["乔雪琳"]),
        ("3号楼", "2单元", "502", ["程磊"]),
    ]
    refused = reasons(parsed)
    assert list(refused) == [7, 8, 11, 12]
    assert "公式" in refused[7] and "10位" in refused[8]
    assert "与第10行重复" in refused[11] and "合计行，不是住户" in refused[12]
    first, _, vacant, without_phone, last = parsed.households
    assert (first.tenure, first.size, first.area_hundredths) == ("tenant", 1, 5600)
    assert first.people[0].other_phones == ("19900009000",)
    assert (vacant.vacant, vacant.people[0].note) == (True, "空置")
    assert (without_phone.people[0].phone, last.size) == ("", 2)
    assert all(h.people[0].is_head for h in parsed.households)


def test_people_of_one_household_share_its_merged_cells(persons):
    parsed = persons(
        ["1号楼", "1单元", "101", "户主", "李四", 1960, 19900001001],
        [None, None, None, "配偶", "王五", 1961, None],
        [],
        [None, None, None, "子", "李六", 1990, None],
        [None, None, "102", "户主", "赵七", 1970, None],
        [None, "2单元", "101", "户主", "钱八", 1970, None],
        ["2号楼", None, "101", "户主", "孙九", 1970, None],
    )
    assert rooms(parsed) == [
        ("1号楼", "1单元", "101", ["李四", "王五", "李六"]),
        ("1号楼", "1单元", "102", ["赵七"]),
        ("1号楼", "2单元", "101", ["钱八"]),
        ("2号楼", "", "101", ["孙九"]),
    ]
    assert not parsed.refused and not parsed.warnings


def test_people_of_one_household_need_not_stand_together(persons):
    parsed = persons(
        ["1号楼", "1", "101", "户主", "李四", 1960, None],
        ["1号楼", "1", "102", "户主", "赵七", 1970, None],
        ["1栋", "1单元", 101, "配偶", "王五", 1961, None],
    )
    assert rooms(parsed)[0] == ("1号楼", "1单元", "101", ["李四", "王五"])


def test_a_changed_building_or_entrance_resets_what_lies_below(persons):
    parsed = persons(
        ["1号楼", "1单元", "101", "户主", "李四", 1960, None],
        ["2号楼", None, None, "配偶", "王五", 1961, None],
        ["1号楼", "1单元", "101", "子", "李六", 1990, None],
        [None, "2单元", None, "女", "李七", 1990, None],
    )
    assert list(reasons(parsed)) == [3, 5]
    assert all("没有房号" in reason for reason in reasons(parsed).values())


def test_a_blank_room_beside_a_written_building_joins_the_household_above_with_a_remark(persons):
    parsed = persons(
        ["1号楼", "1", "101", "户主", "李四", 1960, None],
        ["1号楼", "1", None, "配偶", "王五", 1961, None],
    )
    assert rooms(parsed) == [("1号楼", "1单元", "101", ["李四", "王五"])]
    assert [item.row for item in parsed.warnings] == [3]


def test_a_head_without_room_is_not_pushed_into_the_household_above_nor_are_its_people(persons):
    parsed = persons(
        ["1号楼", "1", "101", "户主", "李四", 1960, None],
        [None, None, None, "户主", "赵七", 1970, None],
        [None, None, None, "配偶", "钱八", 1970, None],
    )
    assert list(reasons(parsed)) == [3, 4]
    assert rooms(parsed) == [("1号楼", "1单元", "101", ["李四"])]


def test_rows_below_an_unreadable_building_are_refused_rather_than_moved_next_door(taken):
    parsed = taken(
        [
            HOUSEHOLDS,
            ["1号楼", "101", "李四"],
            ["=A2", "102", "王五"],
            [None, "103", "赵六"],
            ["2号楼", "101", "钱七"],
            [None, "102", "孙八"],
        ]
    )
    assert list(reasons(parsed)) == [3, 4]
    assert [h.building for h in parsed.households] == ["1号楼", "2号楼", "2号楼"]


def test_a_household_stands_when_its_heads_row_is_refused_and_the_eldest_is_its_contact(persons):
    parsed = persons(
        ["1号楼", "1", "101", "户主", "李四", 1960, 1990000100],
        [None, None, None, "子", "李六", 1990, None],
        [None, None, None, "配偶", "王五", 1961, None],
    )
    (home,) = parsed.households
    assert list(reasons(parsed)) == [2]
    assert [(p.name, p.is_head) for p in home.people] == [("李六", False), ("王五", False)]
    assert home.contact.name == "王五"
    assert [("没有户主" in w.reason, w.row) for w in parsed.warnings] == [(True, 3)]


def test_the_contact_of_a_household_is_its_head(persons):
    parsed = persons(
        ["1号楼", "1", "101", "父", "李老", 1930, None],
        [None, None, None, "户主", "李四", 1960, None],
    )
    assert parsed.households[0].contact.name == "李四"


def test_a_second_head_counts_as_a_member_with_a_remark(persons):
    parsed = persons(
        ["1号楼", "1", "101", "户主", "李四", 1960, None],
        ["1号楼", "1", "101", "户主", "王五", 1961, None],
    )
    assert [p.is_head for p in parsed.households[0].people] == [True, False]
    assert "已有户主" in parsed.warnings[0].reason


@pytest.mark.parametrize(
    ("year", "phone", "twice"),
    [
        (1960, 19900001001, True),
        (1961, 19900001001, True),
        (1960, 19900001002, True),
        (None, None, True),
        (1961, 19900001002, False),
    ],
)
def test_the_same_name_in_a_household_is_the_same_person_unless_year_and_phone_differ(
    persons, year, phone, twice
):
    parsed = persons(
        ["1号楼", "1", "101", "户主", "李四", 1960, 19900001001],
        ["1号楼", "1", "101", "子", "李 四", year, phone],
    )
    assert ("与第2行重复" in reasons(parsed).get(3, "")) is twice
    assert parsed.people == (1 if twice else 2)


def test_the_same_name_in_two_households_is_two_people(persons):
    parsed = persons(
        ["1号楼", "1", "101", "户主", "李四", 1960, 19900001001],
        ["1号楼", "1", "102", "户主", "李四", 1960, 19900001001],
    )
    assert (len(parsed.households), parsed.refused) == (2, ())


def test_a_household_whose_first_row_was_refused_may_come_again(taken):
    row = ["1号楼", "101", "李四"]
    parsed = taken([HOUSEHOLDS, [*row, 199], [*row, 19900001001]])
    assert list(reasons(parsed)) == [2] and parsed.people == 1


def test_a_list_of_people_without_relationships_has_its_first_as_head(taken):
    parsed = taken(
        [
            ["楼栋", "房号", "姓名"],
            ["1号楼", "101", "李四"],
            ["1号楼", "101", "王五"],
            ["1号楼", None, "赵六"],
        ]
    )
    assert [(p.name, p.is_head) for p in parsed.households[0].people] == [
        ("李四", True),
        ("王五", False),
    ]
    assert list(reasons(parsed)) == [4]  # nothing says that 赵六 belongs to the household above
    assert [(w.row, "首行为户主" in w.reason) for w in parsed.warnings] == [(3, True)]


@pytest.mark.parametrize(
    "total", ["合计", "合 计", "总计：", "小计", "1号楼小计", "本页合计", "共60户", "总户数：60"]
)
@pytest.mark.parametrize("column", [0, 1, 2])
def test_rows_that_add_up_are_no_households(taken, total, column):
    row = [None, None, None, None, "=SUM(E2:E3)"]
    row[column] = total
    assert "合计行，不是住户" in reasons(taken([HOUSEHOLDS, row]))[2]


def test_a_remark_that_mentions_a_total_refuses_nothing(household):
    assert household(note="面积合计").people[0].note == "面积合计"


@pytest.mark.parametrize("column", range(6))
@pytest.mark.parametrize("cell", ["=1+1", '=HYPERLINK("x")', "#N/A"])
def test_a_formula_in_any_column_that_is_read_refuses_the_row(taken, column, cell):
    row = ["1号楼", "101", "李四", 19900001001, 56, "无"]
    row[column] = cell
    parsed = taken([HOUSEHOLDS, row])
    assert "公式" in reasons(parsed)[2] and not parsed.households


def test_rows_with_only_a_number_and_footers_are_refused_not_dropped(taken):
    header = ["序号", *HOUSEHOLDS]
    parsed = taken([header, [1, "1号楼", "101", "李四"], [2], ["填表人：王五　审核：赵六"]])
    assert list(reasons(parsed)) == [3, 4]


def test_every_sheet_with_a_header_is_read_and_reasons_name_the_sheet(workbook):
    header = ["房号", "户主", "电话"]
    data = workbook(
        {
            "说明": [["填写说明：请逐户填写"]],
            "1号楼": [header, ["101", "李四", 19900001001]],
            "2号楼": [header, ["101", "王五", 19900001002]],
            "2号楼补": [
                ["楼栋", *header],
                ["2号楼", "101", "王五", None],
                ["2号楼", "102", "赵六", 199],
            ],
            "空": [],
        }
    )
    parsed = parse(read_sheets(data, "roll.xlsx"), today=TODAY)
    assert [(h.sheet, h.building, h.room) for h in parsed.households] == [
        ("1号楼", "1号楼", "101"),
        ("2号楼", "2号楼", "101"),
    ]
    assert [(item.sheet, item.row) for item in parsed.refused] == [("2号楼补", 2), ("2号楼补", 3)]
    assert "工作表“2号楼”第2行" in parsed.refused[0].reason
    assert [(w.sheet, "没有找到表头" in w.reason) for w in parsed.warnings] == [("说明", True)]


def test_a_title_between_rows_names_the_building_and_entrance_below(taken):
    parsed = taken(
        [
            ["门牌", "户主"],
            ["1号楼（2户）"],
            ["101", "李四"],
            ["2-102", "王五"],
            ["2号楼3单元"],
            ["101", "赵六"],
        ]
    )
    assert [(h.building, h.entrance, h.room) for h in parsed.households] == [
        ("1号楼", "", "101"),
        ("1号楼", "2单元", "102"),
        ("2号楼", "3单元", "101"),
    ]
    assert [w.row for w in parsed.warnings] == [2, 5]


def test_the_title_above_the_header_names_the_building_where_no_column_does(taken):
    parsed = taken([["东风里小区5号楼住户登记表"], ["门牌", "户主"], ["2-101", "李四"]])
    assert rooms(parsed) == [("5号楼", "2单元", "101", ["李四"])]


def test_homes_of_two_compounds_are_never_one_household(taken):
    parsed = taken(
        [
            ["小区", *PERSONS],
            ["东风里", "1号楼", "1", "101", "户主", "李四", 1960],
            ["西风里", "1号楼", "1", "101", "配偶", "王五", 1961],
        ]
    )
    assert "小区不同" in reasons(parsed)[3]


def test_cut_cells_are_remarked(taken):
    parsed = parse(
        [gather("a", [HOUSEHOLDS, ["1号楼", "101", "李四", None, None, "长" * 2001]])],
        today=date(2026, 1, 1),
    )
    assert [w.row for w in parsed.warnings] == [2]
    assert len(parsed.households[0].people[0].note) == 2000


def test_what_a_clerk_must_look_at_again_is_said(workbook):
    """A second owner on a line of its own, a second number, a building that was forgotten."""
    rows = [["楼号", "单元", "房号", "户主姓名", "手机号"]]
    rows += [["2", "1", f"{floor}01", f"甲{floor}", "19900001234"] for floor in range(1, 8)]
    rows += [["2", "1", "101", "乙", ""], [None, "1", "302", "丙", "19900001235、19900001236"]]
    parsed = parse(read_sheets(workbook({"户": rows}), "roll.xlsx"), today=TODAY)
    assert "姓名不同：是一家人请写在同一格" in reasons(parsed)[9] and len(parsed.refused) == 1
    told = {item.reason for item in parsed.warnings if item.row == 10}
    assert any("楼栋空白，按上一行登记到2号楼" in reason for reason in told)
    assert any("有几个手机号，只登记第一个" in reason for reason in told)
