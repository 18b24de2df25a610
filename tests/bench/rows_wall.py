"""The wall: whether a display holds more after many updates than after few. The long form is `make soak`."""

from tests.bench.row import Measure, Row
from tests.soak.wall import replayed

UPDATES = 600


def _row(name: str, unit: str, limit: float) -> Row:
    held, _ = replayed(UPDATES, looks=2, scene_seconds=15)
    early, late = getattr(held[1], name), getattr(held[-1], name)
    return Row(f"wall_{name}", late, unit, limit=limit, baseline=early)


def wall_heap() -> Row:
    """Bytes of JavaScript's heap after 600 updates against 300."""
    return _row("heap", "B", 1.05)


def wall_nodes() -> Row:
    """Nodes of the document after 600 updates against 300."""
    return _row("nodes", "nodes", 1.05)


ROWS: dict[str, Measure] = {"wall_heap": wall_heap, "wall_nodes": wall_nodes}
