"""Workbooks that units hand in, as pages and machines see them: what is awaited by when, how versions stand, what changed between two."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal, Protocol, TypeVar

from dashboard.boards.desk import Desk
from dashboard.catalog import Measure
from dashboard.errors import NotFound
from dashboard.formats import HANOI
from dashboard.periods import Grain, Period, due
from dashboard.store import submission_book as book
from dashboard.store.sources import filled
from dashboard.store.submission_book import Step, Submission, Wanted
from dashboard.store.submission_content import Content, Entered
from dashboard.units import Unit
from dashboard.workbooks.reports import Report

Value = TypeVar("Value")
DueState = Literal["not_handed_in", "late", "told", "draft", "waiting", "returned", "approved"]
"""late: nothing was handed in by the day it was due. told: nothing was handed in, but figures came another way."""

LOOKED_BACK: Final[Mapping[Grain, int]] = {Grain.DAY: 5, Grain.MONTH: 3, Grain.QUARTER: 2, Grain.YEAR: 1}
"""Periods that are over and still asked for, by grain."""
_HANDED_IN: Final = ("waiting", "approved", "replaced", "returned")
_STANDS: Final = ("waiting", "returned", "draft", "approved")
"""Of several versions that of the first of these states says how a report stands; nothing else does."""


class Keep(Protocol):
    """Keeps what was computed until what it was made from changes."""

    def __call__(self, key: tuple[Hashable, ...], compute: Callable[[], Value]) -> Value:
        """What is kept under the key."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """A report of one period: by when it is due, how it stands, its versions (newest first). `newest` is the version that the state is of.

    `overdue` counts days since it was due, of what is not approved yet.
    """

    report: Report
    period: Period
    due: date
    state: DueState
    versions: tuple[Submission, ...]
    newest: Submission | None
    overdue: int = 0

    @property
    def approved(self) -> Submission | None:
        """The version whose figures stand."""
        return next((one for one in self.versions if one.state == "approved"), None)

    @property
    def handed_in_on(self) -> date | None:
        """The day of the first version that somebody stood for; None without one."""
        return min((one.handed_in_at.astimezone(HANOI).date() for one in self.versions if one.state in _HANDED_IN), default=None)

    @property
    def late_days(self) -> int:
        """By how many days it came after the day it was due; 0 when it came in time, or not at all."""
        return max(0, (self.handed_in_on - self.due).days) if self.handed_in_on else 0


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure that differs between two versions; None is no figure. `cell` is where it stands in the newer one, else in the older."""

    measure: Measure
    unit: Unit
    period: Period
    detail: str
    before: float | None
    after: float | None
    cell: str


@dataclass(frozen=True, slots=True)
class HandedInBoard:
    """One submission with all that can be said of it. `changes` are against `against`, the version before that was approved, or stood
    before it; None without one. `versions` are all of its report and period, newest first."""

    submission: Submission
    report: Report
    unit: Unit
    period: Period
    content: Content
    steps: tuple[Step, ...]
    versions: tuple[Submission, ...]
    against: Submission | None
    changes: tuple[Changed, ...]
    due: date


class HandedIn:
    """Boards of what units hand in, over one desk; read anew when a submission changes."""

    def __init__(self, desk: Desk, keep: Keep) -> None:
        self._desk, self._keep = desk, keep

    @property
    def reports(self) -> Mapping[str, Report]:
        """Every report by key."""
        return self._desk.reports

    @property
    def self_approval(self) -> bool:
        """Whether who handed in may approve as well."""
        return self._desk.self_approval

    def awaited(self, unit: str) -> tuple[Awaited, ...]:
        """What a unit is asked for and what it handed in, the newest period of each report first. Raises UnitUnknown."""
        found = self._desk.units.get(unit)
        return self._keep(("awaited", unit), lambda: _awaited(self._desk, [found])[unit])

    def awaited_of_all(self) -> Mapping[str, tuple[Awaited, ...]]:
        """The same of every province of today, by key."""
        units = self._desk.units.of_tier("province", _today(self._desk))
        return self._keep(("awaited", ""), lambda: _awaited(self._desk, units))

    def listed(self, unit: str | None = None, most: int = 100) -> tuple[Submission, ...]:
        """Submissions of a unit, or of all, newest first."""
        return self._keep(("handed in", unit, most), lambda: tuple(book.listed(self._desk.store, Wanted(unit, most=most))))

    def steps(self, numbers: Sequence[int]) -> Mapping[int, Sequence[Step]]:
        """By submission: its steps, oldest first."""
        return self._keep(("steps", tuple(numbers)), lambda: book.steps(self._desk.store, numbers))

    def one(self, number: int, against: int | None = None) -> HandedInBoard:
        """A submission beside another version of it (by number of version; None: the last one that was approved, or stood before it).

        Raises NotFound.
        """
        return self._keep(("submission", number, against), lambda: _one(self._desk, number, against))

    def of_run(self, run_id: int) -> Submission | None:
        """The submission that a run landed."""
        return self._keep(("submission of run", run_id), lambda: book.of_run(self._desk.store, run_id))


