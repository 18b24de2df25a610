"""Bytes of a text file made Unicode: marks of byte order, UTF-8, UTF-16, Windows-1258 and the legacy ones, told by what reads well."""

import codecs
import unicodedata
from collections.abc import Iterator
from typing import Final

from dashboard.errors import WorkbookError
from dashboard.workbooks.legacy import from_tcvn3, from_vni, share
from dashboard.workbooks.limits import damaged
from dashboard.workbooks.syllables import score

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_READABLE: Final = 0.6
"""Share of syllables among words with marks, below which no way of writing is believed."""
_JUDGED_BY: Final = 200_000
"""Characters from the start: a million lines are not judged better than the first thousands."""


def decoded(content: bytes) -> tuple[str, str]:
    """The text, composed, and the legacy writing it came in (empty for Unicode). Raises WorkbookError: encoding, damaged."""
    text, writing = _read(content)
    return unicodedata.normalize("NFC", text), writing


def _read(content: bytes) -> tuple[str, str]:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _strict(content[len(mark) :], name), ""
    if name := _without_mark(content):
        return _strict(content, name), ""
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            raise damaged("chữ cuối cùng bị cắt") from error
    return _by_sound(content)


def _strict(content: bytes, name: str) -> str:
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        raise damaged(f"không đúng bảng mã {name}") from error


def _without_mark(content: bytes) -> str:
    """UTF-16 is seen by its zero bytes: digits, spaces and separators have one each."""
    sample = content[:4000]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 5 < len(sample) or min(even, odd) * 4 > max(even, odd):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _by_sound(content: bytes) -> tuple[str, str]:
    """The reading in which most words are Vietnamese syllables."""
    readings = list(_readings(content[:_JUDGED_BY]))
    shares = [share(*score(text)) for text, _ in readings]
    best = max(range(len(readings)), key=lambda place: shares[place])
    if shares[best] < _READABLE:
        words = "không nhận ra bảng mã chữ Việt của tệp (đã thử Unicode, Windows-1258, TCVN3, VNI): hãy lưu lại dạng .xlsx"
        raise WorkbookError("encoding", words)
    return next(reading for place, reading in enumerate(_readings(content)) if place == best)


def _readings(content: bytes) -> Iterator[tuple[str, str]]:
    yield unicodedata.normalize("NFC", content.decode("cp1258", errors="replace")), "Windows-1258"
    western = content.decode("cp1252", errors="replace")
    yield from_tcvn3(western), "TCVN3"
    yield from_vni(western), "VNI"
    yield western, "Windows-1252"
