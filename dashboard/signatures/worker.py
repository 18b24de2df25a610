"""A process of its own that checks signatures: what it reads is hostile, so it has bounds on memory, knows no secret but the one that
hashes names, and may be killed at any time.

stdin: a line of JSON (`Orders`), then frames: a line of JSON, a list of [bytes, instant, name of the trust list], and the messages one
behind the other. stdout: a line of JSON a frame, a list of verdicts; null for a message that could not be checked.
"""

import json
import logging
import os
import resource
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from dashboard.errors import ConfigurationError
from dashboard.feeds.base import RowFault
from dashboard.signatures.trust import TrustList, fingerprint
from dashboard.signatures.verifying import Verifier

_MEMORY: Final = 3 * 1024**3
_LOOK_EVERY: Final = 10.0
_NICE: Final = 10


@dataclass
class Watched:
    """The trust list of a folder, read anew when the folder changes; one that cannot be read leaves the old one."""

    folder: Path
    trust: TrustList = field(default_factory=TrustList)
    _seen: frozenset[tuple[str, int, int]] | None = None
    _looked_at: float = -_LOOK_EVERY

    def current(self) -> TrustList:
        """Looks at most every ten seconds."""
        if time.monotonic() - self._looked_at >= _LOOK_EVERY:
            self._looked_at = time.monotonic()
            seen = fingerprint(self.folder)
            if seen != self._seen:
                self._seen = seen
                self._read()
        return self.trust

    def _read(self) -> None:
        try:
            self.trust = TrustList.load(self.folder)
        except ConfigurationError as error:
            _tell(f"{error}; the list read before stays")


def serve(inward: BinaryIO, outward: BinaryIO) -> None:
    """Answers frames until there are no more."""
    orders = json.loads(inward.readline())
    key = bytes.fromhex(orders["key"])
    lists = {name: Watched(Path(folder)) for name, folder in orders["trust"].items()}
    for line in iter(inward.readline, b""):
        # All of a frame is read before any of it is looked at: whoever writes it never waits for a check.
        jobs = [(inward.read(size), at, name) for size, at, name in json.loads(line)]
        answers = [_answer(content, datetime.fromisoformat(at), lists[name], key) for content, at, name in jobs]
        outward.write(json.dumps(answers).encode() + b"\n")
        outward.flush()


def _answer(content: bytes, at: datetime, watched: Watched, key: bytes) -> Mapping[str, Any] | None:
    try:
        return asdict(Verifier(watched.current(), key).verdict(content, at))
    except (RowFault, MemoryError):
        return None
    except Exception as error:  # noqa: BLE001 — one message must not take the others with it; its words may quote it
        _tell(f"a message could not be checked ({type(error).__name__})")
        return None


def _tell(line: str) -> None:
    sys.stderr.write(f"signatures: {line}\n")


def main() -> None:
    """The process."""
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    logging.disable(logging.CRITICAL)  # libraries quote what they read
    outward = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing else may write between the answers
    serve(sys.stdin.buffer, outward)


if __name__ == "__main__":
    main()
