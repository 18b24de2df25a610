"""A process that sees minutes and lands them until it is killed: before each landing it says so. `python -m tests.seer URL FOLDER`"""

import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Final

from dashboard.camera.registry import Cameras
from dashboard.formats import HANOI
from dashboard.ingest import Desk
from dashboard.sightings import Landing
from dashboard.store import Store, sightings
from dashboard.store.raw import RawStore
from dashboard.store.sightings import MinuteSeen
from tests.camera.box import camera
from tests.loaded import DATA, catalog, feeds, units

DAY: Final = date(2026, 11, 20)
OPENS: Final = datetime(2026, 11, 20, 7, 30, tzinfo=HANOI)
CLOSES: Final = datetime(2026, 11, 20, 18, 0, tzinfo=HANOI)
HALLS: Final = {"a": "hue", "b": "hue", "c": "ha_noi"}


def landing(url: str, folder: Path) -> Landing:
    """What lands the minutes of that day's end."""
    desk = Desk(Store.open(url), RawStore(folder), units(), catalog(), DATA, frozenset(), feeds())
    halls = [camera(key, "rtsp://127.0.0.1:9/x", unit).model_copy(update={"provenance": "official"}) for key, unit in HALLS.items()]
    return Landing(desk, Cameras(MappingProxyType({one.key: one for one in halls})), lambda: CLOSES)


def seen(number: int) -> Sequence[MinuteSeen]:
    """What every hall showed in that minute; each is told twice, as by a vision that did not know what the one before it had written."""
    times = {one: OPENS + timedelta(minutes=one) for one in (number - 1, number) if one >= 0}
    return [MinuteSeen(key, at, unit, "live", True, one % 9, True) for one, at in times.items() for key, unit in HALLS.items()]


def main(url: str, folder: str) -> None:
    """Sees minute after minute, from the first that is not there yet."""
    made = landing(url, Path(folder))
    begin = len(sightings.minutes(made.desk.store, OPENS, CLOSES)) // len(HALLS)
    for number in count(begin):
        sightings.keep_minutes(made.desk.store, seen(number))
        print(number, flush=True)
        made.land()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
