"""`sandbox`: the national systems in a box. Cameras, document gateways, and years of history, all of it made up and marked so."""

import asyncio
import os
import socket
import threading
from collections.abc import Mapping
from contextlib import ExitStack, closing, suppress
from typing import TYPE_CHECKING, Annotated, cast

import typer

from dashboard.cli import child, door, logs, rooms, systems
from dashboard.cli.processes import ListenFd, Supervised, until_told
from dashboard.errors import ConfigurationError, StoreUnavailable
from dashboard.settings import Settings

if TYPE_CHECKING:
    from dashboard.sandbox.channels import Channel

_ALL, _CAMERAS, _GATEWAYS, _PORTAL = "", "cameras", "gateways", "portal"


def sandbox(  # noqa: PLR0913 — each is an option of the command
    supervised: Supervised = False,
    listen_fd: ListenFd = None,
    portal_fd: ListenFd = None,
    only: Annotated[str, typer.Option(help="cameras, gateways or portal; all otherwise")] = _ALL,
    rtsp_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="port of the cameras; DASHBOARD_RTSP_PORT or 8554 otherwise")
    ] = None,
    portal_port: Annotated[int | None, typer.Option(min=1, max=65535, help="port of the portal; DASHBOARD_PORTAL_PORT or 8555")] = None,
    history: Annotated[bool, typer.Option("--history", help="only write the history that is not there yet, and end")] = False,
    years: Annotated[int, typer.Option(min=1, max=6, help="of history, up to yesterday")] = 2,
    scenario: Annotated[str, typer.Option(help="2025: 34 provinces, today; 2020: 63 provinces, on 11/9/2020")] = "2025",
    seed: Annotated[int | None, typer.Option(help="of the gateways' messages; another one each time otherwise")] = None,
    rate: Annotated[float, typer.Option(min=0.01, max=500, help="messages a second, of all gateways together")] = 1.0,
) -> None:
    """The national systems in a box: cameras with drawn scenes, document gateways, the portal's dossiers, and history. All simulated."""
    _check(only, scenario)
    settings = rooms.read_settings()
    # Under a supervisor an operator reads along: a year of history is no news to them.
    logs.set_up("warning" if supervised and settings.log_level == "info" else settings.log_level)
    ports = {"rtsp_port": rtsp_port, "portal_port": portal_port}
    settings = settings.model_copy(update={name: port for name, port in ports.items() if port is not None})
    play = systems.Play(cast("systems.Scenario", scenario), years, seed, rate)
    os.nice(5)  # what is played must not slow down what is shown
    with until_told(), ExitStack() as house:
        if history:
            systems.write_history(settings, house.enter_context(rooms.database(settings)), play)
            return
        alone = only in (_CAMERAS, _PORTAL)
        url = child.await_orders() if supervised else "" if alone else house.enter_context(rooms.database(settings))
        if only in (_ALL, _PORTAL) and (portal_fd is not None or not supervised):
            _show_portal(settings, portal_fd, house, aloud=not supervised)
        if only == _PORTAL:
            threading.Event().wait()
        if only == _GATEWAYS:
            systems.keep_playing(settings, url, play, with_history=supervised)
            return
        if only != _CAMERAS:
            threading.Thread(target=systems.keep_playing, args=(settings, url, play, supervised), name="gateways", daemon=True).start()
        _show_cameras(settings, listen_fd, house, "" if only == _CAMERAS and not supervised else url)


def _check(only: str, scenario: str) -> None:
    if only not in (_ALL, _CAMERAS, _GATEWAYS, _PORTAL) or scenario not in ("2020", "2025"):
        raise ConfigurationError(f"sandbox: --only is cameras, gateways or portal, --scenario 2020 or 2025; not {only or scenario}")


def _show_portal(settings: Settings, listen_fd: int | None, house: ExitStack, *, aloud: bool) -> None:
    listener = (
        socket.socket(fileno=listen_fd) if listen_fd is not None else house.enter_context(door.listen("127.0.0.1", settings.portal_port))
    )
    systems.open_portal(settings, listener)
    if aloud:
        print(f"http://127.0.0.1:{settings.portal_port}", flush=True)


def _show_cameras(settings: Settings, listen_fd: int | None, house: ExitStack, url: str) -> None:
    from dashboard.sandbox import run

    listener = (
        socket.socket(fileno=listen_fd) if listen_fd is not None else house.enter_context(door.listen("127.0.0.1", settings.rtsp_port))
    )
    found = run.channels(rooms.read_definitions(settings).cameras, settings.var_dir / "cache" / "scenes")
    if listen_fd is None:
        print("\n".join(f"rtsp://127.0.0.1:{settings.rtsp_port}/{name}" for name in found), flush=True)
    if url:
        _tell_views(url, found)
    asyncio.run(run.serve(found, listener))


def _tell_views(url: str, found: "Mapping[str, Channel]") -> None:
    """Vision counts people beside the empty hall; without a database, or while it is away, it learns the halls as they are."""
    from dashboard.sandbox import run
    from dashboard.store import Store

    with suppress(StoreUnavailable), closing(Store.open(url, connections=1)) as store:
        run.tell_views(store, found)
