"""Where a household lives, however it was written."""

import datetime

import pytest

HEADER = ["楼栋", "单元", "房号", "姓名"]


def home(parsed):
    """The place of the only household, or the reason it was refused."""
    if parsed.refused:
        return parsed.refused[0].reason
    (only,) = parsed.households
    return only.building, only.entrance, only.room


@pytest.mark.parametrize(
    ("written", "building"),
    [
        ("1#", "1号楼"),
        ("3栋", "3号楼"),
        ("1号楼", "1号楼"),
        ("２幢", "2号楼"),
        ("A座", "A座"),
        ("a栋", "A座"),
        ("一号楼", "1号楼"),
        ("十二号楼", "12号楼"),
        ("二十一栋", "21号楼"),
        ("第3栋", "3号楼"),
        ("3＃楼", "3号楼"),
        ("3号", "3号楼"),
        ("01号楼", "1号楼"),
        (7, "7号楼"),
        (7.0, "7号楼"),
        ("3 号\u200b楼", "3号楼"),
        ("南楼", "南楼"),
        ("B2栋", "B2号楼"),
        ("1号楼A座", "1号楼A座"),
    ],
)
def test_a_building_has_one_name(taken, written, building):
    assert home(taken([HEADER, [written, 1, 101, "李四"]])) == (building, "1单元", "101")


@pytest.mark.parametrize(
    ("written", "entrance"),
    [
        ("1单元", "1单元"),
        ("2", "2单元"),
        (3, "3单元"),
        ("一单元", "1单元"),
        ("１ 单元", "1单元"),
        ("1门", "1单元"),
        ("01", "1单元"),
        ("东单元", "东单元"),
        ("第二单元", "2单元"),
        ("单元2", "2单元"),
        ("无", ""),
        ("-", ""),
        (None, ""),
        ("1号楼2单元", "2单元"),
    ],
)
def test_an_entrance_has_one_name_and_may_be_missing(taken, written, entrance):
    assert home(taken([HEADER, ["1号楼", written, "101", "李四"]])) == ("1号楼", entrance, "101")


@pytest.mark.parametrize(
    ("written", "entrance", "room"),
    [
        ("301", "", "301"),
        (301, "", "301"),
        (301.0, "", "301"),
        ("301室", "", "301"),
        ("３０１", "", "301"),
        ("0301", "", "301"),
        ("2-301", "2单元", "301"),
        ("2—301室", "2单元", "301"),
        ("2/301", "2单元", "301"),
        ("2 301", "2单元", "301"),
        ("2单元301室", "2单元", "301"),
        ("二单元三零一", "2单元", "301"),
        ("2门301", "2单元", "301"),
        ("2-3-01", "2单元", "301"),
        ("2单元3层01", "2单元", "301"),
        ("2单元3楼301", "2单元", "301"),
        ("3-01", "", "301"),
        ("1-2-301", "2单元", "301"),
        ("1号楼2单元301室", "2单元", "301"),
        ("1#2-301", "2单元", "301"),
        ("东户", "", "东户"),
        ("3楼东户", "", "3层东户"),
        ("301A", "", "301A"),
        ("101-102", "", "101-102"),
        ("商铺3", "", "商铺3"),
    ],
)
def test_a_room_may_name_its_entrance_and_building_too(household, written, entrance, room):
    found = household(room=written)
    assert (found.building, found.entrance, found.room) == ("1号楼", entrance, room)


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("3号楼2单元301室", ("3号楼", "2单元", "301")),
        ("3-2-301", ("3号楼", "2单元", "301")),
        ("３－２－３０１", ("3号楼", "2单元", "301")),
        ("3-301", ("3号楼", "", "301")),
        ("三号楼二单元301室", ("3号楼", "2单元", "301")),
        ("3#2-301", ("3号楼", "2单元", "301")),
        ("3栋301", ("3号楼", "", "301")),
        ("3号2单元301", ("3号楼", "2单元", "301")),
        ("3号301室", ("3号楼", "", "301")),
        ("A座1203", ("A座", "", "1203")),
        ("示例市梧桐区东风里小区3号楼2单元301室", ("3号楼", "2单元", "301")),
        ("槐荫路12号院3号楼2单元301", ("3号楼", "2单元", "301")),
    ],
)
def test_one_address_cell_holds_the_whole_place(taken, written, place):
    assert home(taken([["住址", "户主"], [written, "李四"]])) == place


