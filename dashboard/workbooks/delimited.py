"""Tables as text (.csv, .txt): which writing, which sign between the columns."""

import csv
import io
import re
from collections import Counter
from typing import Final

from dashboard.errors import WorkbookError
from dashboard.workbooks.cleaning import rows_of
from dashboard.workbooks.encodings import decoded
from dashboard.workbooks.limits import MOST_ROWS, Budget, check_position, damaged, too_many_rows
from dashboard.workbooks.table import Table

_SIGNS: Final = ("\t", ";", "|", ",")
"""In order of preference: where lists are parted by semicolons the comma is a decimal one, and stands as often as they do."""
_LOOKED_AT: Final = 200
_ENOUGH: Final = 0.6
"""Share of the lines that have the same number of columns: titles and signatures have fewer."""
# Programs that save in a Western code page write "?" for every letter that it has not: "??n v?" was "Đơn vị".
_LOST: Final = re.compile(r"\?(?=[^\W\d_])")
_WORDS: Final = re.compile(r"[^\W\d_]+")
_MOST_LOST: Final = 0.1
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x19\x1b-\x1f]")
"""What no text holds: all signs of control but tabs, ends of lines, pages and of the file."""


def read(content: bytes, name: str, budget: Budget) -> list[Table]:
    """The one table of the file, called `name`. Raises WorkbookError."""
    text, written_in = decoded(content)
    text = text.rstrip("\x1a\0")
    if _CONTROL.search(text):
        raise WorkbookError("unknown", "tệp không phải là bảng tính: cần .xlsx, .xls, .ods hoặc .csv")
    if len(_LOST.findall(text)) > _MOST_LOST * len(_WORDS.findall(text)):
        words = "chữ có dấu đã mất khi lưu, chỉ còn dấu “?”: hãy lưu lại dạng “CSV UTF-8” hoặc .xlsx rồi gửi lại"
        raise WorkbookError("encoding", words)
    text, sign = _sign(text)
    lines: list[list[str]] = []
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True):
            check_position(name, 1, max(len(line) - 1, 0))
            budget.spend(len(line))
            lines.append(line)
            if len(lines) > MOST_ROWS:
                raise too_many_rows("", len(lines))
    except csv.Error as error:
        raise damaged(f"dòng {len(lines) + 1}: dấu nháy kép không khép lại") from error
    return [Table(name, rows_of(lines, budget), written_in=written_in)]


def _sign(text: str) -> tuple[str, str]:
    """The text without the line by which Excel is told the sign, and the sign between columns."""
    first, _, rest = text.partition("\n")
    told = first.strip().lower()
    if told.startswith("sep=") and len(told) == len("sep=") + 1:
        return "\n" + rest, told[-1]  # the line stays in the count: addresses are those that a person sees
    sample = [line for line in text[: 500 * _LOOKED_AT].splitlines()[:_LOOKED_AT] if line.strip()]
    shares = {sign: _share(sample, sign) for sign in _SIGNS}
    best = max(shares.values(), default=0.0)
    return text, next((sign for sign in _SIGNS if shares[sign] >= max(_ENOUGH * best, 0.2)), ",")


def _share(lines: list[str], sign: str) -> float:
    """Of the lines, those that have the number of columns that most have; 0 when that is one column."""
    counts = Counter(line.count(sign) for line in lines if sign in line)
    return counts.most_common(1)[0][1] / len(lines) if counts else 0.0
