"""The wall: whether a display holds more after many updates than after few. The long form is `make soak`."""

from functools import cache

from tests.bench.row import Measure, Row
from tests.soak.wall import Replayed, replayed

UPDATES = 600


@cache
def _replayed() -> Replayed:
    """One replay for all rows: three looks, the first after a warm start."""
    return replayed(UPDATES, looks=2, scene_seconds=20)


def _row(name: str, unit: str, limit: float) -> Row:
    early, late = (getattr(one, name) for one in _replayed().held[1:])
    return Row(f"wall_{name}", late, unit, limit=limit, baseline=early)


def wall_objects() -> Row:
    """Bytes of what scripts made, after 600 updates against 300."""
    return _row("objects", "B", 1.05)


def wall_nodes() -> Row:
    """Nodes of the document after 600 updates against 300."""
    return _row("nodes", "nodes", 1.05)


def wall_listeners() -> Row:
    """Event listeners after 600 updates against 300."""
    return _row("listeners", "listeners", 1.0)


def wall_peers() -> Row:
    """Connections to cameras that are open while no scene shows one, after hundreds that came and went."""
    return Row("wall_peers", _replayed().held[-1].peers, "connections", limit=0)


ROWS: dict[str, Measure] = {
    "wall_objects": wall_objects, "wall_nodes": wall_nodes, "wall_listeners": wall_listeners, "wall_peers": wall_peers,
}  # fmt: skip
