"""Workbooks of Excel since 2007 (ISO/IEC 29500). Values are read by calamine, after our own look at what it would have to take in.

Calamine holds a sheet as one rectangle from its first to its last cell: two cells at opposite corners would ask for half a terabyte, and
a failed allocation ends the process. So each sheet is looked through first, and calamine is given an archive of exactly the parts that
were looked at. The look also finds what calamine does not tell apart: formulas that nobody calculated, and error values. Cells written as
the usual programs write them are looked at by a grammar (`plain_sheet`), whatever stands around them and all others by a parser.
"""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum, load_workbook

from dashboard.errors import WorkbookError
from dashboard.workbooks.archive import part, repacked
from dashboard.workbooks.cleaning import rows_of
from dashboard.workbooks.limits import MOST_MERGED, MOST_SHEETS, Budget, check_position, damaged, too_many_cells
from dashboard.workbooks.markup import local, scan
from dashboard.workbooks.plain_sheet import cells_of, lengths_of, parted
from dashboard.workbooks.table import Area, State, Table, Value, position

Made = TypeVar("Made")

MACROS: Final = WorkbookError("macros", "tệp có macro, không được nhận: hãy lưu lại dạng “Excel Workbook (*.xlsx)” rồi gửi lại")
_NEEDED: Final = (
    "[Content_Types].xml",
    "_rels/.rels",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
)
_SHEETS: Final = "xl/worksheets/"
# An address with a character reference in it is read by us and passed over by calamine: then we would not look at what it sees.
_DISGUISED: Final = re.compile(rb"\br\s*=\s*[\"'][^\"'<>]*&")


@dataclass
class Looked:
    """What one look through a sheet found: cells that are no plain values, merged areas, what it would cost to read."""

    states: dict[tuple[int, int], State] = field(default_factory=dict)
    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    cells: int = 0
    characters: int = 0


class _Look:
    """The callbacks of one look; `lengths` are those of the shared strings. A cell is judged when the next one begins: a callback for the
    end of each element would cost as much as all the others."""

    def __init__(self, lengths: list[int]) -> None:
        self.found = Looked()
        self._lengths = lengths
        self._row, self._place = 0, (0, -1)
        self._kind, self._within = "", False
        self._formula = False
        self._text: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        match local(name):
            case "c":
                self.finish()
                reference = attributes.get("r")
                # As calamine counts: what says no place comes after the one before it, in the row that the row says.
                self._place = position(reference) if reference else (self._row, self._place[1] + 1)
                self._kind = attributes.get("t", "n")
            case "v":
                self._within = True
            case "is":
                self._within, self._kind = True, "inlineStr"
            case "f":
                self._formula, self._within = True, False
            case "row":
                self.finish()
                self._row = int(attributes.get("r", self._row + 1))
                self._place = (self._row, -1)
            case "mergeCell":
                self._merge(attributes.get("ref", ""))
            case _ if self._kind != "inlineStr":  # what follows the last cell: footers have texts too
                self._within = False

    def text(self, text: str) -> None:
        """A piece of text; what stands between the elements of indented files is blank."""
        if self._within:
            self._text.append(text)

    def finish(self) -> None:
        """The cell that began last has ended."""
        if self._text or self._formula:
            self._take("".join(self._text).strip())
            self._text.clear()
        self._within = self._formula = False

    def _take(self, text: str) -> None:
        if not text:
            if self._formula:
                check_position("", max(self._row, self._place[0]), self._place[1])
                self.found.states[self._place] = "no_result"
            return
        check_position("", max(self._row, self._place[0]), self._place[1])
        self.found.cells += 1
        self.found.characters += self._lengths[int(text)] if self._kind == "s" else len(text)
        if self._kind == "e":
            self.found.states[self._place] = "fault"
            self.found.faults[self._place] = text[:40]

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        if len(self.found.merged) >= MOST_MERGED:
            raise too_many_cells()
        self.found.merged.append(Area(*position(first), *position(last or first)))


def read(archive: zipfile.ZipFile, budget: Budget) -> list[Table]:
    """Every sheet of cells. Raises WorkbookError."""
    names = archive.namelist()
    if any("vbaproject" in name.lower() or "macrosheets/" in name.lower() for name in names):
        raise MACROS
    if "xl/workbook.xml" not in names:
        raise WorkbookError("unknown", "tệp dạng .xlsb hoặc dạng lạ: hãy lưu lại dạng “Excel Workbook (*.xlsx)” rồi gửi lại")
    parts = {name: part(archive, name) for name in names if name in _NEEDED or name.startswith(_SHEETS)}
    if b"macroEnabled" in parts.get("[Content_Types].xml", b""):
        raise MACROS
    try:
        return _tables(parts, _look(parts, budget), budget)
    except (ValueError, IndexError, KeyError, OverflowError) as error:
        raise damaged() from error


