"""Files for browsers are pressed once for all tests: at its best brotli takes four seconds, and every program of a test would pay them."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from dashboard.settings import CHECKOUT
from dashboard.web.pressed import Press

FOLDER = CHECKOUT / ".pytest_cache" / "d" / "pressed"
"""Kept from run to run, by content; pytest's own cache, which git leaves out."""


class OnePress(Press):
    """Presses while no other one does, in this process or another: whoever comes later finds what the first one made."""

    def _prepare(self, bodies: list[tuple[str, bytes]]) -> None:
        FOLDER.mkdir(parents=True, exist_ok=True)
        with (FOLDER / "turn").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            super()._prepare(bodies)


def shared_press(folder: Path) -> Press:
    """A press that keeps what it made where all tests find it."""
    return OnePress(FOLDER)


def hand_over(var_dir: Path) -> None:
    """Puts what was pressed before where a program of this `var/` will look for it."""
    target = var_dir / "cache" / "pressed"
    target.mkdir(parents=True, exist_ok=True)
    for made in FOLDER.glob("*.br"):
        with suppress(FileExistsError):
            os.link(made, target / made.name)
