"""Every parser at its edges: a value, or one sentence."""

import json
from datetime import UTC, date, datetime
from urllib.parse import urlencode

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from deliberation.web.forms import (
    Bad,
    Form,
    choice,
    choices,
    clean,
    day,
    flag,
    integer,
    moment,
    money,
    read,
    text,
    upload,
)

pytestmark = pytest.mark.anyio


def refused(parse, *items) -> str:
    with pytest.raises(Bad) as error:
        parse(list(items))
    return str(error.value)


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("0", 0),
        ("0.01", 1),
        ("0.1", 10),
        ("12345.67", 1234567),
        ("12,345.67", 1234567),
        ("¥12,345.67元", 1234567),
        ("１２３．４５", 12345),
        ("￥１００", 10000),
        ("007", 700),
        ("100000000000", 10**13),
        ("", None),
    ],
)
def test_money_is_read_into_whole_fen(typed, fen):
    assert money(required=False)([typed]) == fen


@pytest.mark.parametrize("typed", ["0.005", "1.234", "1e5", "abc", "1.", ".5", "--1", "1 2", "NaN"])
def test_money_with_a_third_decimal_or_anything_else_is_refused(typed):
    assert "最多两位小数" in refused(money(), typed)


def test_money_has_a_floor_and_a_ceiling():
    assert "不能是负数" in refused(money(), "-0.01")
    assert money(negative=True)(["-0.01"]) == -1
    assert "金额太大" in refused(money(), "100000000000.01")
    assert "金额太大" in refused(money(negative=True), "-100000000000.01")
    assert "请填写金额" in refused(money(), "")


@pytest.mark.parametrize(("typed", "number"), [("0", 0), ("10", 10), ("１０", 10), ("-5", -5)])
def test_whole_numbers_are_read_within_their_bounds(typed, number):
    assert integer(min=-5, max=10)([typed]) == number


@pytest.mark.parametrize("typed", ["1.5", "1e3", "十", "9" * 13, "+1", "1_0", "0x1"])
def test_what_is_no_whole_number_is_refused(typed):
    assert "请填写整数" in refused(integer(), typed)


def test_a_whole_number_just_outside_its_bounds_is_refused():
    parse = integer(min=1, max=10)
    assert parse(["1"]) == 1 and parse(["10"]) == 10
    assert refused(parse, "0") == refused(parse, "11") == "请填写1到10之间的整数"
    assert "请填写数字" in refused(parse, "")
    assert integer(required=False)([""]) is None


@pytest.mark.parametrize("typed", ["1900-01-01", "2024-02-29", "2100-12-31"])
def test_days_are_read(typed):
    assert day()([typed]) == date.fromisoformat(typed)


@pytest.mark.parametrize(
    "typed", ["2026-02-29", "2026-13-01", "2026/11/23", "２０２６-11-23", "昨天", "0000-01-01"]
)
def test_days_that_do_not_exist_are_refused(typed):
    assert "日期请写成 2026-11-23 这样" in refused(day(), typed)


@pytest.mark.parametrize("typed", ["1899-12-31", "2101-01-01", "9999-12-31"])
def test_days_of_another_age_are_refused(typed):
    assert refused(day(), typed) == "请核对年份"


def test_a_missing_day_is_none_only_where_it_may_be():
    assert day(required=False)([""]) is None
    assert "请选择日期" in refused(day())


def test_a_moment_is_local_and_kept_in_utc():
    assert moment()(["2026-11-23T09:00"]) == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert moment()(["2026-01-01T00:00"]) == datetime(2025, 12, 31, 16, 0, tzinfo=UTC)
    assert moment(required=False)([""]) is None


@pytest.mark.parametrize("typed", ["2026-11-23T25:00", "0001-01-01T00:00", "now"])
def test_a_moment_that_cannot_be_is_refused(typed):
    assert "时间请写成" in refused(moment(), typed) or "年份" in refused(moment(), typed)


def test_text_counts_characters_and_needs_one():
    parse = text(max=5, message="请写名称")
    assert parse(["东风里小区"]) == "东风里小区"
    assert refused(parse, "东风里小区A") == "最多5个字，现在有6个字"
    assert refused(parse, "") == refused(parse) == "请写名称"
    assert text(required=False)([]) == ""
    assert text(max=1)(["𠅤"]) == "𠅤"


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("a\x00b", "ab"),
        ("\x00", ""),
        ("  赵 大妈 ", "赵 大妈"),
        ("一行\r\n二行\t三", "一行\n二行\t三"),
        ("\u202e倒过来", "倒过来"),
        ("\ufeff\u200b空", "空"),
        ("e\u0301", "é"),
        ("半\ud83d个", "半个"),
    ],
)
def test_what_cannot_be_seen_is_taken_out(typed, left):
    assert clean(typed) == left


