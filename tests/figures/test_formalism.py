"""Signs of formalism: found where they were planted, and hardly ever on honest offices."""

import datetime as dt
from collections import Counter
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.figures.formalism import (
    SERVICES,
    SIGNATURES,
    Granted,
    Repeat,
    Round,
    Seen,
    Sign,
    Silence,
    idle,
    paper_copies,
    period_end_spikes,
    repeated_figures,
    round_figures,
    silent,
)
from dashboard.figures.rates import Rate
from dashboard.periods import Period, is_working_day
from tests.figures.office_days import DAYS, FIRST, HOLIDAYS, LAST, Office, granted, months, office

OFFICES = 150
NO_DAYS_OFF: frozenset[dt.date] = frozenset()


def year(*values: float) -> dict[Period, float]:
    return {Period.parse(f"2025-{month:02}"): value for month, value in enumerate(values, start=1)}


def signs(seen: Office, upto: int) -> list[Sign]:
    """All signs of an office, judged at the end of a month."""
    known = months()[: upto + 1]
    today = known[-1].last_day
    found = [
        silent({day: count for day, count in seen.days.items() if day <= today}, FIRST - dt.timedelta(days=1), today, HOLIDAYS),
        period_end_spikes(seen.days, known, HOLIDAYS),
        paper_copies({month: seen.papers[month] for month in known}),
        repeated_figures({month: seen.reports[month] for month in known}),
        round_figures({month: seen.reports[month] for month in known}),
        idle("idle_services", granted(seen.services, today), today, HOLIDAYS, SERVICES),
        idle("unused_signatures", granted(seen.signatures, today), today, HOLIDAYS, SIGNATURES),
    ]
    return [sign for sign in found if sign is not None]


@cache
def honest() -> tuple[Office, ...]:
    return tuple(office(seed) for seed in range(OFFICES))


def test_on_honest_offices_false_alarms_stay_below_two_per_cent_for_each_sign_and_for_all_together() -> None:
    judged, alarms, ever = 0, Counter[str](), set[int]()
    for number, seen in enumerate(honest()):
        for upto in range(5, len(months())):
            judged += 1
            for sign in signs(seen, upto):
                alarms[sign.kind] += 1
                ever.add(number)
    print(f"{judged} judgements of {OFFICES} offices: {dict(alarms)}; offices ever suspected: {len(ever)}")
    assert judged == OFFICES * 17
    assert sum(alarms.values()) < 0.02 * judged


@pytest.mark.parametrize("number", range(0, OFFICES, 10))
def test_planted_cases_are_found_in_the_same_offices(number: int) -> None:
    seen = honest()[number]
    today = LAST
    still = {day: 0.0 if (today - day).days < 60 else count + 3 for day, count in seen.days.items()}
    ends = {max(day for day in DAYS if month.contains(day) and is_working_day(day, HOLIDAYS)) for month in months()}
    late_work = {day: 300.0 if day in ends else count / 100 for day, count in seen.days.items()}
    habits = [
        silent(still, FIRST, today, HOLIDAYS),
        silent(dict.fromkeys(DAYS[-30:], 0.0), DAYS[-31], today, HOLIDAYS),
        period_end_spikes(late_work, months(), HOLIDAYS),
        paper_copies({month: Rate(round(whole * 0.6), whole) for month, whole in ((m, r + 40) for m, r in seen.reports.items())}),
        repeated_figures({**seen.reports, **dict.fromkeys(months()[-4:], 137.0)}),
        round_figures({month: 10.0 * round(value / 10) + 100 * place for place, (month, value) in enumerate(seen.reports.items())}),
        idle("idle_services", [Granted(f"s{i}", FIRST, today if i < 10 else None) for i in range(40)], today, HOLIDAYS, SERVICES),
        idle("unused_signatures", [Granted(f"c{i}", FIRST, today if i < 20 else None) for i in range(40)], today, HOLIDAYS, SIGNATURES),
    ]
    assert None not in habits
    assert len({sign.kind for sign in habits if sign is not None}) == 7


