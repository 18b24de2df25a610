"""Runs the whole system on one machine: database, web, clock, relay, vision, sandbox; a blurrer once a camera needs one.

Starts again what dies; leaves nothing when it ends.

Web takes longest to load, so it is started before anything else is loaded here.
"""

import os
import secrets
import signal
import time
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING

from dashboard.cli import door, rooms
from dashboard.cli.child import Child
from dashboard.errors import ConfigurationError, DashboardError, StoreUnavailable
from dashboard.settings import DATABASE_URL, Settings, variable

if TYPE_CHECKING:
    import socket

    from dashboard.store.embedded import Server

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_HOPELESS = 4.0  # seconds of pause: reached after four deaths in a row
_ASK_EVERY = 5.0  # seconds between two looks whether somebody has to make pictures unrecognisable
_STEPS = 8  # what the bar counts: the database, its schema, the sources of today, the last look


class StoppedWorking(DashboardError):
    """A part of the system that cannot be kept alive."""


class Ending:
    """What a signal asks for: heard at the next check, some seconds later at most; a second signal ends whatever goes on at once.

    Not the first one: Python drops what is raised while it cleans up behind an import, and most of a start is imports.
    """

    def __init__(self) -> None:
        self.is_asked = False
        for number in _SIGNALS:
            signal.signal(number, self._hear)

    def _hear(self, *_: object) -> None:
        if self.is_asked:
            raise KeyboardInterrupt
        self.is_asked = True

    def check(self) -> None:
        """Raises KeyboardInterrupt once it was asked for."""
        if self.is_asked:
            raise KeyboardInterrupt


@dataclass
class System:
    """What runs on this machine. `server` is None while the database is an operator's own."""

    settings: Settings
    web: Child
    clock: Child
    cameras: tuple[Child, ...]
    blurrer: Child
    house: ExitStack
    ending: Ending
    server: "Server | None" = None
    url: str = ""
    asked_at: float = 0.0

    @property
    def children(self) -> tuple[Child, ...]:
        """Every process but the database."""
        return (self.web, self.clock, *self.cameras, self.blurrer)


def run(settings: Settings, *, demo: bool) -> None:
    """Runs until it is told to stop (Ctrl-C, SIGTERM, SIGHUP). Raises ConfigurationError for what must be put right first."""
    ending = Ending()
    with ExitStack() as house:
        house.enter_context(door.claim(settings.var_dir))
        socket = house.enter_context(door.listen(settings.host, settings.port))
        rtsp = house.enter_context(door.listen_near("127.0.0.1", settings.rtsp_port)) if demo else None
        portal = _portal(settings, house) if demo else None
        environ = _environ(settings.model_copy(update={"rtsp_port": rtsp.getsockname()[1]}) if rtsp else settings) | _way_to(portal)
        web = Child("web", ["--listen-fd", str(socket.fileno())], environ, (socket.fileno(),))
        cameras = [*(Child("relay", [], environ, beats=True) for _ in range(_relays(settings))), Child("vision", [], environ)]
        if rtsp is not None:
            only = ["--only", settings.sandbox] if settings.sandbox != "all" else []
            sockets = {"--listen-fd": rtsp.fileno()} | ({"--portal-fd": portal.fileno()} if portal is not None else {})
            arguments = [text for name, number in sockets.items() for text in (name, str(number))]
            cameras.append(Child("sandbox", [*arguments, *only], environ, tuple(sockets.values())))
        system = System(settings, web, Child("clock", [], environ), tuple(cameras), Child("blurrer", [], environ), house, ending)
        try:
            with suppress(KeyboardInterrupt):
                _begin(system, demo=demo)
                _watch(system)
        except DashboardError:
            if not ending.is_asked:  # Ctrl-C reaches the programs that are run here too: what they break off is no fault
                raise
        finally:
            # A second Ctrl-C must not leave half of it standing.
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            for child in (
                *system.cameras,
                system.blurrer,
                system.clock,
                system.web,
            ):  # the relay before the cameras: they are not lost, we leave
                child.stop()


def _begin(system: System, *, demo: bool) -> None:
    system.web.start()
    from rich.console import Console

    from dashboard.cli import logs, prepare

    logs.set_up("warning")  # the steps are told here
    definitions = rooms.read_definitions(system.settings)
    console = Console()
    with prepare.progress(console, _STEPS) as bar:

        def tell(step: str) -> None:
            system.ending.check()
            bar(step)

        tell("Khởi động cơ sở dữ liệu")
        _open_database(system)
        with closing(prepare.open_store(system.url, tell)) as store:
            system.web.tell(system.url)
            remarkable = prepare.load(rooms.ingest_desk(system.settings, store, definitions), tell)
            accounts = prepare.demo_accounts(store) if demo else []
        tell("Chờ trang web sẵn sàng")
        while not _is_ready(system.settings):
            _tend(system)
            if system.web.pause > _HOPELESS:
                raise StoppedWorking("web ended again and again before it was ready, see its lines above")
    for child in (system.clock, *system.cameras):  # only now: on two cores their libraries would delay the first page
        child.start()
        child.tell(system.url)
    prepare.announce(console, rooms.web_address(system.settings), accounts, remarkable, demo=demo)


