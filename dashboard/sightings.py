"""What vision saw, as figures: the minutes of a day become whole values of cells, and go through ingest as every other number.

A day is stated anew each time, from minutes that each stand in the store once; so a landing that was killed, or came twice, leaves nothing
double and nothing out. Minutes of drawn cameras are simulated, and never stand beside those of real ones: where a real camera is connected,
drawn ones state nothing.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from dashboard.camera.registry import Camera, Cameras
from dashboard.camera.vision.minutes import WAITING, as_csv, office_minutes, rows_of
from dashboard.feeds.base import Source
from dashboard.formats import HANOI
from dashboard.ingest import Desk, Report, Sender, take
from dashboard.observations import Provenance
from dashboard.store.sightings import MinuteSeen, minutes

FEED: Final = "camera_health"
DAYS: Final = 3
"""Days that are stated again at the start: what was written before a crash, and not landed, is landed then."""
_DAY: Final = dt.timedelta(days=1)

log = structlog.get_logger()


def _now() -> dt.datetime:
    return dt.datetime.now(HANOI)


@dataclass
class Landing:
    """Lands the minutes of the last days, those of today and those that have grown since."""

    desk: Desk
    cameras: Cameras
    now: Callable[[], dt.datetime] = _now
    _landed: dict[dt.date, int] = field(default_factory=dict)

    def land(self) -> list[Report]:
        """States the days that have something new. Raises StoreUnavailable."""
        return list(self._reports())

    def _reports(self) -> Iterator[Report]:
        now = self.now().astimezone(HANOI)
        mine = self._mine()
        for past in range(DAYS - 1, -1, -1):
            day = now.date() - past * _DAY
            seen = [one for one in self._minutes(day) if one.camera in mine]
            if seen and self._landed.get(day) != len(seen):
                report = self._state(day, seen, now, list(mine.values()))
                if report.error is None:
                    self._landed[day] = len(seen)
                yield report

    def _mine(self) -> dict[str, Camera]:
        """The cameras whose minutes count: the real ones, or the drawn ones where there are no others."""
        connected = [one for one in self.cameras if one.is_connected]
        real = [one for one in connected if one.provenance == "official"]
        return {one.key: one for one in real or connected}

    def _minutes(self, day: dt.date) -> Sequence[MinuteSeen]:
        begin = dt.datetime.combine(day, dt.time(), HANOI)
        return minutes(self.desk.store, begin, begin + _DAY)

    def _state(self, day: dt.date, seen: Sequence[MinuteSeen], now: dt.datetime, mine: Sequence[Camera]) -> Report:
        due: dict[str, int] = {}
        for one in mine:
            hours = self.cameras.hours_of(one)
            due[one.unit] = due.get(one.unit, 0) + office_minutes(hours, day, self.desk.days_off, now)
        rows = rows_of(day, seen, due, self.desk.catalog.measure(WAITING).buckets)
        provenance: Provenance | None = "simulated" if mine[0].provenance == "simulated" else None
        source = Source(f"camera {day.isoformat()}", as_csv(rows), simulated=provenance is not None)
        report = take(self.desk, self.desk.feed(FEED), source, Sender(provenance=provenance))
        if report.error is not None:
            log.warning("figures of the cameras did not land", day=day.isoformat(), reason=report.error)
        return report
