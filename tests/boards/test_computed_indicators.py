"""Indicators that divide folded counts: what is added up, what is divided, what is ranked, and the four kinds of nothing."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dashboard.boards import Boards
from dashboard.catalog import Catalog
from dashboard.errors import NotFound
from dashboard.formats import HANOI
from dashboard.observations import Observation
from dashboard.periods import Period
from dashboard.store import Store
from tests.counted import cell, state
from tests.loaded import boards_over, catalog

DAY = "2026-11-20"
NOVEMBER = Period.parse("2026-11")


@pytest.fixture
def boards(store: Store, tmp_path: Path) -> Boards:
    return boards_over(store, tmp_path)


def documents(unit: str, electronic: float, sent: float, period: str = DAY, tier: str = "province") -> list[Observation]:
    """Both counts of `electronic_document_rate`."""
    return [
        cell("documents_electronic", unit, period, electronic, f"tier={tier}"),
        cell("documents_sent", unit, period, sent, f"tier={tier}"),
    ]


def connected(unit: str, count: float, whole: float, period: str) -> list[Observation]:
    """Both counts of `reporting_connected_rate`, a stock."""
    return [
        cell("reporting_bodies_connected", unit, period, count, "tier=commune"),
        cell("reporting_bodies", unit, period, whole, "tier=commune"),
    ]


def test_the_country_is_its_counts_divided_never_the_mean_of_rates(store: Store, boards: Boards) -> None:
    state(store, "document_axis", [*documents("hue", 98, 103), *documents("ha_noi", 100, 1000)])
    board = boards.indicator("electronic_document_rate")
    assert board.together is not None
    assert (board.together.numerator, board.together.denominator) == (198, 1103)
    assert board.together.value == pytest.approx(100 * 198 / 1103)
    rates = {one.unit.key: one.value for one in board.values}
    assert rates == {"hue": pytest.approx(100 * 98 / 103), "ha_noi": 10.0}
    assert board.together.value != pytest.approx(sum(rates.values()) / 2)


def test_counts_stand_beside_a_figure_in_its_period_and_tier_and_people_are_not_added_up(store: Store, boards: Boards) -> None:
    places = [(unit, f"tier={tier}") for unit in ("hue", "ha_noi") for tier in ("province", "commune")]
    told = [
        *(cell("documents_checked", unit, DAY, 50, detail) for unit, detail in places),
        *(cell("documents_signature_valid", unit, DAY, 40, detail) for unit, detail in places),
        cell("documents_unsigned", "hue", DAY, 7, "tier=province"),
        cell("documents_unsigned", "ha_noi", DAY, 2, "tier=commune,urgency=urgent"),
        cell("people_signed", "hue", "2026-11", 3, "tier=province"),
        cell("people_signed", "ha_noi", "2026-11", 9, "tier=province"),
    ]
    state(store, "document_axis", told)

    def beside(**asked: Any) -> dict[str, tuple[float | None, float, float]]:
        board = boards.indicator("verified_signature_rate", NOVEMBER, **asked)
        return {one.measure.key: (one.total, one.least, one.most) for one in board.beside}

    assert beside() == {"documents_unsigned": (9, 2, 7), "people_signed": (None, 3, 9)}
    assert beside(agency_tier="commune") == {"documents_unsigned": (2, 2, 2)}


def test_tiers_and_days_are_added_up_before_they_are_divided(store: Store, boards: Boards) -> None:
    state(
        store,
        "document_axis",
        [*documents("hue", 90, 100), *documents("hue", 1, 10, tier="commune"), *documents("hue", 10, 10, "2026-11-19", "commune")],
    )
    (one,) = boards.indicator("electronic_document_rate", NOVEMBER).values
    assert (one.reading.numerator, one.reading.denominator) == (101, 120)
    (one,) = boards.indicator("electronic_document_rate", NOVEMBER, agency_tier="commune").values
    assert (one.reading.numerator, one.reading.denominator, one.rank) == (11, 20, None)
    (one,) = boards.indicator("electronic_document_rate", Period.parse("2026-11-19")).values
    assert (one.reading.numerator, one.reading.denominator) == (10, 10)
    for longer in ("2026-Q4", "2026", "2026-11/ytd"):
        (one,) = boards.indicator("electronic_document_rate", Period.parse(longer)).values
        assert one.reading.denominator == 120, longer


def test_a_tier_that_is_not_counted_is_refused(store: Store, boards: Boards) -> None:
    state(store, "camera_health", [cell("camera_minutes_live", "hue", DAY, 900), cell("camera_minutes_office", "hue", DAY, 960)])
    assert boards.indicator("camera_availability").values[0].value == pytest.approx(93.75)
    with pytest.raises(NotFound, match="không tách theo cấp"):
        boards.indicator("camera_availability", agency_tier="commune")


def test_a_hundred_per_cent_of_three_is_shown_and_not_ranked(store: Store, boards: Boards) -> None:
    state(store, "document_axis", [*documents("hue", 3, 3), *documents("ha_noi", 90, 100), *documents("da_nang_2025", 40, 50)])
    board = boards.indicator("electronic_document_rate")
    assert [(one.unit.key, one.rank) for one in board.values] == [("ha_noi", 1), ("da_nang_2025", 2), ("hue", None)]
    assert board.values[-1].value == 100
    assert board.median == pytest.approx(85)
    assert board.together is not None
    assert board.together.denominator == 153


def test_zero_silent_late_and_never_reported_are_four_things(store: Store, boards: Boards) -> None:
    october, november = "2026-10", "2026-11"
    told = [*connected("hue", 0, 100, october), *connected("ha_noi", 0, 0, october), *connected("son_la", 50, 100, "2026-09")]
    state(store, "reporting_system", told)
    board = boards.indicator("reporting_connected_rate", Period.parse(october))
    assert [(one.unit.key, one.value) for one in board.values] == [("hue", 0.0)]
    states = {one.unit.key: one.state for one in board.absent}
    assert (states["ha_noi"], states["son_la"], states["lai_chau"]) == ("silent", "late", "not_reported")
    late = board.absence_of("son_la")
    assert late is not None
    assert late.latest == (Period.parse("2026-09"), 50.0)
    assert len(board.values) + len(board.absent) == 34
    state(store, "reporting_system", connected("hue", 60, 100, november))
    newest = boards_over(store, Path("nowhere")).indicator("reporting_connected_rate", Period.parse(november))
    waiting = newest.absence_of("ha_noi")
    assert waiting is not None
    assert waiting.state == "not_reported", "November is not due before December"


def test_a_unit_of_an_event_feed_that_sent_before_and_not_now_is_silent(store: Store, boards: Boards) -> None:
    state(
        store,
        "document_axis",
        [*documents("hue", 40, 50, "2026-10-20"), *documents("ha_noi", 40, 50), *documents("ha_noi", 1, 2, "2026-10-20")],
    )
    board = boards.indicator("electronic_document_rate", NOVEMBER)
    states = {one.unit.key: one.state for one in board.absent}
    assert (states["hue"], states["son_la"]) == ("silent", "not_reported")


def test_in_an_event_feed_a_count_that_was_never_touched_is_zero(store: Store, boards: Boards) -> None:
    state(store, "document_axis", [cell("documents_sent", "hue", DAY, 50, "tier=province")])
    (one,) = boards.indicator("electronic_document_rate").values
    assert (one.value, one.reading.numerator) == (0.0, 0.0)


def test_a_part_larger_than_its_whole_is_told_and_bends_nothing(store: Store, boards: Boards) -> None:
    state(store, "reporting_system", [*connected("hue", 120, 103, "2026-10"), *connected("ha_noi", 50, 100, "2026-10")])
    board = boards.indicator("reporting_connected_rate")
    wrong = board.absence_of("hue")
    assert wrong is not None
    assert (wrong.state, wrong.said) == ("faulty", "tử số lớn hơn mẫu số: 120 / 103")
    assert board.together is not None
    assert (board.together.value, board.together.denominator) == (50.0, 100.0)


def test_of_a_stock_the_last_counts_and_people_counted_once_are_never_added(store: Store, boards: Boards) -> None:
    told = [*connected("hue", 10, 100, "2026-09"), *connected("hue", 60, 100, "2026-10")]
    state(store, "reporting_system", told)
    (one,) = boards.indicator("reporting_connected_rate", Period.parse("2026")).values
    assert (one.reading.numerator, one.reading.denominator) == (60, 100)
    issued = [cell("certificates_issued", unit, "2026-10", 100) for unit in ("hue", "ha_noi")]
    state(store, "signature_issue", [*issued, *(cell("certificate_holders_signed", unit, "2026-10", 80) for unit in ("hue", "ha_noi"))])
    board = boards.indicator("signature_adoption_rate")
    assert (board.together, board.median, board.periods) == (None, 80.0, (Period.parse("2026-10"),))


def test_a_filter_counts_only_cells_of_that_detail(store: Store, boards: Boards) -> None:
    told = [cell("dossiers_received", "hue", DAY, count, f"channel={channel}") for channel, count in ((1, 30), (2, 60), (3, 10))]
    state(store, "dossier_sync", [*told, cell("dossiers_received", "ha_noi", DAY, 40, "channel=1")])
    board = boards.indicator("online_dossier_rate")
    assert {one.unit.key: one.value for one in board.values} == {"hue": 60.0, "ha_noi": 0.0}
    assert board.together is not None
    assert (board.together.numerator, board.together.denominator) == (60, 140)


def test_a_median_is_read_from_folded_buckets(store: Store, boards: Boards) -> None:
    def hours(unit: str, **buckets: float) -> list[Observation]:
        return [cell("acceptance_hours", unit, DAY, count, f"bucket={name[1:]},tier=province") for name, count in buckets.items()]

    state(store, "document_axis", [*hours("hue", b001=10, b008=30, b024=60), *hours("ha_noi", b001=5, binf=95)])
    board = boards.indicator("acceptance_lag")
    by_unit = {one.unit.key: one for one in board.values}
    assert by_unit["hue"].value == pytest.approx(8 + 16 * 10 / 60)
    assert (by_unit["ha_noi"].value, by_unit["ha_noi"].reading.is_open) == (168.0, True)
    assert [one.unit.key for one in board.values] == ["hue", "ha_noi"], "less is better"
    assert board.together is not None
    assert (board.together.denominator, board.together.buckets[0], board.together.buckets[-1]) == (200, 15, 95)


def test_counts_of_merged_provinces_go_to_the_one_they_became(store: Store, boards: Boards) -> None:
    told = [
        *documents("bac_giang", 40, 50, "2025-06-20"),
        *documents("bac_ninh", 10, 50, "2025-06-20"),
        *documents("bac_ninh_2025", 90, 100, "2025-07-02"),
    ]
    state(store, "document_axis", told)
    (one,) = boards.indicator("electronic_document_rate", Period.parse("2025")).values
    assert (one.unit.key, one.reading.numerator, one.reading.denominator) == ("bac_ninh_2025", 140, 200)
    before = boards.indicator("electronic_document_rate", Period.parse("2025-06"))
    assert {row.unit.key for row in before.values} == {"bac_giang", "bac_ninh"}
    assert len(before.values) + len(before.absent) == 63


def test_a_page_opens_with_the_newest_month_that_says_something(store: Store, boards: Boards) -> None:
    state(store, "document_axis", [*documents("hue", 40, 50, "2026-10-20"), *documents("hue", 4, 5, "2026-11-02")])
    assert boards.indicator("electronic_document_rate").period == Period.parse("2026-10")
    state(store, "document_axis", [one for day in range(3, 7) for one in documents("hue", 4, 5, f"2026-11-0{day}")])
    later = boards_over(store, Path("nowhere"))
    newest = later.indicator("electronic_document_rate")
    assert (newest.period, str(newest.through)) == (NOVEMBER, "2026-11-06")
    assert [str(one.period) for one in later.days(newest)] == [f"2026-11-0{day}" for day in range(2, 7)]
    assert [str(one.period) for one in newest.series] == ["2026-10", "2026-11"]


def test_simulated_figures_say_so_wherever_they_come_from(store: Store, boards: Boards) -> None:
    state(store, "document_axis", documents("hue", 40, 50))
    assert boards.indicator("electronic_document_rate").stamp.provenance == "simulated"
    assert boards.provenance(catalog().indicator("electronic_document_rate")) == "simulated"
    state(store, "reporting_system", connected("hue", 1, 10, "2026-10"), "self_reported")
    assert boards_over(store, Path("nowhere")).indicator("reporting_connected_rate").stamp.provenance == "self_reported"


@pytest.mark.parametrize(("now", "late"), [("2026-11-25T23:00", 0), ("2026-11-26T08:00", 0), ("2026-11-28T08:00", 2)])
def test_a_daily_figure_is_late_by_working_days(store: Store, tmp_path: Path, now: str, late: int) -> None:
    """The 20th is a Friday and the 24th a holiday: Monday's figures come next, and are due by the end of Wednesday the 25th."""
    state(store, "document_axis", documents("hue", 40, 50))
    found = boards_over(store, tmp_path, datetime.fromisoformat(now).replace(tzinfo=HANOI)).indicator("electronic_document_rate")
    assert found.stamp.late_days == late


