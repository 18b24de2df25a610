"""A brake on guessing passwords: counted per user name and address, in this process."""

import time
from collections import OrderedDict
from dataclasses import dataclass

FREE_TRIES = 5
FIRST_WAIT = 30.0
LONGEST_WAIT = 900.0
_FORGOTTEN_AFTER = 3600.0
_MOST_KEPT = 10_000


@dataclass(frozen=True)
class _Failures:
    count: int
    last: float


class Throttle:
    """After five failures each further try waits: 30 s, 60 s, … up to 15 minutes after the last one."""

    def __init__(self) -> None:
        self._failures: OrderedDict[tuple[str, str], _Failures] = OrderedDict()

    def wait(self, username: str, address: str) -> int:
        """Whole seconds until the next try is allowed; 0 when it is now."""
        failures = self._failures.get((username, address))
        if failures is None or failures.count < FREE_TRIES:
            return 0
        pause = min(FIRST_WAIT * 2.0 ** min(failures.count - FREE_TRIES, 10), LONGEST_WAIT)
        return max(0, -int(-(failures.last + pause - time.monotonic()) // 1))

    def failed(self, username: str, address: str) -> None:
        """Counts a failure; an hour without one forgets them."""
        key, now = (username, address), time.monotonic()
        before = self._failures.pop(key, None)
        count = before.count if before and now - before.last < _FORGOTTEN_AFTER else 0
        self._failures[key] = _Failures(count + 1, now)
        while len(self._failures) > _MOST_KEPT:
            self._failures.popitem(last=False)

    def succeeded(self, username: str, address: str) -> None:
        """Forgets the failures."""
        self._failures.pop((username, address), None)


class Pace:
    """A brake on asking: so many at once from an address, then one in `seconds`; counted in this process."""

    def __init__(self, at_once: int, seconds: float) -> None:
        self._at_once, self._seconds = at_once, seconds
        self._free_at: OrderedDict[str, float] = OrderedDict()

    def wait(self, address: str) -> int:
        """0 when it may ask now, which is then counted; otherwise the whole seconds until it may."""
        now = time.monotonic()
        # The moment at which all of the address's asking will be paid for.
        paid = max(now, self._free_at.pop(address, now)) + self._seconds
        over = paid - now - self._at_once * self._seconds
        self._free_at[address] = paid if over <= 0 else paid - self._seconds
        while len(self._free_at) > _MOST_KEPT:
            self._free_at.popitem(last=False)
        return max(0, -int(-over // 1))
