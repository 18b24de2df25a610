"""What a feed is: a name, an expectation and two functions, `fetch` (I/O only) and `parse` (pure)."""

import csv
import io
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from dashboard.catalog import Catalog
from dashboard.errors import FeedError, PeriodError
from dashboard.observations import Held, Parsed, Provenance
from dashboard.periods import Period
from dashboard.units import UnitRegistry


@dataclass(frozen=True, slots=True)
class Source:
    """One source as it arrived: its name (a file name or an address without secrets) and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Context:
    """What a parser may know of the world: the units through time, and the catalog of measures."""

    units: UnitRegistry
    catalog: Catalog


@dataclass(frozen=True)
class Feed:
    """A source of figures.

    `fetch` takes the folder `data/` and yields sources, doing I/O only; `parse` is pure. `at_least` is the number of units a source must
    bring: with fewer the run fails and the old figures stay. `excerpt` shows one record of a source as (column, value) pairs.
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


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table file: the number of its line (the head is line 1) and its fields by column."""

    number: int
    fields: Mapping[str, str]

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
    """The rows of a UTF-8 CSV file. Raises FeedError when it is no such file or lacks a required column."""
    try:
        text = source.content.decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        missing = required - set(reader.fieldnames or ())
        if missing:
            raise FeedError(f"{source.name}: column missing: {', '.join(sorted(missing))}")
        # Missing and surplus fields of a ragged row come as None: kept as text, so that the row's own parser refuses it by name.
        return [Line(reader.line_num, {str(name): str(value or "") for name, value in row.items()}) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise FeedError(f"{source.name}: not a UTF-8 CSV file ({error})") from error


def excerpt_of_table(source: Source, record: str) -> list[tuple[str, str]]:
    """The fields of one row of a CSV file, in the order of its columns; empty when there is no such row."""
    return next((list(line.fields.items()) for line in table(source, frozenset()) if line.record == record), [])


def period(text: str) -> Period:
    """A period in our own notation. Raises RowFault."""
    try:
        return Period.parse(text)
    except PeriodError:
        raise RowFault(f"kỳ “{text}” không đọc được") from None


def figure(text: str, what: str, least: float, most: float) -> float:
    """A finite number within bounds, decimal point as in the file. Raises RowFault naming what it should have been."""
    try:
        value = float(text)
    except ValueError:
        raise RowFault(f"{what} không phải là số: “{text}”") from None
    if not math.isfinite(value):
        raise RowFault(f"{what} không phải là số: “{text}”")
    if not least <= value <= most:
        raise RowFault(f"{what} {_plain(value)} nằm ngoài khoảng cho phép {_plain(least)}–{_plain(most)}")
    return value


def _plain(value: float) -> str:
    return f"{value:.12g}".replace(".", ",")
