"""The board of evidence: from a figure down to the row of the file it came from, or to the cells that it was added up from."""

from collections.abc import Iterable

from dashboard.boards.borders import day_of
from dashboard.boards.desk import Desk, Shown, recorded
from dashboard.boards.evidence_shapes import EvidenceBoard, Revision, Sum
from dashboard.boards.reading import Scope, counts_cell, heir, readings
from dashboard.boards.recheck import recheck
from dashboard.boards.shapes import Reading, figure_id
from dashboard.boards.traced import RECORDS, corrected, ledger_book, revision
from dashboard.catalog import Indicator, Measure
from dashboard.errors import NotFound
from dashboard.figures.folding import Borders
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
        recheck=recheck(desk, indicator, unit, period, found[0].value),
    )


def _computed(desk: Desk, indicator: Indicator, unit: Unit, period: Period, agency_tier: str | None) -> EvidenceBoard:
    scope = Scope(unit.tier, agency_tier, boundaries=_borders(unit, period))
    own = readings(desk, indicator, [period], scope)[period].get(unit.key)
    if own is None:
        raise NotFound(f"{indicator.name_vi}, {unit.name_vi}, {period.label_vi}: chưa có số liệu")
    sums = _sums(desk, indicator, unit, period, scope)
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


def _borders(unit: Unit, period: Period) -> Borders | None:
    """Of a unit that did not stand yet in a period the later borders, by which it holds what those before it counted."""
    return "2025" if unit.valid_from > period.last_day else None


def _sums(desk: Desk, indicator: Indicator, unit: Unit, period: Period, scope: Scope) -> tuple[Sum, ...]:
    """What was told of the period by the unit and those it took the place of, for each count of the formula."""
    day = day_of(period, scope.boundaries)
    members = [key for key in desk.units.keys(unit.tier) if heir(desk, key, day) == unit.key]
    closes = {desk.catalog.measure(key).closes_day for key in indicator.measures}
    found = [cell for cell in cells(desk.store, indicator.measures, _parts(period, closes), units=members) if _counts(desk, cell, period)]
    found.sort(key=lambda cell: (Period.parse(cell.period), cell.unit, cell.detail), reverse=True)
    parts = [("numerator", indicator.numerator), ("denominator", indicator.denominator)] if indicator.form == "ratio" else []
    parts = parts or [("denominator", indicator.histogram)]
    return tuple(
        _sum(desk.catalog.measure(key), indicator, (cell for cell in found if cell.measure == key), (name, scope.agency_tier))
        for name, key in parts
    )


def _parts(period: Period, closes: Iterable[int | None]) -> list[str]:
    """The notations of all periods whose figures may be in one: itself, its quarters, years to date, months, and their days."""
    months = list(months_of(period))
    coarse = {Period.of(grain, one.last_day) for grain in (Grain.MONTH, Grain.QUARTER, Grain.YEAR_TO_DATE) for one in months}
    days = {day.isoformat() for one in months for close in closes for day in days_of(one, close)}
    return [str(period), *sorted({str(one) for one in coarse if period.contains(one)} | days - {str(period)})]


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
