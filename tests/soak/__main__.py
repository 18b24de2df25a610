"""`make soak [UPDATES=17280]`: a wall through a day of updates (one each five seconds) and a thousand scene changes, played fast;
in each fifth scene the cameras of the sandbox come, play and go. Then, `FAULTS=30`, so many minutes of random kills and cuts of a whole
system with somebody in front of a camera (`--updates 0` leaves the first part out).

Prints what the page holds at each look; ends with 1 when its objects, its heap, nodes,
listeners, documents or open connections grew, or no picture moved; or when a picture did not come back.
"""

import argparse
import logging
import sys

import structlog
from rich.console import Console

from tests.browser.replay import POLL, Held
from tests.soak.faults import Event, suffered
from tests.soak.wall import CAMERA_SECONDS, replayed

DAY, CHANGES, SCENES = 17_280, 1_000, 5


def main() -> int:
    """Replays and judges."""
    parser = argparse.ArgumentParser(prog="tests.soak")
    parser.add_argument("--updates", type=int, default=DAY)
    parser.add_argument("--faults", type=float, default=0.0, metavar="MINUTES")
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))  # a camera that fails is part of it
    console = Console()
    parts = [_wall(console, asked.updates)] if asked.updates else []
    return max(parts + ([_faults(console, asked.faults)] if asked.faults else []), default=0)


def _faults(console: Console, minutes: float) -> int:
    """The second part."""
    console.print("Việc xảy ra, ở đâu, hình đứng bao lâu (giây):")
    run = suffered(minutes, lambda one: console.print(_event(one)))
    wrong = run.faults()
    longest = max((one.standstill or 0.0 for one in run.events), default=0.0)
    console.print(f"{len(run.events)} sự cố, hình đứng lâu nhất {longest:.1f} giây: {', '.join(wrong) or 'mọi thứ trở lại như trước'}")
    return 1 if wrong or not run.events else 0


def _event(one: Event) -> str:
    return f"{one.what:5} {one.part:9} {'không trở lại' if one.standstill is None else f'{one.standstill:5.1f}'}"


def _wall(console: Console, updates: int) -> int:
    """The first part."""
    # Five scenes a round; that of the cameras stands shorter, since its pictures are real and cannot be hurried.
    scene_seconds = max(1, (DAY * POLL * SCENES // CHANGES - CAMERA_SECONDS) // (SCENES - 1))
    console.print("Đối tượng của trang (kB), cả heap (kB), nút DOM, trình nghe, tài liệu, kết nối camera còn mở:")
    found = replayed(updates, looks=12, scene_seconds=scene_seconds, told=lambda one: console.print(_line(one)))
    grew = faults(found.held)
    shown = f"{found.peers} kết nối camera, mỗi lần {sum(found.played) / max(1, len(found.played)):.1f} hình chạy"
    console.print(f"{updates} lần cập nhật, {found.scenes} lần đổi cảnh, {shown}: {', '.join(grew) or 'không có gì lớn lên'}")
    return 1 if grew or not any(found.played) else 0


def _line(one: Held) -> str:
    return f"{one.objects / 1000:8.1f} {one.heap / 1000:8.0f} {one.nodes:7} {one.listeners:5} {one.documents:4} {one.peers:4}"


def faults(held: list[Held]) -> list[str]:
    """What grew: the mean of the last three looks against that of the three after the first."""
    early, late = held[1:4], held[-3:]
    # The whole heap has machine code in it, which grows for hours while V8 makes it quicker, and with what this very replay has evaluated.
    room = {"objects": 1.03, "heap": 1.12, "nodes": 1.05, "listeners": 1.0, "documents": 1.0, "peers": 1.0}
    return [
        f"{name}: {before:.0f} → {after:.0f}" + (_most_grown(early[-1], late[-1]) if name == "objects" else "")
        for name, most in room.items()
        if (after := sum(getattr(one, name) for one in late) / 3) > most * (before := sum(getattr(one, name) for one in early) / 3)
    ]


def _most_grown(before: Held, after: Held) -> str:
    """Which kinds of objects grew, for whoever looks for the leak."""
    grown = sorted(((size - before.kinds.get(kind, 0), kind) for kind, size in after.kinds.items()), reverse=True)
    return f" ({'; '.join(f'{kind} +{more}' for more, kind in grown[:5] if more > 0)})"


if __name__ == "__main__":
    sys.exit(main())
