"""Reading the tables of `data/units`; a damaged one raises ConfigurationError with file, line and what is wrong."""

import csv
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dashboard.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table."""

    path: Path
    line: int
    fields: dict[str, str]

    def fault(self, reason: str) -> ConfigurationError:
        """The error to raise for this line."""
        return ConfigurationError(f"{self.path}, line {self.line}: {reason}")

    def text(self, column: str) -> str:
        """What stands there; nothing raises ConfigurationError."""
        value = self.fields[column]
        if not value:
            raise self.fault(f"{column} is empty")
        return value

    def code(self, column: str, digits: int) -> str:
        """A code of that many digits."""
        value = self.fields[column]
        if len(value) != digits or not (value.isascii() and value.isdigit()):
            raise self.fault(f"{column} must be {digits} digits, not {value!r}")
        return value

    def codes(self, column: str, digits: int) -> tuple[str, ...]:
        """Codes of that many digits with `;` between them, or none."""
        value = self.fields[column]
        found = tuple(value.split(";")) if value else ()
        if not value.isascii() or not all(len(code) == digits and code.isdigit() for code in found):
            raise self.fault(f"{column} must be codes of {digits} digits with ; between them, not {value!r}")
        return found

    def day(self, column: str) -> dt.date:
        """A day written 2025-07-01."""
        try:
            return dt.date.fromisoformat(self.fields[column])
        except ValueError as wrong:
            raise self.fault(f"{column} is no day: {wrong}") from wrong

    def count(self, column: str) -> int:
        """A whole number, not negative."""
        value = self.fields[column]
        if not (value.isascii() and value.isdigit()):
            raise self.fault(f"{column} is no count: {value!r}")
        return int(value)


def rows(path: Path, *columns: str) -> Iterator[Row]:
    """The lines of a CSV table that has at least these columns."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            head = next(reader, [])
            if missing := [column for column in columns if column not in head]:
                raise ConfigurationError(f"{path}, line 1: no column {', '.join(missing)}")
            for values in reader:
                row = Row(path, reader.line_num, dict(zip(head, values, strict=False)))
                if len(values) != len(head):
                    raise row.fault(f"{len(values)} fields, {len(head)} expected")
                yield row
    except csv.Error as broken:
        raise ConfigurationError(f"{path}, line {reader.line_num}: {broken}") from broken
    except (OSError, UnicodeDecodeError) as broken:
        raise ConfigurationError(f"{path}: {broken}") from broken