def _look(parts: dict[str, bytes], budget: Budget) -> dict[str, Looked]:
    lengths = _lengths(parts.get("xl/sharedStrings.xml"))
    found: dict[str, Looked] = {}
    for name, content in parts.items():
        if not name.startswith(_SHEETS) or name.startswith(f"{_SHEETS}_rels/"):
            continue
        found[name] = _looked(content, lengths)
        budget.spend(found[name].cells, found[name].characters)
    return found


def _looked(content: bytes, lengths: list[int]) -> Looked:
    """What a look through one sheet finds."""
    apart = parted(content, b"sheetData")
    plain = cells_of(apart[1], lengths) if apart else None
    rest = apart[0] if apart and plain else content
    if _DISGUISED.search(rest):
        raise damaged("địa chỉ ô viết lạ")
    look = _Look(lengths)
    scan(rest, look.start, None, look.text)
    look.finish()
    found = look.found
    if plain:
        found.states |= plain.states
        found.faults |= plain.faults
        found.cells += plain.cells
        found.characters += plain.characters
    return found


def _lengths(content: bytes | None) -> list[int]:
    """How long each shared string is."""
    lengths: list[int] = []

    def start(name: str, _: dict[str, str]) -> None:
        if local(name) == "si":
            lengths.append(0)

    def text(text: str) -> None:
        if lengths:
            lengths[-1] += len(text)

    if content is None:
        return lengths
    apart = parted(content, b"sst")
    plain = lengths_of(apart[1]) if apart else None
    scan(apart[0] if apart and plain is not None else content, start, None, text)
    return lengths if plain is None else plain


def _paths(parts: dict[str, bytes]) -> dict[str, str]:
    """Sheet name → part, as the workbook and its relations say."""
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str]] = []

    def relation(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "Relationship":
            target = attributes.get("Target", "").lstrip("/")
            targets[attributes.get("Id", "")] = target if target.startswith("xl/") else f"xl/{target}"

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if local(name) == "sheet":
            identifier = next((value for key, value in attributes.items() if local(key) == "id" and ":" in key), "")
            sheets.append((attributes.get("name", ""), identifier))

    for name, start in (("xl/_rels/workbook.xml.rels", relation), ("xl/workbook.xml", sheet), ("xl/styles.xml", _no_start)):
        scan(parts.get(name, b"<none/>"), start, None, _nothing)
    return {name: targets.get(identifier, "") for name, identifier in sheets}


def _nothing(_: str) -> None:
    return None


def _no_start(_name: str, _attributes: dict[str, str]) -> None:
    return None


def _tables(parts: dict[str, bytes], looked: dict[str, Looked], budget: Budget) -> list[Table]:
    paths = _paths(parts)
    with _calm(lambda: load_workbook(repacked(parts))) as book:
        sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        if len(sheets) > MOST_SHEETS:
            raise too_many_cells()
        tables = []
        for sheet in sheets:
            found = looked[paths[sheet.name]]
            values = _calm(lambda name=sheet.name: _values(book, name))  # type: ignore[misc]
            rows = rows_of(_with_faults(values, found.faults), budget)
            hidden = sheet.visible != SheetVisibleEnum.Visible
            tables.append(Table(sheet.name, rows, tuple(found.merged), found.states, hidden))
        return tables


def _values(book: CalamineWorkbook, name: str) -> list[list[Value]]:
    sheet = book.get_sheet_by_name(name)
    values: list[list[Value]] = sheet.to_python(skip_empty_area=False) if sheet.start is not None else []  # type: ignore[assignment]
    return values


def _with_faults(values: list[list[Value]], faults: dict[tuple[int, int], str]) -> list[list[Value]]:
    """Calamine leaves the place of an error value empty."""
    for (row, column), text in faults.items():
        values.extend([] for _ in range(len(values), row))
        values[row - 1].extend([None] * (column + 1 - len(values[row - 1])))
        values[row - 1][column] = text
    return values


def _calm(work: Callable[[], Made]) -> Made:
    """What calamine makes. Raises WorkbookError, for its panics too: a panic is no Exception, and its class cannot be imported."""
    try:
        return work()
    except (CalamineError, OSError) as error:
        raise damaged() from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise damaged() from error
        raise
