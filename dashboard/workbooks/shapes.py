"""What a preview consists of."""

from dataclasses import dataclass
from typing import Literal

from dashboard.declared import AgencyTier
from dashboard.observations import Observation
from dashboard.periods import Period
from dashboard.workbooks.table import Value

Severity = Literal["error", "warning"]
"""An error keeps the report from being handed in; a warning is for a person to look at."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure that would land: the whole value of a cell of the store, and the cell or cells of the workbook where it stands."""

    measure: str
    unit: str
    period: Period
    value: float
    detail: str
    cell: str

    @property
    def observation(self) -> Observation:
        """As the store takes it in; its record names the cell."""
        return Observation(self.measure, self.unit, self.period, self.value, self.detail, self.cell)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: `cell` is `Báo cáo!C7`, or empty for what belongs to no cell; `kind` names it for the machine.

    `text_vi` is a sentence for people that names the record and the reason.
    """

    cell: str
    kind: str
    severity: Severity
    text_vi: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """A row that says nothing to be stored: where it begins, what stands in it, and why it is left out."""

    cell: str
    text: str
    reason_vi: str


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row of figures as it was read: its number, whose it is (None when nobody knows), what was written as its name, and by key of
    the column the address and the value as it stands in the file."""

    number: int
    unit: str | None
    tier: AgencyTier | None
    name_vi: str
    cells: dict[str, tuple[str, Value]]


@dataclass(frozen=True)
class Preview:
    """What would be stored of a workbook, and everything that is wrong with it; nothing is stored by making it.

    `readings` hold no cell that has an error. `heads` are the addresses of the columns' heads by key. What is in the sheet is in `rows` or
    in `ignored`. `written_in` names the legacy writing (TCVN3, VNI …) from which texts were converted.
    """

    report: str
    unit: str
    period: Period
    sheet: str
    rows: tuple[PreviewRow, ...]
    readings: tuple[Reading, ...]
    problems: tuple[Problem, ...]
    ignored: tuple[Ignored, ...]
    written_in: str = ""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps it from being handed in."""
        return tuple(one for one in self.problems if one.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What a person should look at."""
        return tuple(one for one in self.problems if one.severity == "warning")

    @property
    def acceptable(self) -> bool:
        """Whether it may be handed in: it brings figures, and nothing in it is wrong."""
        return bool(self.readings) and not self.errors

    def at(self, cell: str) -> tuple[Problem, ...]:
        """The problems of one cell."""
        return tuple(one for one in self.problems if one.cell == cell)
