"""`as_of` any instant gives what the board showed then: figures that were corrected since, definitions that were changed since."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from dashboard.boards import Boards
from dashboard.boards.desk import utc_now
from dashboard.catalog import Catalog
from dashboard.errors import DashboardError
from dashboard.observations import Observation, Parsed
from dashboard.periods import Period
from dashboard.store import Store
from dashboard.store.folding import Folding, remember_folding
from dashboard.store.write import land, remember_catalog
from tests.counted import cell
from tests.loaded import boards_over, catalog, origin, units

ASKED = ("electronic_document_rate", "acceptance_lag", "reporting_connected_rate")
PERIODS = (None, *map(Period.parse, ("2024-10", "2025-Q1", "2025", "2024-11/ytd")))
UNITS = ("bac_giang", "bac_ninh", "hue", "bac_ninh_2025")


@dataclass(frozen=True)
class Said:
    """Cells that are stated together."""

    cells: tuple[Observation, ...]


@dataclass(frozen=True)
class Declared:
    """Definitions otherwise than before: the least denominator, which way is better, when months close, what the numerator counts."""

    minimum: int
    better: str
    closes_day: int | None
    numerator: str

    def catalog(self) -> Catalog:
        """The catalog of the house with these changes."""
        texts = dict(catalog().texts)
        before, table, rest = texts["indicators.toml"].partition("[electronic_document_rate]\n")
        fields, end, after = rest.partition("\n[")
        fields = re.sub(r"(?m)^minimum = \d+", f"minimum = {self.minimum}", fields)
        fields = re.sub(r'(?m)^better = "\w+"', f'better = "{self.better}"', fields)
        fields = re.sub(r'(?m)^numerator = "\w+"', f'numerator = "{self.numerator}"', fields)
        texts["indicators.toml"] = before + table + fields + end + after
        if self.closes_day is not None:
            for key in ("documents_sent", "documents_electronic", "documents_signed"):
                texts["measures.toml"] = texts["measures.toml"].replace(f"[{key}]\n", f"[{key}]\ncloses_day = {self.closes_day}\n")
        return Catalog.parse(texts)


def _cells() -> st.SearchStrategy[Observation]:
    days, months = ("2024-10-09", "2024-10-20", "2024-11-03", "2025-08-01"), ("2024-10", "2024-11", "2025-08")
    rates = st.tuples(st.sampled_from(("documents_sent", "documents_electronic", "documents_signed")), st.sampled_from(days * 2 + months))
    hours = st.tuples(st.just("acceptance_hours"), st.sampled_from(days))
    stocks = st.tuples(st.sampled_from(("reporting_bodies", "reporting_bodies_connected")), st.sampled_from(months))
    said = st.one_of(rates, hours, stocks)
    return st.builds(
        lambda told, unit, value: cell(
            told[0], unit, told[1], value, "bucket=004,tier=province" if told[0] == "acceptance_hours" else "tier=province"
        ),
        said,
        st.sampled_from(UNITS),
        st.integers(0, 60),
    )


STEPS = st.lists(
    st.one_of(
        st.builds(Said, st.lists(_cells(), min_size=1, max_size=8).map(tuple)),
        st.builds(
            Declared,
            st.sampled_from((0, 50)),
            st.sampled_from(("higher", "lower")),
            st.sampled_from((None, 14)),
            st.sampled_from(("documents_electronic", "documents_signed")),
        ),
    ),
    min_size=2,
    max_size=5,
)


def shown(boards: Boards, as_of: datetime | None = None) -> list[object]:
    """All that the boards of some indicators show; what there is not, is said by the reason."""
    found: list[object] = []
    for key in ASKED:
        for period in PERIODS:
            for borders in (None, "2025"):
                try:
                    one = boards.indicator(key, period, as_of=as_of, boundaries=borders)
                except DashboardError as reason:
                    found.append((type(reason), str(reason)))
                else:
                    found.append((one.period, one.periods, one.values, one.absent, one.median, one.together, one.series, one.courses))
                    found.append((one.boundaries, one.readable, one.closes_day, one.through, one.due, one.data_version))
                    found.append(boards.days(one, as_of, borders))
    return found


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(STEPS)
def test_any_past_instant_is_shown_as_it_was(store: Store, tmp_path: Path, steps: Sequence[Said | Declared]) -> None:
    with store.transaction() as connection:
        connection.execute(
            text("TRUNCATE observation, feed_run, quarantine, ledger, rollup, told, data_version, feed_state, catalog_content")
        )
    stands = catalog()
    _tell(store, stands)
    past: list[tuple[datetime, list[object]]] = []
    for step in steps:
        if isinstance(step, Declared):
            stands = step.catalog()
            _tell(store, stands)
        else:
            land_all(store, step.cells)
        past.append((_instant(store), shown(boards_over(store, tmp_path, utc_now(), stands))))
    today = boards_over(store, tmp_path, utc_now(), stands)
    for instant, then in past:
        assert shown(today, instant) == then


def land_all(store: Store, cells: Sequence[Observation]) -> None:
    """Lands cells, each by the feed that states its measure."""
    feeds = {measure: one.feed for one in catalog().indicators.values() for measure in one.measures}
    feeds["documents_signed"] = "document_axis"
    for feed in dict.fromkeys(feeds[one.measure] for one in cells):
        each = {(one.measure, one.unit, one.period, one.detail): one for one in cells if feeds[one.measure] == feed}
        land(store, origin(f"{feed} {len(each)}", feed), Parsed(tuple(each.values())))


def _tell(store: Store, stands: Catalog) -> None:
    remember_catalog(store, stands.digest, dict(stands.texts))
    remember_folding(store, Folding.of(stands, units()))


def _instant(store: Store) -> datetime:
    with store.transaction() as connection:
        moment = connection.scalar(text("SELECT clock_timestamp()"))
        assert isinstance(moment, datetime)
        return moment
