"""`web`, `clock`, `relay`, `vision`, `sandbox`: the processes that the supervisor runs, each able to run alone."""

import asyncio
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import Annotated

import typer

from dashboard.cli import child, door, logs, rooms
from dashboard.errors import ConfigurationError
from dashboard.privilege import make_room_for_files
from dashboard.settings import Settings, ports

Supervised = Annotated[bool, typer.Option("--supervised", hidden=True)]
_FILES, _FILES_A_VIEWER = 512, 8  # a socket for each address of this machine, and one that sends
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


def relay(supervised: Supervised = False) -> None:
    """Pulls cameras that somebody looks at, and hands their pictures on; any number of relays share the cameras."""
    settings = rooms.read_settings()
    logs.set_up(settings.log_level)
    from dashboard.camera.peer import Doorway
    from dashboard.camera.relay import Relay
    from dashboard.camera.whep import serve
    from dashboard.store import Store

    make_room_for_files(_FILES + _FILES_A_VIEWER * settings.relay_viewers)
    with _until_told(), _address(settings, supervised=supervised) as url, closing(Store.open(url, connections=3)) as store:
        announced = [one.strip() for one in settings.relay_addresses.split(",") if one.strip()]
        listed = rooms.read_definitions(settings).cameras
        made = Relay(store, listed, Doorway(tuple(announced), ports(settings.relay_ports)), most=settings.relay_viewers)
        asyncio.run(serve(made, settings.relay_host, settings.relay_port))


def vision(supervised: Supervised = False) -> None:
    """Takes the stills that somebody wants to see."""
    settings = rooms.read_settings()
    logs.set_up(settings.log_level)
    from dashboard.camera.vision import keep_watch
    from dashboard.store import Store

    with _until_told(), _address(settings, supervised=supervised) as url, closing(Store.open(url, connections=3)) as store:
        asyncio.run(keep_watch(store, rooms.read_definitions(settings).cameras))


def sandbox(
    supervised: Supervised = False,
    listen_fd: ListenFd = None,
    only: Annotated[str, typer.Option(help="cameras: so far the sandbox holds nothing else")] = "cameras",
    rtsp_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="port of the cameras; DASHBOARD_RTSP_PORT or 8554 otherwise")
    ] = None,
) -> None:
    """The national systems in a box: RTSP cameras with drawn scenes, one for each simulated camera of data/cameras.toml."""
    if only != "cameras":
        raise ConfigurationError(f"--only {only}: the sandbox holds cameras")
    settings = rooms.read_settings()
    logs.set_up(settings.log_level)
    if rtsp_port is not None:
        settings = settings.model_copy(update={"rtsp_port": rtsp_port})
    from dashboard.sandbox import run

    os.nice(5)  # drawing must not slow down what is shown
    with _until_told(), ExitStack() as house:
        if supervised:
            child.await_orders()
        listener = (
            socket.socket(fileno=listen_fd) if listen_fd is not None else house.enter_context(door.listen("127.0.0.1", settings.rtsp_port))
        )
        found = run.channels(rooms.read_definitions(settings).cameras, settings.var_dir / "cache" / "scenes")
        if not supervised:
            print("\n".join(f"rtsp://127.0.0.1:{settings.rtsp_port}/{name}" for name in found), flush=True)
        asyncio.run(run.serve(found, listener))


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