def test_an_address_that_could_be_read_in_two_ways_is_refused(taken):
    assert "看不出楼栋、单元和房间" in home(taken([["住址", "户主"], ["2-3-01", "李四"]]))


def test_a_bare_room_in_an_address_column_is_not_moved_to_the_building_above(taken):
    parsed = taken([["住址", "户主"], ["3号楼2单元301", "李四"], ["302", "王五"]])
    assert [item.row for item in parsed.refused] == [3]
    assert "没有楼栋" in parsed.refused[0].reason


def test_a_second_address_with_two_numbers_is_read_like_the_first(taken):
    parsed = taken([["住址", "户主"], ["3-301", "李四"], ["4-302", "王五"]])
    assert [(h.building, h.entrance, h.room) for h in parsed.households] == [
        ("3号楼", "", "301"),
        ("4号楼", "", "302"),
    ]


def test_a_floor_column_completes_a_short_door_number(taken):
    header = ["楼栋", "楼层", "房号", "姓名"]
    parsed = taken([header, ["1号楼", 3, "02", "李四"], ["1号楼", "4层", 401, "王五"]])
    assert [home.room for home in parsed.households] == ["302", "401"]


def test_a_floor_column_tells_doors_without_numbers_apart(taken):
    header = ["楼栋", "楼层", "房号", "姓名"]
    rows = [header, ["1号楼", 1, "东", "李四"], ["1号楼", 2, "东", "王五"]]
    assert [home.room for home in taken(rows).households] == ["1层东", "2层东"]


def test_a_merged_building_cell_that_names_the_entrance_too_holds_for_the_rows_below(taken):
    rows = [
        ["楼栋单元", "房号", "姓名"],
        ["1#楼2单元", "101", "李四"],
        [None, "102", "王五"],
        ["2号楼", "101", "赵六"],
    ]
    assert [(home.building, home.entrance) for home in taken(rows).households] == [
        ("1号楼", "2单元"),
        ("1号楼", "2单元"),
        ("2号楼", ""),
    ]


def test_columns_that_contradict_each_other_refuse_the_row(taken):
    assert "单元在两处写得不一样" in home(taken([HEADER, ["1号楼", "1单元", "2-101", "李四"]]))
    assert "楼栋在两处写得不一样" in home(taken([HEADER, ["1号楼", "1单元", "2-1-101", "李四"]]))
    assert home(taken([HEADER, ["1号楼", "1单元", "1-101", "李四"]])) == ("1号楼", "1单元", "101")


@pytest.mark.parametrize("value", [datetime.datetime(2026, 1, 1), datetime.time(1, 30), 2.3])
def test_a_room_that_the_spreadsheet_turned_into_a_date_or_fraction_is_refused(household, value):
    assert "日期或小数" in household(room=value)


@pytest.mark.parametrize(
    ("building", "room", "word"),
    [
        (None, "101", "没有楼栋"),
        ("无", "101", "没有楼栋"),
        ("1号楼", None, "没有房号"),
        ("1号楼", "—", "没有房号"),
        ("1号楼", "一" * 40, "太长"),
        ("x" * 21, "101", "看不懂"),
    ],
)
def test_a_row_without_a_place_is_refused(household, building, room, word):
    assert word in household(building=building, room=room)


def test_the_compounds_name_before_buildings_is_left_out(taken):
    parsed = taken([HEADER, ["东风里小区3号楼", 1, 101, "李四"], ["3号楼", 1, 102, "王五"]])
    assert [home.building for home in parsed.households] == ["3号楼", "3号楼"]
    assert not parsed.warnings


def test_parts_of_a_compound_keep_their_buildings_apart_and_it_is_remarked(taken):
    parsed = taken([HEADER, ["二期3号楼", 1, 101, "李四"], ["3号楼", 1, 101, "王五"]])
    assert [home.building for home in parsed.households] == ["二期3号楼", "3号楼"]
    assert "按不同的楼栋登记" in parsed.warnings[0].reason
