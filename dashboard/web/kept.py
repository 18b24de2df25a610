"""Answers as bytes: each is made once for all who ask the same, and again when something that it was made from has changed."""

import asyncio
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

import brotli

from dashboard.store.reading import Reading, reading

if TYPE_CHECKING:
    from dashboard.boards import Boards, Standing
    from dashboard.boards.memory import Versions

_QUALITY = 5
"""Of brotli: an answer is packed once for everybody, but somebody waits for it."""
_SHORTEST = 1400
"""Bytes; less fits into one packet anyway."""


@dataclass(frozen=True)
class Answer:
    """A body with what it stands on; `tag` is of its bytes, so that what did not change keeps its tag through any number of versions."""

    body: bytes
    standing: "Standing"
    read: Reading
    tag: str
    packed: dict[str, bytes] = field(default_factory=dict)
    heads: dict[str, list[tuple[bytes, bytes]]] = field(default_factory=dict)
    """Headers by encoding, for whoever sends it and wants to word them once."""

    def encoded(self, encoding: str) -> bytes:
        """The body as `br`, `gzip` or `identity`, packed at the first asking."""
        if encoding == "identity":
            return self.body
        if encoding not in self.packed:
            self.packed[encoding] = (
                brotli.compress(self.body, quality=_QUALITY) if encoding == "br" else gzip.compress(self.body, 5, mtime=0)
            )
        return self.packed[encoding]

    @property
    def size(self) -> int:
        """Bytes that it holds, roughly: what was packed is smaller than the body."""
        return 2 * len(self.body)


class Kept:
    """Answers by question, within a bound of bytes; for one event loop. `pack` has each packed by brotli while it is made."""

    def __init__(self, boards: "Boards", most_bytes: int = 16 * 1024 * 1024, *, pack: bool = False) -> None:
        self._boards, self._most, self._pack = boards, most_bytes, pack
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._held = 0
        self._right: set[Hashable] = set()
        self._moment: tuple[Versions | None, date | None, datetime | None] = (None, None, None)
        self._making: dict[Hashable, asyncio.Task[Answer]] = {}

    async def get(self, question: Hashable, make: Callable[[], bytes]) -> Answer:
        """The answer that is right now, from `make` (run in a thread) when there is none. Raises what `make` raises, StoreUnavailable too.

        Who asks while it is being made gets the same one.
        """
        versions = self._boards.versions_in_hand()
        if versions is None:
            versions = await asyncio.to_thread(self._boards.versions)
        known = self._answers.get(question)
        if known is not None and self._is_right(question, known, versions):
            self._answers.move_to_end(question)
            return known
        # What is being made now may be of the versions before these.
        wanted = (question, tuple(sorted(versions.items())))
        task = self._making.get(wanted)
        if task is None:
            task = self._making[wanted] = asyncio.create_task(self._make(question, make))
            task.add_done_callback(lambda _: self._making.pop(wanted, None))
        return await asyncio.shield(task)

    def _is_right(self, question: Hashable, known: Answer, versions: "Versions") -> bool:
        """Whether the answer stands on what is right now: found out once for all who ask at these versions."""
        last, day, away = self._moment
        if last is not versions or day != self._boards.today() or away != self._boards.away_since:
            self._moment = (versions, self._boards.today(), self._boards.away_since)
            self._right.clear()
        if question in self._right:
            return True
        is_right = known.standing == self._boards.standing(known.read, versions)
        if is_right:
            self._right.add(question)
        return is_right

    async def _make(self, question: Hashable, make: Callable[[], bytes]) -> Answer:
        answer, is_sure = await asyncio.to_thread(self._made, make)
        if is_sure:
            self._put(question, answer)
        return answer

    def _made(self, make: Callable[[], bytes]) -> tuple[Answer, bool]:
        """An answer, and whether it is sure: when the database went or came in between, nobody knows of which versions the body is."""
        versions, before = self._boards.versions(), self._boards.away_since
        with reading() as read:
            body = make()
        standing = self._boards.standing(read, versions)
        after = standing.away_since
        answer = Answer(body, replace(standing, away_since=after or before), read, hashlib.sha256(body).hexdigest()[:24])
        if self._pack and len(body) >= _SHORTEST:
            answer.encoded("br")
        return answer, before == after

    def _put(self, question: Hashable, answer: Answer) -> None:
        self._right.discard(question)
        before = self._answers.pop(question, None)
        self._held += answer.size - (before.size if before else 0)
        self._answers[question] = answer
        while self._held > self._most:
            oldest, answer = self._answers.popitem(last=False)
            self._right.discard(oldest)
            self._held -= answer.size
