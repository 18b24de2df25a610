"""What a child process may do, and when it must go: dropped privileges and the parent-death signal (Linux).

Runs between fork and exec, so only system calls through libc, loaded beforehand.
"""

import ctypes
import os
import pwd
import resource
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from dashboard.errors import ConfigurationError

_LIBC = ctypes.CDLL(None, use_errno=True)
# linux/prctl.h and linux/capability.h
_PR_SET_PDEATHSIG, _PR_SET_SECUREBITS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE = 1, 28, 47, 2
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH, _CAP_SETPCAP = 1, 2, 8
# linux/securebits.h, SECBIT_NO_SETUID_FIXUP: capabilities outlive the change of user, and access(2), which PostgreSQL asks about its
# own programs, counts them.
_CAPABILITIES_STAY = 1 << 2


@dataclass(frozen=True, slots=True)
class Guise:
    """The user that a child runs as; `capability` lets it pass folders that only root may enter (a checkout under /root)."""

    uid: int
    gid: int
    capability: int | None = None


def guise(owner_of: Path, reach: Sequence[Path]) -> Guise | None:
    """The user to run PostgreSQL as, which refuses root: None when we are an ordinary user already.

    The owner of an existing folder `owner_of` is kept, so that a user and root may take turns; otherwise `nobody`.
    `reach` are paths that the child must be able to read. Raises ConfigurationError naming one that it cannot, by any means.
    """
    if os.geteuid() != 0:
        return None
    owner = owner_of.stat() if owner_of.exists() else None
    if owner is None or owner.st_uid == 0:
        nobody = pwd.getpwnam("nobody")
        uid, gid = nobody.pw_uid, nobody.pw_gid
    else:
        uid, gid = owner.st_uid, owner.st_gid
    closed = next((path for path in reach if not _reachable(path, uid, gid)), None)
    return Guise(uid, gid, _capability_for(closed) if closed is not None else None)


def make_room_for_files(wanted: int) -> None:
    """Lets this process hold so many files and sockets, or as many as the system grants it: many systems begin with 1024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    granted = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < granted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (granted, hard))


def die_with_parent(last_signal: int = signal.SIGTERM, as_user: Guise | None = None) -> Callable[[], None]:
    """A `preexec_fn`: takes on `as_user`, then has the kernel send `last_signal` when the thread that started us ends, kill -9 included."""
    parent = os.getpid()

    def prepare() -> None:
        if as_user is not None:
            _become(as_user)
        # After the change of user: the kernel forgets the signal when the user changes.
        _call(_LIBC.prctl(_PR_SET_PDEATHSIG, last_signal, 0, 0, 0))
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def _become(user: Guise) -> None:
    if user.capability is not None:
        _call(_LIBC.prctl(_PR_SET_SECUREBITS, _CAPABILITIES_STAY, 0, 0, 0))
    os.setgroups([])
    os.setgid(user.gid)
    os.setuid(user.uid)
    if user.capability is not None:
        header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
        bit = 1 << user.capability
        sets = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
        _call(_LIBC.capset(header, sets))
        # Ambient: survives exec, and exec does not count as a gain of privilege, so the parent-death signal survives too.
        _call(_LIBC.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, user.capability, 0, 0))


def _call(result: int) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _reachable(path: Path, uid: int, gid: int) -> bool:
    full = path.resolve()
    return all(_may_enter(folder.stat(), uid, gid) for folder in full.parents)


def _may_enter(entry: os.stat_result, uid: int, gid: int) -> bool:
    if entry.st_uid == uid:
        return bool(entry.st_mode & 0o100)
    if entry.st_gid == gid:
        return bool(entry.st_mode & 0o010)
    return bool(entry.st_mode & 0o001)


def _capability_for(path: Path) -> int:
    # Reading is enough; containers often leave root only the wider one.
    held = _effective_capabilities()
    for capability in (_CAP_DAC_READ_SEARCH, _CAP_DAC_OVERRIDE):
        if held >> capability & 1 and held >> _CAP_SETPCAP & 1:
            return capability
    raise ConfigurationError(
        f"PostgreSQL does not run as root, and no other user may enter {path}: move the checkout, or set DASHBOARD_VAR_DIR"
    )


def _effective_capabilities() -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("CapEff:"):
            return int(line.split()[1], 16)
    return 0
