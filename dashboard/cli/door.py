"""What must be free before the system starts: the folder it writes to, and the port it listens on."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from dashboard.errors import ConfigurationError


@contextmanager
def claim(var_dir: Path) -> Iterator[None]:
    """Makes the folder ours for as long as we live; the kernel lets go of it whatever ends us.

    Raises ConfigurationError when it cannot be written, or when another run holds it.
    """
    lock = _open_lock(var_dir)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(lock, 32).decode("ascii", "replace").strip()
            raise ConfigurationError(
                f"another run (process {holder or 'unknown'}) holds {var_dir}: end it, or set DASHBOARD_VAR_DIR"
            ) from None
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(lock)


@contextmanager
def listen(host: str, port: int) -> Iterator[socket.socket]:
    """The listening socket: held by the supervisor, so that browsers wait, and are not refused, while web is started again.

    Raises ConfigurationError naming the port or the host that cannot be had.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, kind, protocol)
    except socket.gaierror as error:
        raise ConfigurationError(f"DASHBOARD_HOST: {host} is no address of this machine ({error.strerror})") from None
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
            listener.listen(2048)
        except OSError as error:
            raise ConfigurationError(
                f"port {port} on {host} cannot be used: {error.strerror}; choose another with PORT=… or --port"
            ) from None
        yield listener


@contextmanager
def listen_near(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket at a port, or at any free one when that is taken: for what nobody calls from elsewhere."""
    with ExitStack() as house:
        try:
            listener = house.enter_context(listen(host, port))
        except ConfigurationError:
            listener = house.enter_context(listen(host, 0))
        yield listener


def _open_lock(var_dir: Path) -> int:
    try:
        var_dir.mkdir(parents=True, exist_ok=True)
        return os.open(var_dir / "running.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise ConfigurationError(f"{var_dir.absolute()} cannot be written ({error.strerror}): set DASHBOARD_VAR_DIR") from None
