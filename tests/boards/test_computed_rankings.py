"""Rankings of our own: what is scored, who is not ranked and why, groups ranked anew, and a past that can be asked for."""

import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.boards import Boards
from dashboard.boards.ranked import RankingBoard, RankingQuestion
from dashboard.errors import MixedProvenance, NoFigures, NotFound
from dashboard.observations import Observation
from dashboard.periods import Period
from dashboard.store import Store
from dashboard.store.write import remember_catalog
from tests.counted import cell, provinces, state
from tests.loaded import boards_over
from tests.own_rankings import NOVEMBER, OCTOBER, SEPTEMBER, connected, documents, with_own

LATER = datetime(2026, 12, 20, tzinfo=UTC)


@pytest.fixture
def boards(store: Store, tmp_path: Path) -> Boards:
    return boards_over(store, tmp_path, LATER, with_own())


def told(board: RankingBoard) -> list[tuple[str, int, float]]:
    return [(row.unit.key, row.rank, row.total) for row in board.rows]


def test_a_score_is_the_weighted_way_between_the_goalposts_and_units_of_equal_score_share_a_rank(store: Store, boards: Boards) -> None:
    state(
        store, "document_axis", [*documents("hue", (90, 40, 100)), *documents("ha_noi", (180, 80, 200)), *documents("son_la", (40, 50, 50))]
    )
    board = boards.ranked(RankingQuestion("pair", Period.parse(OCTOBER)))
    # 75 · (90 − 50)/50 + 25 · 40/100 = 70; 75 · (80 − 50)/50 + 25 = 70 too
    assert told(board) == [("ha_noi", 1, 70.0), ("hue", 1, 70.0), ("son_la", 1, 70.0)]
    state(store, "document_axis", documents("lai_chau", (50, 0, 100)))
    last = boards_over(store, Path("nowhere"), LATER, with_own()).ranked(RankingQuestion("pair")).rows[-1]
    assert (last.unit.key, last.rank, last.total, last.below_line) == ("lai_chau", 4, 0.0, True)
    signed = last.components["signed_document_rate"]
    assert (signed.value, signed.points, signed.worth, signed.rank) == (0.0, 0.0, 25.0, 4)
    assert signed.figure == "signed_document_rate/lai_chau/2026-10"


def test_who_is_not_ranked_stands_below_with_the_reason(store: Store, boards: Boards) -> None:
    told_of = [*documents("hue", (90, 40, 100)), *documents("ha_noi", (3, 3, 3)), *documents("son_la", (40, 50, 50), SEPTEMBER)]
    state(store, "document_axis", told_of)
    board = boards.ranked(RankingQuestion("pair", Period.parse(OCTOBER)))
    assert [row.unit.key for row in board.rows] == ["hue"]
    states = {one.unit.key: {mark.state for mark in one.marks} for one in board.unranked}
    assert (states["ha_noi"], states["son_la"], states["lai_chau"]) == ({"too_few"}, {"silent"}, {"missing"})
    few = board.unranked_unit("ha_noi")
    assert few is not None
    assert few.marks[0].of == 3
    assert few.components["electronic_document_rate"].value == 100.0, "it is a rate, but not a rank"
    assert len(board.rows) + len(board.unranked) == 34


def test_a_late_value_is_carried_with_a_mark_and_no_further_than_declared(store: Store, boards: Boards) -> None:
    state(
        store,
        "reporting_system",
        [*connected("hue", 60, 100), *connected("ha_noi", 90, 100, SEPTEMBER), *connected("son_la", 99, 100, "2026-05")],
    )
    board = boards.ranked(RankingQuestion("reports", Period.parse(OCTOBER)))
    assert told(board) == [("ha_noi", 1, 90.0), ("hue", 2, 60.0)]
    (mark,) = board.rows[0].marks
    assert (mark.state, mark.treated, mark.period) == ("late", "carried", Period.parse(SEPTEMBER))
    assert board.rows[0].components["reporting_connected_rate"].figure == "reporting_connected_rate/ha_noi/2026-09"
    assert board.rows[1].marks == ()
    gone = board.unranked_unit("son_la")
    assert gone is not None
    assert gone.marks[0].state == "missing"


def test_simulated_and_real_figures_are_never_in_one_ranking(store: Store, boards: Boards) -> None:
    state(store, "document_axis", documents("hue", (90, 40, 100)), "simulated")
    with pytest.raises(NoFigures, match="chưa có số liệu của “Tỷ lệ đơn vị kết nối"):
        boards.ranked(RankingQuestion("mixed"))
    state(store, "reporting_system", connected("hue", 60, 100), "self_reported")
    fresh = boards_over(store, Path("nowhere"), LATER, with_own())
    with pytest.raises(MixedProvenance, match="mô phỏng"):
        fresh.ranked(RankingQuestion("mixed"))
    assert fresh.ranked(RankingQuestion("pair")).stamp.provenance == "simulated"
    assert fresh.ranked(RankingQuestion("reports")).stamp.provenance == "self_reported"


