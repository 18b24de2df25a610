"""The records that flow through everything: what a feed found, and what it could not read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from dashboard.periods import Period

Provenance = Literal["official", "published", "self_reported", "simulated"]
"""Where figures come from; a property of the feed. Simulated ones are never ranked together with others."""


@dataclass(frozen=True, slots=True)
class Observation:
    """The whole value of one cell: a later one for the same (measure, unit, period, detail) replaces it, never adds to it.

    `detail` is part of the cell (channel, tier, urgency), `record` says where in the source it stood, such as the line of a file.
    """

    measure: str
    unit: str
    period: Period
    value: float
    detail: str = ""
    record: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A record that could not be taken in: where it stood, why (a sentence for people, in Vietnamese), and its raw text."""

    record: str
    reason: str
    raw: str


Attribute = str | int | float | bool
"""What is known of a subject under one name; instants are ISO 8601 texts in UTC, so that the earlier one is the smaller."""


@dataclass(frozen=True, slots=True)
class Event:
    """What one message states of one subject: a document, its receipt by one agency, a dossier.

    `key` names the subject, however often it is sent; the store keeps its keyed hash only. `at` is the instant of the statement (aware):
    of two statements about one attribute the later counts, in whatever order they arrive. No attribute holds a person's data.
    """

    key: str
    unit: str
    at: datetime
    attributes: Mapping[str, Attribute]
    record: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger knows of one subject after all that was said of it."""

    unit: str
    attributes: Mapping[str, Attribute] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tally:
    """What one entry adds to one cell of a day, or of the day's month: a whole number, not below zero, so that taking it away again
    leaves no trace. `monthly` is for what is counted once a month (people, services) and so is no sum of days."""

    measure: str
    unit: str
    day: date
    detail: str = ""
    value: float = 1.0
    monthly: bool = False

    @property
    def period(self) -> str:
        """The period of the cell, in its notation."""
        return f"{self.day:%Y-%m}" if self.monthly else self.day.isoformat()


@dataclass(frozen=True)
class Rules:
    """How an event feed becomes figures.

    `tally` says what one entry of the ledger adds to which cells (pure; it sees that entry alone and the days off). Of the attributes
    named in `earliest` the smallest value counts, of all others the one stated last.
    """

    tally: Callable[[Entry, frozenset[date]], tuple[Tally, ...]]
    earliest: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a feed made of one source: whole values of cells, statements about subjects, and what it could not read.

    `corrects` are stems of records (all but the digest at their end): what is held under such a stem was said once more, and rightly.
    """

    observations: tuple[Observation, ...] = ()
    held: tuple[Held, ...] = ()
    events: tuple[Event, ...] = ()
    corrects: tuple[str, ...] = ()
