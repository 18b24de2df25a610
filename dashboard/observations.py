"""The records that flow through everything: what a feed found, and what it could not read."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a feed made of one source."""

    observations: tuple[Observation, ...]
    held: tuple[Held, ...] = ()
