"""The ledger: whatever is repeated, late, out of order or cut into other batches, the figures are the same. Real PostgreSQL."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from dashboard.errors import FeedError
from dashboard.observations import Attribute, Entry, Event, Observation, Parsed, Rules, Tally
from dashboard.periods import Period
from dashboard.store import Store
from dashboard.store.fold import Folded, folded
from dashboard.store.ledger import Counting
from dashboard.store.queries import data_versions, provenances, run
from dashboard.store.write import Origin, land
from tests.store.small_country import LETTERS, REGION, empty, letter, origin, post, settle, standing, table, tally_letter

DAY = "2026-10-05"


@pytest.fixture
def country(store: Store) -> Store:
    """A store that knows how the small country folds."""
    return settle(store)


def counts(store: Store) -> dict[tuple[str, str, str, str], float]:
    """Cells that count something."""
    return {cell: value for cell, value in standing(store).items() if value}


def test_a_letter_that_is_sent_again_counts_once(country: Store) -> None:
    first = letter("1", "an", 1, "a.xml", sent=f"{DAY}T01:00:00")
    assert post(country, first).landed == 1
    assert counts(country) == {("sent", "an", DAY, "tier=province"): 1.0}
    again = post(country, first, first)
    assert (again.landed, again.unchanged) == (0, 2)
    assert data_versions(country)["letters"][0] == 1


def test_a_recall_takes_the_letter_out_of_its_day_even_when_it_arrives_first(country: Store) -> None:
    sent, recall = letter("1", "an", 1, sent=f"{DAY}T01:00:00", recalled=False), letter("1", "an", 2, recalled=True)
    post(country, recall)
    assert counts(country) == {}
    post(country, sent, letter("2", "an", 1, sent=f"{DAY}T02:00:00"))
    assert counts(country) == {("recalled", "an", DAY, "tier=province"): 1.0, ("sent", "an", DAY, "tier=province"): 1.0}
    post(country, letter("2", "an", 9, recalled=True))
    assert standing(country) == {("recalled", "an", DAY, "tier=province"): 2.0, ("sent", "an", DAY, "tier=province"): 0.0}


def test_a_correction_moves_a_letter_to_another_unit_day_and_detail(country: Store) -> None:
    post(country, letter("1", "an", 1, sent=f"{DAY}T01:00:00", tier="commune", signed=True, pages=7))
    post(country, letter("1", "cong", 2, sent="2026-10-04T23:59:59", tier="district", pages=3))
    assert counts(country) == {
        ("sent", "cong", "2026-10-04", "tier=district"): 1.0,
        ("signed", "cong", "2026-10-04", "tier=district"): 1.0,
        ("pages", "cong", "2026-10-04", ""): 3.0,
    }
    assert Folded("sent", "vn", "2026-10", "tier=district", 1.0) in folded(country, ["sent"], ["2026-10"])


def test_days_off_reach_the_rules(country: Store) -> None:
    post(country, letter("1", "an", 1, sent="2026-09-02T01:00:00"), letter("2", "an", 1, sent="2026-09-03T01:00:00"))
    assert counts(country) == {("sent", "an", "2026-09-03", "tier=province"): 1.0}


def test_a_counted_cell_leads_to_the_run_and_the_record_that_changed_it(country: Store) -> None:
    post(country, letter("1", "an", 1, "first.xml", sent=f"{DAY}T01:00:00"), source="one.zip")
    post(country, letter("2", "an", 1, "second.xml", sent=f"{DAY}T01:00:00"), source="two.zip")
    with country.transaction() as connection:
        rows = connection.execute(text("SELECT run_id, record, value FROM observation ORDER BY id")).all()
    assert [(run(country, row.run_id).source, row.record, row.value) for row in rows] == [
        ("one.zip", "first.xml", 1.0),
        ("two.zip", "second.xml", 2.0),
    ]


def test_the_name_of_a_subject_is_nowhere_in_the_database(country: Store) -> None:
    post(country, letter("000.00.00.H26,2026/10/05,17/UBND", "an", 1, sent=f"{DAY}T01:00:00"))
    (row,) = table(country, "ledger")
    assert not any("UBND" in str(field) for field in row)
    with country.transaction() as connection:
        assert connection.scalar(text("SELECT length(subject) FROM ledger")) == 16


def test_what_counts_for_two_feeds_of_one_subject_is_kept_apart(country: Store) -> None:
    post(country, letter("1", "an", 1, sent=f"{DAY}T01:00:00"))
    land(country, origin(feed="other"), Parsed(events=(letter("1", "an", 1, sent=f"{DAY}T01:00:00"),)), LETTERS)
    assert counts(country) == {("sent", "an", DAY, "tier=province"): 2.0}


VALUES: dict[str, st.SearchStrategy[object]] = {
    "sent": st.sampled_from([f"2026-10-0{day}T01:00:00" for day in range(1, 4)]),
    "recalled": st.booleans(),
    "signed": st.sampled_from([True, False, 1, 1.0, "có"]),
    "pages": st.sampled_from([1, 1.0, 2, 0, -0.0, True]),
    "tier": st.sampled_from(["province", "commune", "\x00", "đ\ud800"]).filter(lambda tier: tier.isalpha() and tier.isascii()),
    "odd": st.one_of(st.text(max_size=3), st.floats(allow_nan=False, allow_infinity=False), st.integers(), st.booleans()),
}


@st.composite
def statements(draw: st.DrawFn) -> Event:
    """Anything said of one of three letters, at one of three instants, so that ties are frequent."""
    said = draw(st.fixed_dictionaries({}, optional=VALUES))
    return letter(draw(st.sampled_from("abc")), draw(st.sampled_from(sorted(REGION))), draw(st.integers(0, 2)), **said)  # type: ignore[arg-type]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(statements(), min_size=1, max_size=12), st.data())
def test_any_order_repetition_and_batching_gives_the_same_ledger_cells_and_sums(
    country: Store, said: list[Event], data: st.DataObject
) -> None:
    empty(country)
    post(country, *said)
    once = (table(country, "ledger"), counts(country), all_sums(country))
    empty(country)
    again = data.draw(st.permutations(said + data.draw(st.lists(st.sampled_from(said), max_size=6))))
    for batch in cut(again, data.draw(st.lists(st.integers(0, len(again)), max_size=5))):
        post(country, *batch)
    assert (table(country, "ledger"), counts(country), all_sums(country)) == once
    assert counts(country) == by_hand(said)


def all_sums(store: Store) -> list[Folded]:
    """Every sum that counts something."""
    periods = ["2026-10-01", "2026-10-02", "2026-10-03", "2026-10", "2026-Q4", "2026", "2026-10/ytd"]
    return [one for one in folded(store, ["sent", "signed", "recalled"], periods) if one.value]


def cut(events: list[Event], at: list[int]) -> Iterator[list[Event]]:
    """The same in as many batches as the cuts make; some of them empty."""
    places = [0, *sorted(at), len(events)]
    for begin, end in pairwise(places):
        yield events[begin:end]


def by_hand(said: list[Event]) -> dict[tuple[str, str, str, str], float]:
    """What the letters count for, by sorting all that was said of each."""
    cells: Counter[tuple[str, str, str, str]] = Counter()
    for key in {event.key for event in said}:
        mine = [event for event in said if event.key == key]
        names = {name for event in mine for name in event.attributes}
        last: dict[str, Attribute] = {
            name: max((event.at, rank(event.attributes[name])) for event in mine if name in event.attributes)[1][2] for name in names
        }
        if "sent" in last:
            last["sent"] = min(str(event.attributes["sent"]) for event in mine if "sent" in event.attributes)
        unit = max((event.at, event.unit) for event in mine)[1]
        for tally in tally_letter(Entry(unit, last), LETTERS.days_off):
            cells[tally.measure, tally.unit, tally.day.isoformat(), tally.detail] += int(tally.value)
    return {cell: float(value) for cell, value in cells.items() if value}


def rank(value: Attribute) -> tuple[int, tuple[Attribute, int], Attribute]:
    """Truths before numbers before texts; of two equal numbers the float is the greater."""
    kind = [bool, int, float, str].index(type(value))
    return (1 if kind in (1, 2) else kind), (value, kind), value


def test_landings_at_once_are_as_good_as_one_after_the_other(country: Store) -> None:
    batches = [[letter(str(n % 40), "an", n % 3, sent=f"2026-10-{n % 28 + 1:02d}T00:00:00") for n in range(k, 400, 8)] for k in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda batch: post(country, *batch), batches))
    together = (table(country, "ledger"), counts(country))
    empty(country)
    for batch in batches:
        post(country, *batch)
    assert (table(country, "ledger"), counts(country)) == together
    assert sum(together[1].values()) == 40


def test_real_and_simulated_figures_of_a_feed_never_meet(country: Store) -> None:
    sent = letter("1", "an", 1, sent=f"{DAY}T01:00:00")
    post(country, sent)
    real = Origin("letters", "gateway", "0" * 64, origin().started_at, "official")
    for brought in (Parsed(events=(sent,)), Parsed((Observation("sent", "an", Period.parse(DAY), 5.0),))):
        with pytest.raises(FeedError, match="đang giữ số liệu mô phỏng của nguồn letters: không nhận số liệu chính thức"):
            land(country, real, brought, LETTERS)
    assert provenances(country) == {"letters": "simulated"}
    assert counts(country) == {("sent", "an", DAY, "tier=province"): 1.0}
    assert len(table(country, "feed_run")) == 1


def test_events_without_rules_are_refused(country: Store) -> None:
    with pytest.raises(FeedError, match="no rules"):
        land(country, origin(), Parsed(events=(letter("1", "an", 1),)))


@pytest.mark.parametrize("value", [-1.0, 0.5, float("nan"), float("inf"), 2.0**53])
def test_a_tally_that_is_no_whole_number_is_refused_and_nothing_is_written(country: Store, value: float) -> None:
    odd = Counting(Rules(lambda entry, _: (Tally("sent", entry.unit, LETTERS.days_off.__iter__().__next__(), "", value),)), frozenset())
    with pytest.raises(FeedError, match="a count is a whole number"):
        land(country, origin(), Parsed(events=(letter("1", "an", 1),)), odd)
    assert table(country, "ledger") == table(country, "feed_run") == []


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf"), float("-inf")])
def test_a_value_that_no_count_can_have_is_refused(country: Store, value: float) -> None:
    with pytest.raises(FeedError, match="no possible value"):
        land(country, origin(), Parsed((Observation("sent", "an", Period.parse(DAY), value),)))
    assert table(country, "observation") == []


def test_one_batch_cannot_both_state_and_count_a_measure(country: Store) -> None:
    both = Parsed((Observation("sent", "an", Period.parse(DAY), 5.0),), (), (letter("1", "an", 1, sent=f"{DAY}T01:00:00"),))
    with pytest.raises(FeedError, match="sent both stated and counted"):
        land(country, origin(), both, LETTERS)
