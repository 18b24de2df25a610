"""Folding: days to months, quarters, years and years to date; provinces to regions and the nation; now and as of any past instant."""

from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from dashboard.catalog import Catalog
from dashboard.errors import PeriodError
from dashboard.observations import Entry, Observation, Rules, Tally
from dashboard.periods import Period
from dashboard.store import Store
from dashboard.store.fold import Folded, folded
from dashboard.store.folding import Folding, remember_folding
from dashboard.store.layers import days_of
from dashboard.store.ledger import Counting
from dashboard.store.queries import data_versions
from dashboard.store.rebuild import rebuild
from tests.loaded import catalog, units
from tests.store.small_country import (
    FOLDING,
    LETTERS,
    MEASURES,
    REGION,
    Cell,
    empty,
    letter,
    post,
    reckoned,
    settle,
    standing,
    state,
    table,
)

ASKED = [
    "2026-09-14",
    "2026-09-15",
    "2026-10-14",
    "2026-09",
    "2026-10",
    "2026-11",
    "2026-Q3",
    "2026-Q4",
    "2026",
    "2026-10/ytd",
    "2026-12/ytd",
]


@pytest.fixture
def country(store: Store) -> Store:
    """A store that knows how the small country folds."""
    return settle(store)


def cell(measure: str, unit: str, period: str, value: float, detail: str = "") -> Observation:
    """One statement."""
    return Observation(measure, unit, Period.parse(period), value, detail)


def values(store: Store, measure: str, period: str, as_of: datetime | None = None) -> dict[str, float]:
    """By unit, what a measure without detail comes to."""
    return {one.unit: one.value for one in folded(store, [measure], [period], as_of=as_of)}


def instant(store: Store) -> datetime:
    """The present by the database's own clock."""
    with store.transaction() as connection:
        moment = connection.scalar(text("SELECT clock_timestamp()"))
        assert isinstance(moment, datetime)
        return moment


def test_a_flow_adds_up_over_days_and_over_units(country: Store) -> None:
    state(
        country,
        cell("sent", "an", "2026-09-30", 1),
        cell("sent", "an", "2026-10-01", 2),
        cell("sent", "binh", "2026-10-01", 4),
        cell("sent", "cong", "2026-10-31", 8),
        cell("sent", "ministry", "2026-12-01", 16),
    )
    assert values(country, "sent", "2026-10-01") == {"an": 2, "binh": 4, "north": 6, "vn": 6}
    assert values(country, "sent", "2026-10") == {"an": 2, "binh": 4, "cong": 8, "north": 6, "south": 8, "vn": 14}
    assert values(country, "sent", "2026-Q4") == {"an": 2, "binh": 4, "cong": 8, "ministry": 16, "north": 6, "south": 8, "vn": 30}
    assert values(country, "sent", "2026") == {"an": 3, "binh": 4, "cong": 8, "ministry": 16, "north": 7, "south": 8, "vn": 31}
    assert values(country, "sent", "2026-10/ytd") == {"an": 3, "binh": 4, "cong": 8, "north": 7, "south": 8, "vn": 15}
    assert values(country, "sent", "2025") == values(country, "sent", "2026-11") == {}


def test_of_a_stock_the_last_day_counts_and_units_add_up(country: Store) -> None:
    state(
        country,
        cell("connected", "an", "2026-10-20", 7),
        cell("connected", "an", "2026-10-03", 5),
        cell("connected", "binh", "2026-10-03", 1),
    )
    assert values(country, "connected", "2026-10") == {"an": 7, "binh": 1, "north": 8, "vn": 8}
    state(country, cell("connected", "an", "2026-10-03", 50), cell("connected", "an", "2026-11-30", 2))
    assert values(country, "connected", "2026-10") == {"an": 7, "binh": 1, "north": 8, "vn": 8}
    assert values(country, "connected", "2026-Q4") == {"an": 2, "binh": 1, "north": 3, "vn": 3}
    state(country, cell("connected", "an", "2026-10-20", 6))
    assert values(country, "connected", "2026-10")["vn"] == 7


def test_a_month_may_close_on_the_fourteenth(country: Store) -> None:
    days = {"2026-09-14": 1, "2026-09-15": 2, "2026-10-14": 4, "2026-10-15": 8, "2026-12-15": 16}
    state(country, *(cell("reported", "an", day, value) for day, value in days.items()))
    assert [values(country, "reported", month).get("an") for month in ("2026-09", "2026-10", "2026-11", "2027-01")] == [1, 6, 8, 16]
    assert values(country, "reported", "2026") == {"an": 15, "north": 15, "vn": 15}


def test_what_a_unit_states_itself_counts_before_what_is_summed(country: Store) -> None:
    state(country, cell("sent", "an", "2026-10-01", 2), cell("sent", "binh", "2026-10-01", 4))
    state(country, cell("sent", "an", "2026-10", 20))
    assert values(country, "sent", "2026-10") == {"an": 20, "binh": 4, "north": 24, "vn": 24}
    state(country, cell("sent", "an", "2026-10-02", 100), cell("sent", "an", "2026-10", 30), cell("sent", "north", "2026-10", 99))
    assert values(country, "sent", "2026-10") == {"an": 30, "binh": 4, "north": 99, "vn": 34}
    assert values(country, "sent", "2026-10-02") == {"an": 100, "north": 100, "vn": 100}
    state(country, cell("sent", "an", "2026", 1000))
    assert values(country, "sent", "2026") == {"an": 1000, "binh": 4, "north": 99, "vn": 1004}


