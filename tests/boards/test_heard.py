"""Which provinces a feed was heard of: complete ones, those with gaps, and those that never spoke."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from dashboard.boards.heard import HeardOf
from dashboard.pages.parts.heard import heard_section
from dashboard.store import Store
from tests.counted import cell, provinces, state
from tests.loaded import boards_over

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_gaps_are_told_by_province_and_a_weekend_is_none(store: Store, tmp_path: Path) -> None:
    days = [date(2026, 10, 1) + timedelta(days=one) for one in range(52)]
    everybody = provinces(days[-1])
    silent, late, idle = everybody[:3]
    told = [
        cell("dossiers_received", unit, day.isoformat(), 0 if unit == idle else 5, "channel=2,tier=province")
        for unit in everybody
        for day in days
        if day.weekday() < 5 and unit != silent and not (unit == late and day > date(2026, 11, 16))
    ]
    state(store, "dossier_sync", told)
    boards = boards_over(store, tmp_path / "raw", NOW)
    board = boards.heard("dossier_sync")
    assert board is not None
    assert len(board.periods) == 20
    assert all(period.first_day.weekday() < 5 for period in board.periods)
    by_unit: dict[str, HeardOf] = {one.unit.key: one for one in board.provinces}
    assert (by_unit[silent].periods, by_unit[idle].periods) == (0, 0), "a zero whole is no sign of life"
    missing = sum(period.first_day > date(2026, 11, 16) for period in board.periods)
    assert by_unit[late].periods == 20 - missing < 20
    assert str(by_unit[late].newest) == "2026-11-16"
    assert board.complete == len(everybody) - 3
    said = str(heard_section(board).to_plotly_json())
    assert f"{len(everybody) - 3} trên {len(everybody)} tỉnh" in said
    assert by_unit[late].unit.name_vi in said
    assert boards.heard("reporting_system") is None, "of which nothing was ever heard"
    assert boards.heard("papi") is None, "a yearly one"
