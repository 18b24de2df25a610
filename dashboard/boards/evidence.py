"""The board of evidence: from a figure down to the row of the file it came from, or to the cells that it was added up from."""

from collections.abc import Iterable

from dashboard.boards.desk import Desk, Shown, recorded
from dashboard.boards.evidence_shapes import EvidenceBoard, Revision, Sum
from dashboard.boards.reading import Scope, counts_cell, heir, readings
from dashboard.boards.shapes import Reading, figure_id
from dashboard.boards.traced import RECORDS, corrected, ledger_book, revision
from dashboard.catalog import Indicator, Measure
from dashboard.errors import NotFound
from dashboard.periods import Grain, Period
from dashboard.store.layers import days_of, months_of
from dashboard.store.queries import Cell, cells, revisions, runs
from dashboard.units import Unit


def evidence_board(desk: Desk, figure: str) -> EvidenceBoard:
    """Raises NotFound for what is no figure or has no value, UnitUnknown and PeriodError for its parts."""
    name, _, rest = figure.partition("/")
    unit_key, _, notation = rest.partition("/")
    key, _, agency_tier = name.partition(".")
    indicator, unit, period = desk.catalog.indicator(key), desk.units.get(unit_key), Period.parse(notation)
    if indicator.form == "official":
        return _official(desk, indicator, unit, period)
    return _computed(desk, indicator, unit, period, agency_tier or None)


def evidence_record(desk: Desk, board: EvidenceBoard, number: int) -> Revision:
    """The raw row of one of the observations of a figure. Raises NotFound."""
    cell = board.cell(number)
    if cell is None:
        raise NotFound(f"số liệu {number} không nằm trong căn cứ này")
    return revision(desk, cell)


def _official(desk: Desk, indicator: Indicator, unit: Unit, period: Period) -> EvidenceBoard:
    found = revisions(desk.store, indicator.measure, unit.key, str(period))
    if not found:
        raise NotFound(f"{indicator.name_vi}, {unit.name_vi}, {period.label_vi}: chưa có số liệu")
    stamp = desk.stamp(indicator, Shown(period, desk.periods(indicator, unit.tier)), found[0].recorded_at)
    return EvidenceBoard(
        figure=figure_id(indicator.key, unit.key, period),
        indicator=indicator,
        unit=unit,
        period=period,
        stamp=stamp,
        state=stamp.provenance,
        value=found[0].value,
        reading=Reading(found[0].value),
        revisions=tuple(revision(desk, cell) for cell in found),
    )


def _computed(desk: Desk, indicator: Indicator, unit: Unit, period: Period, agency_tier: str | None) -> EvidenceBoard:
    own = readings(desk, indicator, [period], Scope(unit.tier, agency_tier))[period].get(unit.key)
    if own is None:
        raise NotFound(f"{indicator.name_vi}, {unit.name_vi}, {period.label_vi}: chưa có số liệu")
    sums = _sums(desk, indicator, unit, period, agency_tier)
    touched = [cell for one in sums for cell in one.cells]
    stamp = desk.stamp(indicator, Shown(period, desk.periods(indicator, unit.tier)), recorded(touched))
    return EvidenceBoard(
        figure=figure_id(indicator.key, unit.key, period, agency_tier),
        indicator=indicator,
        unit=unit,
        period=period,
        stamp=stamp,
        state="faulty" if own.fault else stamp.provenance,
        value=own.value,
        reading=own,
        agency_tier=agency_tier,
        sums=sums,
        runs=runs(desk.store, {cell.run_id for cell in touched}),
        records=tuple(revision(desk, cell) for cell in sorted(touched, key=lambda cell: -cell.id)[:RECORDS]),
        corrections=corrected(desk, indicator, touched),
        ledger=ledger_book(desk, indicator, touched),
    )


def _sums(desk: Desk, indicator: Indicator, unit: Unit, period: Period, agency_tier: str | None) -> tuple[Sum, ...]:
    """What was told of the period by the unit and those it took the place of, for each count of the formula."""
    members = [one.key for one in desk.units.all() if one.tier == unit.tier and heir(desk, one.key, period.last_day) == unit.key]
    found = [cell for cell in cells(desk.store, indicator.measures, units=members) if _counts(desk, cell, period)]
    found.sort(key=lambda cell: (Period.parse(cell.period), cell.unit, cell.detail), reverse=True)
    parts = [("numerator", indicator.numerator), ("denominator", indicator.denominator)] if indicator.form == "ratio" else []
    parts = parts or [("denominator", indicator.histogram)]
    return tuple(
        _sum(desk.catalog.measure(key), indicator, (cell for cell in found if cell.measure == key), (name, agency_tier))
        for name, key in parts
    )


def _counts(desk: Desk, cell: Cell, period: Period) -> bool:
    """Whether a cell's period lies in another one, whose months may close on another day than their last."""
    own, closes = Period.parse(cell.period), desk.catalog.measure(cell.measure).closes_day
    if closes is None or own.grain is not Grain.DAY or period.grain is Grain.DAY:
        return period.contains(own)
    return any(own.first_day in days_of(month, closes) for month in months_of(period))


def _sum(measure: Measure, indicator: Indicator, each: Iterable[Cell], asked: tuple[str, str | None]) -> Sum:
    part, agency_tier = asked
    inside = [cell for cell in each if counts_cell(indicator, cell.detail, agency_tier)[part == "denominator"]]
    if measure.kind == "stock":
        last: dict[tuple[str, str], Cell] = {}
        for cell in inside:  # newest first
            last.setdefault((cell.unit, cell.detail), cell)
        inside = list(last.values())
    return Sum(measure, sum(cell.value for cell in inside), tuple(inside))
