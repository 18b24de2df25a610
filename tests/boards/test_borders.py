"""Figures by the borders of 2020 or of 2025: counts are carried forward whole, nothing is carried back, scores are not carried at all."""

from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.boards import Boards
from dashboard.boards import reading as of_boards
from dashboard.boards.ranked import RankingQuestion
from dashboard.boards.reading import Scope, readings
from dashboard.errors import BoundariesError, NotFound
from dashboard.figures.folding import DRAWN, fold
from dashboard.observations import Observation
from dashboard.periods import Period
from dashboard.store import Store
from dashboard.units import Tier
from tests import own_rankings as own
from tests.counted import cell, state
from tests.loaded import Loaded, boards_over, catalog, units

OCTOBER_24, JUNE_25, JULY_25, NOVEMBER_26 = (Period.parse(one) for one in ("2024-10", "2025-06", "2025-07", "2026-11"))
OLD = [unit.key for unit in units().of_tier(Tier.PROVINCE, DRAWN["2020"]) if unit.valid(OCTOBER_24.last_day)]


@pytest.fixture
def boards(store: Store, tmp_path: Path) -> Boards:
    return boards_over(store, tmp_path)


def documents(unit: str, electronic: float, sent: float, day: str) -> list[Observation]:
    """Both counts of `electronic_document_rate`."""
    return [
        cell("documents_electronic", unit, day, electronic, "tier=province"),
        cell("documents_sent", unit, day, sent, "tier=province"),
    ]


def services(unit: str, month: str) -> list[Observation]:
    """Both counts of `active_service_rate`, one of which counts each service once."""
    return [cell("services_active", unit, month, 30, "tier=province"), cell("services_integrated", unit, month, 100, "tier=province")]


@pytest.fixture
def told(store: Store) -> Store:
    """Two provinces that became one, one that stayed, before and after the mergers."""
    cells = [
        *documents("bac_giang", 30, 100, "2024-10-08"),
        *documents("bac_ninh", 60, 100, "2024-10-09"),
        *documents("ha_noi", 80, 100, "2024-10-09"),
        *documents("bac_ninh_2025", 150, 200, "2026-11-09"),
        *documents("ha_noi", 90, 100, "2026-11-09"),
    ]
    state(store, "document_axis", cells)
    return store


def test_counts_of_before_the_mergers_fold_into_the_provinces_of_today(told: Store, boards: Boards) -> None:
    board = boards.indicator("electronic_document_rate", OCTOBER_24, boundaries="2025")
    merged = board.value_of("bac_ninh_2025")
    assert merged is not None
    assert (merged.reading.numerator, merged.reading.denominator, merged.value, merged.reading.lacks) == (90, 200, 45.0, ())
    assert (board.boundaries, len(board.values) + len(board.absent)) == ("2025", 34)
    assert board.together == boards.indicator("electronic_document_rate", OCTOBER_24).together, "the country is the same by any borders"


def test_a_period_of_before_shows_the_63_provinces_of_then(told: Store, boards: Boards) -> None:
    for borders in (None, "2020"):
        board = boards.indicator("electronic_document_rate", OCTOBER_24, boundaries=borders)
        assert (board.boundaries, len(board.values) + len(board.absent)) == ("2020", 63)
        assert {one.unit.key: one.value for one in board.values} == {"bac_giang": 30.0, "bac_ninh": 60.0, "ha_noi": 80.0}
    newest = boards.indicator("electronic_document_rate", boundaries="2020")
    assert newest.period == OCTOBER_24, "the newest of then is opened"


def test_the_course_of_a_merged_province_goes_on_before_the_merger(told: Store, boards: Boards) -> None:
    board = boards.indicator("electronic_document_rate", NOVEMBER_26, boundaries="2025")
    assert [str(one.period) for one in board.series] == ["2024-10", "2026-11"]
    assert board.courses["bac_ninh_2025"] == (45.0, 75.0)
    assert boards.indicator("electronic_document_rate", NOVEMBER_26).courses["bac_ninh_2025"] == (None, 75.0)


def test_nothing_is_carried_back_and_the_reason_is_given(told: Store, boards: Boards) -> None:
    with pytest.raises(BoundariesError, match="tháng 11/2026 theo địa giới 2020: không quy đổi ngược được"):
        boards.indicator("electronic_document_rate", NOVEMBER_26, boundaries="2020")
    with pytest.raises(NotFound):
        boards.indicator("electronic_document_rate", Period.parse("2019"), boundaries="2020")


def test_objects_that_are_counted_once_each_are_not_carried(store: Store, boards: Boards) -> None:
    state(
        store, "dossier_sync", [*services("bac_giang", "2024-10"), *services("bac_ninh", "2024-10"), *services("bac_ninh_2025", "2026-10")]
    )
    with pytest.raises(BoundariesError, match="phải đếm lại từ sổ gốc"):
        boards.indicator("active_service_rate", OCTOBER_24, boundaries="2025")
    board = boards.indicator("active_service_rate", boundaries="2025")
    assert [str(one.period) for one in board.series] == ["2026-10"], "what cannot be carried is not in the course"
    assert board.readable == ("2025", "2020")


