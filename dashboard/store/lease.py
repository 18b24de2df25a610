"""Work that only one process on a database may do at a time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from dashboard.errors import StoreUnavailable
from dashboard.store import Store

_LOOK_AGAIN = 2.0  # seconds


@contextmanager
def sole_holder(store: Store, name: str) -> Iterator[Callable[[], None]]:
    """Waits until no other process holds the name, then holds it; the database lets go of it when our connection ends, however we end.

    Yields a check that raises StoreUnavailable once the name is lost: the connection is gone, and another may hold it by now.
    """
    key = func.hashtext(name)
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(select(func.pg_try_advisory_lock(key))):
            time.sleep(_LOOK_AGAIN)

        def check() -> None:
            # A connection that was lost once would be opened anew, without the lock: it stays lost.
            if not connection.invalidated:
                try:
                    connection.exec_driver_sql("SELECT 1")
                except OperationalError:
                    pass
                else:
                    return
            raise StoreUnavailable(f"{name}: the connection that holds the lock is gone")

        yield check
        connection.execute(select(func.pg_advisory_unlock(key)))
