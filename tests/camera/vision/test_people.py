"""How well people are counted, held against drawn halls that know the truth: the error that is stated on screen is measured here."""

import numpy as np
import pytest

from dashboard.camera.vision.looks import Look
from dashboard.camera.vision.people import Areas, Smooth, error_of, painted, seen_in
from dashboard.camera.vision.reference import Reference
from dashboard.sandbox.scenes import STAFF, WAITING, Scene
from tests.camera.vision.halls import AREAS, chosen, empty, truth

STATED = 0.95
"""The share of counts that lie within the error that is stated."""


def _errors(seeds: range, each: int) -> tuple[list[tuple[int, int]], list[bool]]:
    """Truth and count of each picture, and whether it was seen rightly that a counter is staffed."""
    counts, staffed = [], []
    for seed in seeds:
        for number in range(each):
            scene, share, picture = chosen(seed, number)
            there, is_staffed = truth(scene, share)
            seen = seen_in(Look.at(picture), empty(seed), AREAS)
            assert seen.waiting is not None
            counts.append((there, round(seen.waiting)))
            staffed.append(seen.is_staffed is is_staffed)
    return counts, staffed


def _check(seeds: range, each: int) -> None:
    counts, staffed = _errors(seeds, each)
    within = [abs(seen - there) <= error_of(seen) for there, seen in counts]
    apart = np.array([seen - there for there, seen in counts])
    print(f"{len(counts)} pictures, 0 to {max(there for there, _ in counts)} people: mean error {apart.mean():+.2f}")
    print(f"mean distance {np.abs(apart).mean():.2f}, within what is stated {np.mean(within):.1%}, staffed {np.mean(staffed):.1%}")
    assert np.mean(within) >= STATED
    assert abs(apart.mean()) < 1, "no leaning to one side"
    assert np.mean(staffed) >= 0.98


def test_counts_lie_within_the_error_that_is_stated() -> None:
    _check(range(100, 108), 4)


@pytest.mark.full
def test_counts_of_forty_other_halls_lie_within_the_error_that_is_stated() -> None:
    _check(range(200, 240), 15)


def test_an_empty_hall_is_empty_and_a_full_one_is_full() -> None:
    def waiting(scene: Scene) -> float:
        seen = seen_in(Look.at(scene.at(0.3)), empty(scene.seed), AREAS).waiting
        assert seen is not None
        return seen

    for seed in (41, 42, 43):
        assert waiting(Scene(seed, 0.0)) < 0.5
        assert waiting(Scene(seed, 0.2)) < waiting(Scene(seed, 1.0))


def test_nothing_is_counted_without_a_zone_or_without_an_empty_hall_to_compare_with() -> None:
    look = Look.at(Scene(7).at(0.1))
    assert seen_in(look, None, AREAS).waiting is None
    occupied = Reference(Look.at(Scene(7).at(0.5)), is_empty=False)
    assert seen_in(look, occupied, AREAS) == seen_in(look, None, AREAS)
    assert seen_in(look, empty(7), Areas()).waiting is None
    assert seen_in(look, empty(7), Areas(staff=(STAFF,))).waiting is None
    assert seen_in(look, empty(7), Areas(waiting=(WAITING,))).is_staffed is None


def test_a_count_is_the_middle_of_the_last_looks() -> None:
    smooth = Smooth()
    assert [smooth.add(seen) for seen in (4.0, 4.2, 30.0, 4.1, 3.9, 4.0, 4.0)] == [4, 4, 4, 4, 4, 4, 4]


def test_zones_may_touch_the_rim_and_overlap() -> None:
    whole = painted([((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))])
    assert whole.min() == 1
    assert painted([((0.0, 0.0), (0.5, 0.0), (0.5, 0.5))] * 2).max() == 1
    assert painted([]).max() == 0
