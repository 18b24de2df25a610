"""Targets over a store: by unit what was attained, the pace that is needed, the day that is forecast, and who will miss the deadline."""

import datetime as dt
from pathlib import Path

from dashboard.observations import Observation
from dashboard.pages.parts.outlook import miss_rows, national
from dashboard.store import Store
from tests.counted import cell, state
from tests.loaded import boards_over

MONTHS = ("2020-05", "2020-06", "2020-07", "2020-08", "2020-09", "2020-10")
DAY = dt.date(2020, 11, 10)
COURSES = {"ha_nam": (30, 33, 36, 39, 42, 45), "nam_dinh": (40, 47, 54, 61, 68, 75), "phu_tho": (50, 49, 47, 44, 42, 40)}


def connected(unit: str, percents: tuple[int, ...], months: tuple[str, ...] = MONTHS) -> list[Observation]:
    """Bodies of the province itself that are connected, of a hundred."""
    cells = []
    for month, percent in zip(months, percents, strict=True):
        cells += [
            cell("reporting_bodies", unit, month, 100, "tier=province"),
            cell("reporting_bodies_connected", unit, month, percent, "tier=province"),
        ]
    return cells


def test_the_meetings_target_says_by_how_many_days_each_will_miss_it(store: Store, tmp_path: Path) -> None:
    state(store, "reporting_system", [one for unit, course in COURSES.items() for one in connected(unit, course)])
    boards = boards_over(store, tmp_path)
    board = boards.group(boards.find_group("hop_2020_09_11", None), DAY)
    row = next(row for row in board.targets if row.target.key == "reporting_province_2020")
    by_unit = {one.unit.key: one for one in row.standings}
    slow, done, down, silent = (by_unit[key] for key in ("ha_nam", "nam_dinh", "phu_tho", "thai_binh"))
    assert slow.attainment is not None
    assert slow.attainment.pace is not None
    assert (slow.attainment.gap, slow.attainment.pace.needed_per_period) == (25, 25), "one whole month is left"
    assert slow.forecast is not None
    assert slow.forecast.expected is not None
    assert slow.forecast.earliest is not None
    assert slow.forecast.earliest <= slow.forecast.expected
    assert slow.days_late == (slow.forecast.expected - dt.date(2020, 11, 30)).days > 60
    assert done.attainment is not None
    assert (done.attainment.state, done.prospect) == ("met", None)
    assert (down.prospect, silent.attainment) == ("never", None)
    assert [one.unit.key for one in row.misses] == ["phu_tho", "ha_nam"]
    assert boards.evidence(slow.figure).value == 45.0, "a finding leads to the figure that it rests on"
    assert f"sẽ lỡ hạn {slow.days_late}\u00a0ngày" in miss_rows(board.targets)[1].claim


def test_a_target_without_a_group_is_every_provinces_and_decided_at_its_deadline(store: Store, tmp_path: Path) -> None:
    def processed(unit: str, month: str, percent: int) -> list[Observation]:
        return [
            cell("case_files_processed", unit, month, 100, "tier=commune"),
            cell("case_files_electronic", unit, month, percent, "tier=commune"),
        ]

    told = [*processed("ha_noi", "2025-12", 61), *processed("hue", "2025-12", 40), *processed("hue", "2026-10", 99)]
    state(store, "reporting_system", told)
    rows = boards_over(store, tmp_path).targets("electronic_case_file_rate")
    commune = next(row for row in rows if row.target.agency_tier == "commune")
    assert len(commune.standings) == 34
    states = {one.unit.key: one.attainment.state for one in commune.standings if one.attainment is not None}
    assert states == {"ha_noi": "met", "hue": "missed"}, "what came after the deadline does not mend it"
    assert commune.misses == (), "what is decided is not foretold"
    (province,) = [row for row in rows if row.target.agency_tier == "province"]
    assert not province.is_judged
    assert national(rows)
