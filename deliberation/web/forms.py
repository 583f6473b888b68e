"""Reading forms: each field a parser that returns a value or says in one sentence what is wrong.

    form = await read(request, {"title": text(max=80), "amount": money(required=False)})

`form.values` keeps what was typed, `form.errors` the sentence per field, `form.data` the values.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from deliberation.calendar import SHANGHAI

_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
SMALLER = "。照片请用微信发给自己再存一次，就会小一些，或者请社区当面拍"


class Bad(ValueError):
    """What is wrong with a field, as one sentence for the person who typed it."""


@dataclass
class Form:
    """A form as typed and as read; `id` tells the forms of one page apart, `files` which fields
    brought one, that no page can show again. `reasons` are refusals of no single field.
    """

    id: str = "f"
    values: dict[str, str | list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    data: dict[str, object] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)

    @property
    def ok(self) -> bool:
        return not self.errors and not self.reasons

    def only(self, id: str, **initial) -> "Form":
        """This form if it is the one called `id`, else a fresh one showing `initial` values."""
        return self if self.id == id else Form(id=id, values=initial)


Parser = Callable[[list], object]


async def read(request: Request, fields: Mapping[str, Parser], id: str = "f") -> Form:
    """Reads the request's form by `fields`; uploads are read by their own parser."""
    try:
        raw = await request.form(max_files=20, max_fields=5000)
    except (LookupError, UnicodeError):  # in letters that no browser of ours sends
        raise HTTPException(400) from None
    form = Form(id=id)
    for name, parse in fields.items():
        items = raw.getlist(name)
        form.files |= {name} if _chosen(items) else set()
        typed = [clean(item) for item in items if isinstance(item, str)]
        form.values[name] = typed if len(typed) > 1 else (typed[0] if typed else "")
        try:
            value = parse([item if isinstance(item, UploadFile) else clean(item) for item in items])
            form.data[name] = await value if hasattr(value, "__await__") else value
        except Bad as error:
            form.errors[name] = str(error)
    return form


def clean(typed: str) -> str:
    """NFC, unified line ends, without what cannot be seen and halves of characters."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", typed.replace("\r\n", "\n"))).strip()


def _single(items: list, required: bool, message: str) -> str:
    value = items[0] if items and isinstance(items[0], str) else ""
    if required and not value:
        raise Bad(message)
    return value


def text(*, max: int = 200, required: bool = True, message: str = "请填写这一项") -> Parser:
    """A string of at most `max` characters."""

    def parse(items: list) -> str:
        value = _single(items, required, message)
        if len(value) > max:
            raise Bad(f"最多{max}个字，现在有{len(value)}个字")
        return value

    return parse


def integer(*, min: int = 0, max: int = 10**6, required: bool = True) -> Parser:
    """An int within bounds (full-width digits too); None when empty and not required."""

    def parse(items: list) -> int | None:
        value = unicodedata.normalize("NFKC", _single(items, required, "请填写数字"))
        if not value:
            return None
        if not re.fullmatch(r"-?\d{1,12}", value):
            raise Bad("请填写整数，例如 12")
        if not min <= int(value) <= max:
            raise Bad(f"请填写{min}到{max}之间的整数")
        return int(value)

    return parse


def money(*, required: bool = True, negative: bool = False) -> Parser:
    """Yuan with at most two decimals, read into int fen; None when empty and not required."""

    def parse(items: list) -> int | None:
        value = unicodedata.normalize("NFKC", _single(items, required, "请填写金额"))
        value = value.replace(",", "").replace("¥", "").replace("元", "").strip()
        if not value:
            return None
        if not re.fullmatch(r"-?\d{1,13}(\.\d{1,2})?", value):
            raise Bad("请填写金额（元），最多两位小数，例如 12345.67")
        whole, _, cents = value.lstrip("-").partition(".")
        fen = int(whole) * 100 + int(cents.ljust(2, "0") or 0)
        if fen > 10**13:
            raise Bad("金额太大，请核对")
        if value.startswith("-") and not negative:
            raise Bad("金额不能是负数")
        return -fen if value.startswith("-") else fen

    return parse


def day(*, required: bool = True) -> Parser:
    """A date; None when empty and not required."""

    def parse(items: list) -> date | None:
        value = _single(items, required, "请选择日期")
        if not value:
            return None
        try:
            found = date.fromisoformat(value)
        except ValueError:
            raise Bad("日期请写成 2026-11-23 这样") from None
        if not 1900 <= found.year <= 2100:
            raise Bad("请核对年份")
        return found

    return parse


def moment(*, required: bool = True) -> Parser:
    """A local date and time (Asia/Shanghai), read into an aware UTC datetime."""

    def parse(items: list) -> datetime | None:
        value = _single(items, required, "请选择日期和时间")
        if not value:
            return None
        try:
            found = datetime.fromisoformat(value).replace(tzinfo=SHANGHAI).astimezone(UTC)
        except (ValueError, OverflowError):
            raise Bad("时间请写成 2026-11-23 09:00 这样") from None
        if not 1900 <= found.year <= 2100:
            raise Bad("请核对年份")
        return found

    return parse


def choice(options, *, required: bool = True, message: str = "请选一项") -> Parser:
    """One of the keys of `options`; '' when empty and not required."""

    def parse(items: list) -> str:
        value = _single(items, required, message)
        if value and value not in options:
            raise Bad("请从列出的选项里选")
        return value

    return parse


def choices(options, *, required: bool = False) -> Parser:
    """A list of keys of `options` without repeats, in the order given."""

    def parse(items: list) -> list[str]:
        values = list(dict.fromkeys(item for item in items if isinstance(item, str) and item))
        if required and not values:
            raise Bad("请至少选一项")
        if any(value not in options for value in values):
            raise Bad("请从列出的选项里选")
        return values

    return parse


def ids(message: str) -> Parser:
    """A list of row ids; `message` when there is none, or something that is none."""

    def parse(items: list) -> list[int]:
        if not items or not all(
            isinstance(item, str) and item.isascii() and item.isdigit() and len(item) < 10
            for item in items
        ):
            raise Bad(message)
        return [int(item) for item in items]

    return parse


def flag() -> Parser:
    """True when the box was ticked."""
    return lambda items: bool(items and items[0])


def upload(*, most: int = 20 * 1024 * 1024, required: bool = True) -> Parser:
    """(file name, bytes); None when no file was chosen and none is required."""

    def parse(items: list):
        files = _chosen(items)
        if required and not files:
            raise Bad("请选择文件")
        return _content(files[0], most) if files else None

    return parse


def uploads(*, most: int, count: int) -> Parser:
    """At most `count` files as (file name, bytes), each of at most `most` bytes; [] for none."""

    async def parse(items: list) -> list[tuple[str, bytes]]:
        if len(files := _chosen(items)) > count:
            raise Bad(f"一次最多交{count}个文件，现在有{len(files)}个")
        return [await _content(file, most) for file in files]

    return parse


def _chosen(items: list) -> list[UploadFile]:
    return [item for item in items if isinstance(item, UploadFile) and item.filename]


async def _content(file: UploadFile, most: int) -> tuple[str, bytes]:
    content, photo = await file.read(most + 1), (file.content_type or "").startswith("image/")
    if len(content) > most:
        raise Bad(f"文件太大，最多{most // 1024 // 1024}MB{SMALLER if photo else ''}")
    if not content:
        raise Bad("这是一个空文件")
    return clean(file.filename or "")[-120:], content
