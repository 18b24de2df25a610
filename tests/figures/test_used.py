"""Signs from shares: hardly used beside peers, idle month after month; and what is news after a dismissal."""

import datetime as dt

from dashboard.figures.formalism import Seen, Sign
from dashboard.figures.rates import Rate
from dashboard.figures.used import Hardly, IdleShare, Unstaffed, hardly_used, has_news, idle_share, reported_enough, unstaffed
from dashboard.periods import Period

NO_DAYS_OFF: frozenset[dt.date] = frozenset()
MONTHS = [Period.parse(f"2026-{month:02}") for month in range(6, 11)]


def test_a_tenth_of_what_the_middle_one_does_in_each_month_is_a_sign_and_one_better_month_is_none() -> None:
    middle = dict.fromkeys(MONTHS, 100.0)
    sign = hardly_used(dict.fromkeys(MONTHS, 4.0), middle, Hardly())
    assert sign is not None
    assert (sign.measured, sign.limit) == (0.04, 0.1)
    assert [seen.at for seen in sign.seen] == MONTHS[-2:]
    assert hardly_used({**dict.fromkeys(MONTHS, 4.0), MONTHS[-1]: 11.0}, middle, Hardly()) is None
    assert hardly_used(dict.fromkeys(MONTHS, 10.0), middle, Hardly()) is not None, "the limit itself is hardly used"


def test_without_enough_peers_or_with_a_month_missing_nothing_is_said() -> None:
    own = dict.fromkeys(MONTHS, 1.0)
    assert hardly_used(own, {MONTHS[-1]: 100.0}, Hardly()) is None
    assert hardly_used({MONTHS[0]: 1.0, MONTHS[-1]: 1.0}, dict.fromkeys(MONTHS, 100.0), Hardly()) is None
    assert hardly_used(own, dict.fromkeys(MONTHS, 0.0), Hardly()) is None, "where nobody does anything nobody stands out"


def test_idle_is_what_surely_lay_idle_in_each_of_the_last_months() -> None:
    idle = {month: Rate(3, 100) for month in MONTHS}
    sign = idle_share("idle_services", idle, IdleShare(limit=0.85))
    assert sign is not None
    assert [(seen.at, seen.value) for seen in sign.seen] == [(month, 97.0) for month in MONTHS[-3:]]
    assert 0.85 < sign.measured < 0.97
    assert idle_share("idle_services", {**idle, MONTHS[-2]: Rate(30, 100)}, IdleShare(limit=0.85)) is None
    assert idle_share("idle_services", {month: Rate(0, 10) for month in MONTHS}, IdleShare()) is None, "ten are too few to say"
    assert idle_share("idle_services", {month: idle[month] for month in MONTHS if month != MONTHS[-2]}, IdleShare()) is None


def test_evidence_of_a_newer_period_is_news_and_the_same_is_not() -> None:
    sign = Sign("paper_copies", 0.6, 0.3, (Seen(MONTHS[-2], 60.0), Seen(MONTHS[-1], 61.0)))
    assert has_news(sign, MONTHS[-2].last_day, NO_DAYS_OFF)
    assert not has_news(sign, MONTHS[-1].last_day, NO_DAYS_OFF)


def test_one_more_day_of_the_same_silence_is_no_news_but_as_long_a_silence_again_is() -> None:
    def silence(last: dt.date) -> Sign:
        return Sign("silent", 12, 10, (Seen(dt.date(2026, 9, 1), 4.0), Seen(dt.date(2026, 9, 2), 0.0), Seen(last, 0.0)))

    looked_at = dt.date(2026, 9, 17)
    assert not has_news(silence(dt.date(2026, 9, 18)), looked_at, NO_DAYS_OFF)
    assert not has_news(silence(dt.date(2026, 9, 30)), looked_at, NO_DAYS_OFF), "nine working days later"
    assert has_news(silence(dt.date(2026, 10, 1)), looked_at, NO_DAYS_OFF)
    assert not has_news(silence(dt.date(2026, 10, 1)), looked_at, frozenset({dt.date(2026, 9, 25)})), "one of them was a holiday"
    later = Sign("silent", 10, 10, (Seen(dt.date(2026, 9, 21), 0.0), Seen(dt.date(2026, 10, 2), 0.0)))
    assert has_news(later, looked_at, NO_DAYS_OFF), "another silence"


def test_a_month_told_by_half_of_its_working_days_is_enough() -> None:
    working = [dt.date(2026, 9, day) for day in range(1, 31) if dt.date(2026, 9, day).weekday() < 5]
    month = Period.parse("2026-09")
    assert reported_enough(dict.fromkeys(working[:11], 0.0), month, NO_DAYS_OFF)
    assert not reported_enough(dict.fromkeys(working[:10], 5.0), month, NO_DAYS_OFF)


def _watched(shares: list[float], minutes: float = 400) -> tuple[dict[dt.date, float], dict[dt.date, float]]:
    """Minutes watched and staffed on days in a row."""
    days = [dt.date(2026, 10, 1) + dt.timedelta(days=place) for place in range(len(shares))]
    return dict.fromkeys(days, minutes), {day: minutes * share for day, share in zip(days, shares, strict=True)}


def test_counters_are_said_to_be_unstaffed_only_when_that_is_so_on_half_of_the_days_that_were_watched() -> None:
    watched, staffed = _watched([0.5] * 5 + [1.0] * 5)
    sign = unstaffed(watched, staffed, Unstaffed())
    assert sign is not None
    assert (sign.kind, sign.measured, sign.limit) == ("unstaffed", 0.5, 0.25)
    assert [seen.value for seen in sign.seen] == [50.0] * 5
    assert unstaffed(*_watched([0.5] * 4 + [1.0] * 6), Unstaffed()) is None, "four days may be chance"
    assert unstaffed(*_watched([0.8] * 10), Unstaffed()) is None, "a fifth of the time is a noon that runs long"
    assert unstaffed(*_watched([0.0] * 9), Unstaffed()) is None, "too few days"
    assert unstaffed(*_watched([0.0] * 10, minutes=60), Unstaffed()) is None, "an hour of watching proves nothing"


def test_a_day_without_one_of_its_counts_or_with_more_staffed_than_watched_is_no_evidence() -> None:
    watched, staffed = _watched([0.0] * 10)
    staffed.pop(min(staffed))
    assert unstaffed(watched, staffed, Unstaffed()) is None
    watched, staffed = _watched([0.0] * 9 + [1.5])
    sign = unstaffed(watched, staffed, Unstaffed())
    assert sign is not None
    assert len(sign.seen) == 9