def test_silence_is_counted_in_working_days_and_shows_the_last_sign_of_life() -> None:
    busy = {dt.date(2026, 9, day): 5.0 for day in (21, 22, 23, 24, 25)}
    quiet = {dt.date(2026, 9, 26) + dt.timedelta(days=after): 0.0 for after in range(16)}
    sign = silent(busy | quiet, dt.date(2026, 9, 1), dt.date(2026, 10, 11), NO_DAYS_OFF)
    assert sign is not None
    assert (sign.kind, sign.measured, sign.limit) == ("silent", 10, 10)
    assert sign.seen == (Seen(dt.date(2026, 9, 25), 5.0), Seen(dt.date(2026, 9, 28), 0.0), Seen(dt.date(2026, 10, 9), 0.0))
    assert silent(busy | quiet, dt.date(2026, 9, 1), dt.date(2026, 10, 8), NO_DAYS_OFF) is None, "nine working days"
    holiday = frozenset({dt.date(2026, 10, 1)})
    assert silent(busy | quiet, dt.date(2026, 9, 1), dt.date(2026, 10, 11), holiday) is None, "one of them a holiday"


def test_a_day_that_was_not_reported_is_not_a_silent_day() -> None:
    busy = {dt.date(2026, 9, day): 5.0 for day in (21, 22, 23, 24, 25)}
    assert silent(busy, dt.date(2026, 9, 1), dt.date(2026, 10, 30), NO_DAYS_OFF) is None


def test_a_small_commune_may_be_silent_for_two_weeks_by_nature() -> None:
    days = [dt.date(2026, 1, 1) + dt.timedelta(days=after) for after in range(200)]
    rare = {day: float(after % 20 == 0) for after, day in enumerate(days)}
    assert silent(rare, dt.date(2025, 12, 31), days[198], NO_DAYS_OFF) is None
    assert silent(dict.fromkeys(days, 0.0), dt.date(2025, 12, 31), days[198], NO_DAYS_OFF) is not None, "never used at all"


@given(st.lists(st.integers(0, 3), min_size=5, max_size=60), st.integers(1, 15))
def test_more_patience_never_finds_more_silence(counts: list[int], patience: int) -> None:
    days = {dt.date(2026, 3, 1) + dt.timedelta(days=after): float(count) for after, count in enumerate(counts)}
    today = max(days)
    found = [silent(days, dt.date(2026, 2, 28), today, NO_DAYS_OFF, Silence(days=limit)) for limit in (patience, patience + 1)]
    assert found[0] is not None or found[1] is None
    if found[0] is not None:
        assert found[0].measured >= patience
        assert all(days[seen.at] == seen.value for seen in found[0].seen if isinstance(seen.at, dt.date))


def test_a_month_worked_off_on_its_last_days_is_a_spike_and_a_steady_one_is_not() -> None:
    def worked(even: float, end: float) -> dict[dt.date, float]:
        days: dict[dt.date, float] = {}
        for month in months()[:4]:
            working = [day for day in DAYS if month.contains(day) and is_working_day(day, HOLIDAYS)]
            days |= dict.fromkeys(working[:-3], even) | dict.fromkeys(working[-3:], end)
        return days

    sign = period_end_spikes(worked(2.0, 40.0), months()[:4], HOLIDAYS)
    assert sign is not None
    assert [seen.at for seen in sign.seen] == list(months()[:4])
    assert sign.measured == max(seen.value for seen in sign.seen) >= 3
    assert period_end_spikes(worked(10.0, 10.0), months()[:4], HOLIDAYS) is None
    assert period_end_spikes(worked(10.0, 20.0), months()[:4], HOLIDAYS) is None, "closing days are busy everywhere"
    assert period_end_spikes(worked(0.1, 4.0), months()[:4], HOLIDAYS) is None, "too little to say"
    one = {day: count for day, count in worked(2.0, 40.0).items() if day.month == 2}
    assert period_end_spikes(one, months()[:4], HOLIDAYS) is None, "one month may have its reason"


def test_a_month_reported_from_its_middle_on_only_is_no_spike() -> None:
    half = {day: 30.0 for day in DAYS if day < months()[4].first_day and is_working_day(day, HOLIDAYS) and day.day > 17}
    assert period_end_spikes(half, months()[:4], HOLIDAYS) is None
    assert period_end_spikes({day: count if day.day > 27 else 0.0 for day, count in half.items()}, months()[:4], HOLIDAYS) is None
    zeros = {day: 30.0 if day.day > 27 else 0.0 for day in DAYS if day < months()[4].first_day}
    assert period_end_spikes(zeros, months()[:4], HOLIDAYS) is not None, "reported as nothing is not the same as not reported"


