"""The process: looks over real RTSP and a real relay, what it writes down, and that nothing else of a picture is kept anywhere."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType

import pytest
from sqlalchemy import LargeBinary, inspect, select

from dashboard.camera.hours import OfficeHours
from dashboard.camera.registry import Camera, Cameras, Zone
from dashboard.camera.vision import watch
from dashboard.camera.vision.health import Health
from dashboard.camera.vision.looks import Look
from dashboard.camera.vision.people import error_of
from dashboard.camera.vision.reference import Reference
from dashboard.camera.vision.watched import ASKED_FOR, Watched
from dashboard.sandbox.scenes import STAFF, WAITING, Scene
from dashboard.store import Store, cameras, sightings
from dashboard.store.schema import metadata
from dashboard.store.sightings import HealthSeen, MinuteSeen, ViewKept
from tests.camera.box import NEVER, Box, camera, channels, run
from tests.camera.vision.halls import black, truth
from tests.patience import soon

ALWAYS = OfficeHours((((time.min, time.max),),) * 7, "")
ZONES = (Zone(name_vi="Ghế", kind="waiting", polygon=WAITING), Zone(name_vi="Quầy", kind="staff", polygon=STAFF))
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def listed(port: int, hours: OfficeHours) -> Cameras:
    """One that plays, one that is not there, one that sends what cannot be played."""
    plays = camera("plays", f"rtsp://127.0.0.1:{port}/plays").model_copy(update={"zones": ZONES, "hours": hours})
    gone = camera("gone", "rtsp://127.0.0.1:9/x").model_copy(update={"hours": hours})
    return Cameras(MappingProxyType({"plays": plays, "gone": gone}))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Minutes of a second, and looks as often as that."""
    monkeypatch.setattr("dashboard.camera.vision.pace.USUAL", 1.0)
    monkeypatch.setattr("dashboard.camera.vision.pace.DOUBT", 1.0)
    monkeypatch.setattr(watch, "_WRITE_EVERY", 0.5)
    monkeypatch.setattr("dashboard.camera.vision.minutes.MINUTE", timedelta(seconds=1))
    monkeypatch.setattr("dashboard.camera.vision.minutes.minute_of", lambda at: at.replace(microsecond=0))


@pytest.fixture
def box(store: Store, quick: None) -> Iterator[Box]:
    """In office hours, with the empty hall known."""
    sightings.keep_view(store, ViewKept("plays", None, True, *_view(Scene(0).emptied)))
    found, listener = {"plays": channels()["plays"]}, socket.create_server(("127.0.0.1", 0))
    with run(store, listed(listener.getsockname()[1], ALWAYS), found, listener) as made:
        yield made


def _view(scene: Scene) -> tuple[float, bytes]:
    view = Reference(Look.at(scene.room), is_empty=True)
    return view.look.sharpness, view.packed()


def test_in_office_hours_health_people_and_minutes_are_written_down_without_anybody_looking(box: Box, store: Store) -> None:
    assert soon(lambda: "plays" in sightings.health(store))
    seen = sightings.health(store)["plays"]
    there, is_staffed = truth(Scene(0), 0.0)
    assert seen.state == Health.LIVE
    assert seen.waiting is not None
    assert abs(seen.waiting - there) <= error_of(seen.waiting) + 4, "who walks through is counted when seen"
    assert (seen.waiting_error, seen.is_staffed) == (error_of(seen.waiting), is_staffed)

    def written() -> dict[str, list[MinuteSeen]]:
        found: dict[str, list[MinuteSeen]] = {}
        for one in sightings.minutes(store, NOW - timedelta(days=900), NOW + timedelta(days=900)):
            found.setdefault(one.camera, []).append(one)
        return found

    assert soon(lambda: {"plays", "gone"} <= written().keys())
    minutes = written()
    assert all(one.is_live and one.is_staffed and one.unit == "an_giang_2025" for one in minutes["plays"])
    assert {(one.state, one.is_live, one.waiting) for one in minutes["gone"]} == {("unreachable", False, None)}
    assert cameras.views(store, 10) == [], "a program's looks are nobody's"


