"""Reporting months that close on the 14th, from the cells to the page: what counts in which, since when it is late, how it is called."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dashboard.boards import Boards
from dashboard.catalog import Catalog
from dashboard.observations import Parsed
from dashboard.pages import indicator
from dashboard.periods import Period, last_day_of, month_of
from dashboard.store import Store
from dashboard.store.folding import Folding, remember_folding
from dashboard.store.write import land
from tests.counted import cell
from tests.loaded import boards_over, catalog, origin, units
from tests.pages.test_indicator_pages import look

DAYS = {"2026-09-14": 1, "2026-09-15": 20, "2026-10-14": 30, "2026-10-15": 5, "2026-11-10": 5, "2026-11-14": 10, "2026-11-15": 3}


def closing() -> Catalog:
    """The definitions of the house, with documents reported from the 15th to the 14th."""
    texts = dict(catalog().texts)
    for key in ("documents_sent", "documents_electronic"):
        texts["measures.toml"] = texts["measures.toml"].replace(f"[{key}]\n", f"[{key}]\ncloses_day = 14\n")
    return Catalog.parse(texts)


@pytest.fixture
def boards(store: Store, tmp_path: Path) -> Boards:
    stands = closing()
    remember_folding(store, Folding.of(stands, units()))
    measures = {"documents_electronic": 1, "documents_sent": 2}
    cells = [cell(measure, "hue", day, value * by, "tier=province") for measure, by in measures.items() for day, value in DAYS.items()]
    land(store, replace(origin("made-up", "document_axis"), provenance="simulated"), Parsed(tuple(cells)))
    return boards_over(store, tmp_path, datetime(2026, 11, 23, 2, tzinfo=UTC), stands)


def test_a_day_counts_in_the_month_that_closes_after_it(boards: Boards) -> None:
    found = {}
    for month in ("2026-09", "2026-10", "2026-11", "2026-12"):
        one = boards.indicator("electronic_document_rate", Period.parse(month)).value_of("hue")
        assert one is not None
        found[month] = one.reading.denominator
    assert found == {"2026-09": 2, "2026-10": 100, "2026-11": 40, "2026-12": 6}
    year = boards.indicator("electronic_document_rate", Period.parse("2026")).value_of("hue")
    assert year is not None
    assert year.reading.denominator == 148


def test_the_board_opens_with_the_month_that_closed_and_shows_its_days(boards: Boards) -> None:
    board = boards.indicator("electronic_document_rate")
    assert (str(board.period), board.through, board.closes_day) == ("2026-11", None, 14), "December has one day so far, November is whole"
    assert [str(one.period) for one in board.series] == ["2026-09", "2026-10", "2026-11", "2026-12"]
    assert [str(one.period) for one in boards.days(board)] == ["2026-11-15"]
    assert boards.indicator("electronic_document_rate", Period.parse("2026-12")).through == date(2026, 11, 15)


def test_a_month_is_due_after_the_day_on_which_it_closes(boards: Boards) -> None:
    board = boards.indicator("electronic_document_rate", Period.parse("2026-10"))
    assert board.due.date() == date(2026, 10, 16), "the first working day after the 14th is the 15th, and it is late from the next on"


def test_the_evidence_lists_the_days_of_the_reporting_month(boards: Boards) -> None:
    sums = boards.evidence("electronic_document_rate/hue/2026-10").sums
    assert {one.period for each in sums for one in each.cells} == {"2026-09-15", "2026-10-14"}


def test_the_page_says_when_the_month_closes(boards: Boards) -> None:
    words = look(indicator.PAGE, boards, "/chi-tieu/electronic_document_rate")
    assert "tháng 11/2026 (chốt ngày 14)" in words


@pytest.mark.parametrize("closes", [None, 1, 14, 28])
def test_every_day_lies_in_the_month_that_it_is_said_to_lie_in(closes: int | None) -> None:
    for number in range(date(2024, 1, 1).toordinal(), date(2026, 1, 1).toordinal()):
        day = date.fromordinal(number)
        month = month_of(day, closes)
        assert day <= last_day_of(month, closes)
        assert closes is None or day > last_day_of(month.previous(), closes)
