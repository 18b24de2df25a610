"""The sandbox's figures: the same from the same seed, never impossible, and telling of each kind of province what it should tell."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as some

from dashboard.feeds import dossier_days
from dashboard.feeds.document_days import HOURS, WAITED
from dashboard.periods import Grain, Period
from dashboard.sandbox import monthly, plausible
from dashboard.sandbox.country import MERGED, Character, Player
from dashboard.sandbox.plausible import Stated
from dashboard.sandbox.shares import part, spread
from tests.loaded import units
from tests.sandbox.stage import MEETING, TODAY, days_off, players, world

seeds = some.integers(0, 2**32)
days = some.dates(dt.date(2018, 9, 1), dt.date(2027, 12, 31))


def _on(day: dt.date) -> tuple[Player, ...]:
    return players(TODAY if day >= MERGED else MEETING)


def _all(seed: int, player: Player, day: dt.date) -> Iterator[Stated]:
    month = Period.of(Grain.MONTH, day)
    for row in plausible.dossiers(world(seed), player, day):
        for column in dossier_days.TABLE.counts:
            measure, channel = dossier_days.TABLE.cell(column)
            yield measure, channel, int(str(row.get(column, 0)))
    yield from plausible.cameras(world(seed), player, day)
    for tell in (monthly.services, monthly.reporting, monthly.signatures):
        yield from tell(world(seed), player, month)


def _sums(stated: Iterator[Stated]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for measure, _, value in stated:
        sums[measure] += value
    return sums


@given(seed=seeds, day=days, place=some.integers(0, 33))
def test_the_same_seed_gives_the_same_figures_and_they_hold_together(seed: int, day: dt.date, place: int) -> None:
    player = _on(day)[place]
    for row in plausible.documents(world(seed), player, day):
        counts = {name: int(str(value)) for name, value in row.items() if name not in ("unit", "day", "tier")}
        assert min(counts.values()) >= 0
        assert max(counts[f"documents_{name}"] for name in ("electronic", "signed", "sent_on_time", "recalled")) <= counts["documents_sent"]
        assert counts["documents_accepted"] + counts["documents_refused"] <= counts["documents_received"]
        assert sum(counts[name] for name in WAITED) <= counts["documents_accepted"]
    assert list(plausible.documents(world(seed), player, day)) == list(plausible.documents(world(seed), player, day))
    assert list(_all(seed, player, day)) == list(_all(seed, player, day))


@given(seed=seeds, day=days, place=some.integers(0, 33))
def test_no_part_is_larger_than_its_whole(seed: int, day: dt.date, place: int) -> None:
    sums = _sums(_all(seed, _on(day)[place], day))
    assert min(sums.values(), default=0) >= 0
    for smaller, larger in (
        ("dossiers_status_synced", "dossiers_received"),
        ("dossiers_on_time", "dossiers_finished"),
        ("dossiers_with_fee", "dossiers_received"),
        ("dossiers_paid_online", "dossiers_with_fee"),
        ("services_integrated", "services"),
        ("services_active", "services_integrated"),
        ("reporting_bodies_connected", "reporting_bodies"),
        ("case_files_electronic", "case_files_processed"),
        ("certificate_holders_signed", "certificates_issued"),
        ("camera_minutes_live", "camera_minutes_office"),
        ("counter_minutes_staffed", "counter_minutes_office"),
    ):
        assert sums[smaller] <= sums[larger], smaller


@given(rng=some.randoms(use_true_random=False), whole=some.integers(0, 10**6), share=some.floats(0, 1))
def test_a_part_lies_within_its_whole(rng: random.Random, whole: int, share: float) -> None:
    assert 0 <= part(rng, whole, share) <= whole
    assert part(rng, whole, 0.0) == 0


@given(whole=some.integers(0, 10**6), median=some.floats(0.05, 1000))
def test_a_time_is_spread_over_buckets_without_loss_and_around_its_median(whole: int, median: float) -> None:
    buckets = spread(whole, median, HOURS)
    assert sum(buckets) == whole
    assert min(buckets) >= 0
    below = sum(count for count, bound in zip(buckets, HOURS, strict=False) if bound <= median)
    assert below <= whole / 2 + 1


def _sent(character: Character, *on: dt.date) -> tuple[int, int, int]:
    """Documents sent, those without paper and those on time, of all provinces of a character on some days."""
    rows = [row for one in players() if one.habits.character == character for day in on for row in plausible.documents(world(), one, day)]
    columns = ("documents_sent", "documents_electronic", "documents_sent_on_time")
    sent, electronic, prompt = (sum(int(str(row[name])) for row in rows) for name in columns)
    return sent, electronic, prompt


QUARTER = [dt.date(2026, 7, 1) + dt.timedelta(days=one) for one in range(92)]


def test_every_kind_of_province_is_on_stage_before_and_after_the_mergers() -> None:
    for on in (MEETING, TODAY):
        assert {one.habits.character for one in players(on)} == set(get_args(Character))
    assert (len(players(MEETING)), len(players(TODAY))) == (63, 34)
    assert {one.unit for one in players()} == {unit.key for unit in units().of_tier("province", TODAY)}


def test_kinds_of_provinces_behave_as_they_are_called() -> None:
    last_days = [day for day in QUARTER if day >= dt.date(2026, 9, 28)]
    whole, rush = _sent("formalist", *QUARTER), _sent("formalist", *last_days)
    assert rush[0] > whole[0] / 2
    assert rush[1] / rush[0] > 0.97
    assert 0 < _sent("silent", *QUARTER)[0] < 0.02 * _sent("steady", *QUARTER)[0]
    assert _sent("paper", *QUARTER)[1] == 0
    steady, late = _sent("steady", *QUARTER), _sent("late", *QUARTER)
    assert late[2] / late[0] < steady[2] / steady[0] - 0.2


def test_weekends_holidays_and_the_days_around_tet_are_quiet() -> None:
    rhythm = world().rhythm
    wednesday, sunday = dt.date(2026, 11, 18), dt.date(2026, 11, 22)
    assert rhythm.weight(sunday, "steady") < 0.05 * rhythm.weight(wednesday, "steady")
    off = [day for day in days_off() if day.year == 2026 and day.month == 2]
    before, after = min(off) - dt.timedelta(days=3), max(off) + dt.timedelta(days=3)
    assert max(rhythm.weight(day, "steady") for day in off) < 0.05
    working = [day for day in (before, after) if day.weekday() < 5]
    assert working
    assert all(rhythm.weight(day, "steady") < 0.9 for day in working)


@pytest.mark.parametrize("field", ["electronic_share", "signed_share", "prompt_share"])
def test_the_country_moves_ahead(field: str) -> None:
    then, now = ([getattr(plausible, field)(one, on, "commune") for one in players(on)] for on in (MEETING, TODAY))
    assert sum(now) / len(now) > sum(then) / len(then) + 0.05
