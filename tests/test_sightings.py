"""Minutes become figures through ingest, each once: after repetition, after a crash, and never drawn ones beside real ones."""

from datetime import date, datetime, timedelta
from types import MappingProxyType

import pytest

from dashboard.camera.registry import Camera, Cameras
from dashboard.formats import HANOI
from dashboard.ingest import Desk
from dashboard.sightings import FEED, Landing
from dashboard.store import Store, sightings
from dashboard.store.queries import cells, provenances
from dashboard.store.sightings import MinuteSeen
from tests.camera.box import camera
from tests.loaded import DATA, catalog, feeds, units

DAY = date(2026, 11, 20)
OPENS = datetime(2026, 11, 20, 7, 30, tzinfo=HANOI)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=HANOI)


@pytest.fixture
def desk(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Ingest over an empty database."""
    from dashboard.store.raw import RawStore

    return Desk(store, RawStore(tmp_path_factory.mktemp("raw")), units(), catalog(), DATA, frozenset(), feeds())


def listed(*some: Camera) -> Cameras:
    return Cameras(MappingProxyType({one.key: one for one in some}))


def hall(key: str, provenance: str = "official", unit: str = "hue") -> Camera:
    return camera(key, "rtsp://127.0.0.1:9/x", unit).model_copy(update={"provenance": provenance})


def minutes(key: str, first: int, count: int, unit: str = "hue", **seen: object) -> list[MinuteSeen]:
    fields = {"state": "live", "is_live": True, "waiting": 4, "is_staffed": True, **seen}
    return [MinuteSeen(key, OPENS + timedelta(minutes=first + place), unit, **fields) for place in range(count)]  # type: ignore[arg-type]


def told(store: Store, unit: str = "hue") -> dict[str, float]:
    measures = [one for one in catalog().measures if one.startswith(("camera_", "counter_", "people_waiting"))]
    return {f"{one.measure}{one.detail}": one.value for one in cells(store, measures, [DAY.isoformat()], units=[unit])}


def test_a_morning_becomes_the_figures_of_its_day_and_landing_it_again_says_nothing_new(desk: Desk) -> None:
    store, listed_ = desk.store, listed(hall("a"), hall("b"))
    sightings.keep_minutes(store, minutes("a", 0, 200) + minutes("a", 200, 20, state="black", is_live=False, waiting=None, is_staffed=None))
    sightings.keep_minutes(store, minutes("b", 0, 100, waiting=12, is_staffed=False))
    first = Landing(desk, listed_, lambda: NOON)
    assert [report.error for report in first.land()] == [None]
    expected = {
        "camera_minutes_office": 320,
        "camera_minutes_live": 300,
        "camera_minutes_unwatched": 2 * 240 - 320,
        "counter_minutes_office": 300,
        "counter_minutes_staffed": 200,
        "people_waiting_minutesbucket=005": 200,
        "people_waiting_minutesbucket=015": 100,
    }
    assert {name: value for name, value in told(store).items() if value} == expected
    assert first.land() == [], "nothing new was seen"
    (again,) = Landing(desk, listed_, lambda: NOON).land()  # a process that was started anew knows nothing of the first landing
    assert again.landing is not None
    assert again.landing.landed == 0
    assert {name: value for name, value in told(store).items() if value} == expected


def test_what_was_written_before_a_crash_is_landed_after_it_and_counted_once(desk: Desk) -> None:
    store, listed_ = desk.store, listed(hall("a"))
    sightings.keep_minutes(store, minutes("a", 0, 10))
    Landing(desk, listed_, lambda: NOON).land()
    # Killed after it wrote minutes and before it landed them; the next one, and a second beside it, write some of them again.
    sightings.keep_minutes(store, minutes("a", 10, 5))
    sightings.keep_minutes(store, minutes("a", 8, 7))
    late = Landing(desk, listed_, lambda: NOON + timedelta(days=1))
    assert [report.error for report in late.land()] == [None], "also on the next day"
    assert told(store)["camera_minutes_office"] == 15
    assert told(store)["camera_minutes_unwatched"] == 450 - 15


def test_drawn_cameras_are_simulated_and_state_nothing_where_real_ones_are_connected(desk: Desk) -> None:
    store = desk.store
    sightings.keep_minutes(store, minutes("drawn", 0, 10, unit="hue") + minutes("real", 0, 7, unit="ha_noi"))
    Landing(desk, listed(hall("drawn", "simulated"), hall("real", unit="ha_noi")), lambda: NOON).land()
    assert told(store, "hue") == {}
    assert told(store, "ha_noi")["camera_minutes_office"] == 7
    assert provenances(store)[FEED] == "official"
    (refused,) = Landing(desk, listed(hall("drawn", "simulated")), lambda: NOON).land()
    assert refused.error is not None, "what is drawn does not come in beside what is real"
    assert told(store, "hue") == {}


def test_drawn_cameras_alone_are_marked_as_simulated(desk: Desk) -> None:
    sightings.keep_minutes(desk.store, minutes("drawn", 0, 10))
    (report,) = Landing(desk, listed(hall("drawn", "simulated")), lambda: NOON).land()
    assert report.error is None
    assert provenances(desk.store)[FEED] == "simulated"


def test_a_day_of_which_nothing_was_seen_says_nothing(desk: Desk) -> None:
    assert Landing(desk, listed(hall("a")), lambda: NOON).land() == []
    assert told(desk.store) == {}
