"""Raw bytes of sources, content-addressed and compressed, in `<var>/raw`: the last step of every evidence."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import zstandard

from dashboard.errors import FeedError, NotFound

MOST_BYTES = 512 * 1024 * 1024
"""No single source is larger; a compressed file that claims more is refused."""


@dataclass(frozen=True)
class RawStore:
    """A folder of raw sources, each under the SHA-256 of its bytes."""

    folder: Path

    def keep(self, content: bytes) -> str:
        """Stores the bytes and gives their SHA-256; the file appears whole or not at all, and one that was damaged is mended.

        Raises FeedError when the bytes are too many, or the folder cannot be written.
        """
        if len(content) > MOST_BYTES:
            raise FeedError(f"the source has {len(content)} bytes, more than the {MOST_BYTES} that are kept of one")
        digest = address(content)
        path = self._path(digest)
        try:
            if not self._holds(digest):
                path.parent.mkdir(parents=True, exist_ok=True)
                _write_whole(path, zstandard.compress(content, 9))
        except OSError as error:
            raise FeedError(f"{path.parent}: cannot be written ({error.strerror})") from error
        return digest

    def read(self, digest: str) -> bytes:
        """The bytes with this SHA-256. Raises NotFound, in Vietnamese since evidence shows it, when they are gone or damaged."""
        try:
            packed = self._path(digest).read_bytes()
        except OSError as error:
            raise NotFound(f"bản gốc {digest[:12]}… không còn trong kho") from error
        content = _unpacked(packed)
        if content is None or address(content) != digest:
            raise NotFound(f"bản gốc {digest[:12]}… trong kho đã hỏng")
        return content

    def _holds(self, digest: str) -> bool:
        try:
            self.read(digest)
        except NotFound:
            return False
        return True

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / f"{digest}.zst"


def address(content: bytes) -> str:
    """Where bytes are found again: their SHA-256."""
    return hashlib.sha256(content).hexdigest()


def _unpacked(packed: bytes) -> bytes | None:
    """The content of a frame; None when it is none, or says that it is larger than anything that was ever kept."""
    try:
        # The limit of decompress() does not count when the frame itself states a size: it would be allocated as stated.
        size = zstandard.get_frame_parameters(packed).content_size
        return zstandard.decompress(packed, max_output_size=MOST_BYTES) if size <= MOST_BYTES else None
    except zstandard.ZstdError:
        return None


def _write_whole(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
