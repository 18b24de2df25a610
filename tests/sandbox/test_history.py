"""Time-lapse: history goes in by the ordinary door, covers every indicator, marks itself, and goes on where it ended."""

import dataclasses
import datetime as dt
from dataclasses import dataclass

import pytest

from dashboard.catalog import Indicator
from dashboard.errors import FeedError
from dashboard.feeds import all_feeds
from dashboard.ingest import Desk
from dashboard.observations import Parsed
from dashboard.periods import Period
from dashboard.sandbox import history
from dashboard.store.fold import folded
from dashboard.store.folding import Folding
from dashboard.store.ledger import Counting
from dashboard.store.queries import cells, last_runs, provenances
from dashboard.store.rebuild import rebuild
from dashboard.store.write import land
from tests.loaded import DATA, Loaded, catalog, observation, origin, units
from tests.loaded import loaded as loaded
from tests.loaded import loaded_template as loaded_template
from tests.sandbox.stage import days_off, players

FIRST, LAST = dt.date(2026, 10, 20), dt.date(2026, 11, 3)
OFFICIAL_FEEDS = {"dvcqg_766", "papi", "meeting_2020_09_11"}


@dataclass(frozen=True)
class Scene:
    """A database with all published figures, a desk over it, and what stood there before."""

    desk: Desk
    before: list[object]


@pytest.fixture
def scene(loaded: Loaded) -> Scene:
    """Before anything was simulated."""
    desk = dataclasses.replace(loaded.desk(), feeds=all_feeds(DATA, catalog()))
    return Scene(desk, _published(desk))


def _published(desk: Desk) -> list[object]:
    return list(cells(desk.store, [one.key for one in catalog().measures.values() if one.kind == "official"]))


def _write(desk: Desk, first: dt.date = FIRST, last: dt.date = LAST, seed: int = 7) -> list[history.Written]:
    return list(history.write(desk, seed, first, last))


def _values(desk: Desk, indicator: Indicator) -> set[str]:
    """Units with something to divide by, in the month that ended within the history."""
    whole = indicator.denominator or indicator.histogram
    return {one.unit for one in folded(desk.store, [whole], ["2026-10"]) if one.value > 0}


def test_every_computed_indicator_has_a_value_for_every_province_and_published_figures_stand_as_they_did(scene: Scene) -> None:
    written = _write(scene.desk)
    assert [one.done for one in written] == list(range(1, written[-1].total + 1))
    computed = [one for one in catalog().indicators.values() if one.form != "official"]
    assert {one.feed for one in computed} == set(history.FEEDS)
    for indicator in computed:
        assert _values(scene.desk, indicator) >= {one.unit for one in players()}, indicator.key
    assert _published(scene.desk) == scene.before
    known = provenances(scene.desk.store)
    assert {feed for feed, whose in known.items() if whose == "simulated"} == set(history.FEEDS)
    assert {feed for feed, whose in known.items() if whose != "simulated"} == OFFICIAL_FEEDS
    # Nothing of it was doubtful.
    assert not [run for run in last_runs(scene.desk.store).values() if run.feed in history.FEEDS and (run.held or run.error)]


def test_a_second_run_adds_nothing_and_a_later_one_only_the_days_since(scene: Scene) -> None:
    _write(scene.desk)
    rows = cells(scene.desk.store, ["documents_sent", "services"])
    assert _write(scene.desk) == []
    later = _write(scene.desk, last=dt.date(2026, 11, 5))
    assert {(one.span.first, one.span.last) for one in later if one.landed} == {(dt.date(2026, 11, 4), dt.date(2026, 11, 5))}
    assert cells(scene.desk.store, ["documents_sent", "services"], [*{str(one.period) for one in rows}]) == rows


def test_a_weekend_of_which_some_feeds_say_nothing_comes_with_the_next_days(scene: Scene) -> None:
    saturday = dt.date(2026, 10, 24)
    assert {one.feed for one in _write(scene.desk, saturday, saturday) if one.landed} == {"document_axis", "dossier_sync"}
    later = {one.feed: one.span for one in _write(scene.desk, saturday, dt.date(2026, 10, 26))}
    assert later["camera_health"].first == saturday
    assert later["document_axis"].first == dt.date(2026, 10, 25)


def test_a_recount_of_the_ledger_finds_every_simulated_day_again(scene: Scene) -> None:
    _write(scene.desk, last=dt.date(2026, 10, 21))
    rules = {feed: scene.desk.feed(feed).rules for feed in history.COUNTED}
    counting = {feed: Counting(one, days_off()) for feed, one in rules.items() if one is not None}
    assert set(counting) == {history.AXIS, history.DOSSIERS}
    assert rebuild(scene.desk.store, Folding.of(catalog(), units()), counting, lambda *_: None) == 0


def test_provinces_of_before_the_mergers_have_their_own_past(scene: Scene) -> None:
    _write(scene.desk, dt.date(2025, 6, 30), dt.date(2025, 7, 1))
    by_day = {day: {cell.unit for cell in cells(scene.desk.store, ["dossiers_received"], [day])} for day in ("2025-06-30", "2025-07-01")}
    assert by_day["2025-06-30"] <= {unit.key for unit in units().of_tier("province", dt.date(2025, 6, 30))}
    assert by_day["2025-07-01"] <= {one.unit for one in players()}
    assert len(by_day["2025-06-30"]) > 58
    assert "bac_giang" in by_day["2025-06-30"]


def test_ministries_of_the_day_send_documents_and_nothing_else(scene: Scene) -> None:
    day = dt.date(2026, 10, 20)
    _write(scene.desk, day, day)
    there = {unit.key for unit in units().of_tier("ministry", day)}
    told = [cell for cell in cells(scene.desk.store, ["documents_sent", "dossiers_received"]) if cell.unit in there]
    assert {cell.measure for cell in told} == {"documents_sent"}
    assert {cell.unit for cell in told} == there
    assert {cell.detail for cell in told} == {"tier=central"}


def test_history_is_refused_where_a_feed_holds_real_figures(scene: Scene) -> None:
    real = dataclasses.replace(origin(feed="dossier_sync"), provenance="official")
    said = dataclasses.replace(observation(5, "ha_noi", "dossiers_finished", Period.parse("2026-10-20")), detail="tier=province")
    land(scene.desk.store, real, Parsed((said,)))
    with pytest.raises(FeedError, match="chính thức"):
        _write(scene.desk)
    assert [cell.value for cell in cells(scene.desk.store, ["dossiers_finished"])] == [5]