def test_paper_must_surely_be_a_habit() -> None:
    def two(numerator: float, denominator: float) -> dict[Period, Rate]:
        return {month: Rate(numerator, denominator) for month in months()[:2]}

    sign = paper_copies(two(60, 100))
    assert sign is not None
    assert [seen.value for seen in sign.seen] == [60.0, 60.0]
    assert 0.3 < sign.measured < 0.6
    assert paper_copies(two(6, 10)) is None, "six of ten may be chance"
    assert paper_copies(two(31, 100)) is None
    assert paper_copies({months()[0]: Rate(60, 100)}) is None, "one month is no habit"
    assert paper_copies(two(0, 0)) is None


def test_the_same_figure_four_times_running_is_a_sign_with_its_periods() -> None:
    sign = repeated_figures(year(131, 137, 137, 137, 137, 140))
    assert sign is not None
    assert (sign.measured, [str(seen.at) for seen in sign.seen]) == (4, ["2025-02", "2025-03", "2025-04", "2025-05"])
    assert repeated_figures(year(131, 137, 137, 137, 140)) is None
    assert repeated_figures(year(0, 0, 0, 0, 0)) is None, "nothing to report"
    assert repeated_figures(year(7, 7, 7, 7, 7)) is None, "small counts repeat by chance"
    gap = {period: value for period, value in year(137, 137, 137, 137, 137).items() if str(period) != "2025-03"}
    assert repeated_figures(gap) is None, "a month not reported breaks the run"
    assert repeated_figures({}) is None
    assert repeated_figures(year(137, 137, 137, 137, 140, 141), Repeat(reports=5)) is None, "long ago"


def test_too_many_round_figures_are_a_sign_and_equal_ones_count_once() -> None:
    sign = round_figures(year(120, 150, 200, 180, 210, 300))
    assert sign is not None
    assert sign.measured == pytest.approx(1e-6)
    assert len(sign.seen) == 6
    assert round_figures(year(120, 153, 200, 187, 210, 299)) is None
    assert round_figures(year(120, 120, 120, 120, 120, 120)) is None
    assert round_figures(year(120, 150, 200, 180)) is None, "too few to say"
    halves = Round(multiple=5.0, grain=0.01)
    assert round_figures(year(90.0, 95.0, 85.0, 80.0, 75.0), halves) is not None
    assert round_figures(year(90.1, 95.3, 85.7, 80.0, 74.9), halves) is None


@given(st.dictionaries(st.sampled_from([f"2025-{month:02}" for month in range(1, 13)]), st.integers(10, 5000), min_size=1))
def test_evidence_of_round_figures_is_round_and_its_chance_is_small(reports: dict[str, int]) -> None:
    sign = round_figures({Period.parse(period): float(value) for period, value in reports.items()})
    if sign is not None:
        assert sign.measured <= sign.limit
        assert all(seen.value % 10 == 0 for seen in sign.seen)


def test_idle_services_and_unused_signatures_name_themselves() -> None:
    today = dt.date(2026, 10, 30)
    old, young = dt.date(2026, 1, 5), dt.date(2026, 10, 1)
    things = [Granted(f"s{place:02}", old, today if place < 5 else None) for place in range(20)]
    sign = idle("idle_services", things, today, HOLIDAYS, SERVICES)
    assert sign is not None
    assert sign.kind == "idle_services"
    assert [seen.at for seen in sign.seen] == [f"s{place:02}" for place in range(5, 20)]
    assert {seen.value for seen in sign.seen} == {(today - old).days}
    assert idle("idle_services", [Granted(one.key, young, None) for one in things], today, HOLIDAYS, SERVICES) is None, "just begun"
    assert idle("idle_services", things[10:19], today, HOLIDAYS, SERVICES) is None, "nine are too few"
    assert idle("idle_services", things[:12], today, HOLIDAYS, SERVICES) is None, "seven of twelve may be chance"
    asleep = [Granted(one.key, old, dt.date(2026, 6, 1)) for one in things]
    assert idle("unused_signatures", asleep, today, HOLIDAYS, SIGNATURES) is not None, "used once, and not since"
