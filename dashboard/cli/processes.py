"""`web` and `clock`: the processes that the supervisor runs, each able to run alone."""

import signal
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Annotated

import typer

from dashboard.cli import child, logs, rooms
from dashboard.settings import Settings

Supervised = Annotated[bool, typer.Option("--supervised", hidden=True)]
ListenFd = Annotated[int | None, typer.Option(hidden=True)]


def web(supervised: Supervised = False, listen_fd: ListenFd = None) -> None:
    """Serves pages and API until told to stop."""
    settings = rooms.read_settings()
    logs.set_up(settings.log_level)
    # Heavy: loaded while the database of a supervised start is still coming up.
    import uvicorn

    from dashboard.cli.compose import web_program
    from dashboard.store import Store
    from dashboard.web.server import configure

    with _until_told(), _address(settings, supervised=supervised) as url, closing(Store.open(url)) as store:
        server = uvicorn.Server(configure(web_program(settings, store), settings.host, settings.port))
        server.run(sockets=None if listen_fd is None else [socket.socket(fileno=listen_fd)])


def clock(supervised: Supervised = False) -> None:
    """Reads the feeds when they are due; of many clocks on one database, one works and the others stand by."""
    settings = rooms.read_settings()
    logs.set_up(settings.log_level)
    from dashboard.clock import keep_time
    from dashboard.store import Store

    with _until_told(), _address(settings, supervised=supervised) as url, closing(Store.open(url, connections=3)) as store:
        keep_time(rooms.ingest_desk(settings, store, rooms.read_definitions(settings)))


@contextmanager
def _until_told() -> Iterator[None]:
    """SIGTERM ends the work as Ctrl-C does: in order, and with exit code 0."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        yield


@contextmanager
def _address(settings: Settings, *, supervised: bool) -> Iterator[str]:
    if supervised:
        yield child.await_orders()
    else:
        with rooms.database(settings) as url:
            yield url
