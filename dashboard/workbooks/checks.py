"""What figures of one sheet must keep to among each other: parts and wholes, one row a unit, totals that add up."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dashboard.formats import number
from dashboard.workbooks.reports import TIERS_VI, Report
from dashboard.workbooks.rows import Place, Places
from dashboard.workbooks.shapes import Problem

_LISTED = 8


@dataclass(slots=True)
class Line:
    """A row of figures as it is judged: whose it is, where its name stands, the values that are good, and the address of each cell.
    `instead`: where a figure is said without standing in its own cell."""

    number: int
    place: Place | None
    name: str
    name_cell: str
    cells: dict[str, str]
    values: dict[str, float] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Total:
    """A row that says a sum: after how many lines it stands."""

    name: str
    after: int
    cells: dict[str, str]
    values: dict[str, float]


def twice(lines: Sequence[Line]) -> Iterator[Problem]:
    """Units that have more than one row: of two, nobody knows which is true."""
    rows: dict[tuple[str, object], list[Line]] = defaultdict(list)
    for line in lines:
        if line.place:
            rows[line.place.key].append(line)
    for same in rows.values():
        for line in same if len(same) > 1 else ():
            others = ", ".join(str(other.number) for other in same if other is not line)
            yield Problem(line.name_cell, "twice", "error", f"{line.name}: đơn vị này có hơn một dòng (dòng {others})")


def parts(report: Report, line: Line) -> Iterator[tuple[str, Problem]]:
    """Parts of a row that are larger than their wholes, by key of the column of the part."""
    for column in report.columns:
        if not column.part_of:
            continue
        part, whole = line.values.get(column.key), line.values.get(column.part_of)
        if part is not None and whole is not None and part > whole:
            other = report.column(column.part_of)
            words = f"{line.name}: {column.leaf_vi} {number(part)} lớn hơn {other.leaf_vi} {number(whole)}"
            yield column.key, Problem(line.cells[column.key], "part_larger", "error", words)


def totals(report: Report, lines: Sequence[Line], sums: Sequence[Total]) -> Iterator[Problem]:
    """Sums that are neither that of all rows, nor of the rows before or after them, nor of a tier."""
    ends = [0, *(total.after for total in sums), len(lines)]
    for place, total in enumerate(sums):
        pieces = [lines, lines[ends[place] : total.after], lines[total.after : ends[place + 2]], *_tiers(lines)]
        for column in report.columns:
            said = total.values.get(column.key)
            if said is None or not column.adds:
                continue
            added = [sum(line.values.get(column.key, 0.0) for line in piece) for piece in pieces]
            if not any(abs(one - said) < 0.5 if column.integer else abs(one - said) <= 1e-6 * max(1.0, abs(said)) for one in added):
                words = f"{total.name}: {column.leaf_vi} ghi {number(said)}, các dòng cộng lại được {number(added[0])}"
                yield Problem(total.cells[column.key], "total", "error", words)


def _tiers(lines: Sequence[Line]) -> list[list[Line]]:
    found: dict[object, list[Line]] = defaultdict(list)
    for line in lines:
        if line.place:
            found[line.place.tier].append(line)
    return list(found.values())


def missing(places: Places, lines: Sequence[Line]) -> Iterator[Problem]:
    """Units that have no row at all: not reported, which is not zero."""
    there = {line.place.key for line in lines if line.place}
    gone: dict[object, list[Place]] = defaultdict(list)
    for place in places.rows:
        if place.key not in there:
            gone[place.tier].append(place)
    for tier, absent in gone.items():
        of_tier = sum(place.tier == tier for place in places.rows)
        listed = ", ".join(place.name_vi for place in absent[:_LISTED])
        more = f" và {len(absent) - _LISTED} đơn vị khác" if len(absent) > _LISTED else ""
        words = f"thiếu {number(len(absent))} trong {number(of_tier)} dòng phải có: {listed}{more}; coi là chưa báo cáo, không phải 0"
        yield Problem("", "missing_unit", "warning", words)


def incomplete(tier_name: str, column_vi: str, absent: Sequence[Place], of: int) -> Problem:
    """Why no sum of a tier is stated for the province."""
    listed = ", ".join(place.name_vi for place in absent[:_LISTED])
    more = f" và {len(absent) - _LISTED} đơn vị khác" if len(absent) > _LISTED else ""
    words = f"{tier_name}: {number(len(absent))} trong {number(of)} đơn vị chưa có số “{column_vi}” ({listed}{more})"
    return Problem("", "incomplete", "warning", f"{words}, nên chưa ghi số chung của cả cấp")


def tier_vi(place: Place) -> str:
    """What the tier of a row is called."""
    return TIERS_VI[place.tier] if place.tier else ""
