"""Sources that hold many messages: zip, tar and tar.gz, read one member after the other; and packs, the archives that we make ourselves.

Nothing is believed of an archive: a member is read up to the largest size of a message, and an archive that swells beyond any honest
ratio is refused. Of a tar no more than one member is in memory, however many millions there are; a zip keeps its directory there.
"""

import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from dashboard.errors import FeedError

MEMBER_LARGEST = 48 * 1024 * 1024
"""Of a larger member only the beginning is read: one byte more than this, so that its reader sees that it is too large."""
# Repeated XML shrinks to a hundredth at best; what deflate can do at most is 1:1032.
_SWELLS_MOST, _SWELLS_FREELY = 400, 64 * 1024 * 1024
_NAME_LONGEST = 200
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    gzip.BadGzipFile,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,  # a directory that points before the beginning
)


@dataclass(frozen=True, slots=True)
class Member:
    """One message of a source: its name in it, and its bytes."""

    name: str
    content: bytes


def members(name: str, content: bytes) -> Iterator[Member]:
    """The messages of a source that is in memory, each under a name of its own; a source that is no archive is one message. Raises
    FeedError."""
    taken: set[str] = set()
    for member in stream(name, io.BytesIO(content), len(content)):
        yield Member(unique(member.name, taken), member.content)


def is_archive(content: bytes) -> bool:
    """Whether bytes look like a zip, a tar or a gzip."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b")) or content[257:262] == b"ustar"


def stream(name: str, file: BinaryIO, size: int) -> Iterator[Member]:
    """The messages of an open file of `size` bytes, in its order. Raises FeedError, perhaps after some, when it is damaged or a bomb."""
    head = file.read(512)
    file.seek(0)
    try:
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            yield from _of_zip(file, size)
        elif head.startswith(b"\x1f\x8b"):
            yield from _of_gzip(name, file, size)
        elif head[257:262] == b"ustar":
            yield from _of_tar(file)
        else:
            yield Member(tidy(name), file.read(MEMBER_LARGEST + 1))
    except _BROKEN as error:
        raise FeedError(f"{name}: tệp nén bị hỏng hoặc không đọc được ({type(error).__name__})") from error


def pack(contents: Iterable[Member]) -> bytes:
    """One zip of members, not compressed (the raw store does that) and without times, so that the same members make the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for member in contents:
            archive.writestr(zipfile.ZipInfo(member.name, (1980, 1, 1, 0, 0, 0)), member.content)
    return out.getvalue()


def unique(name: str, taken: set[str]) -> str:
    """The name, or when it is taken the first of `name (2)`, `name (3)`… that is not; it is taken then."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    taken.add(free)
    return free


def tidy(name: str) -> str:
    """A member's name as a record is called: printable and not endless. A tidy name stays as it is."""
    plain = "".join(char if char.isprintable() else "?" for char in name).strip().lstrip("/")
    return plain[-_NAME_LONGEST:] or "?"


class _Swelling:
    """Counts what came out of an archive, and ends it when that is more than any honest one holds."""

    def __init__(self, size: int) -> None:
        self._left = max(size * _SWELLS_MOST, _SWELLS_FREELY)

    def count(self, read: int) -> None:
        """Raises RuntimeError when it is too much."""
        self._left -= read
        if self._left < 0:
            raise RuntimeError("swells beyond any honest ratio")


class _Counted(io.RawIOBase):
    """A decompressed stream under that count, and without the large single reads that a forged tar header asks for."""

    def __init__(self, file: BinaryIO, swelling: _Swelling) -> None:
        super().__init__()
        self._file, self._swelling = file, swelling

    def readable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """At most that many bytes."""
        if size < 0 or size > 2 * MEMBER_LARGEST:
            raise RuntimeError("asks for too much at once")
        found = self._file.read(size)
        self._swelling.count(len(found))
        return found


def _of_zip(file: BinaryIO, size: int) -> Iterator[Member]:
    swelling = _Swelling(size)
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            if info.is_dir() or _is_litter(info.filename):
                continue
            with archive.open(info) as opened:
                content = opened.read(MEMBER_LARGEST + 1)
            swelling.count(len(content))
            yield Member(tidy(info.filename), content)


def _of_gzip(name: str, file: BinaryIO, size: int) -> Iterator[Member]:
    """A tar under gzip, or one message under gzip."""
    with gzip.GzipFile(fileobj=file) as unzipped:
        head = unzipped.read(512)
        unzipped.seek(0)
        counted = _Counted(unzipped, _Swelling(size))  # type: ignore[arg-type]
        if head[257:262] == b"ustar":
            yield from _of_tar(counted)  # type: ignore[arg-type]
        else:
            yield Member(tidy(name.removesuffix(".gz")), counted.read(MEMBER_LARGEST + 1))


def _of_tar(file: BinaryIO) -> Iterator[Member]:
    with tarfile.open(fileobj=file, mode="r|") as archive:
        for info in archive:
            archive.members = []  # type: ignore[attr-defined]  # it would remember every member
            if info.isfile() and not _is_litter(info.name):
                opened = archive.extractfile(info)
                assert opened is not None, "a file has content"
                yield Member(tidy(info.name), opened.read(MEMBER_LARGEST + 1))


def _is_litter(name: str) -> bool:
    """What macOS leaves in archives."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2] in (".DS_Store", "")
