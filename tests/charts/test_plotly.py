"""The dict figures against plotly's own schema, and what they must not do."""

from itertools import pairwise
from typing import Any

import plotly.graph_objects as go
import pytest

from dashboard.boards.shapes import IndicatorBoard, Series
from dashboard.charts.palette import palette
from dashboard.charts.plotly import buckets, course, distribution, survey_history
from dashboard.periods import Period
from tests.components.examples import indicator_board, unit


@pytest.fixture
def board() -> IndicatorBoard:
    return indicator_board()


def _series(name: str, *values: float | None) -> Series:
    return Series(unit(name), tuple((Period.parse(str(2018 + n)), value) for n, value in enumerate(values)))


def test_plotly_accepts_every_figure(board: IndicatorBoard) -> None:
    figures: list[dict[str, Any]] = [
        distribution(board),
        course(board.series, 2),
        course([], 2),
        buckets(["dưới 1", "1–2"], [3, 0]),
        survey_history([_series("Phú Thọ", 1.0, None, 2.0)]),
        survey_history([]),
    ]
    for figure in figures:
        go.Figure(figure)


def test_a_year_without_a_value_is_a_gap() -> None:
    trace = survey_history([_series("Vĩnh Phúc", 0.6, None, 0.7)])["data"][0]
    assert trace["y"] == [0.6, None, 0.7]
    assert trace["connectgaps"] is False


@pytest.mark.parametrize("count", range(8))
def test_every_second_year_is_named_and_always_the_last_one(count: int) -> None:
    line = _series("Phú Thọ", *range(count))
    years = [str(period) for period, _ in line.points]
    assert survey_history([line])["layout"]["xaxis"]["tickvals"] == years[::-1][::2][::-1]


def test_a_line_that_ended_earlier_says_when_and_names_never_touch() -> None:
    figure = survey_history(
        [_series("Vĩnh Phúc", 0.4, 0.46, None), _series("Phú Thọ", 0.4, 0.45, 0.46), _series("Hòa Bình", 2.0, 0.4, 0.46)]
    )
    notes = figure["layout"]["annotations"]
    assert "Vĩnh Phúc 0,46 (2019)" in {note["text"] for note in notes}
    span = 2.0 - 0.4
    heights = sorted(200 * note["y"] / span + note["yshift"] for note in notes)
    assert all(b - a >= 16.9 for a, b in pairwise(heights))


def test_figures_write_numbers_as_vietnam_does(board: IndicatorBoard) -> None:
    assert distribution(board)["layout"]["separators"] == ",."
    assert "trung vị 16,00" in distribution(board)["layout"]["annotations"][0]["text"]


def test_colours_come_from_the_tokens() -> None:
    assert palette("desk")["data"] == "#2f6690"
    assert palette("desk-dark")["data"] != palette("desk")["data"]
    with pytest.raises(KeyError):
        palette("neon")
