"""From a workbook's bytes to what would land: which sheet, which columns, which figures, and all that is wrong, ingest's own doubts too."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dashboard import ingest
from dashboard.errors import FeedError, NotFound, WorkbookError
from dashboard.feeds.base import Source
from dashboard.ingest import Desk
from dashboard.observations import Parsed
from dashboard.periods import Period
from dashboard.store.submission_book import Json
from dashboard.store.submission_content import Content, Entered, Line, Trouble
from dashboard.workbooks import headers as heads
from dashboard.workbooks.headers import Headers, Unresolved
from dashboard.workbooks.headers import Mapping as Columns
from dashboard.workbooks.preview import preview
from dashboard.workbooks.reading import read_tables
from dashboard.workbooks.reports import Report
from dashboard.workbooks.shapes import Preview
from dashboard.workbooks.table import Table, shown

_TEXT_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """What a workbook is of: a report, the province whose it is, and a period."""

    report: Report
    unit: str
    period: Period


@dataclass(frozen=True, slots=True)
class Read:
    """A reading. `mapping` None: somebody has to show the columns first; `fingerprint` is of the heads. `texts` are all cells that hold
    text, with their places."""

    content: Content
    mapping: Json | None
    fingerprint: str
    texts: tuple[tuple[str, str], ...]


def read(desk: Desk, asked: Asked, file: tuple[str, bytes], shown_before: Iterable[Json], fixed: Json | None = None) -> Read:
    """Reads a file (name, bytes). `shown_before` are mappings that this unit once showed; `fixed` is the only one to be taken, when given.

    Raises WorkbookError for what cannot be read as tables, StoreUnavailable.
    """
    name, content = file
    tables = read_tables(content, name)
    texts = tuple(_texts(tables))
    columns = stored(fixed) if fixed is not None else _columns(asked.report, tables, shown_before)
    if isinstance(columns, Unresolved):
        return Read(_unresolved(columns), None, heads.fingerprint(columns.headers) if columns.headers else "", texts)
    found = preview(asked.report, asked.unit, asked.period, tables, columns, desk.units)
    troubles = [Trouble(one.cell, one.text_vi, one.severity) for one in found.problems]
    if not found.errors:
        troubles += _doubts(desk, asked, found)
    return Read(_content(found, troubles), json.loads(columns.to_json()), columns.heads, texts)


def stored(mapping: Json) -> Columns:
    """A mapping as the store keeps it. Raises WorkbookError."""
    return Columns.from_json(json.dumps(mapping))


def shown_by_hand(asked: Asked, file: tuple[str, bytes], choices: Mapping[str, str]) -> Json:
    """The mapping that somebody shows: by key of the report's column the address of its head. Raises WorkbookError for what cannot be."""
    name, content = file
    tables = read_tables(content, name)
    found = _columns(asked.report, tables, ())
    sheet = found.sheet
    table = next(table for table in tables if table.name == sheet)
    known = found.headers if isinstance(found, Unresolved) else heads.headers_between(table, found.first_row, found.last_row)
    if known is None:
        raise WorkbookError("unknown", f"trang “{sheet}”: không tìm thấy dòng tiêu đề nào để ghép cột")
    where = {one.address: one.column for one in known.columns}
    try:
        columns = {key: where[address] for key, address in choices.items()}
        columns |= {key: place for key, place in _lists(found).items() if place not in columns.values()}
        made = heads.by_hand(asked.report, table, known, columns)
    except KeyError as missing:
        raise WorkbookError("unknown", f"tệp không có tiêu đề ở ô {missing.args[0]}") from None
    except NotFound as unknown:
        raise WorkbookError("unknown", str(unknown)) from None
    told: Json = json.loads(made.to_json())
    return told


def _lists(found: Columns | Unresolved) -> Mapping[str, int]:
    """The columns of a template's lists, which nobody has to show: only a template has them, under heads of its own."""
    known = found.known if isinstance(found, Unresolved) else found.columns
    return {key: known[key] for key in (heads.STATE, heads.REASON) if key in known}


def _columns(report: Report, tables: Sequence[Table], shown_before: Iterable[Json]) -> Columns | Unresolved:
    """What the heads say of themselves, else what was shown of the same heads, else the sheet of which most is known."""
    said = [heads.guess(report, table) for table in tables if not table.hidden] or [heads.guess(report, tables[0])]
    if certain := next((one for one in said if isinstance(one, Columns)), None):
        return certain
    for mapping in map(stored, shown_before):
        for table in tables:
            if again := heads.remembered(mapping, table):
                return again
    return max((one for one in said if isinstance(one, Unresolved)), key=lambda one: (len(one.known), _width(one.headers)))


def _width(headers: Headers | None) -> int:
    return len(headers.columns) if headers else 0


def _unresolved(one: Unresolved) -> Content:
    """A reading without figures: what the heads are, and what of them is known."""
    found = one.headers.columns if one.headers else ()
    where = {header.column: header.address for header in found}
    known = tuple((key, where[column]) for key, column in one.known.items() if column in where)
    trouble = Trouble("", one.said_vi, "error")
    return Content(one.sheet, troubles=(trouble,), headers=tuple((header.address, header.text) for header in found), known=known)


def _content(found: Preview, troubles: Iterable[Trouble]) -> Content:
    lines = tuple(
        Line(
            row.number,
            row.name_vi[:_TEXT_LONGEST],
            tuple((key, cell, shown(value)[:_TEXT_LONGEST]) for key, (cell, value) in row.cells.items()),
        )
        for row in found.rows
    )
    figures = tuple(Entered(one.measure, one.unit, str(one.period), one.detail, one.value, one.cell) for one in found.readings)
    ignored = tuple((one.cell, one.text[:_TEXT_LONGEST], one.reason_vi) for one in found.ignored)
    return Content(found.sheet, lines, figures, tuple(troubles), ignored, written_in=found.written_in)


def _doubts(desk: Desk, asked: Asked, found: Preview) -> Iterator[Trouble]:
    """What ingest would hold back, or refuse the whole for, beside what stands in the store already."""
    parsed = Parsed(tuple(one.observation for one in found.readings))
    feed = replace(desk.feed(asked.report.feed), parse=lambda *_: parsed, excerpt=lambda *_: [], at_least=0)
    try:
        for held in ingest.preview(desk, feed, Source("", b"")).held:
            yield Trouble(held.record, held.reason, "error")
    except FeedError as error:
        yield Trouble("", str(error), "error")


def _texts(tables: Iterable[Table]) -> Iterator[tuple[str, str]]:
    for table in tables:
        for row in table.rows:
            for column, value in enumerate(row.values):
                if isinstance(value, str):
                    yield table.place(row.number, column), value