def test_no_frame_stands_anywhere_but_in_the_stills_that_somebody_asked_for(box: Box, store: Store) -> None:
    assert soon(lambda: sightings.health(store).get("plays"))
    pictures = {}
    with store.transaction() as connection:
        assert set(inspect(connection).get_table_names()) >= set(metadata.tables)
        for table in metadata.tables.values():
            for column in (one for one in table.columns if isinstance(one.type, LargeBinary)):
                for value in connection.execute(select(column).where(column.is_not(None))).scalars():
                    if bytes(value)[:3] in (b"\xff\xd8\xff", b"\x89PN") or b"\x00\x00\x00\x01\x67" in bytes(value):
                        pictures[table.name] = column.name
    assert pictures == {}, "nobody asked for a still"
    cameras.want_still(store, "plays")
    assert soon(lambda: cameras.seen(store)["plays"].stills.get("open"))
    kept = sightings.views_kept(store)["plays"]
    assert len(kept.view) < 200_000
    assert Reference.unpacked(kept.view, 1.0, is_empty=True).look.view.shape == (180, 320, 3), "too small to know a face in it"


def test_outside_of_office_hours_no_camera_is_pulled_but_for_those_who_look(store: Store, quick: None) -> None:
    found, listener = {"plays": channels()["plays"]}, socket.create_server(("127.0.0.1", 0))
    with run(store, listed(listener.getsockname()[1], NEVER), found, listener):
        assert not soon(lambda: found["plays"].pulls, 4)
        cameras.want_still(store, "plays")
        assert soon(lambda: "plays" in sightings.health(store)), "whoever looks at a still has the picture judged, too"
    assert sightings.minutes(store, NOW - timedelta(days=900), NOW + timedelta(days=900)) == []


def test_one_of_many_visions_looks_after_the_minutes_and_another_takes_over_when_it_is_gone(store: Store) -> None:
    assert sightings.take_turn(store, "vision", "one", 600)
    assert not sightings.take_turn(store, "vision", "two", 600)
    assert sightings.take_turn(store, "vision", "one", 0), "asking again gives the time that is asked for then"
    assert sightings.take_turn(store, "vision", "two", 600)
    assert not sightings.take_turn(store, "vision", "one", 600)


def test_the_first_word_on_a_minute_counts_however_often_it_is_written(store: Store) -> None:
    one = MinuteSeen("plays", NOW, "hue", "live", True, 3, True)
    sightings.keep_minutes(store, [one])
    sightings.keep_minutes(store, [MinuteSeen("plays", NOW, "hue", "lost", False), MinuteSeen("b", NOW, "hue", "lost", False)])
    assert sightings.minutes(store, NOW, NOW + timedelta(minutes=1)) == [MinuteSeen("b", NOW, "hue", "lost", False), one]
    assert sightings.forget_minutes(store, timedelta(days=-900)) == 2


# ---- memory between looks, without any process ------------------------------------------------------------------


def _camera(**fields: object) -> Camera:
    return camera("plays", "rtsp://127.0.0.1:9/x").model_copy(update={"zones": ZONES, **fields})


def test_a_state_is_believed_after_some_looks_and_its_beginning_survives_a_restart() -> None:
    scene, one = Scene(0), Watched()
    known = _camera()
    looks = [Look.at(black(scene.at(0)))] * 4
    sights = [one.see(known, look, NOW + timedelta(seconds=10 * place)) for place, look in enumerate(looks)]
    assert [sight.health.state for sight in sights] == ["live", "live", "black", "black"]
    assert [sight.has_changed for sight in sights] == [False, False, True, False]
    assert sights[-1].health.since == NOW
    again = Watched.remembered(sights[-1].health, None)
    assert again.see(known, looks[0], NOW + timedelta(hours=1)).health.since == NOW
    assert Watched.remembered(HealthSeen("plays", "a state of tomorrow", NOW, NOW), None).steady is None


def test_the_view_that_somebody_says_to_be_right_is_learned_anew_and_counts_then() -> None:
    scene, one = Scene(0), Watched()
    known = _camera(reference_at=NOW)
    empty = Look.at(scene.emptied.at(0))
    kept = [one.see(known, empty, NOW + timedelta(seconds=4 * place)).learned for place in range(ASKED_FOR)]
    assert kept[:-1] == [None] * (ASKED_FOR - 1)
    assert kept[-1] is not None
    assert (kept[-1].is_empty, kept[-1].said_at) == (True, NOW)
    sight = one.see(known, Look.at(scene.at(0.1)), NOW + timedelta(seconds=60))
    assert sight.learned is None
    assert sight.health.waiting is not None
    assert not one.is_in_doubt


def test_nobody_is_counted_in_a_picture_that_is_not_well() -> None:
    one = Watched(view=Reference(Look.at(Scene(0).emptied.room), is_empty=True))
    for place in range(4):
        sight = one.see(_camera(), Look.at(black(Scene(0).at(0))), NOW + timedelta(seconds=10 * place))
    assert (sight.health.state, sight.health.waiting, sight.health.is_staffed) == ("black", None, None)
