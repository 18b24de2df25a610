"""Work that only one process on a database may do at a time: a lock, and a lease that its holder renews.

The lock alone would do for a holder that dies: the database lets go of it when the connection ends. One that is stopped (a debugger, a
frozen virtual machine, a machine that swaps) keeps its connection, and would keep the lock for ever. So it must also renew its lease, and
when that has run out whoever stands by ends all connections of the holder: the lock comes free, and nothing that it had begun can be kept.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import OperationalError

from dashboard.errors import StoreUnavailable
from dashboard.store import Store, answering

LEASE: Final = 8.0
"""Seconds that a holder may be silent; it should renew several times as often."""
_LOOK_AGAIN = 2.0  # seconds

_TAKE = text(
    """
    INSERT INTO lease (name, holder, until)
    VALUES (:name, current_setting('application_name'), clock_timestamp() + make_interval(secs => :seconds))
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
    """
)
_RENEW = text(
    """
    UPDATE lease SET until = clock_timestamp() + make_interval(secs => :seconds)
    WHERE name = :name AND holder = current_setting('application_name')
    """
)
_END_STALE = text(
    """
    SELECT count(pg_terminate_backend(a.pid)) FROM lease l JOIN pg_stat_activity a ON a.application_name = l.holder
    WHERE l.name = :name AND l.until < clock_timestamp() AND a.datname = current_database() AND a.pid <> pg_backend_pid()
      AND l.holder <> '' AND l.holder <> current_setting('application_name')
    """
)


@contextmanager
def sole_holder(store: Store, name: str) -> Iterator[Callable[[], None]]:
    """Waits until no other process holds the name, or holds it without a sign of life, then holds it.

    Yields a check, to be called every second or two: it renews the lease, and raises StoreUnavailable once the name is lost: another may
    hold it by now. StoreUnavailable also when the database goes while waiting or taking.
    """
    key = func.hashtext(name)
    with answering(), store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(select(func.pg_try_advisory_lock(key))):
            connection.execute(_END_STALE, {"name": name})
            time.sleep(_LOOK_AGAIN)
        connection.execute(_TAKE, {"name": name, "seconds": LEASE})

        def check() -> None:
            # A connection that was lost once would be opened anew, without the lock: it stays lost.
            if connection.invalidated or not _renewed(connection, name):
                raise StoreUnavailable(f"{name}: the connection that holds the lock is gone")

        yield check
        connection.execute(select(func.pg_advisory_unlock(key)))


def _renewed(connection: Connection, name: str) -> bool:
    try:
        return connection.execute(_RENEW, {"name": name, "seconds": LEASE}).rowcount == 1
    except OperationalError:
        return False
