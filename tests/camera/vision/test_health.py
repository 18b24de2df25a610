"""Each rule of a picture's health, on drawn halls and what may happen to a camera; and that none of them flaps."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard.camera.sight import SENTENCES
from dashboard.camera.vision.health import STANDS_STILL, Health, Signals, Steady, is_same, judged, measured
from dashboard.camera.vision.looks import Look
from dashboard.camera.vision.reference import Reference
from dashboard.errors import FigureError
from dashboard.sandbox.scenes import Scene
from tests.camera.vision import halls
from tests.camera.vision.halls import Damage, chosen, empty, noisy

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SEEDS = range(30, 33)


def said(look: Look, reference: Reference | None, now: Health = Health.LIVE) -> Health:
    return judged(measured(look, reference), now)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_hall_is_well_however_many_people_are_in_it_and_in_whatever_light(seed: int) -> None:
    for number in range(3):
        _, _, picture = chosen(seed, number)
        assert said(Look.at(picture), empty(seed)) is Health.LIVE
        assert said(Look.at(picture), None) is Health.LIVE


@pytest.mark.parametrize(
    ("damage", "state"),
    [
        (halls.black, Health.BLACK),
        (halls.covered, Health.COVERED),
        (halls.hooded, Health.COVERED),
        (halls.dark, Health.DARK),
        (halls.blurred, Health.BLURRED),
        (halls.turned, Health.MOVED),
        (halls.elsewhere, Health.MOVED),
    ],
)
def test_what_happens_to_a_camera_is_told_by_name(damage: Damage, state: Health) -> None:
    for seed in SEEDS:
        _, _, picture = chosen(seed, 1)
        look = Look.at(damage(picture))
        assert said(look, empty(seed)) is state, f"hall {seed}: {measured(look, empty(seed))}"
        assert said(look, empty(seed), state) is state, "and it stays so"


def test_without_a_reference_view_black_covered_dark_and_blurred_are_told_all_the_same() -> None:
    _, _, picture = chosen(31, 2)
    damages = {halls.black: Health.BLACK, halls.covered: Health.COVERED, halls.dark: Health.DARK, halls.blurred: Health.BLURRED}
    for damage, state in damages.items():
        assert said(Look.at(damage(picture)), None) is state


def test_two_pictures_of_one_moment_are_the_same_and_a_sensor_never_gives_the_same_twice() -> None:
    picture = Scene(3).at(0.25)
    assert is_same(Look.at(picture), Look.at(picture.copy()))
    assert not is_same(Look.at(noisy(picture, 1)), Look.at(noisy(picture, 2)))
    assert not is_same(Look.at(picture), Look.at(Scene(3).at(0.27))), "one person takes a step"


def test_what_has_not_moved_for_a_minute_is_frozen_and_not_before() -> None:
    look = Look.at(Scene(3).at(0.25))
    assert judged(measured(look, empty(3), STANDS_STILL - 1), Health.LIVE) is Health.LIVE
    assert judged(measured(look, empty(3), STANDS_STILL), Health.LIVE) is Health.FROZEN
    assert judged(measured(look, empty(3), 0.0), Health.FROZEN) is Health.LIVE


def test_bounds_are_easier_for_the_state_that_is_believed() -> None:
    between = Signals(mean=18, bright=36, spread=20, sharpness=100)
    assert judged(between, Health.BLACK) is Health.BLACK
    assert judged(between, Health.LIVE) is Health.DARK
    assert judged(Signals(mean=46, bright=110, spread=20, sharpness=100), Health.LIVE) is Health.LIVE
    assert judged(Signals(mean=46, bright=110, spread=20, sharpness=100), Health.DARK) is Health.DARK


states = some.sampled_from(list(Health))


@given(seen=some.lists(some.tuples(states, some.floats(0.5, 30)), max_size=60))
def test_a_state_is_believed_only_after_enough_looks_in_a_row_and_its_beginning_is_when_it_was_first_seen(
    seen: list[tuple[Health, float]],
) -> None:
    steady, at, run = Steady(Health.LIVE, NOW), NOW, list[tuple[Health, datetime]]()
    for state, pause in seen:
        at += timedelta(seconds=pause)
        run = [*run, (state, at)] if run and run[-1][0] is state else [(state, at)]
        before, steady = steady, steady.seen(state, at)
        if steady.state is not before.state:
            least, long = (2, 10) if state is Health.LIVE else (3, 20)
            assert steady.state is state
            assert len(run) >= least
            assert (at - run[0][1]).total_seconds() >= long
            assert steady.since == run[0][1]
        else:
            assert steady.since == before.since


@given(one=states, pauses=some.lists(some.floats(0.5, 60), min_size=2, max_size=80))
def test_what_comes_and_goes_turns_nothing(one: Health, pauses: list[float]) -> None:
    steady, at = Steady(Health.LIVE, NOW), NOW
    for place, pause in enumerate(pauses):
        at += timedelta(seconds=pause)
        steady = steady.seen(one if place % 2 else Health.LIVE, at)
    assert (steady.state, steady.since) == (Health.LIVE, NOW)


def test_every_state_but_live_has_its_words_and_its_line_in_the_rules() -> None:
    from dashboard.camera.vision import health

    assert set(SENTENCES) == set(Health) - {Health.LIVE}
    assert all(f"| {state} |" in (health.__doc__ or "") for state in SENTENCES)


def test_a_view_is_learned_from_looks_in_which_somebody_walks_and_survives_the_store() -> None:
    scene = Scene(5)
    learned = Reference.learned([Look.at(scene.at(place / 12)) for place in range(12)], is_empty=False)
    assert said(Look.at(scene.at(0.4)), learned) is Health.LIVE
    again = Reference.unpacked(learned.packed(), learned.look.sharpness, is_empty=False)
    assert (again.look.view == learned.look.view).all()
    for damaged in (b"", b"x", learned.packed()[:-9]):
        with pytest.raises(FigureError):
            Reference.unpacked(damaged, 1.0, is_empty=True)
    with pytest.raises(FigureError):
        Reference.learned([], is_empty=True)
