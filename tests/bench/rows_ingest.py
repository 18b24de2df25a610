"""Landing 100,000 observations with evidence and run, beside a plain COPY of the same rows into an identical indexed table."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from psycopg import Connection as Wire

from dashboard.observations import Observation, Parsed
from dashboard.periods import Period
from dashboard.store import Store
from dashboard.store.embedded import Server
from dashboard.store.migrate import migrate
from dashboard.store.write import Origin, land
from tests.bench.row import Measure, Row

UNITS, MONTHS, MEASURES, ROUNDS = 3334, 10, 3, 3
Cells = tuple[Observation, ...]


def measure_new() -> Row:
    """Cells that the store has never seen."""
    with _store() as store:
        return _row("ingest", store, [_batch(f"measure_{number}") for number in range(ROUNDS)])


def measure_corrected() -> Row:
    """Cells of which every tenth is corrected: each is looked up, few are written."""
    with _store() as store:
        _land(store, _batch("measure"), "first")
        seconds = _timed(_land, store, _batch("measure", every_tenth=0.5), "second")
        plain = _timed(_copy, store, _batch("plain"))
        return Row("ingest_corrected", _count() / seconds, "observations/s", 0.4, _count() / plain, "higher")


ROWS: dict[str, Measure] = {"ingest": measure_new, "ingest_corrected": measure_corrected}


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
        with store.transaction() as connection:
            connection.exec_driver_sql("CREATE TABLE plain (LIKE observation INCLUDING ALL)")
        yield store
        store.close()


def _count() -> int:
    return UNITS * MONTHS * MEASURES


def _batch(measure: str, every_tenth: float = 0.0) -> Cells:
    months = [Period.parse(f"2025-{month:02d}") for month in range(1, MONTHS + 1)]
    return tuple(
        Observation(f"{measure}_{part}", f"unit_{unit}", month, unit / 10 + (every_tenth if unit % 10 == 0 else 0.0), record=str(unit))
        for unit in range(UNITS)
        for part in range(MEASURES)
        for month in months
    )


def _land(store: Store, batch: Cells, source: str) -> None:
    land(store, Origin("bench", source, "0" * 64, datetime.now(UTC), "simulated"), Parsed(batch))


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
