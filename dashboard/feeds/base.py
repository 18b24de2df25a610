"""What a feed is: a name, an expectation and two functions, `fetch` (I/O only) and `parse` (pure)."""

import csv
import io
import math
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from dashboard.catalog import Catalog, Measure
from dashboard.errors import FeedError, PeriodError, UnitAmbiguous, UnitUnknown
from dashboard.feeds.answers import Answers
from dashboard.observations import Event, Held, Observation, Parsed, Provenance
from dashboard.observations import Rules as Rules  # a feed's module finds everything it is made of here
from dashboard.periods import Period
from dashboard.units import UnitRegistry


@dataclass(frozen=True, slots=True)
class Source:
    """One source as it arrived: its name (a file name or an address without secrets) and its bytes.

    `simulated`: whoever sent it says that its figures are made up. `mark` is how far the system that was asked has been read once this
    source has landed; None: no further than before. `concerns`: of which open records of the quarantine it speaks: all of its name, those
    that it names, or those of the same bytes.
    """

    name: str
    content: bytes
    simulated: bool = False
    mark: str | None = None
    concerns: Literal["source", "records", "bytes"] = "source"


@dataclass(frozen=True, slots=True)
class Context:
    """What a parser may know of the world: the units through time, and the catalog of measures."""

    units: UnitRegistry
    catalog: Catalog


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one message: what it says, or why it is held, and what may be kept of it.

    `subject` is the identifier by which its sender knows it, `speaker` the code of the agency that speaks; both may be empty when it is
    held. `about` names what is said by whom of which subject, whatever the words: a message that was held is corrected by one of the same.
    """

    kept: bytes
    subject: str
    speaker: str
    events: tuple[Event, ...] = ()
    held: Held | None = None
    about: str = ""


def _is_nobodys(_: bytes) -> bool:
    return False


@dataclass(frozen=True)
class Pull:
    """How a system is asked, over a network.

    `ask` takes the mark up to which it was read (None: never before) and yields what is new since, doing I/O only; it raises FeedError,
    in Vietnamese, when the system cannot be reached or answers with nonsense. All that it yields bears the name `source`, as does the run
    that says why nothing came.
    """

    ask: Callable[[str | None], Generator[Source]]
    source: str


@dataclass(frozen=True)
class Change:
    """By how much, as a share of what stands, the sum of a measure may change from one reading to the next."""

    measure: str
    most: float


@dataclass(frozen=True)
class Expected:
    """What the figures of one source must keep to; a source that does not is refused whole, and the old figures stay.

    `ranges`: by measure, the least and the most that one cell may say. `changes`: see `Change`.
    """

    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Feed:
    """A source of figures.

    `fetch` takes the folder `data/` and yields sources, doing I/O only; `parse` is pure. `at_least` is the number of units a source must
    bring: with fewer the run fails and the old figures stay. `excerpt` shows one record of a source as (column, value) pairs.
    `rules` belong to a feed of events. `keep` takes a source's bytes to what may be kept of them: persons' data goes before that.
    `take` reads one message (record, bytes) of a feed whose sources are messages or archives of them; `is_own` tells sources of such a feed
    that this program wrote itself and that are no messages. A live feed that brings nothing for `silent_after` of office hours is silent;
    None: it comes by periods. `pull` asks a system over the network every `every`, beside or instead of `fetch`. `is_pushed`: others may
    bring observations. `expected` is what a source must keep to beside `at_least`. `compose` makes a source of one record of its fields,
    so that a held one can be put right by hand. `answers` is who is asked when it fails.
    """

    key: str
    name_vi: str
    publisher: str
    provenance: Provenance
    every: timedelta | None
    fetch: Callable[[Path], Iterator[Source]]
    parse: Callable[[Source, Context], Parsed]
    excerpt: Callable[[Source, str], list[tuple[str, str]]]
    at_least: int = 1
    rules: Rules | None = None
    keep: Callable[[bytes], bytes] = bytes
    take: Callable[[str, bytes, Context], Taken] | None = None
    is_own: Callable[[bytes], bool] = _is_nobodys
    silent_after: timedelta | None = None
    pull: Pull | None = None
    is_pushed: bool = False
    expected: Expected = Expected()
    compose: Callable[[Mapping[str, str]], bytes] | None = None
    answers: Answers | None = None


def nothing(_: Path) -> Iterator[Source]:
    """The `fetch` of a feed that has no files: others push to it, or it is asked over the network."""
    return iter(())


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table file: the number of its (last) line (the head is line 1) and its fields by column.

    `surplus` counts fields beyond the columns, below zero fields that are not there: a torn row, or one with a comma too many, in which
    no field can be trusted to stand under its own column.
    """

    number: int
    fields: Mapping[str, str]
    surplus: int = 0

    @property
    def record(self) -> str:
        """How evidence names the row."""
        return str(self.number)

    @property
    def raw(self) -> str:
        """The row as one line of text, for the quarantine."""
        return ", ".join(f"{name}={value}" for name, value in self.fields.items())

    def held(self, reason: str) -> Held:
        """This row, held back for a reason in Vietnamese."""
        return Held(self.record, reason, self.raw)


class RowFault(Exception):
    """Why a row cannot be taken in: a sentence in Vietnamese. Caught by the feed that raised it, which holds the row."""


Fault = RowFault | UnitUnknown | UnitAmbiguous
"""What a parser may catch of a row, to hold it."""


