"""`make soak [UPDATES=17280]`: a wall through a day of updates (one each five seconds) and a thousand scene changes, played fast.

Prints what the page holds at each look; ends with 1 when heap, nodes, listeners or documents grew.
"""

import argparse
import sys

from rich.console import Console
from rich.table import Table

from tests.browser.replay import POLL, Held
from tests.soak.wall import replayed

DAY, CHANGES = 17_280, 1_000


def main() -> int:
    """Replays and judges."""
    parser = argparse.ArgumentParser(prog="tests.soak")
    parser.add_argument("--updates", type=int, default=DAY)
    updates = parser.parse_args().updates
    held, scenes = replayed(updates, looks=12, scene_seconds=max(1, DAY * POLL // CHANGES))
    table = Table("Lần xem", "Heap (kB)", "Nút DOM", "Trình nghe", "Tài liệu")
    for number, one in enumerate(held):
        table.add_row(str(number), f"{one.heap / 1000:.0f}", str(one.nodes), str(one.listeners), str(one.documents))
    console = Console()
    console.print(table)
    grew = faults(held)
    console.print(f"{updates} lần cập nhật, {scenes} lần đổi cảnh: {', '.join(grew) or 'không có gì lớn lên'}")
    return 1 if grew else 0


def faults(held: list[Held]) -> list[str]:
    """What grew: the mean of the last three looks against that of the three after the first."""
    early, late = held[1:4], held[-3:]
    room = {"heap": 1.05, "nodes": 1.05, "listeners": 1.0, "documents": 1.0}
    return [
        f"{name}: {before:.0f} → {after:.0f}"
        for name, most in room.items()
        if (after := sum(getattr(one, name) for one in late) / 3) > most * (before := sum(getattr(one, name) for one in early) / 3)
    ]


if __name__ == "__main__":
    sys.exit(main())
