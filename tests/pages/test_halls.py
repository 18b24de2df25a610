"""The cameras of a province on its page, and beside them what they measure."""

from types import MappingProxyType

from dashboard.camera.registry import Cameras
from dashboard.pages import province
from tests.camera.box import camera
from tests.counted import cell, state
from tests.loaded import Loaded, boards_over
from tests.pages.test_indicator_pages import look

UNIT = "an_giang_2025"
ONE = Cameras(MappingProxyType({"sanh": camera("sanh", "rtsp://127.0.0.1:9/x", UNIT)}))
TITLE = "Camera đo được"


def test_what_a_camera_measures_stands_beside_it_with_its_error(loaded: Loaded) -> None:
    told = {"camera_minutes_live": 450, "camera_minutes_office": 500}
    state(loaded.store, "camera_health", [cell(measure, UNIT, "2026-11-20", value) for measure, value in told.items()])
    drawn = look(province.PAGE, boards_over(loaded.store, loaded.raw, cameras=ONE), f"/tinh/{UNIT}").partition(TITLE)[2]
    assert "Tỷ lệ camera hoạt động trong giờ hành chính" in drawn
    assert "90,00%" in drawn
    assert "Camera hoạt động: phút mà hệ thống không theo dõi thì không tính" in drawn
    assert "450 / 500" in drawn
    assert "11/2026, đến 20/11" in drawn, "no figure without its time"
    assert "kịp kỳ" in drawn or "chậm" in drawn, "nor without its state"
    assert "Tỷ lệ văn bản" not in drawn, "other feeds' figures stand elsewhere"


def test_where_nothing_was_measured_or_there_is_no_camera_nothing_is_claimed(loaded: Loaded) -> None:
    assert TITLE not in look(province.PAGE, boards_over(loaded.store, loaded.raw, cameras=ONE), f"/tinh/{UNIT}")
    told = {"camera_minutes_live": 450, "camera_minutes_office": 500}
    state(loaded.store, "camera_health", [cell(measure, UNIT, "2026-11-20", value) for measure, value in told.items()])
    assert TITLE not in look(province.PAGE, boards_over(loaded.store, loaded.raw), f"/tinh/{UNIT}")
