"""Where the table begins in a sheet and which column holds what, however it is titled.

The names are those found in rolls kept by communities; within a field, the earlier name wins when
a sheet has several. Columns of identity numbers are recognised so that they are never read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deliberation.roll.reading.grid import Formula, Row, Unreadable
from deliberation.roll.reading.text import tight

HEADER_WITHIN = 50  # non-blank rows looked at for a header

NAMES = {
    "building": "楼栋 楼号 楼栋号 栋号 栋 幢号 幢 座号 座 楼座 楼座号 楼幢 楼幢号 楼宇 楼宇号 号楼"
    " 楼 大楼 楼栋名称 几号楼 栋数 楼号单元 楼栋单元 楼单元",
    "entrance": "单元 单元号 单元门 门栋 门栋号 门洞 楼门 楼门号 梯 梯号 几单元",
    "floor": "楼层 所在楼层 所在层 层 层数 层号",
    "room": "房号 房间号 房间号码 门牌 门牌号 门牌号码 室号 房室号 户室号 户室 房门号 门号 房屋号"
    " 房间 房室 室 房",
    "code": "户号 房屋编号",
    "address": "房屋坐落 坐落 房屋地址 房产地址 住房地址 物业地址 详细地址 详细住址 具体地址"
    " 具体住址 家庭住址 家庭地址 居住地址 现住址 现居住地址 现居住地 住址 地址 居住地",
    "name": "姓名 居民姓名 人员姓名 成员姓名 家庭成员姓名 家庭成员 住户姓名 本人姓名 住户 居民"
    " 名字",
    "head_name": "户主姓名 户主 户主名 业主姓名 业主 业主名称 户主业主姓名 业主户主姓名 房主姓名"
    " 房主 产权人姓名 产权人 权利人 房屋所有权人 家长姓名",
    "relationship": "与户主关系 与户主的关系 和户主关系 同户主关系 户主关系 与业主关系 与房主关系"
    " 与产权人关系 家庭关系 成员关系 称谓 关系",
    "gender": "性别",
    "birth": "出生日期 出生年月日 生日 出生年月 出生年份 出生年 出生时间 出生 生年",
    "age": "年龄 周岁 实足年龄 岁数",
    "phone": "手机号 手机号码 手机 移动电话 联系手机 手机电话 电话手机 联系电话 联系方式 联系号码"
    " 电话 电话号码 家庭电话 其他电话 备用电话 备用手机 备用号码 第二电话 电话一 电话二 住宅电话"
    " 固定电话 固话 座机 座机号",
    "area": "专有面积 专有部分面积 建筑面积 房屋建筑面积 产权面积 房屋面积 住房面积 房产面积"
    " 住宅面积 面积 建面 平方 平方数 平米数 套内面积 使用面积",
    "size": "家庭人口 家庭人口数 家庭人数 人口数 人数 人口 户内人数 户内人口 户人口 家庭成员数"
    " 家庭总人数 总人数 常住人口 常住人数 居住人口 居住人数 现住人数 同住人数 成员数",
    "tenure": "产权情况 产权 产权性质 产权类型 产权归属 房屋产权 房屋性质"
    " 住房性质 住户性质 住户类型 业主租户 居住性质 居住情况 居住状态 居住状况 居住类型 入住情况"
    " 入住状态 房屋状态 房屋现状 房屋使用情况 使用情况 使用状态",
    "party": "政治面貌 政治面目 党员 是否党员 是否中共党员 是否为党员 中共党员 党员情况 党员身份",
    "representative": "居民代表 是否居民代表 是否为居民代表 是否代表 居民代表情况 代表",
    "note": "备注 备注说明 情况说明 说明 备考 附注 备 其他 其它",
    "number": "序号 序 编号 行号 户序号 号 NO",
    "compound": "小区 小区名称 小区名 所属小区 居民小区 住宅小区 楼院 院落",
    "identity": "",
}
FIELDS = {
    name: (field, rank) for field, names in NAMES.items() for rank, name in enumerate(names.split())
}
PLACE_TITLES = frozenset(
    name for name, (field, _) in FIELDS.items() if field in ("building", "room", "address")
)
# Titles that join several parts, as 楼栋-单元-房号, and anything with an identity number.
PATTERNS = (
    (re.compile(r"身份证|证件号|身份号"), "identity"),
    (re.compile(r"(楼|栋|幢|座).*(房|室|户|门牌|房间)(号|号码)?"), "address"),
    (re.compile(r"(楼|栋|幢|座).*单元(号)?"), "building"),
    (re.compile(r"单元.*(房|室|门牌|房间)(号|号码)?"), "room"),
)
MANY = frozenset(("phone", "note", "tenure"))  # several columns of these are read together
UNREAD = frozenset(("number", "identity"))
PLACES = ("room", "address", "building")
OWNER = re.compile(r"业主|房主|产权人|权利人|所有权人")
_WHOSE = re.compile(r"(户主|业主|房主|产权人|本人|居民|住户|人员|成员|所在|现|实际)的?(?=.)")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_DECORATION = re.compile(r"[^\w]|_")
_UNIT = re.compile(r"(?<=.)(M2|平方米|[0-9]+)$")


@dataclass(frozen=True)
class Header:
    """`row` is the last header row; `columns` maps a field to its column indexes from 0."""

    row: int
    columns: Mapping[str, tuple[int, ...]]
    titles: Mapping[int, str]
    ignored: tuple[str, ...]

    def fields(self, row: Row) -> dict[str, list]:
        """The row's filled cells by field; fields that are never read are left out."""
        filled = {}
        width = len(row.cells)
        for field, indexes in self.columns.items():
            cells = [row.cells[i] for i in indexes if i < width and row.cells[i] is not None]
            if cells and field not in UNREAD:
                filled[field] = cells
        return filled

    def untitled(self, row: Row) -> bool:
        """Whether the row holds something in a column that has no title."""
        last = max(self.titles)
        if len(row.cells) > last + 1:
            return True
        return len(self.titles) <= last and any(
            cell is not None and index not in self.titles for index, cell in enumerate(row.cells)
        )

    def may_repeat(self, row: Row) -> bool:
        """Whether a row may be this header again or another: cheap, as every row is asked."""
        if not PLACE_TITLES.isdisjoint(row.cells):
            return True
        return any(
            index < len(row.cells) and tight(row.cells[index]) == self.titles[index]
            for field in ("name", "head_name")
            for index in self.columns.get(field, ())
        )

    @property
    def by_person(self) -> bool:
        """One row per person rather than one per household.

        Plain names beside an area, with nothing personal, are a list of homes.
        """
        fields = self.columns.keys()
        if "relationship" in fields or {"name", "head_name"} <= fields:
            return True
        if "name" not in fields or "size" in fields:
            return False
        return "area" not in fields or bool({"gender", "birth", "age"} & fields)

    @property
    def shares_rooms(self) -> bool:
        """Whether a blank room means the household above: rows must say how they belong to it."""
        return self.by_person and bool({"relationship", "head_name"} & self.columns.keys())

    @property
    def names_owners(self) -> bool:
        """The names listed are owners because their column is titled so."""
        if "name" in self.columns:
            return False
        return bool(OWNER.search(self.titles[self.columns["head_name"][0]]))