def test_scores_are_not_carried_in_either_direction(published: Loaded) -> None:
    boards = published.boards()
    for asked, borders in (("papi_portal_access", "2025"), ("index766_total", "2020")):
        with pytest.raises(BoundariesError, match="không quy đổi được"):
            boards.indicator(asked, boundaries=borders)  # type: ignore[arg-type]


def test_a_sum_that_lacks_a_province_names_it(store: Store, boards: Boards) -> None:
    state(store, "document_axis", documents("bac_giang", 30, 100, "2024-10-08"))
    one = boards.indicator("electronic_document_rate", OCTOBER_24, boundaries="2025").value_of("bac_ninh_2025")
    assert one is not None
    assert one.reading.lacks == ("bac_ninh",)


def test_the_evidence_of_a_folded_figure_is_that_of_the_provinces_in_it(told: Store, boards: Boards) -> None:
    figure = boards.indicator("electronic_document_rate", OCTOBER_24, boundaries="2025").value_of("bac_ninh_2025")
    assert figure is not None
    board = boards.evidence(figure.figure)
    assert board.value == figure.value
    assert {one.unit for each in board.sums for one in each.cells} == {"bac_giang", "bac_ninh"}


COUNTS = st.dictionaries(st.sampled_from(OLD), st.tuples(st.integers(0, 9_999), st.integers(0, 9_999)), min_size=1, max_size=63)


@settings(max_examples=60)
@given(COUNTS)
def test_what_is_read_by_later_borders_is_what_folding_gives(counts: dict[str, tuple[int, int]]) -> None:
    """Against `figures.folding`, which carries one count at a time and knows nothing of indicators."""
    parts = {unit: float(min(pair)) for unit, pair in counts.items()}
    wholes = {unit: float(max(pair)) for unit, pair in counts.items()}
    with _Told({("documents_electronic", ""): parts, ("documents_sent", ""): wholes}) as desk_boards:
        desk = desk_boards._desk
        read = readings(desk, catalog().indicator("electronic_document_rate"), [OCTOBER_24], Scope("province", boundaries="2025"))[
            OCTOBER_24
        ]
    for name, values in (("numerator", parts), ("denominator", wholes)):
        folded = fold(units(), values, "flow", "2020", "2025", Tier.PROVINCE)
        assert {unit: getattr(one, name) for unit, one in read.items()} == dict(folded.values)
        assert {unit: set(one.lacks) for unit, one in read.items() if one.lacks} == {
            unit: set(gaps) for unit, gaps in folded.gaps.items() if unit in folded.values
        }


class _Told:
    """Boards whose store says this of every period."""

    def __init__(self, told: dict[tuple[str, str], dict[str, float]]) -> None:
        self._patch = patch.object(of_boards, "columns", lambda _store, _measures, periods, **_: dict.fromkeys(periods, told))

    def __enter__(self) -> Boards:
        self._patch.start()
        return boards_over(Store(None), Path("nowhere"))  # type: ignore[arg-type]

    def __exit__(self, *_: object) -> None:
        self._patch.stop()


def test_a_ranking_of_our_own_is_read_by_either_borders(store: Store, tmp_path: Path) -> None:
    told = [*own.documents("bac_giang", (30, 40, 100), "2024-10"), *own.documents("bac_ninh", (150, 80, 200), "2024-10")]
    state(store, "document_axis", [*told, *own.documents("ha_noi", (90, 40, 100), "2024-10"), *own.documents("ha_noi", (9, 4, 10))])
    boards = boards_over(store, tmp_path, definitions=own.with_own())
    then = boards.ranked(RankingQuestion("pair", OCTOBER_24))
    assert ({row.unit.key for row in then.rows}, len(then.rows) + len(then.unranked)) == ({"bac_giang", "bac_ninh", "ha_noi"}, 63)
    later = boards.ranked(RankingQuestion("pair", OCTOBER_24, boundaries="2025"))
    assert ({row.unit.key for row in later.rows}, len(later.rows) + len(later.unranked)) == ({"bac_ninh_2025", "ha_noi"}, 34)
    merged = later.row("bac_ninh_2025")
    assert merged is not None
    assert merged.components["electronic_document_rate"].value == 60.0, "180 of 300"
    assert (later.boundaries, later.readable, then.readable) == ("2025", ("2025", "2020"), ("2025", "2020"))
    with pytest.raises(BoundariesError, match="không quy đổi ngược được"):
        boards.ranked(RankingQuestion("pair", Period.parse("2026-10"), boundaries="2020"))


def test_a_published_ranking_is_not_carried(published: Loaded) -> None:
    with pytest.raises(BoundariesError, match="không quy đổi được"):
        published.boards().ranked(RankingQuestion("766", boundaries="2020"))
