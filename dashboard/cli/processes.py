"""`web`, `clock`, `relay`, `vision`, `blurrer`: the processes that the supervisor runs, each able to run alone."""

import asyncio
import os
import signal
import socket
from collections.abc import Coroutine, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Annotated, Any

import typer

from dashboard.cli import child, logs, rooms
from dashboard.privilege import make_room_for_files
from dashboard.settings import Settings, ports

Supervised = Annotated[bool, typer.Option("--supervised", hidden=True)]
_FILES, _FILES_A_VIEWER = 512, 8  # a socket for each address of this machine, and one that sends
ListenFd = Annotated[int | None, typer.Option(hidden=True)]
BeatFd = Annotated[int | None, typer.Option(hidden=True)]
_BEAT_SECONDS = 1.0


def web(supervised: Supervised = False, listen_fd: ListenFd = None) -> None:
    """Serves pages and API until told to stop."""
    settings = rooms.read_settings()
    logs.set_up(settings.log_level)
    # Heavy: loaded while the database of a supervised start is still coming up.
    import uvicorn

    from dashboard.cli.compose import web_program
    from dashboard.store import Store
    from dashboard.web.server import configure, settle

    with until_told(), _address(settings, supervised=supervised) as url, closing(Store.open(url)) as store:
        server = uvicorn.Server(configure(web_program(settings, store), settings.host, settings.port))
        settle()
        server.run(sockets=None if listen_fd is None else [socket.socket(fileno=listen_fd)])


def clock(supervised: Supervised = False) -> None:
    """Reads the feeds when they are due; of many clocks on one database, one works and the others stand by."""
    settings = rooms.read_settings()
    logs.set_up(settings.log_level)
    from dashboard.clock import keep_time
    from dashboard.store import Store

    with until_told(), _address(settings, supervised=supervised) as url, closing(Store.open(url, connections=3)) as store:
        desk = rooms.ingest_desk(settings, store, rooms.read_definitions(settings))
        keep_time(desk, rooms.checker(settings, desk), rooms.counter(settings, desk))


def relay(supervised: Supervised = False, beat_fd: BeatFd = None) -> None:
    """Pulls cameras that somebody looks at, and hands their pictures on; any number of relays share the cameras."""
    settings = rooms.read_settings()
    logs.set_up(settings.log_level)
    from dashboard.camera.compiled import chosen
    from dashboard.camera.peer import Doorway
    from dashboard.camera.relay import Relay
    from dashboard.camera.whep import serve
    from dashboard.store import Store

    make_room_for_files(_FILES + _FILES_A_VIEWER * settings.relay_viewers)
    with until_told(), _address(settings, supervised=supervised) as url, closing(Store.open(url, connections=3)) as store:
        announced = [one.strip() for one in settings.relay_addresses.split(",") if one.strip()]
        listed = rooms.roster(settings, store, rooms.read_definitions(settings).units).cameras
        carrier = chosen(settings.var_dir, wanted=settings.relay_helper == "auto")
        made = Relay(store, listed, Doorway(tuple(announced), ports(settings.relay_ports), carrier), most=settings.relay_viewers)
        asyncio.run(_beating(serve(made, settings.relay_host, settings.relay_port), beat_fd))


def vision(supervised: Supervised = False) -> None:
    """Looks at every camera now and then in office hours, and takes the stills that somebody wants to see."""
    settings = rooms.read_settings()
    logs.set_up(settings.log_level)
    from dashboard.camera.vision.watch import keep_watch
    from dashboard.sightings import Landing
    from dashboard.store import Store

    with until_told(), _address(settings, supervised=supervised) as url, closing(Store.open(url, connections=3)) as store:
        definitions = rooms.read_definitions(settings)
        listed = rooms.roster(settings, store, definitions.units).cameras
        desk = rooms.ingest_desk(settings, store, definitions)
        asyncio.run(keep_watch(store, listed, desk.days_off, Landing(desk, listed).land))


def blurrer(supervised: Supervised = False) -> None:
    """Makes pictures of cameras unrecognisable, where somebody may see them only so."""
    settings = rooms.read_settings()
    logs.set_up(settings.log_level)
    from dashboard.camera.blurrer import Blurrer, door
    from dashboard.camera.exchange import Exchange
    from dashboard.camera.listening import keep_open
    from dashboard.store import Store

    with until_told(), _address(settings, supervised=supervised) as url, closing(Store.open(url, connections=3)) as store:
        listed = rooms.roster(settings, store, rooms.read_definitions(settings).units).cameras
        made = Blurrer(store, listed, Exchange(store))
        asyncio.run(keep_open(made, door(made), settings.relay_host, 0))


async def _beating(work: Coroutine[Any, Any, None], beat_fd: int | None) -> None:
    """Works; tells the supervisor meanwhile that this event loop goes round. A supervisor that does not listen is none of its business."""

    async def beat(pipe: int) -> None:
        os.set_blocking(pipe, False)
        while True:
            with suppress(OSError):
                os.write(pipe, b".")
            await asyncio.sleep(_BEAT_SECONDS)

    beating = asyncio.create_task(beat(beat_fd)) if beat_fd is not None else None
    try:
        await work
    finally:
        if beating is not None:
            beating.cancel()


@contextmanager
def until_told() -> Iterator[None]:
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
