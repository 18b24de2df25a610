"""What needs an act: few, each unit once, always the same."""

from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures.findings import Finding, Standing, findings, weakest

Draw = st.DrawFn


def standing(
    unit: str, rank: int, before: int | None = None, total: float = 85.0, **components: tuple[float, float, float, int]
) -> Standing:
    return Standing(unit, rank, before, total, components)


@st.composite
def boards(draw: Draw) -> list[Standing]:
    count = draw(st.integers(1, 34))
    before = draw(st.permutations(range(1, count + 1)))
    found = []
    for place in range(count):
        parts = {
            key: (draw(st.integers(0, 20)) * 1.0, 10.0, 20.0, draw(st.integers(1, count)))
            for key in draw(st.sets(st.sampled_from(["a", "b", "c"])))
        }
        found.append(Standing(f"unit{place:02d}", place + 1, before[place], draw(st.integers(70, 95)) * 1.0, parts))
    return found


@given(boards(), st.randoms())
def test_at_most_five_each_unit_once_alarms_first_whatever_the_order(standings: list[Standing], chance: object) -> None:
    found = findings(standings, line=80.0)
    assert len(found) <= 5
    assert len({one.unit for one in found}) == len(found)
    assert [one.gravity for one in found] == sorted(one.gravity for one in found)
    assert all(one.weight > 0 for one in found)
    shuffled = list(standings)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert findings(shuffled, line=80.0) == found


def test_a_quiet_month_finds_nothing() -> None:
    assert findings([standing(f"u{n}", n, n) for n in range(1, 35)], line=80.0) == []


def test_a_fall_of_ten_into_the_lower_half_is_an_alarm_and_one_of_nine_is_none() -> None:
    calm = [standing(f"u{n}", n, n) for n in range(1, 35)]
    assert findings([*calm[:33], standing("fallen", 34, 24, a=(5.0, 9.0, 10.0, 3))], 80.0) == [Finding("fell", "alarm", "fallen", "a", 10)]
    assert findings([*calm[:33], standing("fallen", 34, 25)], 80.0) == []
    assert findings([standing("still high", 12, 1), *calm[1:]], 80.0) == []


def test_a_total_on_the_line_is_not_below_it() -> None:
    assert findings([standing("on", 1, total=80.0)], 80.0) == []
    assert [one.kind for one in findings([standing("under", 1, total=79.99)], 80.0)] == ["below_line"]


def test_many_falls_do_not_hide_what_lies_below_the_line() -> None:
    falls = [standing(f"fall{n}", 20 + n, 1 + n) for n in range(8)]
    low = standing("low", 34, 34, total=70.0)
    kinds = [one.kind for one in findings([*falls, low, *(standing(f"u{n}", n) for n in range(10, 20))], 80.0)]
    assert kinds.count("below_line") == 1
    assert kinds.count("fell") == 4


def test_the_last_place_counts_even_when_another_unit_did_not_report_the_component() -> None:
    rows = [standing("a", 1, a=(10.0, 9.0, 10.0, 1)), standing("b", 2, a=(2.0, 9.0, 10.0, 2)), standing("silent", 3)]
    assert [(one.kind, one.unit, one.component) for one in findings(rows, 80.0)] == [("lowest_component", "b", "a")]


def test_a_last_place_close_to_the_median_is_not_worth_a_word() -> None:
    rows = [standing("a", 1, a=(9.0, 8.3, 10.0, 1)), standing("b", 2, a=(7.0, 8.3, 10.0, 2))]
    assert findings(rows, 80.0) == []


def test_the_weakest_component_is_measured_as_a_share_of_its_maximum() -> None:
    assert weakest(standing("u", 1, small=(1.0, 3.0, 10.0, 5), large=(15.0, 18.0, 100.0, 5))) == "small"
    assert weakest(standing("u", 1)) == ""