def due_day(desk: Desk, report: Report, period: Period) -> date:
    """The last day on which a report is in time."""
    return (due(period, report.due_working_day, desk.holidays) - timedelta(seconds=1)).astimezone(HANOI).date()


def _today(desk: Desk) -> date:
    return desk.now().astimezone(HANOI).date()


def _awaited(desk: Desk, units: Sequence[Unit]) -> dict[str, tuple[Awaited, ...]]:
    """By unit; the store is asked once for all of them."""
    own: dict[tuple[str, str], dict[str, list[Submission]]] = {}
    for one in book.listed(desk.store, Wanted(units[0].key if len(units) == 1 else None, most=20_000)):
        own.setdefault((one.unit, one.report), {}).setdefault(one.period, []).append(one)
    found: dict[str, list[Awaited]] = {unit.key: [] for unit in units}
    for report in desk.reports.values():
        told = _told(desk, report)
        for unit in units:
            mine = own.get((unit.key, report.key), {})
            over = [one for one in _over(desk, report) if unit.valid(one.last_day)]
            for period in sorted({*over, *map(Period.parse, mine)}, reverse=True):
                is_told = str(period) in told.get(unit.key, ())
                found[unit.key].append(_stands(desk, report, period, tuple(mine.get(str(period), ())), is_told=is_told))
    return {key: tuple(each) for key, each in found.items()}


def _over(desk: Desk, report: Report) -> list[Period]:
    """The last periods that are over, newest first."""
    periods = [Period.of(report.period_grain, _today(desk)).previous()]
    while len(periods) < LOOKED_BACK[report.period_grain]:
        periods.append(periods[-1].previous())
    return periods


def _told(desk: Desk, report: Report) -> Mapping[str, Sequence[str]]:
    """By unit: of which of these periods the store holds figures of a report, however they came."""
    return filled(desk.store, report.columns[0].measure, map(str, _over(desk, report)), also_zero=True)


def _stands(desk: Desk, report: Report, period: Period, versions: tuple[Submission, ...], *, is_told: bool) -> Awaited:
    newest = next((one for state in _STANDS for one in versions if one.state == state), None)
    last = due_day(desk, report, period)
    over = max(0, (_today(desk) - last).days)
    if newest is not None and newest.state in ("draft", "waiting", "returned", "approved"):
        is_done = any(one.state == "approved" for one in versions)
        return Awaited(report, period, last, newest.state, versions, newest, 0 if is_done else over)
    if is_told:
        return Awaited(report, period, last, "told", versions, None)
    return Awaited(report, period, last, "late" if over else "not_handed_in", versions, None, over)


def _one(desk: Desk, number: int, against: int | None) -> HandedInBoard:
    mine = book.find(desk.store, number)
    report = desk.reports.get(mine.report)
    if report is None:
        raise NotFound(f"báo cáo “{mine.report}” không còn được khai")
    versions = book.listed(desk.store, Wanted(mine.unit, mine.report, mine.period))
    beside = _beside(versions, mine, against)
    content, period = book.content_of(desk.store, number), Period.parse(mine.period)
    changes = changed(desk, book.content_of(desk.store, beside.id), content) if beside else ()
    steps = tuple(book.steps(desk.store, [number]).get(number, ()))
    unit = desk.units.get(mine.unit)
    return HandedInBoard(mine, report, unit, period, content, steps, tuple(versions), beside, changes, due_day(desk, report, period))


def _beside(versions: Sequence[Submission], mine: Submission, against: int | None) -> Submission | None:
    """The version asked for; else the newest before it that was approved once, else that before it. Raises NotFound."""
    if against is not None:
        found = next((one for one in versions if one.version == against and one.id != mine.id), None)
        if found is None:
            raise NotFound(f"không có lần nộp {against} để so")
        return found
    before = [one for one in versions if one.version < mine.version]
    return next((one for one in before if one.run_id is not None), before[0] if before else None)


def changed(desk: Desk, old: Content, new: Content) -> tuple[Changed, ...]:
    """Figures that differ between two versions, in the order of the newer one's cells, then those that only the older one has."""
    before: dict[tuple[str, str, str, str], Entered] = {one.key: one for one in old.figures}
    after = {one.key: one for one in new.figures}
    found = []
    for key, one in {**before, **after}.items():
        was, now = (each[key].value if key in each else None for each in (before, after))
        if was != now:
            measure, unit = desk.catalog.measures[one.measure], desk.units.get(one.unit)
            found.append(Changed(measure, unit, Period.parse(one.period), one.detail, was, now, one.cell))
    return tuple(found)


def last_step(steps: Sequence[Step], state: str) -> Step | None:
    """The last step to a state."""
    return next((one for one in reversed(steps) if one.state == state), None)


def moment_of(steps: Sequence[Step], state: str) -> datetime | None:
    """When it came to a state last."""
    found = last_step(steps, state)
    return found.at if found else None
