"""What a workbook holds, whatever program wrote it: sheets as tables, rows with their numbers, cells with their addresses."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Final, Literal

Value = str | int | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None
"""What a cell holds: texts are NFC without white space around them, None is an empty cell, dates know no zone."""

State = Literal["value", "no_result", "fault"]
"""`no_result`: a formula that nobody calculated, or that gives nothing; `fault`: an error value such as #DIV/0!, which is its text."""

_LETTERS: Final = 26


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its address in its sheet (`B7`), its value and what kind of value it is."""

    address: str
    value: Value
    state: State = "value"

    @property
    def text(self) -> str:
        """The value as a person would read it; empty for an empty cell."""
        return shown(self.value)


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of merged cells: row numbers from 1, columns from 0, both ends inside."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies in it."""
        return self.first_row <= row <= self.last_row and self.first_column <= column <= self.last_column


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds something: its number as the sheet counts (from 1) and its values from column A on."""

    number: int
    values: tuple[Value, ...]

    def value(self, column: int) -> Value:
        """The value in a column (from 0); None beyond the last one."""
        return self.values[column] if column < len(self.values) else None


@dataclass(frozen=True)
class Table:
    """One sheet: the rows that hold anything, in order; `merged` areas; `states` of cells that are not plain values, by row and column.

    `written_in` names the legacy way of writing Vietnamese from which texts were converted; empty when they were Unicode.
    """

    name: str
    rows: tuple[Row, ...]
    merged: tuple[Area, ...] = ()
    states: Mapping[tuple[int, int], State] = field(default_factory=lambda: MappingProxyType({}))
    hidden: bool = False
    written_in: str = ""

    @cached_property
    def width(self) -> int:
        """Columns up to the last one that holds anything."""
        return max((len(row.values) for row in self.rows), default=0)

    @cached_property
    def by_number(self) -> Mapping[int, Row]:
        """The rows by their numbers."""
        return {row.number: row for row in self.rows}

    def cell(self, row: int, column: int) -> Cell:
        """The cell in a row (from 1) and column (from 0), empty where nothing is."""
        found = self.by_number.get(row)
        value = found.value(column) if found else None
        return Cell(address(row, column), value, self.states.get((row, column), "value"))

    def place(self, row: int, column: int) -> str:
        """How evidence names a cell: `Báo cáo!C7`."""
        return f"{self.name}!{address(row, column)}"


def address(row: int, column: int) -> str:
    """`7, 1` → `B7`."""
    return f"{letters_of(column)}{row}"


@lru_cache(maxsize=1024)
def letters_of(column: int) -> str:
    """`1` → `B`."""
    letters, rest = "", column + 1
    while rest:
        rest, letter = divmod(rest - 1, _LETTERS)
        letters = chr(ord("A") + letter) + letters
    return letters


@lru_cache(maxsize=1024)
def column_of(letters: str) -> int:
    """`B` → 1. Raises ValueError for what is no column."""
    if not letters.isascii() or not letters.isalpha():
        raise ValueError(f"{letters!r} is no column")
    column = 0
    for letter in letters.upper():
        column = column * _LETTERS + ord(letter) - ord("A") + 1
    return column - 1


def position(reference: str) -> tuple[int, int]:
    """`B7` → (7, 1). Raises ValueError for what is no address."""
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]), column_of(letters)


def shown(value: Value) -> str:
    """A value as a person would read it; empty for None."""
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case float():
            return f"{value:.12g}".replace(".", ",")
        case dt.datetime():
            return value.strftime("%d/%m/%Y" if value.time() == dt.time() else "%d/%m/%Y %H:%M")
        case dt.date():
            return value.strftime("%d/%m/%Y")
        case _:
            return str(value)