def test_the_evidence_of_a_rate_adds_up_to_it(store: Store, boards: Boards) -> None:
    told = [*documents("hue", 90, 100), *documents("hue", 1, 10, tier="commune"), *documents("hue", 10, 10, "2026-10-19")]
    state(store, "document_axis", told)
    (one,) = boards.indicator("electronic_document_rate", NOVEMBER).values
    board = boards.evidence(one.figure)
    assert board.value == one.value
    assert [(part.measure.key, part.value, len(part.cells)) for part in board.sums] == [
        ("documents_electronic", 91, 2),
        ("documents_sent", 110, 2),
    ]
    assert {cell.run_id for part in board.sums for cell in part.cells} == set(board.runs)
    (one,) = boards.indicator("electronic_document_rate", NOVEMBER, agency_tier="commune").values
    assert [part.value for part in boards.evidence(one.figure).sums] == [1, 10]
    with pytest.raises(NotFound, match="chưa có số liệu"):
        boards.evidence("electronic_document_rate/ha_noi/2026-11")


def test_as_of_gives_the_counts_of_that_instant(store: Store, tmp_path: Path) -> None:
    state(store, "document_axis", documents("hue", 40, 50))
    boards_over(store, tmp_path)
    between = datetime.now(UTC)
    state(store, "document_axis", documents("hue", 45, 50))
    boards = boards_over(store, tmp_path, datetime.now(UTC))
    from dashboard.store.write import remember_catalog

    remember_catalog(store, catalog().digest, dict(catalog().texts))
    (now,) = boards.indicator("electronic_document_rate", NOVEMBER).values
    assert now.value == 90.0
    with pytest.raises(NotFound, match="chưa có số liệu nào trước"):
        boards.indicator("electronic_document_rate", NOVEMBER, as_of=between)


def test_an_indicator_without_figures_breaks_nothing(boards: Boards) -> None:
    for one in boards.catalog.indicators.values():
        fresh, _ = boards.freshness(one)
        assert fresh.latest is None
        with pytest.raises(NotFound, match="chưa có số liệu"):
            boards.indicator(one.key)


def test_the_catalog_reads_an_added_table_as_any_other() -> None:
    texts = dict(catalog().texts)
    texts["indicators.toml"] += (
        texts["indicators.toml"][texts["indicators.toml"].index("[signed_document_rate]") :]
        .split("\n[")[0]
        .replace("signed_document_rate", "more")
    )
    assert "more" in Catalog.parse(texts).indicators
