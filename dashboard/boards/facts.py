"""What sources said of units: each fact with its level in words, its quote and the way to its evidence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from dashboard.boards.desk import Desk
from dashboard.boards.evidence_shapes import Revision
from dashboard.boards.shapes import figure_id
from dashboard.declared import Fact, Level
from dashboard.errors import FeedError, NotFound
from dashboard.feeds.base import Source
from dashboard.observations import Provenance
from dashboard.periods import Period
from dashboard.store.queries import Cell, Run, cells, revisions, run
from dashboard.units import Unit

QUOTE = "quote_vi"
"""The column of a source in which the words stand that a fact rests on."""
MORE_THAN = "qualifier=more_than"
"""Detail of a value that is a lower end."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact as a source told it of a unit on a day. `value` is the number of its `level`, or a share or a count."""

    fact: Fact
    unit: Unit
    period: Period
    value: float
    level: Level | None
    is_more: bool
    quote: str
    source: str
    provenance: Provenance
    figure: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class FactEvidence:
    """What a fact rests on, the statement that counts first."""

    statement: Statement
    told: tuple[Revision, ...]


@dataclass(frozen=True, slots=True)
class FactBoard:
    """One fact as of the end of a day: the latest that was told of each unit, in Vietnamese order."""

    fact: Fact
    day: date
    statements: tuple[Statement, ...]
    data_version: int


def fact_board(desk: Desk, key: str, day: date, as_of: datetime | None, version: int) -> FactBoard:
    """Raises NotFound for an unknown fact."""
    fact = desk.definitions(as_of).fact(key)
    units = [unit.key for unit in desk.units.all() if unit.tier == fact.tier]
    found = statements(desk, units, day, as_of, {key: fact}).values()
    return FactBoard(fact, day, tuple(sorted(found, key=lambda one: one.unit.sort_key)), version)


def statements(
    desk: Desk, units: Iterable[str], day: date, as_of: datetime | None = None, only: Mapping[str, Fact] | None = None
) -> Mapping[tuple[str, str], Statement]:
    """By fact (all, or those of `only`) and unit: the latest that was told of a day up to this one. What was not told has no entry."""
    facts = desk.definitions(as_of).facts if only is None else only
    found = [cell for cell in cells(desk.store, facts, units=units, as_of=as_of) if Period.parse(cell.period).last_day <= day]
    newest: dict[tuple[str, str], Cell] = {}
    for cell in sorted(found, key=lambda cell: (Period.parse(cell.period).last_day, cell.id)):
        newest[cell.measure, cell.unit] = cell
    rows = _Rows(desk)
    return {key: _statement(desk, facts[cell.measure], cell, rows) for key, cell in newest.items()}


def fact_days(desk: Desk, units: Iterable[str], as_of: datetime | None = None) -> tuple[date, ...]:
    """The days of which something was told of any of these units, newest first."""
    found = cells(desk.store, desk.definitions(as_of).facts, units=units, as_of=as_of)
    return tuple(sorted({Period.parse(cell.period).last_day for cell in found}, reverse=True))


def fact_evidence(desk: Desk, figure: str) -> FactEvidence:
    """Raises NotFound for what was never told, UnitUnknown and PeriodError for the parts of the figure's name."""
    key, _, rest = figure.partition("/")
    unit_key, _, notation = rest.partition("/")
    fact, unit, period = desk.catalog.fact(key), desk.units.get(unit_key), Period.parse(notation)
    found = revisions(desk.store, key, unit.key, str(period))
    if not found:
        raise NotFound(f"{fact.name_vi}, {unit.name_vi}, {period.label_vi}: không nguồn nào nêu")
    rows = _Rows(desk)
    return FactEvidence(_statement(desk, fact, found[0], rows), tuple(rows.told(cell) for cell in found))


class _Rows:
    """The rows that cells came from; each run and each raw source is read once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._runs: dict[int, tuple[Run, bytes | str]] = {}

    def told(self, cell: Cell) -> Revision:
        """The row of a cell, or why it cannot be shown."""
        origin, content = self._run(cell.run_id)
        feed = self._desk.feeds.get(origin.feed)
        if isinstance(content, str) or feed is None:
            return Revision(cell, origin, (), content if isinstance(content, str) else f"nguồn {origin.feed} không còn được đọc")
        try:
            return Revision(cell, origin, tuple(feed.excerpt(Source(origin.source, content), cell.record)), "")
        except FeedError as lost:
            return Revision(cell, origin, (), str(lost))

    def _run(self, run_id: int) -> tuple[Run, bytes | str]:
        if run_id not in self._runs:
            origin = run(self._desk.store, run_id)
            try:
                self._runs[run_id] = (origin, self._desk.raw.read(origin.sha256))
            except (NotFound, FeedError) as lost:
                self._runs[run_id] = (origin, str(lost))
        return self._runs[run_id]


def _statement(desk: Desk, fact: Fact, cell: Cell, rows: _Rows) -> Statement:
    told, feed = rows.told(cell), desk.feeds[fact.feed]
    return Statement(
        fact=fact,
        unit=desk.units.get(cell.unit),
        period=Period.parse(cell.period),
        value=cell.value,
        level=fact.level(cell.value),
        is_more=cell.detail == MORE_THAN,
        quote=dict(told.excerpt).get(QUOTE, ""),
        source=feed.publisher,
        provenance=feed.provenance,
        figure=figure_id(fact.key, cell.unit, Period.parse(cell.period)),
        recorded_at=cell.recorded_at,
    )
