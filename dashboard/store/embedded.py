"""PostgreSQL without an administrator: one server in `var/pg`, a direct child of whoever starts it first, gone when that one is gone.

It opens no port: it listens on a socket in a folder of its own, and asks for a password there.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psycopg
from psycopg import sql

from dashboard.errors import ConfigurationError, StoreUnavailable
from dashboard.privilege import Guise, die_with_parent, guise
from dashboard.store import cluster
from dashboard.store.cluster import DATABASE, SOCKET_PREFIX, USER, Folders

_LONGEST_SOCKET = 107  # bytes; sockaddr_un has 108 with the closing zero
_SOCKET = ".s.PGSQL.5432"
_PATIENCE = 120.0  # seconds to become ready: recovery after a crash reads the log again
_TUNING = {
    "listen_addresses": "",
    "max_connections": "120",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "wal_compression": "pglz",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
}


def socket_url(socket_folder: Path, password: str, database: str = DATABASE) -> str:
    """The address of a database on the server that listens in a folder, as SQLAlchemy reads it."""
    return f"postgresql+psycopg://{USER}:{quote(password, safe='')}@/{quote(database)}?host={quote(str(socket_folder), safe='')}"


class Server:
    """The embedded server while this process keeps it; a context that starts and stops it."""

    def __init__(self, var_dir: Path, tuning: dict[str, str] | None = None) -> None:
        self._folders = Folders(var_dir.resolve() / "pg")
        self._tuning = _TUNING | (tuning or {})
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._socket_folder = self._folders.home / "socket"

    @property
    def url(self) -> str:
        """Where the database is; a secret."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """Where another database of this server is; a secret."""
        return socket_url(self._socket_folder, cluster.password(self._folders), database)

    @property
    def pid(self) -> int:
        """The postmaster's process id; 0 while it does not run."""
        return self._process.pid if self._process is not None and self._process.poll() is None else 0

    def __enter__(self) -> "Server":
        """Takes the lock, waiting for a command that holds it for its own duration. Raises StoreUnavailable when it stays held."""
        self._lock = _hold(self._folders.lock, _PATIENCE)
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Starts the server (again) and waits until it answers; makes the data folder at the first time.

        Raises StoreUnavailable when PostgreSQL gives up, ConfigurationError when a folder is another user's.
        """
        folders = self._folders
        user = guise(folders.home, [cluster.programs() / "postgres", folders.home])
        cluster.own(folders.home, user)
        cluster.clear_out(folders)
        if not folders.data.exists():
            cluster.create(folders, user)
        self._socket_folder = _socket_folder(folders.home, user)
        self._process = self._launch(user)
        self._await_ready()
        _ensure_database(self.url)

    def stop(self) -> None:
        """Ends the server without losing anything, and lets go of the lock. Harmless when it does not run."""
        if self._process is not None:
            _end(self._process)
            self._process = None
            if self._socket_folder.name.startswith(SOCKET_PREFIX):
                shutil.rmtree(self._socket_folder, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _launch(self, user: Guise | None) -> subprocess.Popen[bytes]:
        settings = self._tuning | {"unix_socket_directories": str(self._socket_folder), "unix_socket_permissions": "0700"}
        command = [str(cluster.programs() / "postgres"), "-D", str(self._folders.data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self._folders.log.open("wb") as log:
            # Fast shutdown when we die: clients are sent away, everything is written.
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folders.data,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT, user),  # noqa: PLW1509 — system calls only
            )

    def _await_ready(self) -> None:
        end = time.monotonic() + _PATIENCE
        while self.pid:
            note = cluster.read_note(self._folders)
            if note is not None and note.ready and note.pid == self.pid:
                return
            if time.monotonic() > end:
                break
            time.sleep(0.01)
        lines = self._folders.log.read_text(encoding="utf-8", errors="replace").splitlines()
        reason = next((line.partition("FATAL:")[2].strip() for line in reversed(lines) if "FATAL:" in line), "no reason given")
        raise StoreUnavailable(f"PostgreSQL did not start in {self._folders.home}: {reason} (see {self._folders.log})")


@contextmanager
def running(var_dir: Path) -> Iterator[str]:
    """The address of the embedded database: of the server that runs already, or of one that lives as long as this context.

    Yields a secret address (`postgresql+psycopg://…`). Raises StoreUnavailable, ConfigurationError.
    """
    folders = Folders(var_dir.resolve() / "pg")
    with _guest(folders) as guest:
        url = _running_elsewhere(folders)
        if url is not None:
            yield url
            return
        fcntl.flock(guest, fcntl.LOCK_UN)
        with Server(var_dir) as server:
            try:
                yield server.url
            finally:
                # Commands that came in meanwhile use this server: they finish first.
                fcntl.flock(guest, fcntl.LOCK_EX)


def _running_elsewhere(folders: Folders) -> str | None:
    end = time.monotonic() + _PATIENCE
    while not _is_free(folders.lock):
        note = cluster.read_note(folders)
        if note is not None and note.ready:
            url = socket_url(note.socket_folder, cluster.password(folders))
            if _answers(url):
                return url
        if time.monotonic() > end:
            raise StoreUnavailable(f"the server of {folders.home} is held by another process and does not answer")
        time.sleep(0.05)
    return None


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _ensure_database(url: str) -> None:
    maintenance = url.replace("+psycopg", "", 1).replace(f"/{DATABASE}?", "/postgres?", 1)
    with psycopg.connect(maintenance, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _socket_folder(home: Path, user: Guise | None) -> Path:
    """A folder for the socket: in `var/pg`, or a private temporary one where that path is too long or holds a sign that splits lists."""
    folder = home / "socket"
    if len(os.fsencode(folder / _SOCKET)) > _LONGEST_SOCKET or any(sign in str(folder) for sign in ',"'):
        base = tempfile.gettempdir()
        folder = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=base if len(base) < 60 else "/tmp"))
    cluster.own(folder, user)
    return folder


def _end(process: subprocess.Popen[bytes]) -> None:
    for last_signal, patience in ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        if process.poll() is not None:
            return
        process.send_signal(last_signal)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            continue


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except PermissionError:
        raise ConfigurationError(f"{path} cannot be written: run as its owner, or set DASHBOARD_VAR_DIR") from None


def _hold(path: Path, patience: float) -> int:
    lock = _open(path)
    end = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except BlockingIOError:
            if time.monotonic() > end:
                os.close(lock)
                raise StoreUnavailable(f"{path} stays locked by another process") from None
            time.sleep(0.05)


def _is_free(path: Path) -> bool:
    lock = _open(path)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


@contextmanager
def _guest(folders: Folders) -> Iterator[int]:
    note = _open(folders.guests)
    try:
        fcntl.flock(note, fcntl.LOCK_SH)
        yield note
    finally:
        os.close(note)