def test_only_what_is_offered_can_be_chosen():
    parse = choice({"a": "甲", "b": "乙"})
    assert parse(["a"]) == "a"
    assert "列出的选项" in refused(parse, "c")
    assert "请选一项" in refused(parse, "")
    assert choice({"a"}, required=False)([""]) == ""
    several = choices({"a", "b"}, required=True)
    assert several(["b", "a", "b", ""]) == ["b", "a"]
    assert "请至少选一项" in refused(several, "")
    assert "列出的选项" in refused(several, "a", "c")


def test_a_box_is_ticked_or_not():
    assert flag()(["1"]) is True
    assert flag()([]) is False
    assert flag()([""]) is False


async def posted(fields, body, **more) -> dict:
    """What `read` makes of a request, as JSON."""

    async def show(request):
        form = await read(request, fields, "f")
        data = {name: str(value) for name, value in form.data.items()}
        return JSONResponse({"values": form.values, "errors": form.errors, "data": data})

    app = Starlette(routes=[Route("/", show, methods=["POST"])])
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        return (await client.post("/", content=body, **more)).json()


FORM = {"headers": {"Content-Type": "application/x-www-form-urlencoded"}}


async def test_a_form_keeps_what_was_typed_beside_the_sentence():
    body = urlencode({"amount": "0.005", "title": " 水管\x00老化 "})
    form = await posted({"amount": money(), "title": text(), "on": day()}, body, **FORM)
    assert form["values"] == {"amount": "0.005", "title": "水管老化", "on": ""}
    assert set(form["errors"]) == {"amount", "on"}
    assert form["data"] == {"title": "水管老化"}


async def test_a_field_sent_twice_counts_once_where_one_is_asked():
    form = await posted({"title": text()}, "title=a&title=b", **FORM)
    assert form["data"] == {"title": "a"}


async def test_bytes_that_are_no_text_break_nothing():
    form = await posted({"title": text(required=False)}, b"title=%ff%fe%00&%zz", **FORM)
    assert form["errors"] == {}


@pytest.mark.parametrize("charset", ["raw_unicode_escape", "punycode", "undefined", "no-such"])
async def test_letters_that_nobody_reads_are_a_bad_request(charset):
    body = b'--x\r\nContent-Disposition: form-data; name="title"\r\n\r\n\\ud83d-\xff\r\n--x--\r\n'
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    try:
        form = await posted({"title": text(required=False)}, body, headers={"Content-Type": kind})
        assert form["errors"] == {} and "\ud83d" not in form["values"]["title"]
    except json.JSONDecodeError as plain:
        assert plain.doc == "Bad Request"


async def uploaded(content: bytes, name: str = "roll.csv") -> dict:
    async def show(request):
        form = await read(request, {"file": upload(most=10)})
        found = form.data.get("file")
        return JSONResponse({"errors": form.errors, "file": found and [found[0], len(found[1])]})

    app = Starlette(routes=[Route("/", show, methods=["POST"])])
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        return (await client.post("/", files={"file": (name, content)})).json()


async def test_an_upload_is_bound_to_the_byte():
    assert (await uploaded(b"x" * 10))["file"] == ["roll.csv", 10]
    assert (await uploaded(b"x" * 11))["errors"]["file"] == "文件太大，最多0MB"
    assert "请社区当面拍" in (await uploaded(b"x" * 11, "a.jpg"))["errors"]["file"]
    assert "空文件" in (await uploaded(b""))["errors"]["file"]


async def test_a_form_without_its_upload_says_so():
    form = await posted({"file": upload()}, "file=roll.csv", **FORM)
    assert form["errors"] == {"file": "请选择文件"}


def test_one_of_several_forms_on_a_page_keeps_its_own_values():
    form = Form(id="edit", values={"name": "新"}, errors={"name": "不行"})
    assert form.only("edit", name="旧") is form
    other = form.only("new", name="旧")
    assert (other.values, other.errors, other.ok) == ({"name": "旧"}, {}, True)
    assert not form.ok and not Form(reasons=["还差"]).ok
