"""An administrator enters a year's holidays; periods are counted by them at once."""

from datetime import date

import pytest

from deliberation.calendar import Unit
from deliberation.calendars.models import CalendarYear, calendar
from deliberation.log.models import Entry

pytestmark = pytest.mark.anyio
TABLE = {"year": "2027", "holidays": "1/1-1/3，2/6-2/12", "workdays": "2/13、2/14"}


async def test_a_year_is_entered_and_counts_at_once(world, client):
    admin = await client("管理员")
    assert "程序自带" in (await admin.get("/calendars")).text
    assert (await admin.post("/calendars", data=TABLE)).status_code == 303
    known = await calendar()
    assert known.count(date(2027, 2, 5), 1, Unit.WORKING).last == date(2027, 2, 13)
    page = await admin.get("/calendars")
    assert "2027年" in page.text and "放假10天，调休上班2天" in page.text


async def test_a_year_entered_again_is_replaced_and_the_log_keeps_both(world, client):
    admin = await client("管理员")
    await admin.post("/calendars", data=TABLE)
    await admin.post("/calendars", data=TABLE | {"holidays": "1/1", "workdays": ""})
    assert (await CalendarYear.get(year=2027)).holidays == "1/1"
    first, second = await Entry.filter(act="calendars.enter").order_by("id")
    assert (first.body["replaced"], len(first.body["holidays"])) == (False, 10)
    assert (second.body["replaced"], second.body["holidays"]) == (True, ["2027-01-01"])


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"holidays": "春节"}, "holidays", "看不懂“春节”"),
        ({"holidays": ""}, "holidays", "请填写放假日期"),
        ({"holidays": "，"}, "holidays", "2027年的放假日期是空的"),
        ({"holidays": "2/29"}, "holidays", "2027年没有"),
        ({"holidays": "2/12-2/6"}, "holidays", "结束日早于开始日"),
        ({"workdays": "2/15"}, "workdays", "不是星期六或星期日"),
        ({"workdays": "2/6"}, "workdays", "请只保留一处"),
        ({"workdays": "x" * 1001}, "workdays", "最多1000个字"),
        ({"year": "2025"}, "year", "请从列出的选项里选"),
        ({"year": "2029"}, "year", "请从列出的选项里选"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_entered(
    world, client, change, field, sentence
):
    answer = await (await client("管理员")).post("/calendars", data=TABLE | change)
    assert answer.status_code == 422
    error = answer.text.split(f'id="f-{field}-error"')[1].split("</span></span>")[0]
    assert sentence in error
    assert not await CalendarYear.exists()


@pytest.mark.parametrize("year", ["2026", "2028"])
async def test_this_year_and_the_two_after_it_may_be_entered(world, client, year):
    table = TABLE | {"year": year, "holidays": "1/1", "workdays": ""}
    assert (await (await client("管理员")).post("/calendars", data=table)).status_code == 303


async def test_the_page_does_not_exist_for_anyone_else(world, client):
    for name in ("visitor", "赵大妈", "陈先生", "张经办", "李书记", "孙监督", "刘干部"):
        someone = await client(name)
        assert (await someone.get("/calendars")).status_code == 404
        assert (await someone.post("/calendars", data=TABLE)).status_code == 404
    assert not await CalendarYear.exists()
