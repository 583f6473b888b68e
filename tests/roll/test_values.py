"""Names, phones, areas, years and choices in single cells."""

from datetime import date, datetime

import pytest


@pytest.mark.parametrize(
    ("written", "phone", "others"),
    [
        (19900003240, "19900003240", ()),
        (19900003240.0, "19900003240", ()),
        ("19900003240.0", "19900003240", ()),
        ("'19900003240", "19900003240", ()),
        ("199-0000-3370", "19900003370", ()),
        ("１９９－００００－３３７０", "19900003370", ()),
        ("+86 199 0000 3370", "19900003370", ()),
        ("0086-19900003370", "19900003370", ()),
        (8619900003370, "19900003370", ()),
        ("199 0000 3370", "19900003370", ()),
        ("19900003838/19900999018", "19900003838", ("19900999018",)),
        ("19900003838／19900999018", "19900003838", ("19900999018",)),
        ("19900003838、19900999018", "19900003838", ("19900999018",)),
        ("19900003838，19900999018;19900999019", "19900003838", ("19900999018", "19900999019")),
        ("19900003838 19900999018", "19900003838", ("19900999018",)),
        ("199 0000 3838 199 0099 9018", "19900003838", ("19900999018",)),
        ("19900003838\n19900999018", "19900003838", ("19900999018",)),
        ("儿子19900003838女儿19900999018", "19900003838", ("19900999018",)),
        ("19900003838(李四)", "19900003838", ()),
        ("19900003838/19900003838", "19900003838", ()),
        (None, "", ()),
        ("无", "", ()),
        ("/", "", ()),
        (0, "", ()),
        ("不详", "", ()),
    ],
)
def test_phones_are_read_as_people_write_them(household, written, phone, others):
    (person,) = household(phone=written).people
    assert (person.phone, person.other_phones) == (phone, others)


@pytest.mark.parametrize(
    ("written", "word"),
    [
        (1990000395, "这里有10位"),
        ("199000033701", "这里有12位"),
        ("1990000", "这里有7位"),
        ("110101198001011234", "这里有18位"),
        ("29900003370", "不是以13至19开头"),
        ("12900003370", "不是以13至19开头"),
        ("199****3370", "“*”号"),
        ("1.99E+10", "科学计数法"),
        (1990000324.5, "小数"),
        ("19900003838/1990099901", "这里有10位"),
        (datetime(2026, 1, 1), "位"),
    ],
)
def test_a_faulty_number_refuses_the_row_without_being_shown(household, written, word):
    reason = household(phone=written)
    assert word in reason
    assert "0000" not in reason and "3370" not in reason


@pytest.mark.parametrize(
    "written",
    ["0371-65551234", "65551234", "(0371)65551234", "0371 6555123", "0371-65551234转801", 65551234],
)
def test_a_landline_is_no_mobile_number_but_does_not_refuse_the_row(taken, written):
    parsed = taken([["楼栋", "房号", "户主", "电话"], ["1号楼", "101", "李四", written]])
    assert (parsed.people, parsed.households[0].people[0].phone) == (1, "")
    assert ["座机" in warning.reason for warning in parsed.warnings] == [True]


@pytest.mark.parametrize(
    ("written", "name", "note"),
    [
        ("熊 健建", "熊健建", ""),
        ("熊\u3000健\u200b建\xa0", "熊健建", ""),
        ("张三(租户)", "张三", "租户"),
        ("李四（已故）", "李四", "已故"),
        ("李四【已搬走】", "李四", "已搬走"),
        ("李四（已故", "李四", "已故"),
        ("户主：李四", "李四", "户主"),
        ("李䶮㛃堃燊犇喆", "李䶮㛃堃燊犇喆", ""),
        ("古丽•买买提", "古丽·买买提", ""),
        ("John  Smith", "John Smith", ""),
        ("李四-租户", "李四", "租户"),
        ("𬭚𠅤", "𬭚𠅤", ""),
        ("居民001", "居民001", ""),
        ("李\ue001", "李\ue001", ""),
    ],
)
def test_names_lose_spaces_and_notes_but_no_character(household, written, name, note):
    (person,) = household(name=written).people
    assert (person.name, person.note) == (name, note)


@pytest.mark.parametrize(
    "written",
    [
        None,
        "无",
        "—",
        "空置",
        "13",
        "李四19900003370",
        "#REF!",
        "填表人:李四：王五",
        "=1+1",
        "@SUM(A1)",
        "(已故)",
        "李" * 41,
    ],
)
def test_what_is_no_name_refuses_the_row(household, written):
    reason = household(name=written)
    assert "姓名" in reason or "公式" in reason