def test_details_never_mix(country: Store) -> None:
    state(country, cell("hours", "an", "2026-10-01", 2, "bucket=001"), cell("hours", "binh", "2026-10-09", 4, "bucket=002"))
    nation = folded(country, ["hours"], ["2026-10"], units=["vn"])
    assert nation == [Folded("hours", "vn", "2026-10", "bucket=001", 2), Folded("hours", "vn", "2026-10", "bucket=002", 4)]


def test_what_does_not_fold_is_given_as_stated_and_no_further(country: Store) -> None:
    state(country, cell("score", "an", "2026-10", 91.5), cell("score", "binh", "2026-10", 80), cell("score", "binh", "2026-10-01", 3))
    assert values(country, "score", "2026-10") == {"an": 91.5, "binh": 80}
    assert values(country, "score", "2026") == values(country, "score", "2026-10-02") == {}


def test_only_what_was_asked_for_comes_back(country: Store) -> None:
    state(country, cell("sent", "an", "2026-10-01", 2), cell("signed", "an", "2026-10-01", 1), cell("sent", "cong", "2026-10-01", 4))
    assert folded(country, ["sent"], ["2026-Q4", "2026-10"], units=["south", "an"]) == [
        Folded("sent", "an", "2026-10", "", 2),
        Folded("sent", "south", "2026-10", "", 4),
        Folded("sent", "an", "2026-Q4", "", 2),
        Folded("sent", "south", "2026-Q4", "", 4),
    ]
    assert folded(country, [], ["2026"]) == folded(country, ["sent"], []) == []
    with pytest.raises(PeriodError):
        folded(country, ["sent"], ["October"])


@pytest.mark.parametrize("closes", [None, 1, 14, 28])
def test_every_day_lies_in_one_reporting_month(closes: int | None) -> None:
    months = [Period.parse(f"{year}-{month:02d}") for year in (2024, 2025) for month in range(1, 13)]
    days = [day for month in months for day in days_of(month, closes)]
    assert len(set(days)) == len(days) == (days[-1] - days[0]).days + 1 == 731


NUMBERS = st.one_of(st.integers(0, 50).map(float), st.floats(0, 1e6, allow_nan=False), st.sampled_from([0.1, 0.2, 1e-300, 1e300, 1e15]))
PERIODS = ["2026-09-14", "2026-09-15", "2026-09-30", "2026-10-01", "2026-10-14", "2026-10-31", "2026-09", "2026-10", "2026-Q4", "2026"]
BATCHES = st.lists(
    st.lists(
        st.builds(
            cell,
            st.sampled_from([*MEASURES, "score"]),
            st.sampled_from([*REGION, "ministry", "north", "vn", "xa"]),
            # Days are what comes most.
            st.sampled_from(PERIODS[:6] * 3 + PERIODS[6:]),
            NUMBERS,
            st.sampled_from(["", "tier=commune"]),
        ),
        min_size=1,
        max_size=10,
    ),
    min_size=1,
    max_size=5,
)


FOLDINGS = st.builds(
    lambda kind, closes, gone, other: Folding(
        frozenset((key, *rule) for key, rule in {**MEASURES, "sent": (kind, closes), "signed": ("flow", other)}.items() if key != gone),
        FOLDING.above - ({("an", "vn")} if gone else set()),
    ),
    st.sampled_from(["flow", "stock"]),
    st.sampled_from([None, 14]),
    st.sampled_from(["", "hours"]),
    st.sampled_from([None, 1, 28]),
)
"""What a catalog may say otherwise from one day to the next: kinds, closing days, measures that fold no more, regions drawn anew."""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(BATCHES, st.dictionaries(st.integers(0, 4), FOLDINGS, max_size=3))
def test_folding_holds_now_at_every_past_instant_and_after_a_rebuild(
    country: Store, batches: list[list[Observation]], changes: dict[int, Folding]
) -> None:
    empty(country)
    remember_folding(country, stands := FOLDING)
    shown: list[tuple[datetime, list[Folded]]] = []
    for number, batch in enumerate(batches):
        state(country, *batch, source=str(number))
        shown.append((instant(country), folded(country, [*MEASURES, "score"], ASKED)))
        if number in changes:
            remember_folding(country, stands := changes[number])
            shown.append((instant(country), folded(country, [*MEASURES, "score"], ASKED)))
    now = {(one.measure, one.unit, one.period, one.detail): one.value for one in shown[-1][1]}
    assert now == reckoned(standing(country), ASKED, stands)
    for moment, then in shown:
        assert folded(country, [*MEASURES, "score"], ASKED, as_of=moment) == then
        some = [one for one in then if one.unit in ("vn", "cong")]
        assert folded(country, [*MEASURES, "score"], ASKED, units=["vn", "cong"], as_of=moment) == some
    assert folded(country, [*MEASURES, "score"], ASKED, units=["vn", "cong"]) == some
    kept = table(country, "rollup")
    assert rebuild(country, stands, {}, lambda *_: None) == 0
    assert table(country, "rollup") == kept


