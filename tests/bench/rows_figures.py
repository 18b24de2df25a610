"""How often the band of a forecast held on real past figures, and how long the dearest figures of a ranking take."""

import csv
import datetime as dt
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from statistics import median

from dashboard.declared import Target as Goal
from dashboard.figures.attainment import Reading, Target
from dashboard.figures.computed_ranking import Component, Definition, Input, Inputs, board
from dashboard.figures.forecast import STANDARD, Rule, back_test
from dashboard.figures.rank_change import Readings, split
from dashboard.figures.rank_range import rank_ranges
from dashboard.figures.rates import Rate
from dashboard.periods import Period
from dashboard.sandbox.country import country
from dashboard.sandbox.monthly import reporting, services
from dashboard.sandbox.plausible import World
from dashboard.sandbox.rhythm import Rhythm
from dashboard.sandbox.stage import SEED
from tests.bench.row import Measure, Row
from tests.loaded import catalog, units

PAPI = Path(__file__).resolve().parents[2] / "data" / "published" / "papi_egovernance_2018_2024.csv"
PROVINCES, ROUNDS = 34, 5
SIX = Definition(tuple(Component(f"i{place}", float(place + 1)) for place in range(6)))


def measure_coverage() -> Row:
    """The 80 % band on PAPI's access to portals and to the Internet, 63 provinces, 2018–2024: every year from the fourth on, 1–3 ahead."""
    target = Target(2.0, dt.date(2030, 12, 31), "province")
    tests = [back_test(_histories(column), target, Rule(bounds=None)) for column in ("access_to_portals", "access_to_internet")]
    return Row("forecast_coverage", sum(test.held for test in tests) / sum(test.tried for test in tests), "tỷ lệ", 0.75, better="higher")


def measure_target_coverage() -> Row:
    """The 80 % band on the months of 2019–2021 that the sandbox's 63 provinces report, by the indicators and tiers of the targets of 2020:
    every month from the fourth on, 1–3 ahead. Made up, so that it says whether the band keeps its word on such courses, not on life."""
    tests = []
    for one in _targets():
        goal, histories = Target(one.value, one.deadline, "province"), _reported(one)
        # As the board does it: the width is learned from what was reported, here from half of the provinces and tried on the others.
        widen = max(1.0, back_test(histories[::2], goal, STANDARD).widen)
        tests.append(back_test(histories[1::2], goal, replace(STANDARD, widen=widen)))
    return Row(
        "forecast_coverage_targets", sum(test.held for test in tests) / sum(test.tried for test in tests), "tỷ lệ", 0.75, better="higher"
    )


def measure_ranges() -> Row:
    """Ranges of 34 ranks over six rates, 2,000 draws each."""
    inputs = _inputs(1)
    return Row("rank_ranges", _milliseconds(lambda: rank_ranges(SIX, inputs)), "ms", 250)


def measure_split() -> Row:
    """One change of rank among 34, split into its causes and six components."""
    then, now = ({row.unit: row.points for row in board(SIX, _inputs(seed))} for seed in (1, 2))
    readings = Readings(then, then, now)
    return Row("rank_split", _milliseconds(lambda: split("u0", readings, readings)), "ms", 100)


ROWS: dict[str, Measure] = {
    "forecast_coverage": measure_coverage,
    "forecast_coverage_targets": measure_target_coverage,
    "rank_ranges": measure_ranges,
    "rank_split": measure_split,
}


def _histories(column: str) -> list[list[Reading]]:
    histories: dict[str, list[Reading]] = defaultdict(list)
    with PAPI.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row[column]:
                histories[row["gso_code"]].append(Reading(dt.date(int(row["year"]), 12, 31), float(row[column])))
    return list(histories.values())


def _targets() -> list[Goal]:
    return [one for one in catalog().targets.values() if one.deadline.year == 2020 and one.indicator in _MADE]


def _reported(goal: Goal) -> list[list[Reading]]:
    """By province of 2020 the share of each month that the sandbox makes of a target's indicator, of agencies of its tier."""
    indicator, make = catalog().indicators[goal.indicator], _MADE[goal.indicator]
    world = World(SEED, Rhythm(frozenset()))
    found = []
    for player in country(units(), dt.date(2020, 9, 1), SEED):
        readings = []
        for month in (Period.parse(f"{year}-{number:02}") for year in (2019, 2020, 2021) for number in range(1, 13)):
            told: dict[str, int] = defaultdict(int)
            for measure, detail, value in make(world, player, month):
                if goal.agency_tier in ("", detail.removeprefix("tier=")):
                    told[measure] += value
            readings.append(Reading(month.last_day, 100 * told[indicator.numerator] / told[indicator.denominator]))
        found.append(readings)
    return found


_MADE = {"reporting_connected_rate": reporting, "integrated_service_rate": services}


def _inputs(seed: int) -> dict[str, Inputs]:
    chance = Random(seed)
    keys = [component.indicator for component in SIX.components]
    return {f"u{unit}": {key: Input.of(_rate(chance)) for key in keys} for unit in range(PROVINCES)}


def _rate(chance: Random) -> Rate:
    whole = chance.randint(30, 3000)
    return Rate(chance.randint(0, whole), whole)


def _milliseconds(work: Callable[[], object]) -> float:
    work()  # the first time loads numpy
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * median(times)
