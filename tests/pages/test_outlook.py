"""Where units stand against a target and when they will be there, in words: tested like arithmetic."""

from datetime import date

from dashboard.boards.targets import Standing, TargetRow
from dashboard.figures.attainment import Attainment, Calendar, Reading, Target, attainment
from dashboard.figures.forecast import Forecast, forecast
from dashboard.formats import NOT_REPORTED
from dashboard.pages.parts import outlook
from dashboard.periods import Grain
from tests.loaded import catalog, units

TARGET = catalog().targets["reporting_province_2020"]
GOAL = Target(70, TARGET.deadline, "province")
TODAY = date(2020, 9, 11)
LAST_DAYS = (date(2020, 4, 30), date(2020, 5, 31), date(2020, 6, 30), date(2020, 7, 31), date(2020, 8, 31))


def standing(unit: str, *values: float) -> Standing:
    """A unit that reported these, month after month up to August 2020."""
    readings = [Reading(day, value) for day, value in zip(LAST_DAYS[-len(values) :], values, strict=True)] if values else []
    if not readings:
        return Standing(units().get(unit), None, None)
    judged = attainment(GOAL, readings, TODAY, Calendar(Grain.MONTH, frozenset()))
    return Standing(units().get(unit), judged, forecast(readings, GOAL), f"reporting_connected_rate.province/{unit}/2020-08")


SLOW = standing("ha_nam", 30, 33, 36, 39, 42)
FAST = standing("nam_dinh", 20, 32, 44, 56, 68)
DOWN = standing("phu_tho", 50, 47, 45, 42, 40)
DONE = standing("bac_ninh", 60, 65, 70, 75, 80)
NEW = standing("vinh_phuc", 40)
NONE = standing("thai_binh")


def row(*each: Standing) -> TargetRow:
    return TargetRow(TARGET, 80, -2184, each, "simulated")


def test_a_slow_one_will_miss_by_so_many_days_and_the_words_hold_the_date() -> None:
    assert SLOW.prospect == "will_miss"
    assert SLOW.forecast is not None
    assert SLOW.forecast.expected is not None
    assert SLOW.days_late == (SLOW.forecast.expected - TARGET.deadline).days > 100
    assert f"sẽ lỡ hạn {SLOW.days_late}\u00a0ngày" in outlook.outlook(SLOW)
    assert outlook.forecast_words(SLOW.forecast).startswith(f"{SLOW.forecast.expected:%d/%m/%Y} (")


def test_each_state_has_its_own_word() -> None:
    said = [outlook.outlook(one) for one in (FAST, DOWN, DONE, NEW, NONE)]
    for drawn, word in zip(said, ("kịp hạn", "không tới nếu giữ tốc độ này", "đạt", "mới có một kỳ", "chưa có số liệu"), strict=True):
        assert word in drawn
    assert len(set(said)) == 5


def test_what_is_decided_is_not_foretold() -> None:
    missed = Standing(
        units().get("ha_nam"), Attainment(GOAL, "missed", Reading(TARGET.deadline, 60)), Forecast("will_reach", expected=date(2021, 3, 1))
    )
    assert missed.prospect is None
    assert missed.days_late == 0
    assert "không đạt" in outlook.outlook(missed)
    assert row(missed).misses == ()


def test_the_pace_that_is_needed_stands_beside_the_one_there_is() -> None:
    assert SLOW.attainment is not None
    assert SLOW.attainment.pace is not None
    assert SLOW.attainment.pace.needed_per_period is not None
    words = outlook.pace_words(SLOW)
    assert words.startswith(f"cần +{SLOW.attainment.pace.needed_per_period:.1f}".replace(".", ","))
    assert "đang +3,0" in words
    assert outlook.pace_words(DONE) == NOT_REPORTED


def test_findings_name_those_who_never_get_there_first_then_the_latest() -> None:
    later = standing("bac_giang", 30, 31, 32, 33, 34)
    rows = outlook.miss_rows([row(SLOW, FAST, later, DOWN, DONE, NONE)])
    assert [one.claim.partition(":")[0].replace("\u00a0", " ") for one in rows] == ["Phú Thọ", "Bắc Giang", "Hà Nam"]
    assert "sẽ lỡ hạn" in rows[1].claim
    assert "42,0%, cần 70% đến 30/11/2020; dự kiến" in rows[2].detail
    assert all(one.is_simulated and one.href.startswith("/can-cu/reporting_connected_rate.province/") for one in rows)
    assert outlook.misses([row(FAST, DONE, NONE)]) == []


def test_the_table_puts_the_gravest_first_and_names_everybody() -> None:
    drawn = outlook.standing_table(row(DONE, NONE, FAST, SLOW, DOWN))
    places = [drawn.index(name) for name in ("Phú Thọ", "Hà Nam", "Nam Định", "Bắc Ninh", "Thái Bình")]
    assert places == sorted(places)
    assert "/can-cu/reporting_connected_rate.province/ha_nam/2020-08" in drawn
