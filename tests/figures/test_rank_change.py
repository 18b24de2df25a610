"""A change of rank, split: parts that add up, held to the definition of the Shapley value counted out over all orders."""

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.errors import FigureError
from dashboard.figures.computed_ranking import Component, Definition, Input, board, total
from dashboard.figures.rank_change import Field, Readings, split, whole
from dashboard.figures.ranking import ranks

POINTS = st.integers(0, 12).map(float)
KEYS = ("i0", "i1", "i2")


def fields(keys: tuple[str, ...], least: tuple[str, ...] = ("u",)) -> st.SearchStrategy[Field]:
    """Points of unit u and of some others."""
    points = st.fixed_dictionaries(dict.fromkeys(keys, POINTS))
    return st.fixed_dictionaries(dict.fromkeys(least, points), optional=dict.fromkeys(("a", "b", "c", "d", "e"), points))


def readings(keys: tuple[str, ...] = KEYS) -> st.SearchStrategy[Readings]:
    return st.builds(Readings, fields(keys), fields(keys), fields(keys))


def rank(field: Field, decimals: int = 2) -> int:
    return ranks({unit: total(points, decimals) for unit, points in field.items()})["u"]


def simple(**scores: float) -> Field:
    return {unit: {"i": score} for unit, score in scores.items()}


def same(before: Field, restated: Field, now: Field) -> tuple[Readings, Readings]:
    method = Readings(before, restated, now)
    return method, method


def test_own_change_alone_is_all_own() -> None:
    found = split("u", *same(simple(u=1, a=2, b=3), simple(u=1, a=2, b=3), simple(u=4, a=2, b=3)))
    assert (found.before, found.after, found.places) == (3, 1, 2)
    assert found.parts == {"own": 2, "others": 0, "revisions": 0, "method": 0}
    assert [(one.indicator, one.points, one.places) for one in found.components] == [("i", 3.0, 2)]


def test_who_stands_still_while_others_pass_lost_to_the_others() -> None:
    found = split("u", *same(simple(u=3, a=2, b=1), simple(u=3, a=2, b=1), simple(u=3, a=4, b=5)))
    assert found.parts == {"own": 0, "others": -2, "revisions": 0, "method": 0}
    assert found.components == ()


def test_a_past_that_was_restated_is_neither_the_units_doing_nor_the_others() -> None:
    found = split("u", *same(simple(u=3, a=2), simple(u=1, a=2), simple(u=1, a=2)))
    assert found.parts == {"own": 0, "others": 0, "revisions": -1, "method": 0}


def test_new_weights_alone_are_method() -> None:
    points: Field = {"u": {"x": 1.0, "y": 5.0}, "a": {"x": 4.0, "y": 1.0}}
    doubled: Field = {"u": {"x": 4.0, "y": 5.0}, "a": {"x": 16.0, "y": 1.0}}
    found = split("u", Readings(points, points, points), Readings(doubled, doubled, doubled))
    assert (found.before, found.after) == (1, 2)
    assert found.parts == {"own": 0, "others": 0, "revisions": 0, "method": -1}


def test_two_causes_that_only_work_together_share_and_are_rounded_to_whole_places() -> None:
    # u passes a only because u rose and a fell: half a place each, and the tie goes to the unit itself.
    found = split("u", *same(simple(u=1, a=4), simple(u=1, a=4), simple(u=3, a=2)))
    assert found.exact["own"] == found.exact["others"] == Fraction(1, 2)
    assert found.parts == {"own": 1, "others": 0, "revisions": 0, "method": 0}


def test_components_that_pull_apart_show_both() -> None:
    before: Field = {"u": {"x": 5.0, "y": 5.0}, "a": {"x": 12.0}, "b": {"x": 14.0}}
    now: Field = {"u": {"x": 12.0, "y": 1.0}, "a": {"x": 12.0}, "b": {"x": 14.0}}
    found = split("u", *same(before, before, now))
    assert [(one.indicator, one.points) for one in found.components] == [("x", 7.0), ("y", -4.0)]
    assert sum(one.places for one in found.components) == found.parts["own"] == 1
    assert found.components[0].places > 0 > found.components[1].places


def test_a_unit_ranked_on_one_day_only_has_no_change_of_rank() -> None:
    with pytest.raises(FigureError):
        split("u", *same(simple(a=1), simple(a=1), simple(u=1, a=1)))


def test_a_component_that_is_new_is_told_from_what_was_measured_before() -> None:
    old: Field = {"u": {"x": 5.0}, "a": {"x": 6.0}}
    new: Field = {"u": {"x": 2.5, "y": 50.0}, "a": {"x": 3.0, "y": 10.0}}
    found = split("u", Readings(old, old, old), Readings(new, new, new))
    assert found.parts == {"own": 0, "others": 0, "revisions": 0, "method": 1}


