"""Readings of counts that come column by column, beside what one gets by adding cell by cell and dividing last."""

from pathlib import Path
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.boards import reading
from dashboard.boards.desk import Desk
from dashboard.boards.reading import Scope, readings
from dashboard.boards.shapes import Reading
from dashboard.figures.rates import Histogram, Rate
from dashboard.periods import Period, load_holidays
from dashboard.store import Store
from dashboard.store.raw import RawStore
from tests.loaded import DATA, catalog, feeds, units

MONTH = Period.parse("2026-10")
UNITS = ("ha_noi", "hue", "bac_ninh_2025")
TIERS = ("province", "commune")
BUCKETS = ("001", "002", "004", "008", "024", "048", "072", "168", "inf")
VALUES = st.dictionaries(st.sampled_from(UNITS), st.integers(0, 10_000).map(float), max_size=3)


def read(key: str, told: dict[tuple[str, str], dict[str, float]], agency_tier: str | None) -> dict[str, Reading]:
    """The readings of a month of which the store says this."""
    nothing = Store(None)  # type: ignore[arg-type]
    desk = Desk(nothing, RawStore(Path("nowhere")), units(), catalog(), load_holidays(DATA / "holidays.csv"), feeds=feeds())
    with patch.object(reading, "columns", lambda *_, **__: {str(MONTH): told}):
        return dict(readings(desk, catalog().indicator(key), [MONTH], Scope("province", agency_tier))[MONTH])


@settings(max_examples=80)
@given(
    st.dictionaries(st.tuples(st.sampled_from("123"), st.sampled_from(TIERS)), VALUES),
    st.sampled_from((None, *TIERS)),
)
def test_a_share_of_channels_is_added_up_and_divided_last(told: dict[tuple[str, str], dict[str, float]], tier: str | None) -> None:
    found = read("online_dossier_rate", {("dossiers_received", f"channel={c},tier={t}"): told[c, t] for c, t in told}, tier)
    inside = {(c, t): values for (c, t), values in told.items() if tier in (None, t)}
    for unit in UNITS:
        parts = [(c, values[unit]) for (c, _), values in inside.items() if unit in values]
        if not parts:
            assert unit not in found
            continue
        whole, online = sum(value for _, value in parts), sum(value for c, value in parts if c == "2")
        assert (found[unit].numerator, found[unit].denominator, found[unit].value) == (online, whole, Rate(online, whole).percent)


@settings(max_examples=80)
@given(
    st.dictionaries(st.tuples(st.sampled_from(BUCKETS), st.sampled_from(TIERS)), VALUES),
    st.sampled_from((None, *TIERS)),
)
def test_a_median_is_read_from_the_buckets_of_all_tiers(told: dict[tuple[str, str], dict[str, float]], tier: str | None) -> None:
    found = read("acceptance_lag", {("acceptance_hours", f"bucket={b},tier={t}"): told[b, t] for b, t in told}, tier)
    for unit in UNITS:
        parts = dict.fromkeys(BUCKETS, 0.0)
        mine = [(b, values[unit]) for (b, t), values in told.items() if tier in (None, t) and unit in values]
        for b, value in mine:
            parts[b] += value
        if not mine:
            assert unit not in found
            continue
        middle = Histogram((1, 2, 4, 8, 24, 48, 72, 168), tuple(parts.values())).median
        assert found[unit].buckets == tuple(parts.values())
        assert found[unit].value == (None if middle is None else middle.low if middle.estimate is None else middle.estimate)
