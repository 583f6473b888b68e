"""A spreadsheet as plain rows, whatever format it came in, and the limits put on it.

The limits keep one upload from taking the machine: a roll of a whole district is far below them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 200
MAX_CELLS = 3_000_000
MAX_TEXT = 2_000
# Spreadsheets formatted down to row 1,048,576 are common; nobody leaves this many rows blank
# and then goes on, and every such row costs time and memory to walk through.
MAX_BLANK_RUN = 20_000


class Unreadable(ValueError):
    """The file as a whole cannot be taken; str() is one Chinese sentence for the clerk."""


class Refused(ValueError):
    """One row cannot be taken; str() is one Chinese sentence for the clerk."""


@dataclass(frozen=True)
class Formula:
    """Stands where a cell holds a formula or the error value of one; never evaluated or kept."""


class Row(NamedTuple):
    """`number` counts from 1 as the spreadsheet program shows it; trailing blanks are cut off."""

    number: int
    cells: tuple


@dataclass(frozen=True)
class Sheet:
    """The rows of one sheet that hold anything; `remarks` are (row number, Chinese sentence)."""

    name: str
    rows: list[Row]
    remarks: tuple[tuple[int, str], ...] = ()


def gather(name: str, source: Iterable[Iterable]) -> Sheet:
    """Every non-blank row of `source`, in order, within the limits.

    Raises Unreadable for too many rows, columns or cells.
    """
    rows: list[Row] = []
    notes: list[tuple[int, str]] = []
    cells_held = last_row = 0
    for number, values in enumerate(source, 1):
        cells = tuple(values)
        if len(cells) > MAX_COLUMNS:
            cells = _narrow(name, number, cells)
        cells = tuple([_clean(value) for value in cells])
        end = len(cells)
        while end and cells[end - 1] is None:
            end -= 1
        if not end:
            if number - last_row >= MAX_BLANK_RUN:
                notes.append(
                    (
                        number,
                        f"工作表“{name}”从第{last_row + 1}行起连续"
                        f"{MAX_BLANK_RUN}行空白，再往下的内容没有读取。",
                    )
                )
                break
            continue
        cells, last_row = cells[:end], number
        if any(isinstance(value, str) and len(value) > MAX_TEXT for value in cells):
            notes.append((number, f"有一格超过{MAX_TEXT}个字，多出的部分没有读取。"))
            cells = tuple([v[:MAX_TEXT] if isinstance(v, str) else v for v in cells])
        rows.append(Row(number, cells))
        cells_held += end
        if len(rows) > MAX_ROWS:
            raise Unreadable(f"工作表“{name}”超过{MAX_ROWS}行，请按楼栋分成几个文件导入。")
        if cells_held > MAX_CELLS:
            raise Unreadable(f"工作表“{name}”内容太多，请只保留名册需要的列再导入。")
    return Sheet(name, rows, tuple(notes))


def _narrow(name: str, number: int, cells: tuple) -> tuple:
    """Cut off columns past the limit; formatted but empty ones are harmless, filled ones not."""
    beyond = cells[MAX_COLUMNS:]
    if beyond.count(None) != len(beyond) and any(_clean(value) is not None for value in beyond):
        raise Unreadable(
            f"工作表“{name}”第{number}行超过{MAX_COLUMNS}列，请只保留名册需要的列再导入。"
        )
    return cells[:MAX_COLUMNS]


def _clean(value: object) -> object:
    """None for a blank cell, Formula for a formula, else the value as stored."""
    if value is None or isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        if value.startswith("=") or value in ERRORS:
            return Formula()
        return value if value and not value.isspace() and value.strip(_INVISIBLE) else None
    if type(value).__module__.startswith("openpyxl"):
        return Formula()  # array and data-table formulas come as objects of their own
    return value


ERRORS = frozenset(
    ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")
)
_INVISIBLE = " \t\r\n\u00a0\u00ad\u3000\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
