"""Computed rankings: arithmetic by hand, and the rules for the late, the missing and the too few."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.errors import FigureError
from dashboard.figures.computed_ranking import Component, Definition, Input, Inputs, Mark, board, progress, within
from dashboard.figures.ranking import ranks
from dashboard.figures.rates import Rate
from tests.figures.boards import EARLIER, rankings

TWO = Definition((Component("paper", 3.0), Component("hours", 1.0, 0.0, 48.0, "lower")))


def one(value: float, hours: float) -> Inputs:
    return {"paper": Input(value), "hours": Input(hours)}


def test_a_score_is_the_weighted_way_between_the_goalposts() -> None:
    first, second, third, fourth = board(TWO, {"a": one(90, 12), "b": one(80, 0), "c": one(90, 12), "d": one(100, 100)})
    assert (first.unit, first.rank, first.score) == ("a", 1, 86.25)  # 0.75 · 90 + 0.25 · 75
    assert (second.unit, second.rank, second.score) == ("c", 1, 86.25)
    assert (third.unit, third.rank, third.score) == ("b", 3, 85.0)
    assert (fourth.unit, fourth.rank, fourth.score) == ("d", 4, 75.0)  # beyond the goalpost is no worse than at it
    assert first.points == {"paper": 67.5, "hours": 18.75}


def late(rule: str, missing: str = "excluded", least: int = 0) -> Definition:
    return Definition((Component("paper", 1.0, late=rule, missing=missing, least=least),))  # type: ignore[arg-type]


LATE = {"a": {"paper": Input(50.0)}, "b": {"paper": Input(70.0, late=EARLIER)}}


def test_a_late_value_is_carried_with_a_mark() -> None:
    first, _ = board(late("carried"), LATE)
    assert (first.unit, first.score) == ("b", 70.0)
    assert first.marks == (Mark("paper", "late", "carried", EARLIER),)


def test_a_late_value_can_count_as_the_worst() -> None:
    _, last = board(late("worst"), LATE)
    assert (last.unit, last.rank, last.score) == ("b", 2, 0.0)
    assert last.marks == (Mark("paper", "late", "worst", EARLIER),)


def test_a_late_unit_can_be_left_without_rank_but_keeps_its_row() -> None:
    first, last = board(late("excluded"), LATE)
    assert (first.unit, first.rank) == ("a", 1)
    assert (last.unit, last.rank, last.score) == ("b", None, None)
    assert last.marks == (Mark("paper", "late", "excluded", EARLIER),)


def test_missing_is_excluded_or_the_worst_and_never_a_silent_zero() -> None:
    gone: dict[str, Inputs] = {"a": {"paper": Input(50.0)}, "b": {}}
    assert [(row.unit, row.rank, row.score, row.marks) for row in board(late("carried"), gone)] == [
        ("a", 1, 50.0, ()),
        ("b", None, None, (Mark("paper", "missing", "excluded"),)),
    ]
    assert [(row.unit, row.rank, row.score, row.marks) for row in board(late("carried", "worst"), gone)] == [
        ("a", 1, 50.0, ()),
        ("b", 2, 0.0, (Mark("paper", "missing", "worst"),)),
    ]


def test_all_of_three_documents_is_no_first_place() -> None:
    few = {"a": {"paper": Input.of(Rate(45, 50))}, "b": {"paper": Input.of(Rate(3, 3))}, "c": {"paper": Input.of(Rate(0, 0))}}
    first, second, third = board(late("carried", least=30), few)
    assert (first.unit, first.rank) == ("a", 1)
    assert (second.rank, second.points, second.marks) == (None, {"paper": 100.0}, (Mark("paper", "too_few", "excluded", None, 3.0),))
    assert (third.rank, third.points, third.marks) == (None, {}, (Mark("paper", "too_few", "excluded", None, 0.0),))


def test_communes_are_ranked_inside_their_province_by_the_same_scores() -> None:
    rows = board(TWO, {"a1": one(90, 0), "b1": one(80, 0), "a2": one(70, 0), "b2": one(60, 0), "x": one(50, 0), "a3": {}})
    groups = within(rows, {"a1": "a", "a2": "a", "a3": "a", "b1": "b", "b2": "b"})
    assert {group: [(row.unit, row.rank) for row in own] for group, own in groups.items()} == {
        "a": [("a1", 1), ("a2", 2), ("a3", None)],
        "b": [("b1", 1), ("b2", 2)],
    }


def test_progress_ranks_points_gained_of_those_on_both_boards() -> None:
    before = board(TWO, {"a": one(90, 0), "b": one(40, 0), "c": one(50, 0)})
    now = board(TWO, {"a": one(92, 0), "b": one(60, 0), "d": one(99, 0)})
    assert [(row.unit, row.rank, row.change, row.now, row.before) for row in progress(now, before)] == [
        ("b", 1, 15.0, 70.0, 55.0),
        ("a", 2, 1.5, 94.0, 92.5),
    ]


def test_a_definition_that_means_nothing_is_refused() -> None:
    with pytest.raises(FigureError, match="weight"):
        Component("paper", 0.0)
    with pytest.raises(FigureError, match="goalpost"):
        Component("paper", 1.0, 50.0, 50.0)
    with pytest.raises(FigureError, match="each once"):
        Definition((Component("paper", 1.0), Component("paper", 1.0)))
    with pytest.raises(FigureError, match="needs indicators"):
        Definition(())


@settings(max_examples=50)
@given(rankings())
def test_every_unit_has_a_row_and_ranks_are_those_of_the_shown_scores(ranking: tuple[Definition, dict[str, Inputs]]) -> None:
    definition, inputs = ranking
    rows = board(definition, inputs)
    assert sorted(row.unit for row in rows) == sorted(inputs)
    scores = {row.unit: row.score for row in rows if row.score is not None}
    assert {row.unit: row.rank for row in rows if row.rank is not None} == ranks(scores)
    for row in rows:
        assert (row.rank is None) == any(mark.treated == "excluded" for mark in row.marks)
        if row.score is not None:
            assert 0 <= row.score <= 100
            assert row.score == pytest.approx(sum(row.points.values()), abs=0.0051)
            assert set(row.points) == {component.indicator for component in definition.components}


@settings(max_examples=50)
@given(rankings())
def test_every_flaw_has_its_mark_and_nothing_else_has_one(ranking: tuple[Definition, dict[str, Inputs]]) -> None:
    definition, inputs = ranking
    for row in board(definition, inputs):
        marked = {mark.indicator: mark for mark in row.marks}
        for component in definition.components:
            given = inputs[row.unit].get(component.indicator)
            few = given is not None and given.rate is not None and (given.rate.denominator < max(1, component.least))
            assert (component.indicator in marked) == (given is None or given.late is not None or few)
            if given is None:
                assert marked[component.indicator].flaw == "missing"


@settings(max_examples=50)
@given(rankings(some=False), st.data())
def test_a_better_value_lowers_no_score_and_touches_no_other(ranking: tuple[Definition, dict[str, Inputs]], data: st.DataObject) -> None:
    definition, inputs = ranking
    unit = data.draw(st.sampled_from(sorted(inputs)))
    component = data.draw(st.sampled_from(definition.components))
    value = inputs[unit][component.indicator].value
    assert value is not None
    better = value + (1 if component.better == "higher" else -1) * data.draw(st.floats(0, 50))
    before = {row.unit: row for row in board(definition, inputs)}
    after = {row.unit: row for row in board(definition, inputs | {unit: {**inputs[unit], component.indicator: Input(better)}})}
    old, new = before[unit], after[unit]
    assert old.score is not None
    assert new.score is not None
    assert new.score >= old.score
    assert new.rank is not None
    assert old.rank is not None
    assert new.rank <= old.rank
    assert {key: row.score for key, row in after.items() if key != unit} == {key: row.score for key, row in before.items() if key != unit}


@settings(max_examples=50)
@given(rankings(some=False), st.data())
def test_within_one_group_nothing_changes_and_in_parts_nobody_overtakes(
    ranking: tuple[Definition, dict[str, Inputs]], data: st.DataObject
) -> None:
    rows = board(*ranking)
    assert within(rows, {row.unit: "all" for row in rows}) == {"all": rows}
    groups = {row.unit: data.draw(st.sampled_from("xyz")) for row in rows}
    whole = {row.unit: row.rank or 0 for row in rows}
    for own in within(rows, groups).values():
        for row in own:
            assert row.rank == 1 + sum(whole[other.unit] < whole[row.unit] for other in own)


@settings(max_examples=50)
@given(rankings(some=False), st.data())
def test_progress_there_is_regress_back(ranking: tuple[Definition, dict[str, Inputs]], data: st.DataObject) -> None:
    definition, inputs = ranking
    units = list(inputs)
    data.draw(st.randoms()).shuffle(units)
    now, before = board(definition, inputs), board(definition, dict(zip(inputs, [inputs[unit] for unit in units], strict=True)))
    there, back = progress(now, before), progress(before, now)
    assert {row.unit: row.change for row in there} == {row.unit: -row.change for row in back}
    assert sum(row.change for row in there) == pytest.approx(0, abs=1e-6)  # the same scores, handed round