def field_of(value: object) -> tuple[str, int] | None:
    """The field a header cell names, and how well; None for anything else."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    key = _UNIT.sub("", _DECORATION.sub("", _BRACKETED.sub("", tight(value))))
    for candidate in (key, _WHOSE.sub("", key, count=1)):
        if candidate in FIELDS:
            return FIELDS[candidate]
        for pattern, field in PATTERNS:
            if pattern.fullmatch(candidate) or (field == "identity" and pattern.search(candidate)):
                return field, 99
    return None


def find_header(sheet_name: str, rows: Sequence[Row]) -> tuple[Header, int] | None:
    """The first header among the first rows, and the index of the row after it.

    Raises Unreadable where two tables stand side by side, because a row would be two households.
    """
    for index in range(min(len(rows), HEADER_WITHIN)):
        if found := header_at(sheet_name, rows, index):
            return found
    return None


def header_at(sheet_name: str, rows: Sequence[Row], index: int) -> tuple[Header, int] | None:
    """The header that begins at this row, of one row or of two with merged cells above."""
    upper = rows[index]
    single = _header(upper, upper.cells)
    if index + 1 < len(rows):
        lower = rows[index + 1]
        filled = [cell for cell in lower.cells if cell is not None]
        if lower.number == upper.number + 1 and all(field_of(cell) for cell in filled):
            width = max(len(upper.cells), len(lower.cells))
            above, below = (
                row.cells + (None,) * (width - len(row.cells)) for row in (upper, lower)
            )
            double = _header(
                lower, tuple(b if b is not None else a for a, b in zip(above, below, strict=True))
            )
            if double and (not single or len(double.columns) > len(single.columns)):
                return _only_table(sheet_name, double), index + 2
    return (_only_table(sheet_name, single), index + 1) if single else None


def _header(row: Row, cells: tuple) -> Header | None:
    claims: dict[str, list[tuple[int, int]]] = {}
    titles: dict[int, str] = {}
    ignored = []
    for index, cell in enumerate(cells):
        if cell is None or isinstance(cell, Formula):
            continue
        titles[index] = tight(cell)
        if found := field_of(cell):
            claims.setdefault(found[0], []).append((found[1], index))
        else:
            ignored.append(index)
    codes = claims.pop("code", [])  # in some rolls the only word for a room, in others a key
    if {"room", "address"} & claims.keys():
        ignored += [index for _, index in codes]
    elif codes:
        claims["room"] = codes
    if "room" in claims:  # an address beside a room may be where someone is registered
        ignored += [index for _, index in claims.pop("address", ())]
    if "birth" in claims:  # an age is often a formula, and says less
        ignored += [index for _, index in claims.pop("age", ())]
    if not ({"name", "head_name"} & claims.keys() and set(PLACES) & claims.keys()):
        return None
    columns = {}
    for field, found in claims.items():
        order = sorted(found)
        kept = order if field in MANY else order[:1]
        columns[field] = tuple(index for _, index in kept)
        ignored += [index for _, index in order[len(kept) :]]
    return Header(row.number, columns, titles, tuple(titles[index] for index in sorted(ignored)))


def _only_table(sheet_name: str, header: Header) -> Header:
    def twice(*fields: str) -> bool:
        taken = {header.titles[i] for field in fields for i in header.columns.get(field, ())}
        return any(title in taken for title in header.ignored)

    if twice("name", "head_name") and twice("room", "address"):
        raise Unreadable(
            f"工作表“{sheet_name}”第{header.row}行有左右并排的两组表头，"
            "请把右边一组移到左边一组下面再导入。"
        )
    return header