def test_a_past_month_that_nobody_touched_since_is_read_from_its_sum(country: Store) -> None:
    state(country, cell("sent", "an", "2026-10-01", 2), cell("sent", "binh", "2026-10-01", 3), cell("connected", "an", "2026-10-01", 4))
    before = instant(country)
    state(country, cell("sent", "an", "2026-10-02", 5), cell("sent", "an", "2026-11-01", 1))
    with country.transaction() as connection:
        # Were the days of these months read, as those of `sent` of an are, it would show.
        connection.execute(text("DELETE FROM observation WHERE unit = 'binh' OR measure = 'connected'"))
    assert values(country, "sent", "2026-10", before) == {"an": 2, "binh": 3, "north": 5, "vn": 5}
    assert values(country, "connected", "2026-10", before) == {"an": 4, "north": 4, "vn": 4}


def test_sums_that_were_damaged_are_made_well_again(country: Store) -> None:
    state(country, cell("sent", "an", "2026-10-01", 2), cell("connected", "an", "2026-10-01", 2))
    kept = table(country, "rollup")
    with country.transaction() as connection:
        connection.execute(text("UPDATE rollup SET value = value + 1 WHERE within"))
        connection.execute(text("DELETE FROM rollup WHERE NOT within"))
    told: list[tuple[str, int, int]] = []
    rebuild(country, FOLDING, {}, lambda *step: told.append(step))
    assert table(country, "rollup") == kept
    assert told == [("sums", number, len(MEASURES)) for number in range(1, len(MEASURES) + 1)]


def test_a_rebuild_counts_the_ledger_by_the_rules_of_today(country: Store) -> None:
    post(country, letter("1", "an", 1, sent="2026-10-05T01", tier="commune"), letter("2", "binh", 1, sent="2026-10-06T01"))
    before = (table(country, "ledger"), standing(country), data_versions(country))
    assert rebuild(country, FOLDING, {"letters": LETTERS}, lambda *_: None) == 0
    assert (table(country, "ledger"), standing(country), data_versions(country)) == before

    def all_on_one_day(entry: Entry, _: frozenset[date]) -> tuple[Tally, ...]:
        return (Tally("signed", entry.unit, date(2026, 10, 7)),)

    assert rebuild(country, FOLDING, {"letters": Counting(Rules(all_on_one_day), frozenset())}, lambda *_: None) == 4
    now: dict[Cell, float] = {one: value for one, value in standing(country).items() if value}
    assert now == {("signed", "an", "2026-10-07", ""): 1.0, ("signed", "binh", "2026-10-07", ""): 1.0}
    assert [one for one in folded(country, ["sent", "signed"], ["2026"], units=["vn"]) if one.value] == [
        Folded("signed", "vn", "2026", "", 2.0)
    ]
    assert data_versions(country)["letters"][0] == 2


def test_a_measure_that_folds_otherwise_from_now_on_folded_as_before_before(country: Store) -> None:
    state(country, cell("sent", "an", "2026-10-01", 2), cell("sent", "an", "2026-10-02", 3))
    before = instant(country)
    assert not remember_folding(country, FOLDING), "what is known already is no news"
    others = frozenset(one for one in FOLDING.measures if one[0] != "sent")
    assert remember_folding(country, Folding(others | {("sent", "stock", None)}, FOLDING.above - {("an", "vn")}))
    assert values(country, "sent", "2026-10") == {"an": 3, "north": 3}
    assert values(country, "sent", "2026-10", before) == {"an": 5, "north": 5, "vn": 5}
    remember_folding(country, Folding(others, FOLDING.above))
    assert values(country, "sent", "2026-10") == {}
    assert not [row for row in table(country, "rollup") if row[0] == "sent"]


def test_in_the_real_country_every_province_counts_in_its_region_and_in_the_nation_and_no_commune_does() -> None:
    folding = Folding.of(catalog(), units())
    above = {unit: {a for u, a in folding.above if u == unit} for unit, _ in folding.above}
    assert above["bac_ninh_2025"] == {units().get("bac_ninh_2025").region, "vn"}
    assert {units().get(unit).tier for unit in above} == {"province"}
    assert len([unit for unit in above if units().get(unit).valid(date(2026, 1, 1))]) == 34
    assert not folding.measures & {(one.key, one.kind, None) for one in catalog().measures.values() if one.kind == "official"}


def test_the_measures_of_a_catalog_that_fold_are_remembered_with_their_closing_day() -> None:
    tables = {
        "measures.toml": '[a]\nkind = "stock"\nname_vi = "A"\ncloses_day = 14\n[b]\nkind = "distinct"\nname_vi = "B"\n',
        "indicators.toml": "",
        "rankings.toml": "",
    }
    assert Folding.of(Catalog.parse(tables), units()).measures == {("a", "stock", 14)}
