"""What free text must not carry into public, in the forms people write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.demo.opinions import TOPICS
from deliberation.people.private import excerpt, found, hide
from deliberation.people.rules import personal_data, redact

MARK = "［已隐去］"
PHONES = ["13812345678", "138 1234 5678", "138-1234-5678", "１３８１２３４５６７８"]
IDENTITIES = ["410101199001011234", "41010119900101123X", "410101 19900101 123x"]
ROOMS = ["3号楼2单元301室", "3号楼301", "3-2-301", "2单元301", "1号楼101室", "3#-1-1203", "2-301室"]
HARMLESS = [
    "每户100-200元",
    "共382户",
    "议题2026-300",
    "12号楼共120户",
    "2026-11-23",
    "5号楼600平方米",
    "3号楼2单元全体",
    "投资12,345,678.00元，折合12345678元",
    "《民法典》第二百七十八条、第278条",
    "专有部分面积13800.01平方米",
    "2026年11月23日9:00至2026年11月30日24:00",
    "2026-03-01T01:00:00+00:00",
    "名册指纹a13812345678fa13812345678fa13812345678f",
    "合同编号01234567890，发票6222020200001234",
    "热线12345",
]
LANDLINES = ["0371-60000003", "（0371）6000 0003", "0371 60000003", "010-60000003-8"]
CARDS = ["6222020200001234562", "6222 0202 0000 1234 562", "4111111111111111"]
TRAPS = [
    "我电话13800001234，张大爷家下水道堵了找我，我住4号楼2单元301",
    "房产证和身份证410102195001011234都带过去了，为什么还说我不是业主",
]
NAMED = [
    "3号楼2单元501 张三",
    "张三家住3号楼2单元501",
    "李四（5-1-102",
    "301室王大妈",
    "2-3-401、赵雪梅",
]


@pytest.mark.parametrize(
    ("text", "kind"),
    [(text, "手机号码") for text in PHONES]
    + [(text, "身份证号码") for text in IDENTITIES]
    + [(text, "门牌号") for text in ROOMS]
    + [(text, "座机号码") for text in LANDLINES]
    + [(text, "银行卡号") for text in CARDS],
)
def test_personal_data_is_found_named_and_hidden(text, kind):
    sentence = f"找我{text}，谢谢"
    assert personal_data(sentence) == [f"文字里有{kind}"]
    assert text not in redact(sentence)
    assert redact(sentence).startswith(f"找我{MARK}")


@pytest.mark.parametrize("text", NAMED)
def test_a_name_beside_a_room_goes_with_it(text):
    assert personal_data(text) == ["文字里有姓名和门牌号"]
    assert redact(f"反映人：{text}，漏水").replace("）", "") == f"反映人：{MARK}，漏水"


def test_a_landline_without_area_code_is_one_where_somebody_is_to_be_rung():
    assert redact("家里电话：6000 0003，共60000003元") == f"家里电话：{MARK}，共60000003元"


def test_an_office_is_rung_and_a_notice_prints_its_own_contact():
    assert personal_data("保修电话0371-60000003", office=True) == []
    assert personal_data("保修电话19900001234", office=True) == ["文字里有手机号码"]
    text = "问0371-60000003或19900001234"
    assert [row.kind for row in found(text, printed=["0371-6000 0003", ""])] == ["手机号码"]


def test_of_all_that_the_sample_community_says_only_the_traps_are_touched():
    said = [text for topic in TOPICS for text in topic.texts]
    assert len(said) > 70
    assert [text for text in said if redact(text) != text] == []
    assert [redact(text) for text in TRAPS] == [
        f"我电话{MARK}，张大爷家下水道堵了找我，我住{MARK}",
        f"房产证和身份证{MARK}都带过去了，为什么还说我不是业主",
    ]


@pytest.mark.parametrize("text", HARMLESS)
def test_figures_that_are_nobodys_stay(text):
    assert personal_data(text) == []
    assert redact(text) == text


def test_several_kinds_in_one_sentence_are_all_hidden():
    text = "我电话13800001234，住4号楼2单元301，身份证410102195001011234"
    assert redact(text) == f"我电话{MARK}，住{MARK}，身份证{MARK}"


PIECES = st.sampled_from(
    ["138", "0371-", "3号楼", "2单元", "501", "张三", "住", "，", " ", "电话", "9"]
)


@given(st.lists(PIECES | st.characters(), max_size=30).map("".join))
def test_finds_come_in_order_and_nothing_is_left_to_find_between_the_marks(text):
    rows = found(text)
    ends = [at for row in rows for at in (row.start, row.end)]
    assert ends == sorted(ends) and all(row.start < row.end for row in rows)
    kept = "".join(text[a:b] for a, b in zip([0, *ends[1::2]], [*ends[::2], None], strict=True))
    assert hide(text).replace(MARK, "") == kept.replace(MARK, "")
    assert all(excerpt(text, row) for row in rows)
