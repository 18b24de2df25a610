"""What an answer stands on, and so until when it is right."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What an answer was made from: the day, the versions of the feeds it read (all feeds there are when `everything`), and since when
    the database was away. An answer is right as long as its standing is."""

    day: date
    feeds: tuple[tuple[str, int], ...]
    everything: bool
    away_since: datetime | None
