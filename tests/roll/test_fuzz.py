"""Whatever is in the cells or bytes, there is an answer, and every row has exactly one."""

from datetime import date, datetime, time

from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.roll.reading.grid import Unreadable, gather
from deliberation.roll.reading.parsing import parse
from deliberation.roll.reading.sheets import read_sheets
from tests.roll.conftest import HOUSEHOLDS, PERSONS, TODAY

WORDS = st.sampled_from(
    [
        "1号楼",
        "2#",
        "A座",
        "2单元",
        "2-301",
        "3-2-301",
        "301",
        "东户",
        "户主",
        "子",
        "李四",
        "王 五",
        "李四、王五",
        "合计",
        "姓名",
        "楼栋",
        "房号",
        "19900001001",
        "199",
        "0371-65551234",
        "1981",
        "56㎡",
        "空置",
        "无",
        "同上",
        "=1+1",
        "#REF!",
        "(租户)",
        "-",
        "一",
        "3楼2单元",
        "号",
        "\u200e",
        "",
        "：",
        "²",
    ]
)
CELLS = st.one_of(
    st.none(),
    WORDS,
    WORDS,
    st.text(max_size=12),
    st.integers(-10, 20_000_000_000),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.builds(lambda a, b: a + b, WORDS, WORDS),
)
HEADERS = st.sampled_from(
    [
        HOUSEHOLDS,
        PERSONS,
        ["住址", "业主", "电话", "人数"],
        ["房号", "姓名", "年龄", "政治面貌", "居民代表"],
        ["楼栋", "楼层", "房号", "户主", "姓名", "性别", "产权情况"],
    ]
)


def answered_once(rows: list[list]) -> None:
    sheet = gather("a", rows)
    parsed = parse([sheet], today=TODAY)
    came_in = {person.row for home in parsed.households for person in home.people}
    refused = [item.row for item in parsed.refused]
    titles = {item.row for item in parsed.warnings if "小标题" in item.reason}
    assert len(refused) == len(set(refused))
    assert not came_in & set(refused) and not (came_in | set(refused)) & titles
    data = {row.number for row in sheet.rows} - {1}
    again = data - came_in - set(refused) - titles
    for row in sheet.rows:  # what is left can only be a header printed again
        if row.number in again:
            assert any(cell in ("姓名", "楼栋", "房号") for cell in row.cells)
    assert all(item.reason.endswith("。") for item in (*parsed.refused, *parsed.warnings))
    places = [(home.building, home.entrance, home.room) for home in parsed.households]
    assert len(places) == len(set(places))
    assert all(home.people and home.building and home.room for home in parsed.households)
    assert all(sum(p.is_head for p in home.people) <= 1 for home in parsed.households)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(HEADERS, st.lists(st.lists(CELLS, max_size=9), max_size=12))
def test_every_row_comes_in_or_is_refused_exactly_once(header, rows):
    answered_once([header, *rows])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.lists(CELLS, max_size=9), max_size=8))
def test_rows_without_a_known_header_raise_nothing_but_unreadable(rows):
    try:
        parse([gather("a", rows)], today=TODAY)
    except Unreadable as error:
        assert str(error).endswith("。")


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.binary(max_size=100).map(lambda tail: b"PK\x03\x04" + tail),
        st.text(max_size=200).map(str.encode),
        st.text(max_size=200).map(lambda text: text.encode("utf-16")),
        st.lists(WORDS, max_size=40).map(lambda words: ",".join(words).encode("gb18030")),
    )
)
def test_bytes_raise_nothing_but_unreadable(data):
    try:
        parse(read_sheets(data, "roll.csv"), today=TODAY)
    except Unreadable as error:
        assert str(error).endswith("。")


def test_rows_that_once_broke_the_parser_do_so_no_more():
    answered_once([HOUSEHOLDS, [time(1, 30), date(2026, 1, 1), datetime(2026, 1, 1, 2), True, "²"]])
