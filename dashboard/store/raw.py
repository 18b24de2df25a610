"""Raw bytes of sources, content-addressed and compressed, in `<var>/raw`: the last step of every evidence."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import zstandard

from dashboard.errors import NotFound

MOST_BYTES = 512 * 1024 * 1024
"""No single source is larger; a compressed file that claims more is refused."""


@dataclass(frozen=True)
class RawStore:
    """A folder of raw sources, each under the SHA-256 of its bytes."""

    folder: Path

    def keep(self, content: bytes) -> str:
        """Stores the bytes and gives their SHA-256; the file appears whole or not at all."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_whole(path, zstandard.compress(content, 9))
        return digest

    def read(self, digest: str) -> bytes:
        """The bytes with this SHA-256. Raises NotFound when they are gone or damaged."""
        try:
            content = zstandard.decompress(self._path(digest).read_bytes(), max_output_size=MOST_BYTES)
        except (OSError, zstandard.ZstdError) as error:
            raise NotFound(f"raw source {digest[:12]} is not in {self.folder}") from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise NotFound(f"raw source {digest[:12]} in {self.folder} is damaged")
        return content

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / f"{digest}.zst"


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
