"""Which periods there are, found month by month, beside what one gets by looking at every cell."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from dashboard.observations import Observation
from dashboard.periods import Period
from dashboard.store import Store
from dashboard.store import told as of_store
from dashboard.store.folding import Folding, remember_folding
from dashboard.store.rebuild import rebuild
from dashboard.store.told import periods_of, told_in
from tests.store.small_country import FOLDING, empty, settle, state

DAYS = ("2026-09-14", "2026-09-15", "2026-09-30", "2026-10-01", "2026-10-14", "2026-10-15", "2026-10-31", "2026-11-02")
OTHERS = ("2026", "2026-09", "2026-10", "2026-Q3", "2026-Q4", "2026-10/ytd", "2025-12/ytd")
CELLS = st.lists(
    st.builds(
        lambda unit, period, detail: Observation("sent", unit, Period.parse(period), 1.0, detail),
        st.sampled_from(("an", "binh", "xa")),
        st.sampled_from((*DAYS, *OTHERS)),
        st.sampled_from(("", "tier=commune")),
    ),
    min_size=1,
    max_size=15,
)


@pytest.fixture
def country(store: Store) -> Store:
    return settle(store)


def expected(told: set[str], closes: int | None) -> list[str]:
    """All that are no days; of the days the first in each month, and where months close on a day the first after it too."""
    firsts: dict[tuple[int, int, bool], str] = {}
    for one in sorted(one for one in told if len(one) == len("2026-10-01")):
        day = date.fromisoformat(one)
        firsts.setdefault((day.year, day.month, closes is not None and day.day > closes), one)
    return sorted([one for one in told if one in OTHERS] + list(firsts.values()))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CELLS, st.sampled_from((None, 1, 14)), st.booleans())
def test_no_month_is_missed_and_no_other_unit_counts(country: Store, cells: list[Observation], closes: int | None, few: bool) -> None:
    empty(country)
    state(country, *cells)
    with country.transaction() as connection:
        before = connection.scalar(text("SELECT clock_timestamp()"))
    state(country, Observation("sent", "an", Period.parse("2026-09-01"), 5.0), source="later")
    told = {str(one.period) for one in cells if one.unit in ("an", "binh")}
    most, of_store.MOST_PROBED = of_store.MOST_PROBED, of_store.MOST_PROBED if few else 1
    try:
        assert sorted(periods_of(country, "sent", ["an", "binh"], before, closes_day=closes)) == expected(told, closes)
        assert sorted(periods_of(country, "sent", ["an", "binh"], closes_day=closes)) == expected({*told, "2026-09-01"}, closes)
        assert told_in(country, "sent", DAYS, ["an", "binh"], before) == sorted(told & set(DAYS))
    finally:
        of_store.MOST_PROBED = most
        assert listed(country) == {str(one.period) for one in cells if one.unit != "xa"} | {"2026-09-01"}


def listed(store: Store) -> set[str]:
    """The periods that the list has of letters sent."""
    with store.transaction() as connection:
        return set(connection.scalars(text("SELECT period FROM told WHERE measure = 'sent'")))


def test_the_list_is_made_anew_with_the_sums_and_when_a_commune_begins_to_count(country: Store) -> None:
    state(country, Observation("sent", "an", Period.parse("2026-09"), 1.0), Observation("sent", "xa", Period.parse("2026-10"), 1.0))
    assert listed(country) == {"2026-09"}
    with country.transaction() as connection:
        connection.execute(text("TRUNCATE told"))
    rebuild(country, FOLDING, {}, lambda *_: None)
    assert listed(country) == {"2026-09"}
    remember_folding(country, Folding(FOLDING.measures, FOLDING.above | {("xa", "north")}))
    assert listed(country) == {"2026-09", "2026-10"}
    assert periods_of(country, "sent", ["xa"]) == ["2026-10"]
