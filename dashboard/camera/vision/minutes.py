"""From looks to minutes, and from minutes to the figures of a day.

A minute belongs to the day's figures when it lies in office hours of a working day. What was not looked at is missing: it is no minute
with a picture and none without, and how many of these there are is a figure of its own. So a night without vision is not a dead camera.
"""

import csv
import datetime as dt
import io
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from dashboard.camera.hours import OfficeHours
from dashboard.formats import HANOI
from dashboard.store.sightings import MinuteSeen

MINUTE: Final = dt.timedelta(minutes=1)
OFFICE, LIVE, UNWATCHED = "camera_minutes_office", "camera_minutes_live", "camera_minutes_unwatched"
WAITING, COUNTER_OFFICE, COUNTER_STAFFED = "people_waiting_minutes", "counter_minutes_office", "counter_minutes_staffed"
HEAD: Final = ("measure", "unit", "period", "value", "detail")

Row = tuple[str, str, str, int, str]
"""Measure, unit, period, value, detail: as systems push them."""


def minute_of(at: dt.datetime) -> dt.datetime:
    """The beginning of the minute of an instant."""
    return at.astimezone(HANOI).replace(second=0, microsecond=0)


@dataclass
class Gathered:
    """The looks at one camera in one minute."""

    camera: str
    unit: str
    at: dt.datetime
    states: list[tuple[str, bool]] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    staffed: list[bool] = field(default_factory=list)

    def made(self) -> MinuteSeen:
        """What the minute comes to: the state of its last look, the middle count, and staffed when any look saw somebody there."""
        state, is_live = self.states[-1]
        waiting = round(median(self.waiting)) if self.waiting else None
        return MinuteSeen(self.camera, self.at, self.unit, state, is_live, waiting, any(self.staffed) if self.staffed else None)


@dataclass
class MinuteBook:
    """Minutes as they pass. Only whole ones are given away; one that this process did not see to its end was not seen."""

    open: dict[tuple[str, dt.datetime], Gathered] = field(default_factory=dict)

    def add(self, camera: tuple[str, str], at: dt.datetime, state: tuple[str, bool], seen: tuple[int | None, bool | None]) -> None:
        """One look: of which camera and unit, when, what the picture was like and whether there was one, who waited and was there."""
        minute = minute_of(at)
        one = self.open.setdefault((camera[0], minute), Gathered(*camera, minute))
        one.states.append(state)
        one.waiting += [] if seen[0] is None else [seen[0]]
        one.staffed += [] if seen[1] is None else [seen[1]]

    def over(self, now: dt.datetime) -> list[MinuteSeen]:
        """The minutes that have ended; they stay in the book until `forget`."""
        return [one.made() for (_, minute), one in self.open.items() if minute + MINUTE <= now]

    def forget(self, kept: Iterable[MinuteSeen]) -> None:
        """Those that stand in the store."""
        for one in kept:
            self.open.pop((one.camera, one.at), None)


def office_minutes(hours: OfficeHours, day: dt.date, holidays: Collection[dt.date], until: dt.datetime) -> int:
    """How many office minutes of a day are over at an instant."""
    begin = dt.datetime.combine(day, dt.time(), HANOI)
    count = min(1440, max(0, int((until - begin) / MINUTE)))
    if day in holidays:
        return 0
    spans = [(start.hour * 60 + start.minute, end.hour * 60 + end.minute) for start, end in hours.spans[day.weekday()]]
    return sum(max(0, min(count, end) - start) for start, end in spans)


def rows_of(day: dt.date, minutes: Iterable[MinuteSeen], due: Mapping[str, int], buckets: Sequence[int]) -> list[Row]:
    """The figures of a day: whole values of cells. `due` says by unit how many office minutes of its cameras are over; `buckets` are the
    upper ends of those of people waiting. A unit of which nothing was seen says nothing."""
    by_unit: dict[str, list[MinuteSeen]] = {}
    for one in minutes:
        by_unit.setdefault(one.unit, []).append(one)
    found: list[Row] = []
    for unit, seen in sorted(by_unit.items()):
        counters = [one for one in seen if one.is_staffed is not None]
        told = {OFFICE: len(seen), LIVE: sum(one.is_live for one in seen), UNWATCHED: max(0, due.get(unit, 0) - len(seen))}
        if counters:
            told |= {COUNTER_OFFICE: len(counters), COUNTER_STAFFED: sum(bool(one.is_staffed) for one in counters)}
        found += [(measure, unit, day.isoformat(), value, "") for measure, value in told.items()]
        found += _waiting(unit, day, [one.waiting for one in seen if one.waiting is not None], buckets)
    return found


def as_csv(rows: Iterable[Row]) -> bytes:
    """Rows as a table file, in the shape in which systems push."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([HEAD, *rows])
    return out.getvalue().encode()


def _waiting(unit: str, day: dt.date, counts: Sequence[int], buckets: Sequence[int]) -> list[Row]:
    """Minutes by how many waited; every bucket is stated, so that one which is empty again says so."""
    if not counts:
        return []
    names = [*(f"{end:03d}" for end in buckets), "inf"]
    held = Counter(names[bisect_right(buckets, count)] for count in counts)
    return [(WAITING, unit, day.isoformat(), held[name], f"bucket={name}") for name in names]
