"""The demo community has the size, the people and the electorate it claims."""

from collections import Counter

import psutil
import pytest

from deliberation.roll import sample
from deliberation.roll.reading.grid import gather
from deliberation.roll.reading.parsing import parse
from deliberation.roll.reading.sheets import read_sheets
from tests.roll.conftest import TODAY


@pytest.fixture(scope="module")
def parsed():
    return parse([gather("居民名册", sample.rows())], today=TODAY)


@pytest.fixture(scope="module")
def people(parsed):
    return [person for home in parsed.households for person in home.people]


def test_it_has_nine_buildings_382_households_and_963_people_and_no_fault(parsed):
    assert (len(parsed.households), parsed.people) == (382, 963)
    assert len({home.building for home in parsed.households}) == 9
    assert (parsed.refused, parsed.warnings) == ((), ())


def test_it_comes_through_a_workbook_and_a_text_file_unchanged(parsed, workbook):
    rows = sample.rows()
    text = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows)
    book = parse(read_sheets(workbook({"居民名册": rows}), "r.xlsx"), today=TODAY)
    assert book == parsed
    for encoding in ("utf-8-sig", "gb18030"):
        table = parse(read_sheets(text.encode(encoding), "居民名册"), today=TODAY)
        assert table == parsed


def test_it_is_the_same_every_time():
    assert sample.rows() == sample.rows()
    assert sample.rows()[1][4] == "高军"


def test_fifty_one_may_vote_and_one_of_them_in_two_capacities(people):
    assert Counter(person.party for person in people) == {"": 957, "member": 5, "probationary": 1}
    members = {p.row for p in people if p.party == "member"}
    representatives = {p.row for p in people if p.representative}
    assert (len(representatives), len(members & representatives)) == (47, 1)
    assert len(members | representatives) == 51
    voters = [p for p in people if p.row in members | representatives]
    assert all(p.birth_year <= 2007 for p in voters)


def test_four_in_five_households_own_their_home(parsed):
    assert Counter(home.tenure for home in parsed.households) == {"owner": 306, "tenant": 76}
    assert all(home.area_hundredths for home in parsed.households)


def test_three_adults_in_four_have_a_phone_of_their_own(people):
    adults = [person for person in people if person.birth_year <= 2008]
    phones = [person.phone for person in adults if person.phone]
    assert 72 * len(adults) <= 100 * len(phones) <= 78 * len(adults)
    assert len(set(phones)) == len(phones)
    assert all(phone.startswith("1990000") and len(phone) == 11 for phone in phones)
    assert not any(person.phone for person in people if person.birth_year > 2008)


def test_families_are_possible(parsed, people):
    assert all(1930 <= person.birth_year <= 2025 for person in people)
    for home in parsed.households:
        head = next(person for person in home.people if person.is_head)
        for person in home.people:
            gap = person.birth_year - head.birth_year
            if person.relationship in ("子", "女"):
                assert gap >= 18
            elif person.relationship in ("父", "母"):
                assert gap <= -18
            else:
                assert abs(gap) <= 10


@pytest.mark.parametrize("character", "䶮㛃堃燊犇喆")
def test_rare_characters_are_among_the_names(people, character):
    assert sum(character in person.name for person in people) >= 3


def test_six_and_a_half_thousand_households_parse_in_little_memory():
    """26 buildings of about 16,500 people, made of the sample under other building numbers."""
    header, *rows = sample.rows()
    many = [[f"{int(row[0][:-2]) + 9 * copy}号楼", *row[1:]] for copy in range(17) for row in rows]
    sheets = [gather("大", [header, *many])]
    before = psutil.Process().memory_info().rss
    parsed = parse(sheets, today=TODAY)
    assert (len(parsed.households), parsed.people) == (17 * 382, 17 * 963)
    assert psutil.Process().memory_info().rss - before < 150 * 1024 * 1024
