"""What was read of a workbook that a unit handed in: its rows as they stand in the file, figures with their cells, what is wrong where."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Entered:
    """A figure as it would land; `cell` is where it stands in the workbook (`Sheet!C7`), `period` in its notation."""

    measure: str
    unit: str
    period: str
    detail: str
    value: float
    cell: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is the value of."""
        return self.measure, self.unit, self.period, self.detail


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong at a cell (empty: with all of the workbook). With an error it cannot be handed in, with a warning it can."""

    cell: str
    words: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Line:
    """A row of figures as it stands in the file: its number, what is written as its name, and (column's key, cell, text) of each."""

    number: int
    name: str
    cells: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Content:
    """A reading of a workbook: its rows, the figures, the troubles, and rows that were left out as (cell, text, reason).

    `headers` are the heads among which somebody has to show what is what, as (address, words), and `known` what is certain already, as
    (column's key, address); both empty once all is known. `written_in` names the legacy writing from which texts were converted.
    """

    sheet: str = ""
    lines: tuple[Line, ...] = ()
    figures: tuple[Entered, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    ignored: tuple[tuple[str, str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    known: tuple[tuple[str, str], ...] = ()
    written_in: str = ""

    def count(self, severity: Severity) -> int:
        """How many troubles are of that severity."""
        return sum(one.severity == severity for one in self.troubles)

    def as_json(self) -> dict[str, Any]:
        """For the store."""
        return {
            "sheet": self.sheet,
            "lines": [[one.number, one.name, [list(cell) for cell in one.cells]] for one in self.lines],
            "figures": [list(astuple(one)) for one in self.figures],
            "troubles": [list(astuple(one)) for one in self.troubles],
            **{name: [list(one) for one in getattr(self, name)] for name in ("ignored", "headers", "known")},
            "written_in": self.written_in,
        }


def content_from(stored: Mapping[str, Any]) -> Content:
    """From the store."""
    return Content(
        sheet=stored["sheet"],
        lines=tuple(Line(number, name, tuple(_three(cell) for cell in cells)) for number, name, cells in stored["lines"]),
        figures=tuple(Entered(*one) for one in stored["figures"]),
        troubles=tuple(Trouble(*one) for one in stored["troubles"]),
        ignored=tuple(_three(one) for one in stored["ignored"]),
        headers=tuple((address, words) for address, words in stored["headers"]),
        known=tuple((key, address) for key, address in stored["known"]),
        written_in=stored["written_in"],
    )


def _three(texts: Sequence[str]) -> tuple[str, str, str]:
    first, second, third = texts
    return first, second, third
