"""Landing: one transaction a source, append-only, harmless when repeated. Real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text

from dashboard.errors import StoreUnavailable
from dashboard.observations import Held, Observation, Parsed
from dashboard.periods import Period
from dashboard.store import Store, write
from dashboard.store.queries import (
    catalog_texts,
    cells,
    data_versions,
    held_records,
    last_runs,
    revisions,
    run,
    version_as_of,
)
from dashboard.store.told import periods_of
from dashboard.store.write import Landing, land, record_failure, remember_catalog
from tests.loaded import OCTOBER, observation, origin

HELD = Held("7", "mã lạ", "ma=H99")


def one(value: float) -> Parsed:
    return Parsed((observation(value),))


def count(store: Store, table: str) -> int:
    with store.transaction() as connection:
        return int(connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def current(store: Store, as_of: datetime | None = None) -> list[float]:
    return [cell.value for cell in cells(store, ["index766_total"], as_of=as_of)]


def test_a_batch_lands_with_its_run_and_version(store: Store) -> None:
    landing = land(store, origin(), Parsed((observation(80.0), observation(81.0, "hue")), (HELD,)))
    assert landing == Landing(landing.run_id, 2, 0, 1)
    told = run(store, landing.run_id)
    assert (told.feed, told.source, told.landed, told.unchanged, told.held, told.error) == ("dvcqg_766", "a.csv", 2, 0, 1, None)
    assert told.started_at <= told.finished_at
    assert data_versions(store)["dvcqg_766"][0] == 1
    assert last_runs(store) == {("dvcqg_766", "a.csv"): told}


def test_landing_the_same_again_changes_nothing_but_the_list_of_runs(store: Store) -> None:
    first = Parsed((observation(80.0), observation(0.0, "hue")), (HELD,))
    land(store, origin(), first)
    before = (count(store, "observation"), data_versions(store), held_records(store))
    landing = land(store, origin(), first)
    assert (landing.landed, landing.unchanged) == (0, 2)
    assert (count(store, "observation"), data_versions(store), held_records(store)) == before
    assert count(store, "feed_run") == 2


def test_a_correction_is_a_new_row_and_as_of_finds_the_old_one(store: Store) -> None:
    land(store, origin(), one(80.0))
    between = datetime.now(UTC)
    land(store, origin(), one(81.5))
    assert [cell.value for cell in revisions(store, "index766_total", "ha_noi", str(OCTOBER))] == [81.5, 80.0]
    assert current(store) == [81.5]
    assert current(store, between) == [80.0]
    assert current(store, between - timedelta(days=1)) == []
    assert data_versions(store)["dvcqg_766"][0] == 2
    assert (version_as_of(store, between), version_as_of(store, datetime.now(UTC))) == (1, 2)


def test_a_correction_taken_back_is_a_third_row(store: Store) -> None:
    for value in (80.0, 81.0, 80.0):
        land(store, origin(), one(value))
    assert [cell.value for cell in revisions(store, "index766_total", "ha_noi", str(OCTOBER))] == [80.0, 81.0, 80.0]


def test_an_old_file_beside_its_correction_says_nothing_new(store: Store) -> None:
    land(store, origin("a.csv"), one(80.0))
    land(store, origin("a_corrected.csv"), one(81.0))
    for name, value in (("a.csv", 80.0), ("a_corrected.csv", 81.0)) * 2:
        assert land(store, origin(name), one(value)).landed == 0
    assert current(store) == [81.0]
    assert land(store, origin("a.csv"), one(82.0)).landed == 1, "what it had not said before is news"
    assert current(store) == [82.0]


def test_a_second_source_that_says_the_same_adds_no_row(store: Store) -> None:
    land(store, origin("a.csv"), one(80.0))
    assert land(store, origin("b.csv"), one(80.0)).landed == 0


def test_detail_is_part_of_the_cell(store: Store) -> None:
    details = tuple(Observation("index766_total", "ha_noi", OCTOBER, float(n), detail=str(n)) for n in range(3))
    assert land(store, origin(), Parsed(details)).landed == 3
    assert current(store) == [0.0, 1.0, 2.0]


def test_the_two_zeros_are_one_value(store: Store) -> None:
    land(store, origin(), one(0.0))
    assert land(store, origin(), one(-0.0)).landed == 0


def test_values_keep_every_bit(store: Store) -> None:
    land(store, origin(), one(0.1 + 0.2))
    assert current(store) == [0.1 + 0.2]
    assert land(store, origin(), one(0.3)).landed == 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example("tab\tback\\slash\\N \"quote\" 'single'\r\n\\.\n")
@given(st.text(alphabet=st.characters(blacklist_characters="\x00", blacklist_categories=["Cs"]), max_size=30))
def test_any_text_goes_through_copy_and_quarantine_unharmed(store: Store, odd: str) -> None:
    land(store, origin(odd), Parsed((Observation(f"m{odd}", odd, OCTOBER, 1.0, odd, odd),), (Held(odd, odd, odd),)))
    (cell,) = revisions(store, f"m{odd}", odd, str(OCTOBER))
    assert (cell.unit, cell.detail, cell.record) == (odd, odd, odd)
    assert run(store, cell.run_id).source == odd
    assert odd in {record.raw for record in held_records(store, "dvcqg_766")}


def test_a_held_row_that_is_corrected_later_is_released(store: Store) -> None:
    land(store, origin(), Parsed((observation(80.0),), (HELD,)))
    assert [record.reason for record in held_records(store)] == ["mã lạ"]
    land(store, origin("other.csv"), one(80.0))
    assert len(held_records(store)) == 1, "another source says nothing of it"
    land(store, origin(), one(80.0))
    assert held_records(store) == []
    assert count(store, "quarantine") == 1, "released, not forgotten"
    land(store, origin(), Parsed((observation(80.0),), (HELD,)))
    assert len(held_records(store)) == 1
    assert count(store, "quarantine") == 2


def test_a_row_held_for_another_reason_is_held_anew(store: Store) -> None:
    land(store, origin(), Parsed((), (HELD,)))
    land(store, origin(), Parsed((), (Held("7", "tổng sai", HELD.raw),)))
    assert [record.reason for record in held_records(store)] == ["tổng sai"]


def test_ten_thousand_held_rows_are_landed_in_few_statements(store: Store) -> None:
    many = Parsed((), tuple(Held(str(n), "mã lạ", f"ma={n}") for n in range(10_000)))
    said: list[str] = []
    event.listen(store.engine, "before_cursor_execute", lambda *told: said.append(told[2]))
    land(store, origin(), many)
    land(store, origin(), many)
    assert len(said) < 100
    assert len(held_records(store)) == 10_000


def test_a_failure_leaves_figures_and_quarantine_and_says_why(store: Store) -> None:
    land(store, origin(), Parsed((observation(80.0),), (HELD,)))
    record_failure(store, origin(), "a.csv: column missing")
    assert current(store) == [80.0]
    assert len(held_records(store)) == 1
    assert data_versions(store)["dvcqg_766"][0] == 1
    assert last_runs(store)[("dvcqg_766", "a.csv")].error == "a.csv: column missing"


def test_a_crash_in_the_middle_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(write, "next_version", crash)
    with pytest.raises(ZeroDivisionError):
        land(store, origin(), Parsed((observation(80.0),), (HELD,)))
    monkeypatch.undo()
    assert [count(store, table) for table in ("observation", "feed_run", "quarantine", "data_version")] == [0, 0, 0, 0]
    assert land(store, origin(), one(80.0)).landed == 1


def test_two_loads_at_once_are_as_good_as_one_after_the_other(store: Store) -> None:
    batch = Parsed(tuple(observation(float(n), f"unit{n}") for n in range(300)), (HELD,))
    with ThreadPoolExecutor(6) as pool:
        landings = list(pool.map(lambda _: land(store, origin(), batch), range(6)))
    assert sorted(landing.landed for landing in landings) == [0, 0, 0, 0, 0, 300]
    assert count(store, "observation") == 300
    assert len(held_records(store)) == 1
    assert data_versions(store)["dvcqg_766"][0] == 1


def test_what_waited_for_another_load_is_recorded_after_it(store: Store) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda value: land(store, origin(f"{value}.csv"), one(float(value))), range(8)))
    stamps = [cell.recorded_at for cell in revisions(store, "index766_total", "ha_noi", str(OCTOBER))]
    assert stamps == sorted(stamps, reverse=True), "else as_of an instant between would show what nobody saw"


def test_periods_are_those_of_the_units_that_are_asked_for(store: Store) -> None:
    land(store, origin(), Parsed((observation(80.0), observation(1.0, "xa", period=Period.parse("2025-11")))))
    assert periods_of(store, "index766_total", ["ha_noi", "hue"]) == ["2025-10"]
    assert periods_of(store, "index766_total", ["ha_noi", "xa"]) == ["2025-10", "2025-11"]
    assert periods_of(store, "index766_total", []) == []


def test_a_catalog_is_remembered_when_it_changes(store: Store) -> None:
    assert catalog_texts(store, datetime.now(UTC)) is None
    remember_catalog(store, "1", {"a.toml": "one"})
    remember_catalog(store, "1", {"a.toml": "one"})
    between = datetime.now(UTC)
    remember_catalog(store, "2", {"a.toml": "hai “ngoặc”"})
    assert count(store, "catalog_content") == 2
    assert catalog_texts(store, between) == {"a.toml": "one"}
    assert catalog_texts(store, datetime.now(UTC)) == {"a.toml": "hai “ngoặc”"}


def test_an_absent_database_is_said_in_one_word_for_reading_and_writing() -> None:
    gone = Store.open("postgresql://nobody:secret@127.0.0.1:1/nothing")
    for act in (
        gone.check,
        lambda: cells(gone, ["m"]),
        lambda: land(gone, origin(), one(1.0)),
        lambda: record_failure(gone, origin(), "x"),
    ):
        with pytest.raises(StoreUnavailable) as told:
            act()
        assert "secret" not in str(told.value)