def test_a_region_is_ranked_anew_and_says_the_rank_in_the_country(store: Store, boards: Boards) -> None:
    keys = provinces(Period.parse(OCTOBER).last_day)
    state(store, "document_axis", [one for place, key in enumerate(keys) for one in documents(key, (60 + place, 50, 100))])
    whole = boards.ranked(RankingQuestion("pair", Period.parse(OCTOBER)))
    group = next(one for one in whole.groups if one.tier == "region")
    board = boards.ranked(RankingQuestion("pair", Period.parse(OCTOBER), within=group.key))
    assert [row.rank for row in board.rows] == list(range(1, len(board.rows) + 1))
    assert {row.unit.region for row in board.rows} == {group.key}
    of = {row.unit.key: row for row in whole.rows}
    assert all(row.country_rank == of[row.unit.key].rank and row.total == of[row.unit.key].total for row in board.rows)
    assert board.median != whole.median
    with pytest.raises(NotFound, match="không xếp riêng trong"):
        boards.ranked(RankingQuestion("pair", within="hue"))
    with pytest.raises(NotFound, match="“nowhere”"):
        boards.ranked(RankingQuestion("pair", within="nowhere"))


def test_ministries_have_a_ranking_of_their_own(store: Store, boards: Boards) -> None:
    ministry = "bo_cong_thuong"
    waited = [one for unit in (ministry, "bo_cong_an") for one in _accepted(unit, 40)]
    central = [*documents(ministry, (90, 90, 100), tier="central"), *documents("bo_cong_an", (60, 90, 100), tier="central")]
    state(store, "document_axis", [*central, *documents("hue", (100, 100, 100)), *waited, *_on_time((ministry, "bo_cong_an"))])
    board = boards.ranked(RankingQuestion("ministries", Period.parse(OCTOBER)))
    assert [row.unit.key for row in board.rows] == [ministry, "bo_cong_an"]
    assert {one.unit.tier for one in board.unranked} == {"ministry"}
    assert board.rows[0].components["electronic_document_rate"].figure == f"electronic_document_rate.central/{ministry}/2026-10"
    with pytest.raises(NotFound, match="không xếp riêng"):
        boards.ranked(RankingQuestion("ministries", within="red_river_delta"))


def _accepted(unit: str, count: int) -> list[Observation]:
    return [cell("acceptance_hours", unit, f"{OCTOBER}-{day:02d}", count, "bucket=004,tier=central") for day in range(5, 10)]


def _on_time(units: tuple[str, ...]) -> list[Observation]:
    return [cell("documents_sent_on_time", unit, f"{OCTOBER}-05", 80, "tier=central") for unit in units]


def test_progress_ranks_the_points_gained(store: Store, boards: Boards) -> None:
    before = [*documents("hue", (60, 50, 100), SEPTEMBER), *documents("ha_noi", (90, 50, 100), SEPTEMBER)]
    state(
        store,
        "document_axis",
        [*before, *documents("hue", (80, 50, 100)), *documents("ha_noi", (91, 50, 100)), *documents("son_la", (70, 9, 100))],
    )
    board = boards.ranked(RankingQuestion("pair", Period.parse(OCTOBER)))
    assert board.baseline == Period.parse(SEPTEMBER)
    gains = {row.unit.key: (row.gain, row.gain_rank) for row in board.rows}
    assert gains == {"ha_noi": (1.5, 2), "hue": (30.0, 1), "son_la": (None, None)}
    assert {row.unit.key: row.places for row in board.rows} == {"ha_noi": 0, "hue": 0, "son_la": None}