def test_two_owners_in_one_cell_are_two_people_and_it_is_remarked(taken):
    header = ["楼栋", "房号", "业主", "电话"]
    parsed = taken([header, ["1号楼", "101", "李四、王五(已故)", 19900001001]])
    (home,) = parsed.households
    assert [(p.name, p.is_head, p.phone, p.note) for p in home.people] == [
        ("李四", True, "19900001001", ""),
        ("王五", False, "", "已故"),
    ]
    assert any("几个姓名" in warning.reason for warning in parsed.warnings)


@pytest.mark.parametrize(
    ("written", "hundredths"),
    [
        ("56.0㎡", 5600),
        (56, 5600),
        (61.75, 6175),
        ("83.17平方米", 8317),
        ("68.42 m2", 6842),
        ("68.42m²", 6842),
        ("约60平", 6000),
        ("1,234.5", 123450),
        (56.125, 5613),
        (None, None),
        ("-", None),
        (0.01, 1),
        (9999.99, 999999),
        (10000, 1_000_000),
    ],
)
def test_areas_are_whole_hundredths_of_a_square_metre(household, written, hundredths):
    assert household(area=written).area_hundredths == hundredths


@pytest.mark.parametrize(
    "written",
    [
        0,
        "0",
        -1,
        "-56",
        10000.01,
        1e300,
        float("inf"),
        float("nan"),
        "六十",
        "56/60",
        "88,5",
        0.001,
        True,
        date(2026, 1, 1),
    ],
)
def test_impossible_areas_refuse_the_row(household, written):
    assert "面积" in household(area=written)


@pytest.mark.parametrize(
    ("written", "year", "born"),
    [
        (1981, 1981, None),
        (1981.0, 1981, None),
        ("1981年", 1981, None),
        ("1981-05", 1981, None),
        ("1981.05", 1981, None),
        (1981.05, 1981, None),
        (198105, 1981, None),
        ("1981年5月生", 1981, None),
        ("1981-05-06", 1981, date(1981, 5, 6)),
        ("1981/5/6", 1981, date(1981, 5, 6)),
        ("1981年5月6日", 1981, date(1981, 5, 6)),
        (19810506, 1981, date(1981, 5, 6)),
        ("1981.5.6", 1981, date(1981, 5, 6)),
        ("1981-05-06 00:00:00", 1981, date(1981, 5, 6)),
        (datetime(1981, 5, 6), 1981, date(1981, 5, 6)),
        (29712, 1981, date(1981, 5, 6)),
        (datetime(1905, 6, 3), 1981, None),
        (None, None, None),
        ("不详", None, None),
        (1900, 1900, None),
        (2026, 2026, None),
        ("2026-11-23", 2026, date(2026, 11, 23)),
    ],
)
def test_years_and_dates_of_birth_are_read_in_every_form(persons, written, year, born):
    parsed = persons(["1号楼", "1", "101", "户主", "李四", written, None])
    (person,) = parsed.households[0].people
    assert (person.birth_year, person.birth_date) == (year, born)


@pytest.mark.parametrize(
    "written",
    [
        1899,
        2027,
        "2026-11-24",
        "81年",
        "1981-13",
        "1981-02-30",
        "1981-00",
        "农历五月",
        -5,
        "abc",
        True,
        9999,
        float("nan"),
    ],
)
def test_impossible_years_of_birth_refuse_the_row(persons, written):
    parsed = persons(["1号楼", "1", "101", "户主", "李四", written, None])
    assert "出生" in parsed.refused[0].reason and not parsed.households


@pytest.mark.parametrize(
    ("age", "year"),
    [
        (45, 1981),
        ("45岁", 1981),
        (20, 2006),
        (19, None),
        (15, None),
        (14, 2012),
        (0, 2026),
        (None, None),
    ],
)
def test_an_age_gives_a_year_except_near_majority(taken, age, year):
    parsed = taken([["楼栋", "房号", "姓名", "年龄"], ["1号楼", "101", "李四", age]])
    assert parsed.households[0].people[0].birth_year == year
    assert any("推算" in warning.reason for warning in parsed.warnings) == (age is not None)


@pytest.mark.parametrize(
    ("written", "size"), [(3, 3), ("3人", 3), ("三口", 3), (None, None), (0, 0), (50, 50)]
)
def test_household_sizes_are_whole_numbers(taken, written, size):
    parsed = taken([["楼栋", "房号", "户主", "家庭人口"], ["1号楼", "101", "李四", written]])
    assert parsed.households[0].size == size


@pytest.mark.parametrize("written", [51, -1, 2.5, "多", "9" * 1999, True])
def test_impossible_household_sizes_refuse_the_row(taken, written):
    parsed = taken([["楼栋", "房号", "户主", "家庭人口"], ["1号楼", "101", "李四", written]])
    assert "家庭人口" in parsed.refused[0].reason
