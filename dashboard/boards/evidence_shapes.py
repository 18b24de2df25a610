"""What evidence is handed up in: from a figure down to its observations, runs, ledger entries and raw records. All frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dashboard.boards.recheck import Recheck
from dashboard.boards.shapes import Reading, Stamp, State
from dashboard.catalog import Indicator, Measure
from dashboard.periods import Period
from dashboard.store.ledger import Subject
from dashboard.store.queries import Cell, Run
from dashboard.store.submission_book import Confirmation
from dashboard.units import Unit


@dataclass(frozen=True, slots=True)
class Revision:
    """One recorded value of a cell with the run that brought it and the record it stood in, as (column, value) pairs."""

    cell: Cell
    run: Run
    excerpt: tuple[tuple[str, str], ...]
    lost: str
    """Why the raw record cannot be shown; empty when it can."""
    submission: int | None = None
    """The workbook that was handed in and holds it; its record is then a cell, as `Báo cáo!C7`."""
    confirmed: tuple[Confirmation, ...] = ()
    """Later versions of workbooks that say the same of it, oldest first."""


@dataclass(frozen=True, slots=True)
class Sum:
    """One of the counts that a figure divides: the measure, the sum, and the cells it was added up from, newest first."""

    measure: Measure
    value: float
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """A value that took the place of another one; `closed` says that the figures of its period were due by then."""

    cell: Cell
    before: float
    closed: bool


@dataclass(frozen=True, slots=True)
class LedgerBook:
    """The newest entries of an event feed's ledger that a figure counts, each with the run and record that last spoke of it; `lost` says
    which raw bytes could not be read, and so whose entries are not among them."""

    entries: tuple[tuple[Subject, Run, str], ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceBoard:
    """figure → formula → sums → observations → run → ledger entry → raw record: newest revision first.

    An official figure has `revisions` of its one cell, and a `recheck` where counts could make parts of it. A computed one has `sums`, the
    `runs` that brought their cells, `records`: the raw rows of the newest of them, what was corrected, and, of an event feed, entries of
    the ledger. Its `value` is None where there is nothing to divide by, or where the counts cannot be.
    """

    figure: str
    indicator: Indicator
    unit: Unit
    period: Period
    stamp: Stamp
    state: State
    value: float | None
    reading: Reading
    agency_tier: str | None = None
    revisions: tuple[Revision, ...] = ()
    sums: tuple[Sum, ...] = ()
    runs: Mapping[int, Run] = field(default_factory=dict)
    records: tuple[Revision, ...] = ()
    corrections: tuple[Correction, ...] = ()
    ledger: LedgerBook | None = None
    recheck: Recheck | None = None

    def cell(self, number: int) -> Cell | None:
        """One of the observations that it was added up from."""
        return next((cell for one in self.sums for cell in one.cells if cell.id == number), None)
