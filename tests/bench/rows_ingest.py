"""Landing 100,980 observations with evidence, run and sums, beside a plain COPY of the same rows into an identical indexed table.

The measures are flows by day, and the units the provinces of today: months, regions and the nation are summed in the same transaction.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from statistics import median

from psycopg import Connection as Wire
from sqlalchemy import text

from dashboard.catalog import Catalog
from dashboard.observations import Attribute, Entry, Event, Observation, Parsed, Rules, Tally
from dashboard.periods import Grain, Period
from dashboard.settings import CHECKOUT
from dashboard.store import Store
from dashboard.store.embedded import Server
from dashboard.store.fold import folded
from dashboard.store.folding import Folding, remember_folding
from dashboard.store.ledger import Counting
from dashboard.store.migrate import migrate
from dashboard.store.write import Origin, land
from dashboard.units import UnitRegistry
from tests.bench.row import Measure, Row

DAYS, MEASURES, ROUNDS = 99, 30, 3
EVENTS, BATCHES = 2000, 10
FIRST_DAY = date(2026, 1, 1)
Cells = tuple[Observation, ...]


def measure_new() -> Row:
    """Cells that the store has never seen."""
    with _store() as store:
        row = _row("ingest", store, [_batch(f"measure_{number}") for number in range(ROUNDS)])
        _check_sums(store, ROUNDS)
        return row


def measure_corrected() -> Row:
    """Cells of which every tenth is corrected: each is looked up, few are written."""
    with _store() as store:
        _land(store, _batch("measure_0"), "first")
        seconds = _timed(_land, store, _batch("measure_0", every_tenth=1.0), "second")
        plain = _timed(_copy, store, _batch("plain"))
        return Row("ingest_corrected", _count() / seconds, "observations/s", 0.4, _count() / plain, "higher")


def measure_events() -> Row:
    """Events in batches of 2,000, a tenth of them said before: ledger, cells and sums."""
    with _store() as store:
        seconds = [_timed(_enter, store, number) for number in range(BATCHES)]
        with store.transaction() as connection:
            assert connection.scalar(text("SELECT count(*) FROM ledger")) == EVENTS * BATCHES - EVENTS // 10 * (BATCHES - 1)
        return Row("ledger", EVENTS / median(seconds), "events/s", EVENTS / 0.4, better="higher")


ROWS: dict[str, Measure] = {"ingest": measure_new, "ingest_corrected": measure_corrected, "ledger": measure_events}


def _row(name: str, store: Store, batches: list[Cells]) -> Row:
    ours, plain = [], []
    for number, batch in enumerate(batches):
        ours.append(_timed(_land, store, batch, str(number)))
        plain.append(_timed(_copy, store, batch))
    return Row(name, _count() / median(ours), "observations/s", 0.4, _count() / median(plain), "higher")


@contextmanager
def _store() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder)) as server:
        store = Store.open(server.url_of("postgres"))
        migrate(store)
        above = Folding.of(Catalog.load(CHECKOUT / "data"), _units()).above
        flows = [f"measure_{number}_{part}" for number in range(ROUNDS) for part in range(MEASURES)]
        remember_folding(store, Folding(frozenset((one, "flow", None) for one in flows), above))
        with store.transaction() as connection:
            connection.exec_driver_sql("CREATE TABLE plain (LIKE observation INCLUDING ALL)")
        yield store
        store.close()


@cache
def _units() -> UnitRegistry:
    return UnitRegistry.load(CHECKOUT / "data" / "units")


@cache
def _provinces() -> tuple[str, ...]:
    return tuple(unit.key for unit in _units().of_tier("province", FIRST_DAY))


def _count() -> int:
    return len(_provinces()) * DAYS * MEASURES


def _batch(measure: str, every_tenth: float = 0.0) -> Cells:
    days = [Period.of(Grain.DAY, FIRST_DAY + timedelta(days=number)) for number in range(DAYS)]
    return tuple(
        Observation(f"{measure}_{part}", unit, day, place + (every_tenth if place % 10 == 0 else 0.0), "tier=province", str(place))
        for place, unit in enumerate(_provinces())
        for part in range(MEASURES)
        for day in days
    )


def _check_sums(store: Store, rounds: int) -> None:
    """The sums were really kept: the nation's first quarter is there."""
    measures = [f"measure_{number}_0" for number in range(rounds)]
    places = range(len(_provinces()))
    assert [one.value for one in folded(store, measures, ["2026-Q1"], units=["vn"])] == [float(90 * sum(places))] * rounds


def _land(store: Store, batch: Cells, source: str) -> None:
    land(store, _origin("statements", source), Parsed(batch))


def _origin(feed: str, source: str) -> Origin:
    return Origin(feed, source, "0" * 64, datetime.now(UTC), "simulated")


def _enter(store: Store, number: int) -> None:
    land(store, _origin("letters", str(number)), Parsed(events=_letters(number)), Counting(Rules(_tally), frozenset()))


def _letters(number: int) -> tuple[Event, ...]:
    """What documents state: some eight attributes each; the last tenth of the batch before is said once more."""
    first = number * (EVENTS - EVENTS // 10)
    return tuple(_letter(one) for one in range(first, first + EVENTS))


def _letter(one: int) -> Event:
    sent = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=one * 7)
    attributes: dict[str, Attribute] = {
        "sent": sent.isoformat(),
        "tier": "province",
        "paper": one % 7 == 0,
        "signed": one % 3 > 0,
        "kind": "new",
        "type": 2,
    }
    return Event(f"000.00.00.H26,2026/01/01,{one}/UBND", _provinces()[one % 34], sent, attributes, f"{one}.xml")


def _tally(entry: Entry, _: frozenset[date]) -> tuple[Tally, ...]:
    known = entry.attributes
    day, detail = date.fromisoformat(str(known["sent"])[:10]), f"tier={known['tier']}"
    held = [known["paper"] is False, known["signed"] is True]
    return tuple(Tally(f"measure_0_{place}", entry.unit, day, detail) for place, holds in enumerate([True, *held]) if holds)


def _copy(store: Store, batch: Cells) -> None:
    """The least that any program must do to put these rows into such a table."""
    names = {period: str(period) for period in {one.period for one in batch}}
    with store.transaction() as connection:
        wire = connection.connection.driver_connection
        assert isinstance(wire, Wire)
        copying = wire.cursor().copy("COPY plain (measure, unit, period, detail, value, run_id, record) FROM STDIN")
        with copying as copy:
            for one in batch:
                copy.write_row((one.measure, one.unit, names[one.period], one.detail, one.value, 1, one.record))


def _timed(act: Callable[..., None], *given: object) -> float:
    began = time.perf_counter()
    act(*given)
    return time.perf_counter() - began
