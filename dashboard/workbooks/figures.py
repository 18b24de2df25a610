"""What would be stored of the rows of a sheet: the figures of each, and their sums for the province."""

from collections.abc import Iterator, Sequence

from dashboard.workbooks import checks
from dashboard.workbooks.checks import Line
from dashboard.workbooks.reports import Column, Report, detail_of
from dashboard.workbooks.rows import Place, Places
from dashboard.workbooks.shapes import Problem, Reading

Below = Sequence[tuple[Place, Line | None]]
"""Units of one tier, each with its row if it has one."""


def own(report: Report, places: Places, lines: Sequence[Line]) -> Iterator[Reading]:
    """The figures of all rows of which it is known whose they are."""
    period, tiers = places.period, {place.tier for place in places.rows}
    columns = {(column.key, tier): (column.measure, detail_of(column.detail, tier)) for column in report.columns for tier in tiers}
    for line in lines:
        if line.place:
            unit, tier = line.place.key
            for key, value in line.values.items():
                measure, detail = columns[key, tier]
                yield Reading(measure, unit, period, value, detail, line.instead.get(key) or line.cells[key])


def together(report: Report, places: Places, lines: Sequence[Line], problems: list[Problem]) -> Iterator[Reading]:
    """The sums of tiers below the province, of which each unit has a row: stated for the province when all of them have spoken; `problems`
    takes up why one is not."""
    by_place = {line.place.key: line for line in lines if line.place}
    for tier in dict.fromkeys(place.tier for place in places.rows if place.unit is not places.unit):
        below = [(place, by_place.get(place.key)) for place in places.rows if place.tier == tier and place.unit is not places.unit]
        for column in report.columns:
            if column.adds:
                yield from _sum_of(places, below, column, problems)


def _sum_of(places: Places, below: Below, column: Column, problems: list[Problem]) -> Iterator[Reading]:
    key, tier = column.key, below[0][0].tier
    there = [line for _, line in below if line is not None and key in line.values]
    if len(there) < len(below):
        if there:
            absent = [place for place, line in below if line is None or key not in line.values]
            problems.append(checks.incomplete(checks.tier_vi(below[0][0]), column.leaf_vi, absent, len(below)))
        return
    first, last = min(there, key=_order).cells[key], max(there, key=_order).cells[key]
    span = first if first == last else f"{first}:{last.rpartition('!')[2]}"
    total = sum(line.values[key] for line in there)
    yield Reading(column.measure, places.unit.key, places.period, total, detail_of(column.detail, tier), span)


def _order(line: Line) -> int:
    return line.number
