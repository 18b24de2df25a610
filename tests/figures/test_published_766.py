"""The published scores of October 2025 through our own computation: ranks to the last place, and every change of rank split exactly."""

import csv
from pathlib import Path

from dashboard.figures.computed_ranking import Component, Definition, Input, Inputs, board
from dashboard.figures.rank_change import Readings, split

PUBLISHED = Path(__file__).resolve().parents[2] / "data" / "published" / "dvcqg_766_provinces_2025-10.csv"
GROUPS = {
    "cong_khai_minh_bach_18": 18.0,
    "tien_do_giai_quyet_20": 20.0,
    "dvc_truc_tuyen_12": 12.0,
    "thanh_toan_truc_tuyen_10": 10.0,
    "muc_do_hai_long_18": 18.0,
    "so_hoa_ho_so_22": 22.0,
}
INDEX = Definition(tuple(Component(key, most, 0.0, most) for key, most in GROUPS.items()))


def published(period: str) -> dict[str, dict[str, str]]:
    with PUBLISHED.open(encoding="utf-8", newline="") as stream:
        return {row["ma_coquan"]: row for row in csv.DictReader(stream) if row["period"] == period}


def inputs(period: str) -> dict[str, Inputs]:
    return {unit: {key: Input(float(row[key])) for key in GROUPS} for unit, row in published(period).items()}


def test_the_six_groups_give_the_published_totals_and_ranks_to_the_last_place() -> None:
    for period in ("2025-10", "2025-YTD(10)"):
        given = published(period)
        rows = board(INDEX, inputs(period))
        assert len(rows) == 34
        assert {row.unit: row.score for row in rows} == {unit: float(row["tong_100"]) for unit, row in given.items()}
        assert {row.unit: row.rank for row in rows} == {unit: int(row["xep_hang"]) for unit, row in given.items()}


def test_every_provinces_change_of_rank_is_split_exactly() -> None:
    before, now = ({row.unit: row.points for row in board(INDEX, inputs(period))} for period in ("2025-YTD(10)", "2025-10"))
    readings = Readings(before, before, now)
    moved = 0
    for unit, row in published("2025-10").items():
        found = split(unit, readings, readings)
        assert (found.before, found.after) == (int(published("2025-YTD(10)")[unit]["xep_hang"]), int(row["xep_hang"]))
        assert found.parts["own"] + found.parts["others"] == found.places
        assert (found.parts["revisions"], found.parts["method"]) == (0, 0)
        assert sum(one.places for one in found.components) == found.parts["own"]
        gained = sum(one.points for one in found.components)
        assert round(gained, 2) == round(float(row["tong_100"]) - float(published("2025-YTD(10)")[unit]["tong_100"]), 2)
        moved += found.places != 0
    assert moved > 20