def reason_of(fault: Fault) -> str:
    """Why a row is held, in Vietnamese."""
    return str(fault) if isinstance(fault, RowFault) else fault.said_vi


def files(folder: str, *patterns: str) -> Callable[[Path], Iterator[Source]]:
    """A fetch that reads the files of `data/<folder>` that match, in the order of their names."""

    def fetch(data: Path) -> Iterator[Source]:
        for path in sorted({path for pattern in patterns for path in (data / folder).glob(pattern)}):
            try:
                yield Source(path.name, path.read_bytes())
            except OSError as error:
                raise FeedError(f"{path}: cannot be read ({error.strerror})") from error

    return fetch


def table(source: Source, required: frozenset[str]) -> list[Line]:
    """The rows of a UTF-8 CSV file. Raises FeedError when it is no such file, lacks a required column or names a column twice."""
    if b"\0" in source.content:
        raise FeedError(f"{source.name}: not a UTF-8 CSV file (it holds a zero byte)")
    try:
        reader = csv.reader(io.StringIO(source.content.decode("utf-8-sig"), newline=""), strict=True)
        columns = next(reader, [])
        _check_columns(source, columns, required)
        return [_line(reader.line_num, columns, row) for row in reader if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise FeedError(f"{source.name}: not a UTF-8 CSV file ({error})") from error


def _check_columns(source: Source, columns: list[str], required: frozenset[str]) -> None:
    missing = required - set(columns)
    if missing:
        raise FeedError(f"{source.name}: column missing: {', '.join(sorted(missing))}")
    twice = {name for name in columns if columns.count(name) > 1}
    if twice:
        raise FeedError(f"{source.name}: column named twice: {', '.join(sorted(twice))}")


def _line(number: int, columns: list[str], row: list[str]) -> Line:
    surplus = len(row) - len(columns)
    names = columns + [f"(thừa {place})" for place in range(1, surplus + 1)]
    return Line(number, dict(zip(names, row, strict=False)), surplus)


def parse_table(source: Source, required: frozenset[str], read: Callable[[Line], list[Observation]]) -> Parsed:
    """Reads a table file row by row. A row that `read` refuses, a torn one, an empty one, and the second one of a unit and period are held.

    `read` gives the cells of a row, all of one unit and period, or raises RowFault, UnitUnknown or UnitAmbiguous.
    """
    return parse_lines(table(source, required), read)


def parse_lines(lines: Iterable[Line], read: Callable[[Line], list[Observation]]) -> Parsed:
    """The same of rows that came in another form than a table file."""
    observations: list[Observation] = []
    held: list[Held] = []
    seen: set[tuple[str, Period]] = set()
    for line in lines:
        try:
            row = _whole(line) and read(line)
            if not row:
                raise RowFault("dòng không có số liệu nào")
            if (row[0].unit, row[0].period) in seen:
                raise RowFault(f"đã có một dòng khác cho cùng đơn vị, {row[0].period.label_vi} trong tệp này")
            observations += row
            seen.add((row[0].unit, row[0].period))
        except (RowFault, UnitUnknown, UnitAmbiguous) as fault:
            held.append(line.held(reason_of(fault)))
    return Parsed(tuple(observations), tuple(held))


def _whole(line: Line) -> bool:
    if line.surplus:
        raise RowFault(f"dòng {'thừa' if line.surplus > 0 else 'thiếu'} {abs(line.surplus)} ô so với số cột")
    return True


def excerpt_of_table(source: Source, record: str) -> list[tuple[str, str]]:
    """The fields of one row of a CSV file, in the order of its columns; empty when there is no such row."""
    return next((list(line.fields.items()) for line in table(source, frozenset()) if line.record == record), [])


def compose_table(fields: Mapping[str, str]) -> bytes:
    """A table file of one row."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([fields.keys(), fields.values()])
    return out.getvalue().encode()


def period(text: str) -> Period:
    """A period in our own notation. Raises RowFault."""
    try:
        return Period.parse(text)
    except PeriodError:
        raise RowFault(f"kỳ “{text}” không đọc được") from None


LARGEST = 1e12
"""No count in this house comes near: a number beyond it is a slip, and would not add up exactly."""
_SHOWN = 60

# float() also takes "1_000", "١٢", "nan" and "infinity", which no published table means.
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


def figure(text: str, measure: Measure) -> float:
    """A number within the measure's bounds, with a decimal point. Raises RowFault naming the measure and what stood there."""
    value = float(text) if _NUMBER.fullmatch(text.strip()) else math.nan
    if not math.isfinite(value):
        raise RowFault(f"{measure.name_vi} không phải là số: “{text[:_SHOWN]}”")
    if value < measure.least or (measure.most is not None and value > measure.most):
        most = f"đến {_plain(measure.most)}" if measure.most is not None else "trở lên"
        negative = " là số âm," if value < 0 else ""
        raise RowFault(f"{measure.name_vi} {_plain(value)}{negative} nằm ngoài khoảng cho phép: từ {_plain(measure.least)} {most}")
    if abs(value) > LARGEST:
        raise RowFault(f"{measure.name_vi} {_plain(value)} lớn quá mức có thể có: nhiều nhất {_plain(LARGEST)}")
    return value


def _plain(value: float) -> str:
    return f"{value:.12g}".replace(".", ",")
