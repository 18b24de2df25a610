"""The heads of a table: where they stand, what they say over all their rows, and which column of a report each one means.

Nothing is guessed: a head means a column when it says the column's title or one of its aliases, however it is spelt; what says two things,
or the same as another head, is left to a person. What a person has said is kept as a `Mapping` for the same heads (`fingerprint`).
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, Final

from dashboard import formats
from dashboard.errors import WorkbookError
from dashboard.workbooks.reports import GROUPED, Report
from dashboard.workbooks.table import Row, Table, Value, address

UNIT: Final = "unit"
CODE: Final = "code"
STATE: Final = "state"
REASON: Final = "reason"
WORDS: Final = frozenset({UNIT, CODE, STATE, REASON})
"""The columns that hold no figures; beside the unit each of them may be missing."""
UNIT_VI: Final = "Đơn vị"
CODE_VI: Final = "Mã đơn vị"
STATE_VI: Final = "Tình trạng số liệu"
REASON_VI: Final = "Lý do chưa có số liệu"
_UNITS_SAID: Final = (
    UNIT_VI,
    "Tên đơn vị",
    "Đơn vị báo cáo",
    "Cơ quan, đơn vị",
    "Tên cơ quan, đơn vị",
    "Tên cơ quan",
    "Xã, phường",
    "Xã/phường",
    "Tên xã",
    "Địa phương",
    "Đơn vị hành chính",
    "Tên đơn vị hành chính",
    "Cấp",
)
_CODES_SAID: Final = (CODE_VI, "Mã", "Mã ĐVHC", "Mã đơn vị hành chính", "Mã định danh", "Mã xã")
_DEEPEST: Final = 4
_LOOKED_AT: Final = 60
"""Rows from the top among which heads are looked for."""
_FEWEST: Final = 2
_SIGNS: Final = re.compile(r"[*:.\s]+$|^[*\s]+|\s*\(\d{1,2}\)\s*$")
_NUMBERING: Final = re.compile(r"\(?\s*(?:\d{1,2}|[A-Za-z])\s*\)?(?:\s*=.*)?")


@dataclass(frozen=True, slots=True)
class Header:
    """The head of one column: its column (from 0), the texts over it from above, and the address of the lowest."""

    column: int
    parts: tuple[str, ...]
    address: str

    @property
    def text(self) -> str:
        """`Hồ sơ công việc / Điện tử`."""
        return GROUPED.join(self.parts)


@dataclass(frozen=True, slots=True)
class Headers:
    """The heads of a table: their first and last row (numbers as in the sheet), and one for each column that has any."""

    first_row: int
    last_row: int
    columns: tuple[Header, ...]


@dataclass(frozen=True)
class Mapping:
    """Which column of a sheet (from 0) holds what of a report: `columns` by key of the report's column, and by those of WORDS.

    `heads` is the fingerprint of the heads for which it was made. To be kept as JSON (`to_json`, `from_json`).
    """

    report: str
    sheet: str
    first_row: int
    last_row: int
    columns: dict[str, int]
    heads: str

    def to_json(self) -> str:
        """As text, for the store."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Mapping":
        """What `to_json` wrote. Raises WorkbookError for anything else."""
        try:
            found: dict[str, Any] = json.loads(text)
            columns = {str(key): int(column) for key, column in found["columns"].items()}
            rows = int(found["first_row"]), int(found["last_row"])
            return cls(str(found["report"]), str(found["sheet"]), *rows, columns, str(found["heads"]))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise WorkbookError("damaged", "cách ghép cột đã nhớ không đọc được: hãy ghép lại") from error


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Why no mapping could be made without a person: the heads that were found, what is known of them, and what is missing.

    `known` are columns that are certain (key → column), `missing` keys for which no head was found, `doubtful` keys for which several
    came into question. `headers` is None when no heads were found at all.
    """

    sheet: str
    headers: Headers | None
    known: dict[str, int]
    missing: tuple[str, ...]
    doubtful: tuple[str, ...]

    @property
    def said_vi(self) -> str:
        """Why, in a sentence."""
        if self.headers is None:
            return f"trang “{self.sheet}”: không tìm thấy dòng tiêu đề"
        doubtful = f"; chưa rõ: {len(self.doubtful)} cột có nhiều tiêu đề cùng khớp" if self.doubtful else ""
        return f"trang “{self.sheet}”: {len(self.missing)} cột chưa tìm được tiêu đề{doubtful}: hãy ghép cột một lần, lần sau sẽ tự nhớ"


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """The form under which two spellings of a head are one: composition, case, place of the tone, white space, marks at its ends."""
    bare = _SIGNS.sub("", " ".join(text.split()))
    return formats.same_text(re.sub(r"\s*([/,;–-])\s*", r"\1 ", bare))


def fingerprint(headers: Headers) -> str:
    """The same for the same heads in the same columns, however they are spelt and wherever the sheet begins."""
    said = "\n".join(f"{one.column}\t{folded(one.text)}" for one in headers.columns)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def headers_between(table: Table, first: int, last: int) -> Headers:
    """What stands over each column in these rows. A merged cell speaks for all that it covers; without merged cells (text files) the head
    of a group speaks for the columns to its right that have a head of their own below."""
    lines = [_line(table, number) for number in range(first, last + 1)]
    columns = []
    for column in range(table.width):
        parts: list[str] = []
        lowest = first
        for depth, line in enumerate(lines):
            text = line[column] or (_group(table, lines, depth, column) if depth < len(lines) - 1 else "")
            if text and (not parts or parts[-1] != text):
                parts.append(text)
                lowest = first + depth
        if parts:
            columns.append(Header(column, tuple(parts), address(lowest, column)))
    return Headers(first, last, tuple(columns))


def _line(table: Table, number: int) -> list[str]:
    """The texts of a row, merged ones in each place that they cover."""
    texts = ["" if value is None else " ".join(str(value).split()) for value in _values(table, number)]
    texts += [""] * (table.width - len(texts))
    for area in table.merged:
        if area.first_row <= number <= area.last_row and area.first_column < table.width:
            source = table.by_number.get(area.first_row)
            value = source.value(area.first_column) if source else None
            for column in range(area.first_column, min(area.last_column + 1, table.width)):
                texts[column] = "" if value is None else " ".join(str(value).split())
    return texts


def _values(table: Table, number: int) -> tuple[Value, ...]:
    found: Row | None = table.by_number.get(number)
    return found.values if found else ()


def _group(table: Table, lines: Sequence[Sequence[str]], depth: int, column: int) -> str:
    """The head of a group to the left, when this column has a head of its own in the row below."""
    if table.merged or not lines[depth + 1][column]:
        return ""
    for left in range(column - 1, -1, -1):
        if lines[depth][left]:
            return lines[depth][left] if lines[depth + 1][left] else ""
    return ""


def find_headers(table: Table) -> Headers | None:
    """The heads of a table that nobody knows: the rows of texts right above the first row of figures; None when there are none."""
    rows = [row for row in table.rows if row.number <= table.rows[0].number + _LOOKED_AT]
    first = next((place for place, row in enumerate(rows) if _is_data(row) or is_numbering(row)), None)
    if not first:
        return None
    heads: list[Row] = []
    for row in reversed(rows[:first]):
        below = heads[-1].number if heads else rows[first].number
        filled = sum(value is not None for value in row.values)
        if filled < _FEWEST or len(heads) == _DEEPEST or below - row.number > _DEEPEST:
            break
        heads.append(row)
    return headers_between(table, heads[-1].number, rows[first].number - 1) if heads else None


def _is_data(row: Row) -> bool:
    figures = sum(isinstance(value, int | float) and not isinstance(value, bool) for value in row.values)
    figures += sum(isinstance(value, str) and value.replace(".", "").replace(",", "").isdigit() for value in row.values)
    return figures >= 1 and any(isinstance(value, str) and any(c.isalpha() for c in value) for value in row.values)


def is_numbering(row: Row) -> bool:
    """Whether a row only numbers the columns: `(1) (2) (3)`, `A B 1 2`, with at most a formula (`5=4/3`)."""
    said = [value for value in row.values if value is not None]
    texts = [str(int(value)) if isinstance(value, float) and value.is_integer() else str(value) for value in said]
    if len(texts) < _FEWEST + 1 or not all(_NUMBERING.fullmatch(text) for text in texts):
        return False
    numbers = [int(re.sub(r"\D", "", text.partition("=")[0])) for text in texts if any(c.isdigit() for c in text.partition("=")[0])]
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else False


def guess(report: Report, table: Table) -> Mapping | Unresolved:
    """The mapping that the heads themselves say; Unresolved when a column of the report has no head, or two.

    All rows near the top are tried as heads, one to four deep; those that say most of the report count.
    """
    best: tuple[int, Headers, dict[str, list[int]]] | None = None
    for headers in _candidates(table):
        found = _matches(report, headers)
        certain = sum(len(columns) == 1 for columns in found.values())
        if certain and (best is None or certain > best[0]):
            best = (certain, headers, found)
    if best is None:
        needed = tuple(_needed(report))
        return Unresolved(table.name, find_headers(table), {}, needed, ())
    _, headers, found = best
    known = {key: columns[0] for key, columns in found.items() if len(columns) == 1}
    missing = tuple(key for key in _needed(report) if not found.get(key))
    doubtful = tuple(key for key, columns in found.items() if len(columns) > 1)
    if missing or doubtful:
        wide = find_headers(table)
        return Unresolved(table.name, wide if wide and wide.last_row >= headers.last_row else headers, known, missing, doubtful)
    return Mapping(report.key, table.name, headers.first_row, headers.last_row, known, fingerprint(headers))


def by_hand(report: Report, table: Table, headers: Headers, columns: dict[str, int]) -> Mapping:
    """The mapping that a person has said: column (from 0) by key of the report's column, or one of WORDS.

    Raises NotFound for a key that the report has not, WorkbookError for what is missing or said twice.
    """
    for key in columns.keys() - WORDS:
        report.column(key)
    if missing := [key for key in _needed(report) if key not in columns]:
        raise WorkbookError("unknown", f"chưa ghép đủ cột: còn thiếu {', '.join(column_vi(report, key) for key in missing)}")
    if len(set(columns.values())) < len(columns):
        raise WorkbookError("unknown", "một cột của tệp được ghép với hai cột của báo cáo")
    return Mapping(report.key, table.name, headers.first_row, headers.last_row, dict(columns), fingerprint(headers))


def remembered(mapping: Mapping, table: Table) -> Mapping | None:
    """The mapping for a table with the same heads, wherever they stand in it now; None when its heads are others."""
    # Where they stood last time first: all other places cost as much as guessing.
    for headers in (headers_between(table, mapping.first_row, mapping.last_row), *_candidates(table)):
        if fingerprint(headers) == mapping.heads:
            return Mapping(mapping.report, table.name, headers.first_row, headers.last_row, mapping.columns, mapping.heads)
    return None


def column_vi(report: Report, key: str) -> str:
    """What a column is called on screen."""
    return {UNIT: UNIT_VI, CODE: CODE_VI, STATE: STATE_VI, REASON: REASON_VI}.get(key) or report.column(key).title_vi


def _needed(report: Report) -> list[str]:
    return [*([UNIT] if report.rows != "province" else []), *(column.key for column in report.columns)]


def _candidates(table: Table) -> list[Headers]:
    numbers = [row.number for row in table.rows[:_LOOKED_AT]]
    found = [headers_between(table, first, first + depth) for depth in range(_DEEPEST) for first in numbers]
    return [headers for headers in found if len(headers.columns) >= _FEWEST]


def _matches(report: Report, headers: Headers) -> dict[str, list[int]]:
    """The columns whose head says a column of the report; a head that says two of them is in both lists, so that neither is certain."""
    said = {column.key: {folded(text) for text in (column.title_vi, *column.aliases)} for column in report.columns}
    said |= {UNIT: {folded(text) for text in _UNITS_SAID}, CODE: {folded(text) for text in _CODES_SAID}}
    said |= {STATE: {folded(STATE_VI)}, REASON: {folded(REASON_VI)}}
    found: dict[str, list[int]] = {}
    for header in headers.columns:
        texts = {folded(header.text), folded(header.parts[-1])}
        keys = [key for key, meant in said.items() if texts & meant]
        for key in keys:
            found.setdefault(key, []).extend([header.column] * len(keys))
    return found
