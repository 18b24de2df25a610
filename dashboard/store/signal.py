"""The news that figures have changed: told by the transaction that changed them, heard by every process that asks (LISTEN/NOTIFY)."""

import asyncio
from collections.abc import Callable

import psycopg
import structlog
from psycopg import AsyncConnection, sql
from sqlalchemy import Connection, func, select

from dashboard.store import CONNECT_SECONDS, Store

CHANNEL = "data_version"
_PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0)  # seconds

_log = structlog.get_logger(__name__)


def announce(connection: Connection, feed: str) -> None:
    """Tells, when this transaction is committed and not otherwise, that the figures of a feed have changed."""
    connection.execute(select(func.pg_notify(CHANNEL, feed)))


async def listen(store: Store, heard: Callable[[str | None], None]) -> None:
    """Calls `heard` with each feed that is announced, for ever; ends by being cancelled.

    After each (re)connection it is called with None: whatever was announced meanwhile was missed, so anything may have changed.
    """
    failures = 0
    while True:
        try:
            async with await _connected(store) as connection:
                if failures:
                    _log.info("the database announces changes again")
                failures = 0
                heard(None)
                async for one in connection.notifies():
                    heard(one.payload)
        except (psycopg.Error, OSError) as error:
            if not failures:
                _log.warning("changes are not announced: the connection is lost; asking each second instead", reason=type(error).__name__)
        await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])
        failures += 1


async def _connected(store: Store) -> AsyncConnection:
    address = store.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    # A connection that died without a word (a cable, a firewall that forgets) is found out within half a minute.
    connection = await AsyncConnection.connect(
        address, autocommit=True, connect_timeout=CONNECT_SECONDS, keepalives_idle=10, keepalives_interval=5, keepalives_count=3
    )
    await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
    return connection
