"""Values as they come out of a file, made such as `Table` promises them."""

import datetime as dt
import math
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

from dashboard.workbooks.limits import MOST_TEXT, Budget
from dashboard.workbooks.table import Row, Value

MOST_NUMBER: Final = sys.float_info.max


def rows_of(lines: Iterable[Sequence[Value]], budget: Budget, first: int = 1) -> tuple[Row, ...]:
    """The rows that hold anything, numbered from `first`. Raises WorkbookError when it is more than may be read."""
    rows = []
    for number, line in enumerate(lines, first):
        values = [value if type(value) is float and -MOST_NUMBER <= value <= MOST_NUMBER else cleaned(value) for value in line]
        while values and values[-1] is None:
            values.pop()
        if values:
            budget.spend(0, sum([len(value) for value in values if isinstance(value, str)]))
            rows.append(Row(number, tuple(values)))
    return tuple(rows)


def cleaned(value: Value) -> Value:
    """Texts composed and without white space around them, None for an empty one; instants at midnight are days."""
    if isinstance(value, str):
        text = value.strip()[:MOST_TEXT]
        return (text if text.isascii() else unicodedata.normalize("NFC", text)) or None
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
