"""What free text must not carry into public, in the forms people write it."""

import pytest

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
    "电话0371-60000003",
    "3号楼2单元全体",
]


@pytest.mark.parametrize(
    ("text", "kind"),
    [(text, "手机号码") for text in PHONES]
    + [(text, "身份证号码") for text in IDENTITIES]
    + [(text, "门牌号") for text in ROOMS],
)
def test_personal_data_is_found_named_and_hidden(text, kind):
    sentence = f"找我{text}，谢谢"
    assert personal_data(sentence) == [f"文字里有{kind}"]
    assert text not in redact(sentence)
    assert redact(sentence).startswith(f"找我{MARK}")


@pytest.mark.parametrize("text", HARMLESS)
def test_figures_that_are_nobodys_stay(text):
    assert personal_data(text) == []
    assert redact(text) == text


def test_several_kinds_in_one_sentence_are_all_hidden():
    text = "我电话13800001234，住4号楼2单元301，身份证410102195001011234"
    assert redact(text) == f"我电话{MARK}，住{MARK}，身份证{MARK}"
