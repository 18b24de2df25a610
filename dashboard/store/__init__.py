"""The only home of SQLAlchemy: schema, migrations, writing, reading, accounts, the embedded server."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from secrets import token_hex
from typing import Any, Self

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from dashboard.errors import StoreUnavailable
from dashboard.store.reading import note

CONNECT_SECONDS = 5
"""A database machine that swallows packets answers nothing at all: without this, one look would hang for minutes."""


@dataclass(frozen=True)
class Store:
    """A database with its connections. Functions of this package take it as their first argument."""

    engine: Engine

    @classmethod
    def open(cls, url: str, connections: int = 8) -> Self:
        """A store at a `postgresql+psycopg://` URL; connects at the first use. A connection is tested before it is used.

        All connections of one store bear one name that no other bears, so that they can be ended together (`store.lease`).
        """
        patience = {"connect_timeout": CONNECT_SECONDS, "application_name": f"dashboard {os.getpid()} {token_hex(6)}"}
        return cls(
            create_engine(
                _with_driver(url),
                pool_size=connections,
                max_overflow=4,
                pool_pre_ping=True,
                pool_timeout=CONNECT_SECONDS,
                connect_args=patience,
            )
        )

    def check(self) -> None:
        """Raises StoreUnavailable when the database does not answer."""
        with self.transaction() as connection:
            connection.exec_driver_sql("SELECT 1")

    @contextmanager
    def transaction(self, reads: Iterable[str] | None = None) -> Iterator[Connection]:
        """A transaction, kept when the block ends well, else undone. Raises StoreUnavailable when the database does not answer.

        `reads` names the measures whose figures are read in it (none: no figures), for whoever notes what it computes from; None
        means that it may be any.
        """
        note(reads)
        with answering(), self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        """Closes the connections; one that is still worked with, when it is given back: a pool that is gone would forget it, open."""
        event.listen(self.engine.pool, "checkin", _close)
        self.engine.dispose()


def _close(connection: psycopg.Connection[Any] | None, _: object) -> None:
    if connection is not None:
        connection.close()


@contextmanager
def answering() -> Iterator[None]:
    """Whatever the driver and the pool say when the database does not answer, in here: StoreUnavailable."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout, psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise StoreUnavailable("the database does not answer") from error


def _with_driver(url: str) -> str:
    """`postgres://` and `postgresql://`, as operators write them, with our driver."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url
