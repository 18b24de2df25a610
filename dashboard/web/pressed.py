"""Compressed copies of files: brotli at its best once per content, kept on disk and in memory; something quicker until then."""

import asyncio
import gzip
import hashlib
import os
import secrets
import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import brotli
import structlog

BEST, QUICK = 11, 5

_log = structlog.get_logger(__name__)


class Press:
    """Compresses by content hash. A disk that is full or cannot be written only means that the next start compresses again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[tuple[str, str], bytes] = {}

    async def get(self, digest: str, body: bytes, encoding: str) -> bytes:
        """The body in that encoding ("br", "gzip", "identity")."""
        if encoding == "identity":
            return body
        kept = self._kept.get((digest, encoding))
        return kept if kept is not None else await asyncio.to_thread(self._quickly, digest, body, encoding)

    def prepare(self, bodies: Iterable[tuple[str, bytes]]) -> None:
        """Starts compressing all these contents at their best, in a thread that never keeps the program from ending."""
        threading.Thread(target=self._prepare, args=(list(bodies),), name="press", daemon=True).start()

    def _prepare(self, bodies: list[tuple[str, bytes]]) -> None:
        for digest, body in sorted(bodies, key=lambda each: len(each[1])):
            if self._read(digest) is None:
                best = brotli.compress(body, quality=BEST)
                self._kept[digest, "br"] = best
                self._write(digest, best)

    def _quickly(self, digest: str, body: bytes, encoding: str) -> bytes:
        made = self._read(digest) if encoding == "br" else None
        if made is None:
            made = brotli.compress(body, quality=QUICK) if encoding == "br" else gzip.compress(body, 6, mtime=0)
            return self._kept.setdefault((digest, encoding), made)
        return made

    def _read(self, digest: str) -> bytes | None:
        """The kept copy, when it is there and whole: a machine that lost its power may have left half a file."""
        try:
            made = (self._folder / f"{digest}.br").read_bytes()
            whole = hashlib.sha256(brotli.decompress(made)).hexdigest().startswith(digest)
        except (OSError, brotli.error):
            return None
        if whole:
            self._kept[digest, "br"] = made
        return made if whole else None

    def _write(self, digest: str, best: bytes) -> None:
        draft = self._folder / f"{digest}.{secrets.token_hex(4)}.draft"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(best)
            os.replace(draft, self._folder / f"{digest}.br")
        except OSError as error:
            with suppress(OSError):
                draft.unlink()
            _log.warning("a compressed file could not be kept", folder=str(self._folder), reason=error.strerror)


def best_encoding(accepted: str) -> str:
    """The best of "br", "gzip" and "identity" that an Accept-Encoding allows."""
    named = [each.strip().lower() for each in accepted.split(",")]
    refused = {
        each.partition(";")[0].strip() for each in named if each.replace(" ", "").endswith((";q=0", ";q=0.0", ";q=0.00", ";q=0.000"))
    }
    offered = {each.partition(";")[0].strip() for each in named} - refused
    return next((encoding for encoding in ("br", "gzip") if encoding in offered), "identity")
