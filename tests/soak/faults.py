"""A whole system under random kills and cuts, with somebody in front of a camera all the while.

Each few seconds something happens to one of its processes: it is killed, or it is stopped for some seconds as if the network had been cut
(its sockets stay open and say nothing). How long the picture stood still is measured in the browser; at the end everything must be as it
was: the picture plays, no session is left open, and neither sockets nor memory have grown.
"""

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from tests.bench.rows_camera import WARM, watching
from tests.faults.whole import Whole

KILLED: Final = ("relay", "relay", "relay", "web", "sandbox", "vision", "postgres")
CUT: Final = ("relay", "sandbox", "web")
CUT_SECONDS: Final = 7.0
"""Longer than a camera may be silent, shorter than a session lives."""
QUIET: Final = 12.0
"""Seconds between two events, on the average."""
PATIENCE: Final = 60.0
SETTLING: Final = 45.0
CONSEQUENCES: Final = 9.0
"""Seconds after which whatever an event does to the picture has been done: a camera is called lost after five."""
# Told by the element for each picture that is shown; it is another element when the page was drawn anew.
_WATCH = """() => {
  const video = document.querySelector('[data-player] video');
  if (!video) return;
  if (window.watched !== video) {
    window.watched = video;
    window.last = performance.now();
    const shown = () => {
      window.gap = Math.max(window.gap, performance.now() - window.last);
      window.last = performance.now();
      if (window.watched === video) video.requestVideoFrameCallback(shown);
    };
    video.requestVideoFrameCallback(shown);
  }
}"""
_RESET = f"() => {{ ({_WATCH})(); window.gap = 0; }}"
_SINCE = f"() => {{ ({_WATCH})(); return [performance.now() - window.last, window.gap]; }}"


@dataclass(frozen=True)
class Event:
    """What was done to which part, and for how many seconds no new picture came; None when none came in time."""

    what: str
    part: str
    standstill: float | None


@dataclass
class Run:
    """A run's events, and what a process of each kind held at the beginning and at the end: sockets and megabytes."""

    events: list[Event] = field(default_factory=list)
    before: dict[str, tuple[int, float]] = field(default_factory=dict)
    after: dict[str, tuple[int, float]] = field(default_factory=dict)

    def faults(self) -> list[str]:
        """What did not come back, or grew."""
        lost = [f"{one.what} {one.part}: hình không trở lại" for one in self.events if one.standstill is None]
        grown = [
            f"{part}: {before[0]} → {after[0]} ổ nối, {before[1]:.0f} → {after[1]:.0f} MB"
            for part, before in self.before.items()
            if (after := self.after.get(part, (0, 0.0)))[0] > before[0] + 12 or after[1] > 1.4 * before[1] + 30
        ]
        missing = [f"{part} không còn chạy" for part in self.before if part not in self.after]
        return lost + grown + missing


def suffered(minutes: float, told: Callable[[Event], None], seed: int | None = None) -> Run:
    """Runs a system of two relays for so long; each event is told when the picture has come back from it."""
    chance, run = random.Random(seed), Run()
    with watching(WARM, relays=2) as (page, whole):
        time.sleep(5)
        run.before = _held(whole)
        end = time.monotonic() + minutes * 60
        while time.monotonic() < end:
            time.sleep(chance.uniform(0.3, 1.7) * QUIET)
            event = _one(chance, page, whole)
            run.events.append(event)
            told(event)
        time.sleep(SETTLING)
        run.after = _held(whole)
    return run


def _one(chance: random.Random, page: Page, whole: Whole) -> Event:
    what = chance.choice(("kill", "kill", "cut"))
    part = chance.choice(KILLED if what == "kill" else CUT)
    page.evaluate(_RESET)
    begun = time.monotonic()
    victims = sorted(whole.all_of(part))
    victim = (chance.choice(victims) if part != "postgres" else victims[0]) if victims else None
    if victim is None:  # it is just being started again
        what = "none"
    elif what == "kill":
        _signal(victim, signal.SIGKILL)
    else:
        _signal(victim, signal.SIGSTOP)
        time.sleep(CUT_SECONDS)
        _signal(victim, signal.SIGCONT)
    return Event(what, part, _standstill(page, begun))


def _signal(process: int, number: int) -> None:
    try:
        os.kill(process, number)
    except ProcessLookupError:
        return  # it went by itself, as the children of one that was killed do


def _standstill(page: Page, begun: float) -> float | None:
    """The longest time between two pictures since then, once they come again."""
    while time.monotonic() - begun < PATIENCE:
        time.sleep(0.5)
        since, gap = page.evaluate(_SINCE)
        if time.monotonic() - begun > CONSEQUENCES and since < 1000:
            return float(gap) / 1000
    return None


def _held(whole: Whole) -> dict[str, tuple[int, float]]:
    """Of each part the largest process: open sockets, resident megabytes."""
    found: dict[str, tuple[int, float]] = {}
    for part in ("relay", "web", "vision", "sandbox", "clock"):
        each = [one for process in whole.all_of(part) if (one := _of(process)) is not None]
        if each:
            found[part] = max(sockets for sockets, _ in each), max(size for _, size in each)
    return found


def _of(process: int) -> tuple[int, float] | None:
    folder = Path(f"/proc/{process}")
    try:
        links = [os.readlink(one) for one in (folder / "fd").iterdir()]
        size = next(line for line in (folder / "status").read_text().splitlines() if line.startswith("VmRSS"))
    except (OSError, StopIteration):
        return None
    return sum(link.startswith("socket:") for link in links), int(size.split()[1]) / 1024
