"""What a row says instead of figures, chosen in the template: nothing happened is a zero that somebody said, no figure yet is none."""

import io

import pytest

from dashboard.workbooks import Preview
from dashboard.workbooks.states import ABSENT_VI, NOTHING_VI, REASONS_VI, STATES_VI
from tests.workbooks.makers import of_bytes
from tests.workbooks.test_template import FIRST, INPUTS, REASON, STATE, blank, opened, typed

ROW = FIRST + 3
STOCKS, FLOWS = (4, 5), (7, 8)


def said(cells: dict[int, object], row: int = ROW) -> Preview:
    """A template filled in, but for one row, of which these cells hold something (by column, from 1)."""
    book, page = opened(typed(blank(), 39))
    for column in (*INPUTS, STATE, REASON):
        page.cell(row, column).value = cells.get(column)  # type: ignore[assignment]
    buffer = io.BytesIO()
    book.save(buffer)
    return of_bytes(buffer.getvalue())


def figures(found: Preview, row: int = ROW) -> dict[str, tuple[float, str]]:
    """Of that row, by measure."""
    unit = next(one.unit for one in found.rows if one.number == row)
    return {one.measure: (one.value, one.cell) for one in found.readings if one.unit == unit and ":" not in one.cell}


def kinds(found: Preview) -> list[tuple[str, str, str]]:
    return [(one.kind, one.cell, one.severity) for one in found.problems]


def test_nothing_happened_is_zero_for_what_happens_and_leads_to_the_cell_that_says_so() -> None:
    found = said({4: 5, 5: 4, STATE: NOTHING_VI})
    assert found.problems == ()
    assert figures(found) == {
        "reporting_bodies": (5, f"Báo cáo!D{ROW}"),
        "reporting_bodies_connected": (4, f"Báo cáo!E{ROW}"),
        "case_files_processed": (0, f"Báo cáo!J{ROW}"),
        "case_files_electronic": (0, f"Báo cáo!J{ROW}"),
    }
    (row,) = [one for one in found.rows if one.number == ROW]
    assert row.cells["case_files_processed"] == (f"Báo cáo!G{ROW}", 0.0)
    sums = {one.measure: one for one in found.readings if ":" in one.cell}
    assert sums["case_files_processed"].value == 10 * 37
    assert sums["case_files_processed"].cell == f"Báo cáo!G{FIRST + 1}:G{FIRST + 38}"


def test_nothing_happened_says_nothing_of_what_stands_at_the_end_of_the_period() -> None:
    found = said({STATE: NOTHING_VI})
    assert set(figures(found)) == {"case_files_processed", "case_files_electronic"}
    assert [(kind, cell) for kind, cell, _ in kinds(found) if kind == "blank"] == [("blank", f"Báo cáo!{one}{ROW}") for one in "DE"]
    assert not found.errors


def test_no_figure_yet_is_not_reported_with_its_reason() -> None:
    found = said({STATE: ABSENT_VI, REASON: REASONS_VI[1]})
    assert figures(found) == {}
    told = [one for one in found.problems if one.cell == f"Báo cáo!J{ROW}"]
    assert [(one.kind, one.severity) for one in told] == [("absent", "warning")]
    assert "hệ thống của đơn vị đang gặp sự cố" in told[0].text_vi
    assert not any(one.kind == "blank_row" for one in found.problems)
    assert not any(":" in one.cell for one in found.readings if one.detail == "tier=commune"), "a sum of all but one would look right"
    without = said({STATE: ABSENT_VI})
    assert any("chưa ghi lý do" in one.text_vi for one in without.warnings)


@pytest.mark.parametrize(("state", "column"), [(ABSENT_VI, 4), (ABSENT_VI, 7), (NOTHING_VI, 7), (NOTHING_VI, 8)])
def test_a_figure_against_what_the_row_says_is_an_error_at_the_figure(state: str, column: int) -> None:
    found = said({column: 3, STATE: state})
    letter = "ABCDEFGHIJK"[column - 1]
    assert ("state_disagrees", f"Báo cáo!{letter}{ROW}", "error") in kinds(found)
    assert not found.acceptable


def test_a_zero_that_is_typed_agrees_with_nothing_happened() -> None:
    found = said({4: 5, 5: 4, 7: 0, 8: 0, STATE: NOTHING_VI})
    assert found.problems == ()
    assert figures(found)["case_files_processed"] == (0, f"Báo cáo!G{ROW}")


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({STATE: "gần đủ"}, ("state_unknown", "J", "error")),
        ({STATE: ABSENT_VI, REASON: "bận"}, ("reason_unknown", "K", "error")),
        ({4: 1, 5: 1, 7: 1, 8: 1, REASON: REASONS_VI[0]}, ("reason_alone", "K", "warning")),
    ],
)
def test_what_is_in_no_list_is_told_at_its_cell(cells: dict[int, object], problem: tuple[str, str, str]) -> None:
    kind, letter, severity = problem
    assert (kind, f"Báo cáo!{letter}{ROW}", severity) in kinds(said(cells))


@pytest.mark.parametrize("text", ["không phát sinh", "KHÔNG  PHÁT SINH", NOTHING_VI])
def test_spelling_does_not_matter(text: str) -> None:
    assert said({4: 5, 5: 4, STATE: text}).problems == ()


def test_entries_of_the_lists_fit_into_the_template() -> None:
    """A list within a rule is parted by commas and no longer than 255 signs."""
    for entries in (STATES_VI, REASONS_VI):
        assert not any("," in one for one in entries)
        assert len(",".join(entries)) <= 255
