"""Workbooks that units handed in, as sources of the feed that their report names: what was confirmed, in one pack with how it is read.

A pack is a zip of two members: `bao-cao.json` (report, unit, period, name of the file, which column says what) and `tep`, the workbook as
it is kept. So reading a run's bytes again says what it said, and evidence goes from a figure to its very cell.
"""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Final

from dashboard.errors import FeedError, PeriodError, WorkbookError
from dashboard.feeds.base import Context, Feed, Source
from dashboard.observations import Held, Parsed
from dashboard.periods import Period
from dashboard.workbooks.headers import UNIT
from dashboard.workbooks.headers import Mapping as Columns
from dashboard.workbooks.preview import preview
from dashboard.workbooks.reading import read_tables
from dashboard.workbooks.reports import Report
from dashboard.workbooks.table import Table, position

_SLIP: Final = "bao-cao.json"
_FILE: Final = "tep"
_START: Final = b"PK\x03\x04"
_CELLS_SHOWN: Final = 40

Parse = Callable[[Source, Context], Parsed]
Excerpt = Callable[[Source, str], list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Slip:
    """What a workbook is of, and which of its columns says what (as `workbooks.headers.Mapping` in JSON)."""

    report: str
    unit: str
    period: str
    file_name: str
    mapping: Mapping[str, Any]


def pack(slip: Slip, content: bytes) -> bytes:
    """A workbook with its slip; the same of the same."""
    out = io.BytesIO()
    told = json.dumps(asdict(slip), ensure_ascii=False, sort_keys=True).encode()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        made.writestr(zipfile.ZipInfo(_SLIP), told)
        made.writestr(zipfile.ZipInfo(_FILE), content)
    return out.getvalue()


def is_pack(content: bytes) -> bool:
    """Whether bytes are a pack."""
    name = _SLIP.encode()
    return content.startswith(_START) and content[30 : 30 + len(name)] == name


def unpack(content: bytes) -> tuple[Slip, bytes]:
    """The slip and the workbook. Raises FeedError."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as made:
            return Slip(**json.loads(made.read(_SLIP))), made.read(_FILE)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise FeedError(f"bản nộp đã hỏng ({error})") from error


def also(feed: Feed, reports: Mapping[str, Report]) -> Feed:
    """A feed that takes workbooks of those reports that name it, beside what it takes already."""
    own = {key: one for key, one in reports.items() if one.feed == feed.key}
    return replace(feed, parse=partial(_parse, own, feed.parse), excerpt=partial(_excerpt, feed.excerpt)) if own else feed


def _parse(reports: Mapping[str, Report], others: Parse, source: Source, context: Context) -> Parsed:
    """The figures of a pack; a cell in doubt is held. Raises FeedError."""
    if not is_pack(source.content):
        return others(source, context)
    slip, content = unpack(source.content)
    report = reports.get(slip.report)
    if report is None:
        raise FeedError(f"{source.name}: báo cáo “{slip.report}” không còn được khai")
    try:
        tables, columns = read_tables(content, slip.file_name), Columns.from_json(json.dumps(slip.mapping))
        found = preview(report, slip.unit, Period.parse(slip.period), tables, columns, context.units)
    except (WorkbookError, PeriodError) as error:
        raise FeedError(f"{source.name}: {error}") from error
    held = tuple(Held(one.cell, one.text_vi, one.cell) for one in found.errors)
    return Parsed(tuple(one.observation for one in found.readings), held)


def _excerpt(others: Excerpt, source: Source, record: str) -> list[tuple[str, str]]:
    """The cells of a record as they stand in the workbook, with the words above them and at the beginning of their row."""
    if not is_pack(source.content):
        return others(source, record)
    slip, content = unpack(source.content)
    try:
        tables = read_tables(content, slip.file_name)
    except WorkbookError as error:
        raise FeedError(f"{slip.file_name}: {error}") from error
    return [("Tệp", slip.file_name), *_cells(tables, record, slip)]


def _cells(tables: tuple[Table, ...], record: str, slip: Slip) -> list[tuple[str, str]]:
    """Of a record as `Báo cáo!C7` or `Báo cáo!C7:C20`: each cell that holds something."""
    sheet, _, span = record.rpartition("!")
    table = next((one for one in tables if one.name == sheet), None)
    try:
        (first, column), (last, _) = (position(one) for one in (span.partition(":")[0], span.rpartition(":")[2]))
    except ValueError:
        return []
    if table is None:
        return []
    head = table.cell(int(slip.mapping["last_row"]), column).text
    names = slip.mapping["columns"].get(UNIT)
    found = []
    for row in (one for one in table.rows if first <= one.number <= last and one.value(column) is not None):
        own = row.value(names) if names is not None else None
        named = own if isinstance(own, str) else next((value for value in row.values if isinstance(value, str)), "")
        found.append((f"{table.place(row.number, column)} {head}", f"{table.cell(row.number, column).text} ({named})".removesuffix(" ()")))
    return found[:_CELLS_SHOWN]