def test_a_change_of_rank_is_split_exactly_and_the_ways_up_hold(store: Store, tmp_path: Path) -> None:
    definitions = with_own()
    keys = provinces(Period.parse(OCTOBER).last_day)[:8]
    for month, shift in ((SEPTEMBER, 0), (OCTOBER, 3)):
        state(
            store,
            "document_axis",
            [one for place, key in enumerate(keys) for one in documents(key, (60 + place * shift + place, 90 - 9 * place, 100), month)],
        )
    remember_catalog(store, definitions.digest, dict(definitions.texts))
    then = datetime.now(UTC)
    state(store, "document_axis", documents(keys[2], (99, 99, 100), SEPTEMBER))
    heavier = with_own({"weight = 3": "weight = 1"})
    remember_catalog(store, heavier.digest, dict(heavier.texts))
    boards = boards_over(store, tmp_path, datetime.now(UTC), heavier)
    asked = RankingQuestion("pair", Period.parse(OCTOBER), against=Period.parse(SEPTEMBER), since=then)
    board = boards.ranked(asked)
    assert board.compared is not None
    assert (board.compared.shown_at, board.compared.method_changed) == (then, True)
    moved = [boards.story(row.unit.key, asked).change for row in board.rows]
    assert all(one is not None and sum(one.parts.values()) == one.before - one.after for one in moved)
    assert all(one is not None and sum(each.places for each in one.components) == one.parts["own"] for one in moved)
    assert any(one is not None and one.parts["revisions"] for one in moved)
    assert any(one is not None and one.parts["method"] for one in moved)
    last = boards.story(board.rows[-1].unit.key, asked)
    assert set(last.ways) == {1, 3, 5}
    assert last.ways[1], "one place is within reach"
    assert all(way.rank <= last.row.rank - places for places, ways in last.ways.items() for way in ways)
    assert last.cases["signed_document_rate"] == "văn bản có chữ ký số, chưa kiểm tra"


def test_without_anything_kept_of_then_the_past_is_as_known_now(store: Store, boards: Boards) -> None:
    state(store, "document_axis", [*documents("hue", (60, 50, 100), SEPTEMBER), *documents("hue", (80, 50, 100))])
    board = boards.ranked(RankingQuestion("pair", Period.parse(OCTOBER)))
    assert board.compared is not None
    assert (board.compared.period, board.compared.shown_at) == (Period.parse(SEPTEMBER), None)
    change = boards.story("hue", RankingQuestion("pair", Period.parse(OCTOBER))).change
    assert change is not None
    assert (change.parts["revisions"], change.parts["method"]) == (0, 0)


def test_no_rank_is_compared_across_the_mergers(store: Store, boards: Boards) -> None:
    june, july = "2025-06", "2025-07"
    state(store, "document_axis", [*documents("hue", (60, 50, 100), july), *documents("thua_thien_hue", (80, 50, 100), june)])
    board = boards.ranked(RankingQuestion("pair", Period.parse(july)))
    assert (board.baseline, len(board.rows) + len(board.unranked)) == (None, 34)
    older = boards.ranked(RankingQuestion("pair", Period.parse(june)))
    assert len(older.rows) + len(older.unranked) == 63


def test_a_month_that_is_not_over_says_until_when_it_tells(store: Store, tmp_path: Path) -> None:
    state(store, "document_axis", [*documents("hue", (60, 50, 100)), *documents("hue", (60, 50, 100), NOVEMBER)])
    board = boards_over(store, tmp_path, datetime(2026, 11, 23, tzinfo=UTC), with_own()).ranked(RankingQuestion("pair"))
    assert (str(board.period), str(board.through)) == (NOVEMBER, f"{NOVEMBER}-09")
    assert [str(one) for one in board.periods] == ["2026-Q4", "2026", NOVEMBER, OCTOBER]


@pytest.mark.parametrize("seed", [1, 2])
def test_as_of_gives_back_what_was_shown_weights_of_that_day_included(store: Store, tmp_path: Path, seed: int) -> None:
    """Random landings, corrections and changes of weights; each board that was shown is shown again."""
    chance, keys = random.Random(seed), provinces(Period.parse(OCTOBER).last_day)[:6]
    definitions = with_own()
    shown: list[tuple[datetime, RankingBoard]] = []
    state(store, "document_axis", [one for key in keys for month in (SEPTEMBER, OCTOBER) for one in documents(key, (70, 50, 100), month)])
    for _ in range(4):
        if chance.random() < 0.6:
            definitions = with_own({"weight = 3": f"weight = {chance.randint(1, 9)}", "low = 50": f"low = {chance.randint(0, 60)}"})
        remember_catalog(store, definitions.digest, dict(definitions.texts))
        for key in chance.sample(keys, 3):
            counts = (chance.randint(20, 100), chance.randint(0, 100), 100)
            state(store, "document_axis", documents(key, counts, chance.choice((SEPTEMBER, OCTOBER))))
        now = datetime.now(UTC)
        shown.append((now, _shown(boards_over(store, tmp_path, now, definitions), None)))
    today = boards_over(store, tmp_path, datetime.now(UTC), definitions)
    for then, board in shown:
        assert _shown(today, then) == replace(board, as_of=then), then


def _shown(boards: Boards, as_of: datetime | None) -> RankingBoard:
    """A board without what `as_of` does not promise: when the newest figure was taken in."""
    board = boards.ranked(RankingQuestion("pair", Period.parse(OCTOBER), as_of))
    return replace(board, stamp=replace(board.stamp, recorded_at=None, quiet_since=None))
