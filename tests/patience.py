"""How tests wait for what others bring about: for the thing itself, never for a time."""

import time
from collections.abc import Callable

PATIENCE = 120.0
"""Seconds within which comes what is sure to come, however slow this machine is just now; nothing is measured by it."""
IN_BROWSERS = 1000 * PATIENCE
"""The same in milliseconds, as Playwright counts."""


def soon(truth: Callable[[], object], seconds: float = PATIENCE) -> bool:
    """Whether something becomes true in time. Fewer seconds are for what must not become true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if truth():
            return True
        time.sleep(0.05)
    return False
