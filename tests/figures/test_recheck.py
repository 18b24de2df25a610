"""A published score against its parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard.errors import FigureError
from dashboard.figures.recheck import ROUNDING, held_against

POINTS = some.floats(0.1, 10, allow_nan=False)
RATES = some.floats(0, 100, allow_nan=False)


@given(some.lists(some.tuples(POINTS, RATES), min_size=1, max_size=4), some.floats(0, 30), some.floats(0, 60))
def test_it_agrees_exactly_where_some_rest_would_explain_it(parts: list[tuple[float, float]], more: float, published: float) -> None:
    found = held_against(published, parts, sum(points for points, _ in parts) + more)
    assert found.low == pytest.approx(sum(points * rate / 100 for points, rate in parts))
    assert found.high == pytest.approx(found.low + more)
    agrees = found.low - ROUNDING <= published <= found.high + ROUNDING
    assert (found.apart == 0.0) == agrees
    assert agrees or found.low - 1e-9 <= published - found.apart <= found.high + 1e-9


def test_parts_larger_than_the_whole_and_rates_that_are_none_are_refused() -> None:
    with pytest.raises(FigureError, match="no whole"):
        held_against(1.0, [(6, 50), (5, 50)], 10)
    with pytest.raises(FigureError, match="between 0 and 100"):
        held_against(1.0, [(6, 101)], 10)
