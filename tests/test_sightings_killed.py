"""Whoever lands what cameras saw is killed at any moment: each minute counts once in the figures of its day, and none counts by half."""

import random
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from sqlalchemy import text

from dashboard.settings import CHECKOUT
from dashboard.store import Store, sightings
from dashboard.store.queries import cells
from tests.loaded import catalog
from tests.patience import soon
from tests.seer import CLOSES, DAY, HALLS, OPENS, landing

KILLS = 2


def see_until_killed(url: str, folder: Path, minutes: int, more: float) -> None:
    """Lets a process land so many minutes, and kills it within the next one."""
    command = [sys.executable, "-m", "tests.seer", url, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=CHECKOUT, text=True) as process:
        assert process.stdout is not None
        try:
            for _ in range(minutes):
                assert process.stdout.readline()
            time.sleep(more)
        finally:
            process.kill()


def figures(store: Store) -> dict[tuple[str, str], float]:
    """What stands of that day, by unit and measure, all details of one together."""
    measures = [one for one in catalog().measures if one.startswith(("camera_", "counter_", "people_waiting"))]
    found: dict[tuple[str, str], float] = defaultdict(float)
    for one in cells(store, measures, [DAY.isoformat()], units=sorted(set(HALLS.values()))):
        found[one.unit, one.measure] += one.value
    return dict(found)


def is_quiet(store: Store) -> bool:
    """Whether the database is through with what the killed process had asked for."""
    busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
    with store.transaction() as connection:
        return int(connection.execute(text(busy)).scalar_one()) == 0


def test_each_minute_counts_once_whenever_the_landing_was_killed(store: Store, database_url: str, tmp_path: Path) -> None:
    chance = random.Random(2026)
    for _ in range(KILLS):
        see_until_killed(database_url, tmp_path, chance.randint(1, 6), chance.random() / 10)
        assert soon(lambda: is_quiet(store))
        stands = figures(store)
        for unit in {unit for unit, _ in stands}:
            # Said of the same minutes by one landing, so whatever was killed they agree.
            whole = stands[unit, "camera_minutes_office"]
            assert stands[unit, "people_waiting_minutes"] == stands[unit, "counter_minutes_staffed"] == whole
        every = Counter(one.unit for one in sightings.minutes(store, OPENS, CLOSES))
        assert all(stands.get((unit, "camera_minutes_office"), 0) <= count for unit, count in every.items())
        anew = landing(database_url, tmp_path)
        assert all(report.error is None for report in anew.land())
        stands = figures(store)
        assert {unit: stands[unit, "camera_minutes_office"] for unit in every} == every
        assert {unit: stands[unit, "people_waiting_minutes"] for unit in every} == every
        anew.desk.store.close()
    assert len(sightings.minutes(store, OPENS, CLOSES)) >= KILLS * len(HALLS)