def _open_database(system: System) -> None:
    if system.settings.database_url is not None:
        system.url = system.settings.database_url.get_secret_value()
        return
    from dashboard.store.embedded import Server

    system.server = system.house.enter_context(Server(system.settings.var_dir))
    system.url = system.server.url


def _watch(system: System) -> None:
    waited_for = {*_SIGNALS, signal.SIGCHLD}
    signal.pthread_sigmask(signal.SIG_BLOCK, waited_for)
    while True:
        told = signal.sigtimedwait(waited_for, 1.0)
        if told is not None and told.si_signo in _SIGNALS:
            return
        _tend(system)


def _tend(system: System) -> None:
    """Starts again what died. Raises ConfigurationError when a part says that it cannot start as it is configured,
    KeyboardInterrupt once the end was asked for."""
    system.ending.check()
    if system.server is not None and not system.server.pid:
        _log_error("the database ended: starting it again")
        system.server.start()
        was, system.url = system.url, system.server.url
        # At the same address they find it again by themselves, as they would an operator's: pictures go on meanwhile.
        for child in system.children if system.url != was else ():
            child.stop()
    for child in system.children:
        if child.hangs():
            _log_error("a process hangs: ending it", process=child.name)
            child.kill()
        code = child.ended()
        if code == ConfigurationError.exit_code:
            raise ConfigurationError("")  # the child has said what is wrong, in the one line that the operator should read
        if code is not None:
            _log_error("a process ended", process=child.name, code=code, again_in=f"{child.pause:.1f} s")
        if child.started_at and child.is_due() and system.url:
            child.start()
            child.tell(system.url)
    _call_blurrer(system)


def _call_blurrer(system: System) -> None:
    """Starts the blurrer once the picture of some camera may not be seen as it is; until then there is none."""
    if system.blurrer.started_at or not system.clock.started_at or time.monotonic() < system.asked_at + _ASK_EVERY:
        return
    system.asked_at = time.monotonic()
    from dashboard.store import Store, camera_list

    with suppress(StoreUnavailable), closing(Store.open(system.url, connections=1)) as store:
        if camera_list.are_some_veiled(store):
            system.blurrer.start()
            system.blurrer.tell(system.url)


def _log_error(event: str, **facts: object) -> None:
    import structlog

    structlog.get_logger().error(event, **facts)


def _relays(settings: Settings) -> int:
    """How many relays to run. Raises ConfigurationError when they would fight over one port."""
    if settings.relays > 1 and settings.relay_port:
        raise ConfigurationError(f"{variable('relay_port')}: {settings.relays} relays cannot share a port; 0 lets each take a free one")
    return settings.relays


def _environ(settings: Settings) -> dict[str, str]:
    """What children see: this environment with the folders and the port as this process understood them, and no address of a database."""
    known = {"var_dir": settings.var_dir.resolve(), "data_dir": settings.data_dir.resolve(), "host": settings.host}
    known |= {"port": settings.port, "rtsp_port": settings.rtsp_port}
    if settings.trust_dir is not None:
        known["trust_dir"] = settings.trust_dir.resolve()
    environ = {name: value for name, value in os.environ.items() if name != DATABASE_URL}
    return environ | {variable(field): str(value) for field, value in known.items()}


def _portal(settings: Settings, house: ExitStack) -> "socket.socket | None":
    """Where the sandbox's portal is to listen; None where the operator has named a real one, or wants cameras only."""
    if settings.sandbox != "all" or os.environ.get(rooms.PORTAL_ADDRESS):
        return None
    return house.enter_context(door.listen_near("127.0.0.1", settings.portal_port))


def _way_to(portal: "socket.socket | None") -> dict[str, str]:
    """What those who ask the sandbox's portal, and the portal itself, need to know."""
    if portal is None:
        return {}
    address = f"http://127.0.0.1:{portal.getsockname()[1]}"
    return {rooms.PORTAL_ADDRESS: address, rooms.PORTAL_USERNAME: rooms.SANDBOX_WORD, rooms.PORTAL_PASSWORD: secrets.token_urlsafe(16)}


def _is_ready(settings: Settings) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    connection = HTTPConnection(host, settings.port, timeout=0.5)
    with closing(connection):
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
