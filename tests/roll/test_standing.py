"""Who owns, who rents, who is a party member or a representative: never guessed."""

import pytest


@pytest.mark.parametrize(
    ("title", "written", "tenure", "remarked"),
    [
        ("产权情况", "业主", "owner", False),
        ("产权情况", "承租", "tenant", False),
        ("产权情况", "自有", "owner", False),
        ("居住情况", "自住", "owner", False),
        ("居住情况", "租户", "tenant", False),
        ("房屋性质", "公租房", "tenant", False),
        ("居住情况", "出租", "", True),
        ("房屋性质", "商品房", "", True),
        ("产权情况", None, "", False),
        ("产权情况", "不详", "", False),
        ("产权情况", "业主/租户", "", True),
        ("居住情况", "空置", "", False),
    ],
)
def test_tenure_is_what_the_row_says_or_unknown(taken, title, written, tenure, remarked):
    parsed = taken([["楼栋", "房号", "户主", title], ["1号楼", "101", "李四", written]])
    assert parsed.households[0].tenure == tenure
    assert any(written in w.reason for w in parsed.warnings if written) is remarked


@pytest.mark.parametrize(
    ("name", "written", "tenure"),
    [
        ("李四", None, "owner"),
        ("李四(租户)", None, "tenant"),
        ("李四", "承租", "tenant"),
        ("李四", "出租", "owner"),
    ],
)
def test_a_column_of_owners_names_owners_unless_the_row_says_otherwise(
    taken, name, written, tenure
):
    parsed = taken([["楼栋", "房号", "业主姓名", "居住情况"], ["1号楼", "101", name, written]])
    assert (parsed.households[0].tenure, parsed.warnings) == (tenure, ())


@pytest.mark.parametrize(
    ("note", "vacant"),
    [("空置", True), ("长期无人居住", True), ("非空置", False), ("空调漏水", False), (None, False)],
)
def test_vacant_homes_are_told_from_remarks(household, note, vacant):
    assert household(note=note).vacant is vacant


@pytest.mark.parametrize(
    ("title", "written", "party"),
    [
        ("政治面貌", "中共党员", "member"),
        ("政治面貌", "党员", "member"),
        ("政治面貌", "退休党员", "member"),
        ("政治面貌", "中共预备党员", "probationary"),
        ("政治面貌", "预备党员", "probationary"),
        ("政治面貌", "群众", ""),
        ("政治面貌", "团员", ""),
        ("政治面貌", "入党积极分子", ""),
        ("政治面貌", None, ""),
        ("是否党员", "是", "member"),
        ("是否党员", "√", "member"),
        ("是否党员", "否", ""),
        ("党员", 1, "member"),
        ("党员", True, "member"),
        ("党员", False, ""),
    ],
)
def test_full_and_probationary_members_are_told_apart(taken, title, written, party):
    parsed = taken([["楼栋", "房号", "户主", title], ["1号楼", "101", "李四", written]])
    assert (parsed.households[0].people[0].party, parsed.warnings) == (party, ())


@pytest.mark.parametrize("written", ["民革党员", "致公党", "党外人士", "待查"])
def test_members_of_other_parties_and_unclear_words_give_no_vote_and_are_remarked(taken, written):
    parsed = taken([["楼栋", "房号", "户主", "政治面貌"], ["1号楼", "101", "李四", written]])
    assert parsed.households[0].people[0].party == ""
    assert written in parsed.warnings[0].reason


@pytest.mark.parametrize(
    ("written", "representative", "remarked"),
    [
        ("是", True, False),
        ("√", True, False),
        ("✓", True, False),
        (1, True, False),
        ("居民代表", True, False),
        ("否", False, False),
        (None, False, False),
        ("×", False, False),
        ("候补", False, True),
    ],
)
def test_representatives_are_ticked(taken, written, representative, remarked):
    parsed = taken([["楼栋", "房号", "户主", "居民代表"], ["1号楼", "101", "李四", written]])
    assert parsed.households[0].people[0].representative is representative
    assert bool(parsed.warnings) is remarked


@pytest.mark.parametrize(
    ("written", "gender", "remarked"),
    [
        ("男", "male", False),
        ("女", "female", False),
        (1, "male", False),
        (2, "female", False),
        (None, "", False),
        ("未说明", "", True),
    ],
)
def test_gender_is_read_or_left_open(taken, written, gender, remarked):
    parsed = taken([["楼栋", "房号", "户主", "性别"], ["1号楼", "101", "李四", written]])
    assert parsed.households[0].people[0].gender == gender
    assert bool(parsed.warnings) is remarked


@pytest.mark.parametrize(
    ("column", "note", "word"),
    [
        ("备注", "党员", "没有据此登记身份"),
        ("备注", "已故", "注明已故"),
        ("户主", "李*", "可能不完整"),
        ("户主", "李\ufffd", "可能不完整"),
    ],
)
def test_what_a_clerk_should_look_at_is_remarked(taken, column, note, word):
    row = {"楼栋": "1号楼", "房号": "101", "户主": "李四", "备注": None, column: note}
    parsed = taken([list(row), list(row.values())])
    assert [word in w.reason for w in parsed.warnings] == [True]


def test_a_space_between_what_may_be_two_names_is_remarked(taken):
    parsed = taken(
        [
            ["楼栋", "房号", "户主"],
            ["1号楼", "101", "李四 王五六"],
            ["1号楼", "102", "李大四 王五"],
            ["1号楼", "103", "李 四"],
        ]
    )
    assert [w.row for w in parsed.warnings] == [2, 3]


def test_a_first_row_without_relationship_is_the_heads(taken):
    parsed = taken(
        [
            ["楼栋", "房号", "与户主关系", "姓名"],
            ["1号楼", "101", None, "李四"],
            ["1号楼", "101", "配偶", "王五"],
        ]
    )
    assert [p.is_head for p in parsed.households[0].people] == [True, False]
    assert not parsed.warnings


def test_an_unclear_word_is_remarked_once_a_sheet(taken):
    rows = [["1号楼", str(room), "李四", "商品房"] for room in range(101, 131)]
    parsed = taken([["楼栋", "房号", "户主", "房屋性质"], *rows])
    assert [w.row for w in parsed.warnings] == [2]


def test_a_person_is_head_where_a_column_of_heads_names_them_or_is_ticked(taken):
    parsed = taken(
        [
            ["楼栋", "房号", "户主", "姓名"],
            ["1号楼", "101", "李四", "王五"],
            [None, None, "李四", "李四"],
            ["1号楼", "102", "是", "赵六"],
        ]
    )
    assert [[p.is_head for p in h.people] for h in parsed.households] == [[False, True], [True]]
