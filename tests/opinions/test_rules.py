from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from deliberation.procedure import Norms
from deliberation.stages.opinions import rules, sheets

NORMS = Norms()
LAST = date(2026, 3, 9)
END = datetime(2026, 3, 9, 16, 0, tzinfo=UTC)  # 24:00 in Shanghai
READY = rules.Facts(last_on=LAST, total=3, unconfirmed=0, unanswered=0, households=100, covered=75)


def test_the_stage_may_be_left_at_24_00_of_the_last_day_and_not_a_second_earlier():
    early = END - timedelta(seconds=1)
    assert rules.blockers(READY, NORMS, early) == ["征求意见到2026年3月9日24:00结束"]
    assert rules.blockers(READY, NORMS, END) == []


def test_people_may_speak_until_the_last_second_of_the_last_day():
    assert rules.closed(LAST, END - timedelta(seconds=1)) == []
    assert rules.closed(LAST, END) == ["征求意见已于2026年3月9日24:00结束"]
    assert rules.closed(None, END) == ["还没有开始征求意见，公布期限以后再来提"]


def test_one_unanswered_or_unconfirmed_opinion_holds_the_stage():
    facts = replace(READY, unanswered=1, unconfirmed=2)
    assert rules.blockers(facts, NORMS, END) == [
        "还有2条名册外人员的意见没有确认身份",
        "还有1条意见没有答复",
    ]


def test_coverage_of_75_in_100_meets_the_target_and_74_only_warns():
    assert rules.warnings(READY, NORMS) == []
    short = replace(READY, covered=74)
    assert rules.warnings(short, NORMS) == ["已听到74户，共100户；目标是3/4以上"]
    assert rules.blockers(short, NORMS, END) == []


@pytest.mark.parametrize(("days", "fits"), [(2, False), (3, True), (30, True), (31, False)])
def test_the_period_lies_within_the_norms_of_the_rule_set(days, fits):
    assert (rules.period_reasons(days, NORMS) == []) is fits


def test_a_paper_said_on_the_last_day_may_be_recorded_afterwards_but_not_a_later_one():
    today = LAST + timedelta(days=3)
    assert rules.said_reasons(LAST, last_on=LAST, today=today) == []
    assert rules.said_reasons(LAST + timedelta(days=1), last_on=LAST, today=today)
    assert rules.said_reasons(LAST, last_on=LAST, today=LAST - timedelta(days=1))
    assert rules.said_reasons(LAST, last_on=None, today=today)
    assert rules.said_reasons(today - timedelta(days=366), last_on=LAST, today=today) == []
    assert rules.said_reasons(today - timedelta(days=367), last_on=LAST, today=today)


@pytest.mark.parametrize(
    ("visitors", "fits"),
    [
        ("张三、李四", True),
        ("张三 李四", True),
        ("张三", False),
        ("张三、张三", False),
        ("", False),
    ],
)
def test_a_door_visit_is_signed_by_two_different_people(visitors, fits):
    assert (rules.visit_reasons("visit", visitors) == []) is fits
    assert rules.visit_reasons("phone", visitors) == []


def test_a_public_text_of_ours_names_no_phone():
    assert rules.public_reasons("更换下水管") == []
    assert rules.public_reasons("找19900001234") == ["这段话要公开，文字里有手机号码，请删去"]


CSV = "channel,building,entrance,text\r\n入户走访,1号楼,1单元,水管太细\r\n微信群,,,修路\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_spreadsheet_export_is_read_in_each_usual_encoding(encoding):
    lines, mistakes = sheets.read(CSV.encode(encoding))
    assert mistakes == []
    assert [(line.row, line.channel, line.text) for line in lines] == [
        (2, "visit", "水管太细"),
        (3, "chat", "修路"),
    ]


@pytest.mark.parametrize(("word", "key"), [(name, key) for key, name in rules.CHANNELS.items()])
def test_every_channel_may_be_named_as_pages_name_it(word, key):
    assert sheets.read(f"渠道,意见\n{word},好\n".encode())[0][0].channel == key


def test_every_bad_row_is_named_with_its_number():
    words = f"飞鸽,好\n\n网上,\n网上,{'长' * 2001}\n网上,{'长' * 2000}\n网上,好,{'1' * 5000}\n"
    data = f"渠道,意见,楼栋\n{words}".encode()
    lines, mistakes = sheets.read(data)
    assert [line.row for line in lines] == [6]
    assert mistakes == [
        (2, "不认识渠道“飞鸽”"),
        (4, "没有写意见内容"),
        (5, "意见最多2000个字，现在有2001个字"),
        (7, "楼栋、单元、房号最多40个字"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04\x00\x00",
        b"\xff\xfe\xff",
        "楼栋,意见\n1号楼,好\n".encode(),
        "渠道,意见\n".encode(),
        '渠道,意见\n网上,"没有关的引号\n'.encode(),
        ("渠道,意见\n" + "网上,好\n" * 5001).encode(),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_as_a_whole(data):
    with pytest.raises(sheets.Unreadable):
        sheets.read(data)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1+1"])
def test_a_cell_that_would_run_as_a_formula_is_written_with_a_quote_in_front(cell):
    written = sheets.write(["意见"], [[cell], ["好"]]).decode("utf-8-sig")
    assert f"'{cell}" in written
    assert "'好" not in written
    assert sheets.write(["意见"], []).startswith(b"\xef\xbb\xbf")
