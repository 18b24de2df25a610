"""Workbooks from provinces, all that is pure: bytes → tables → preview, and the template that a province fills in.

Nothing here touches the store, the network or a clock: what is read from a file is shown to a person first.
"""

from dashboard.workbooks.headers import (
    CODE,
    UNIT,
    Header,
    Headers,
    Mapping,
    Unresolved,
    by_hand,
    column_vi,
    find_headers,
    fingerprint,
    guess,
    remembered,
)
from dashboard.workbooks.preview import preview
from dashboard.workbooks.reading import read_tables
from dashboard.workbooks.reports import Column, Report, load_reports, parse_reports
from dashboard.workbooks.shapes import Ignored, Preview, PreviewRow, Problem, Reading
from dashboard.workbooks.table import Area, Cell, Row, Table, Value, shown
from dashboard.workbooks.template import template
from dashboard.workbooks.titles import Stamp, stamp_of

__all__ = [
    "CODE",
    "UNIT",
    "Area",
    "Cell",
    "Column",
    "Header",
    "Headers",
    "Ignored",
    "Mapping",
    "Preview",
    "PreviewRow",
    "Problem",
    "Reading",
    "Report",
    "Row",
    "Stamp",
    "Table",
    "Unresolved",
    "Value",
    "by_hand",
    "column_vi",
    "find_headers",
    "fingerprint",
    "guess",
    "load_reports",
    "parse_reports",
    "preview",
    "read_tables",
    "remembered",
    "shown",
    "stamp_of",
    "template",
]
