"""The zip around .xlsx and .ods, opened with care: how much would come out of it is looked at before anything does."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from dashboard.errors import WorkbookError
from dashboard.workbooks.limits import MOST_ENTRIES, MOST_RATIO, MOST_UNPACKED, RATIO_FROM, bomb, damaged

BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, RuntimeError, IndexError)
"""What the zip module raises over damaged archives (ValueError and IndexError over some torn headers)."""
_ENCRYPTED: Final = 0x1


@contextmanager
def opened(content: bytes) -> Iterator[zipfile.ZipFile]:
    """The archive, checked. Raises WorkbookError: damaged, bomb, password."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check(archive.infolist())
            yield archive
    except BROKEN as error:
        raise damaged() from error


def _check(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNPACKED:
        raise bomb()
    if any(entry.file_size > max(RATIO_FROM, MOST_RATIO * entry.compress_size) for entry in entries):
        raise bomb()
    if len(set(names)) < len(names):
        raise damaged("hai phần cùng tên")
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise WorkbookError("password", "tệp có mật khẩu: hãy bỏ mật khẩu (File → Info → Protect Workbook) rồi gửi lại")


def part(archive: zipfile.ZipFile, name: str) -> bytes:
    """One part, whole. Raises WorkbookError when it is not there or damaged."""
    try:
        return archive.read(name)
    except KeyError:
        raise damaged(f"thiếu phần {name}") from None
    except BROKEN as error:
        raise damaged() from error


def repacked(parts: dict[str, bytes]) -> io.BytesIO:
    """A plain archive of these parts alone: who reads it sees what was looked at, and nothing else."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    buffer.seek(0)
    return buffer
