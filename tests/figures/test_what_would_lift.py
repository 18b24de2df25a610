"""What would lift a rank: each way really lifts it, and none is cheaper, by trying them all."""

from itertools import combinations, product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dashboard.errors import FigureError
from dashboard.figures.computed_ranking import Component, Definition, Input, Inputs, board
from dashboard.figures.rates import Rate
from dashboard.figures.what_would_lift import Search, Way, ways
from tests.figures.boards import EARLIER, rankings

THREE = Definition((Component("paper", 2.0), Component("paid", 1.0), Component("hours", 1.0, 0.0, 48.0, "lower")))


def row(paper: float, paid: float, hours: float) -> Inputs:
    return {"paper": Input(paper), "paid": Input(paid), "hours": Input(hours)}


def brief(found: tuple[Way, ...]) -> list[tuple[float, list[tuple[str, float]]]]:
    return [(way.effort, [(move.indicator, move.to) for move in way.moves]) for way in found]


FIELD = {"a": row(90, 90, 12), "b": row(80, 60, 24), "u": row(60, 60, 24)}  # 86.25, 67.5, 57.5


def test_one_indicator_alone_cheapest_first() -> None:
    # 10 points are missing to b. Paper lacks 20 of its 50, paid 10 of 25, hours 12.5 of 25; none may close more than half by itself.
    assert brief(ways(THREE, FIELD, "u", 1)) == [
        (0.5, [("paper", 80.0)]),
        (0.875, [("hours", 12.0), ("paid", 75.0)]),
    ]
    assert brief(ways(THREE, FIELD, "u", 1, Search(most_share=1.0))) == [
        (0.5, [("paper", 80.0)]),
        (0.8, [("hours", 4.8)]),
        (1.0, [("paid", 100.0)]),
    ]


def test_together_where_one_is_not_enough() -> None:
    found = ways(THREE, FIELD, "u", 1, Search(most_share=0.45))
    assert brief(found) == [
        (0.53, [("paper", 78.0), ("hours", 22.08)]),
        (0.55, [("paper", 78.0), ("paid", 64.0)]),
        (0.8875, [("hours", 13.2), ("paid", 77.5)]),
    ]
    assert all(way.rank == 2 for way in found)


def test_a_rate_says_how_many_more_cases_it_takes() -> None:
    one = Definition((Component("paper", 1.0),))
    found = ways(one, {"a": {"paper": Input.of(Rate(70, 100))}, "u": {"paper": Input.of(Rate(120, 200))}}, "u", 1)
    assert [(move.to, move.cases, move.share) for way in found for move in way.moves] == [(70.0, 20, 0.25)]


def test_at_the_top_there_is_nobody_to_pass_and_too_far_is_too_far() -> None:
    assert ways(THREE, FIELD, "a", 1) == ()
    assert ways(THREE, FIELD, "u", 2, Search(most_share=0.2)) == ()
    assert [way.rank for way in ways(THREE, FIELD, "u", 9, Search(most_share=0.9))] == [1]


def test_what_is_late_or_missing_must_first_be_reported() -> None:
    definition = Definition((Component("paper", 1.0, missing="worst"), Component("paid", 1.0), Component("hours", 1.0, 0.0, 48.0, "lower")))
    field = {"a": row(90, 90, 12), "u": {"paid": Input(50.0, late=EARLIER), "hours": Input(40.0)}}
    assert ways(definition, field, "u", 1, Search(most_share=1.0)) == ()
    near = field | {"a": row(20, 50, 40)}
    # 22.22 to 28.89: the shown score is reached in full, not by rounding (30.40 would give 28.8889).
    assert brief(ways(definition, near, "u", 1, Search(most_share=1.0))) == [(0.24025, [("hours", 30.39)])]


def test_who_has_no_rank_cannot_be_lifted() -> None:
    with pytest.raises(FigureError):
        ways(THREE, {"u": {}}, "u", 1)
    with pytest.raises(FigureError):
        ways(THREE, FIELD, "u", 0)


@settings(max_examples=80)
@given(rankings(some=False), st.integers(1, 4), st.sampled_from([0.3, 0.5, 1.0]), st.data())
def test_every_way_lifts_by_as_much_as_it_says(
    ranking: tuple[Definition, dict[str, Inputs]], places: int, most: float, data: st.DataObject
) -> None:
    definition, inputs = ranking
    unit = data.draw(st.sampled_from(sorted(inputs)))
    before = {row.unit: row for row in board(definition, inputs)}[unit]
    assert before.rank is not None
    found = ways(definition, inputs, unit, places, Search(ways=20, most_share=most))
    for way in found:
        moved = inputs | {unit: {**inputs[unit], **{move.indicator: Input(move.to) for move in way.moves}}}
        after = {row.unit: row for row in board(definition, moved)}[unit]
        assert (after.rank, after.score) == (way.rank, way.score)
        assert way.rank <= max(1, before.rank - places) < before.rank
        assert len(way.moves) <= 3
        assert way.effort == pytest.approx(sum(move.share for move in way.moves), abs=1e-5)
        for move in way.moves:
            assert 0 < move.share <= most + 0.02  # a value is rounded up to one that can be shown
    assert [way.effort for way in found] == sorted(way.effort for way in found)
    assert len({frozenset(move.indicator for move in way.moves) for way in found}) == len(found)


@settings(max_examples=30)
@given(rankings(some=False), st.data())
def test_no_combination_of_moves_is_cheaper_than_the_cheapest_way(
    ranking: tuple[Definition, dict[str, Inputs]], data: st.DataObject
) -> None:
    definition, inputs = ranking
    unit = data.draw(st.sampled_from(sorted(inputs)))
    rows = {row.unit: row for row in board(definition, inputs)}
    own = rows[unit]
    assert own.rank is not None
    assume(own.rank > 1)
    goal = sorted((row.score or 0.0 for key, row in rows.items() if key != unit), reverse=True)[own.rank - 2]
    left = {key: definition.worth[key] - own.points[key] for key in own.points}
    found = ways(definition, inputs, unit, 1, Search(most_share=0.5))
    tried = [
        sum(shares)
        for size in (1, 2, 3)
        for keys in combinations(left, size)
        for shares in product([0.1, 0.2, 0.3, 0.4, 0.5], repeat=size)
        if sum(own.points.values()) + sum(left[key] * share for key, share in zip(keys, shares, strict=True)) >= goal
    ]
    if tried:
        assert found
        assert found[0].effort <= min(tried) + 0.03 * len(found[0].moves)  # rounding up to what can be shown
    else:
        assert not found or found[0].effort > 0