def test_scores_of_the_computed_board_give_its_ranks() -> None:
    definition = Definition((Component("x", 2.0), Component("y", 1.0)))
    boards = [
        board(definition, {unit: {"x": Input(x), "y": Input(y)} for unit, (x, y) in values.items()})
        for values in ({"u": (50, 10), "a": (40, 70), "b": (90, 90)}, {"u": (95, 90), "a": (40, 80), "b": (90, 90)})
    ]
    before, now = ({row.unit: row.points for row in rows} for rows in boards)
    found = split("u", *same(before, before, now))
    assert (found.before, found.after) == tuple(next(row.rank for row in rows if row.unit == "u") for rows in boards)


@settings(max_examples=60)
@given(readings(), readings(("i0", "i1", "i3")))
def test_the_parts_add_up_to_the_change_whatever_changed(old: Readings, new: Readings) -> None:
    found = split("u", old, new)
    assert (found.before, found.after) == (rank(old.before), rank(new.now))
    assert sum(found.parts.values()) == found.before - found.after == sum(found.exact.values())
    assert sum(one.places for one in found.components) == found.parts["own"]
    assert sum(one.exact for one in found.components) == found.exact["own"]
    for cause, places in found.parts.items():
        assert abs(places - found.exact[cause]) < 1


@settings(max_examples=60)
@given(readings())
def test_a_cause_that_changed_nothing_has_no_part(method: Readings) -> None:
    assert split("u", method, method).parts["method"] == 0
    unrevised = Readings(method.before, method.before, method.now)
    assert split("u", unrevised, unrevised).parts["revisions"] == 0
    still = Readings(method.before, method.before, {**method.now, "u": method.before["u"]})
    assert split("u", still, still).parts["own"] == 0
    alone = Readings(method.before, method.before, {**method.before, "u": method.now["u"]})
    found = split("u", alone, alone)
    assert found.parts == {"own": found.places, "others": 0, "revisions": 0, "method": 0}


@settings(max_examples=60)
@given(readings(), readings())
def test_there_and_back_cancel(old: Readings, new: Readings) -> None:
    # Back: what is now was then. Revisions cannot be turned round, so there are none.
    old, new = Readings(old.before, old.before, old.now), Readings(new.before, new.before, new.now)
    there = split("u", old, new)
    turned = [Readings(one.now, one.now, one.before) for one in (new, old)]
    back = split("u", *turned)
    assert {cause: -part for cause, part in back.exact.items()} == there.exact


@settings(max_examples=40)
@given(readings(("i0", "i1")), readings(("i0", "i1")))
def test_each_part_is_the_mean_over_all_orders_of_throwing_the_switches(old: Readings, new: Readings) -> None:
    def place(on: frozenset[str]) -> int:
        method = new if "method" in on else old
        past = method.restated if "revisions" in on else method.before
        others = method.now if "others" in on else past
        own = {key: (method.now if key in on else past)["u"][key] for key in ("i0", "i1")}
        return -rank({**{unit: points for unit, points in others.items() if unit != "u"}, "u": own})

    # An order of the four causes, and of the components inside the own one: 24 · 2 orders of five switches.
    orders = [
        [switch for cause in causes for switch in (inside if cause == "own" else (cause,))]
        for causes in permutations(("own", "others", "revisions", "method"))
        for inside in permutations(("i0", "i1"))
    ]
    gains = dict.fromkeys(("i0", "i1", "others", "revisions", "method"), 0)
    for order in orders:
        for after, switch in enumerate(order):
            gains[switch] += place(frozenset(order[: after + 1])) - place(frozenset(order[:after]))
    found = split("u", old, new)
    means = {switch: Fraction(gain, len(orders)) for switch, gain in gains.items()}
    assert found.exact == {"own": means["i0"] + means["i1"], **{key: means[key] for key in ("others", "revisions", "method")}}
    components = {one.indicator: one.exact for one in found.components}
    assert {key: components.get(key, Fraction(0)) for key in ("i0", "i1")} == {key: means[key] for key in ("i0", "i1")}


@given(st.dictionaries(st.sampled_from("abcdef"), st.fractions(-5, 5, max_denominator=24), min_size=1))
def test_whole_places_add_up_and_none_is_a_whole_place_off(parts: dict[str, Fraction]) -> None:
    rest = -sum(parts.values(), Fraction(0)) % 1
    if rest:
        parts = {**parts, "rest": rest}
    found = whole(parts, int(sum(parts.values())))
    assert sum(found.values()) == sum(parts.values())
    for key, part in parts.items():
        assert abs(found[key] - part) < 1
