"""What a computation reads, noted while it runs: so it is done again only when something of that has changed.

`Store.transaction` notes for whoever asks. A question that does not say what it reads counts as one that reads everything: a new
question may cost time by being careless, but it never leaves an old figure standing.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass
class Reading:
    """The measures that were read; `everything` when that may have been any.

    `is_noted` is False as long as the store was not asked at all: then nobody knows what was read.
    """

    measures: set[str] = field(default_factory=set)
    everything: bool = False
    is_noted: bool = False

    def add(self, measures: Iterable[str] | None) -> None:
        """Measures that were read; none of them when no figure was, None when it may have been any."""
        self.is_noted = True
        if measures is None:
            self.everything = True
        else:
            self.measures.update(measures)

    def join(self, other: "Reading") -> None:
        """What another one read was read here too."""
        if other.is_noted:
            self.add(None if other.everything else other.measures)


_open: ContextVar[Reading | None] = ContextVar("reading", default=None)


def note(measures: Iterable[str] | None) -> None:
    """Says what is being read, to whoever collects it; None means anything."""
    reading = _open.get()
    if reading is not None:
        reading.add(measures)


def note_all(other: Reading) -> None:
    """Says that what is used now was made from all that."""
    reading = _open.get()
    if reading is not None:
        reading.join(other)


@contextmanager
def reading() -> Iterator[Reading]:
    """Collects what is read inside; whoever collects outside gets it too, also when the block raises: to find nothing is to have looked."""
    outer, mine = _open.get(), Reading()
    token = _open.set(mine)
    try:
        yield mine
    finally:
        _open.reset(token)
        if outer is not None:
            outer.join(mine)
