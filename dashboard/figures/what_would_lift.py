"""What would lift a computed rank: the cheapest sets of indicator moves that gain so many places, with the others as they stand.

The cost of a move is relative effort: the share that it closes of what is left to the indicator's goalpost. From 60 to 70 of 100 costs a
quarter. (`lift` says how many points are missing in a published ranking, whose formula is not ours.)
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil, floor

from dashboard.errors import FigureError
from dashboard.figures.computed_ranking import Component, Definition, Input, Inputs, board, row_points, total
from dashboard.figures.ranking import GRAIN
from dashboard.figures.rates import PER_CENT


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: sets of at most `moves` indicators, the `ways` cheapest of them.

    `most_share`: no indicator is asked to close more than this share of what it lacks; half, since who is far behind must first have come
    half the way, and a proposal of 100 % everywhere helps nobody. `decimals` of proposed values, those that the indicator is shown with.
    """

    moves: int = 3
    ways: int = 5
    most_share: float = 0.5
    decimals: int = 2


STANDARD = Search()


@dataclass(frozen=True, slots=True)
class Move:
    """One indicator from its value to another: the share closed of what it lacks, the points gained, and, of a rate, how many more
    cases."""

    indicator: str
    now: float
    to: float
    share: float
    points: float
    cases: int | None


@dataclass(frozen=True, slots=True)
class Way:
    """A set of moves, largest gain first, its effort (Σ shares), and the rank and score that come of it, recomputed."""

    moves: tuple[Move, ...]
    effort: float
    rank: int
    score: float


@dataclass(frozen=True, slots=True)
class _Room:
    """What a component could still gain."""

    component: Component
    input: Input
    value: float
    worth: float
    left: float


def ways(definition: Definition, inputs: Mapping[str, Inputs], unit: str, places: int, search: Search = STANDARD) -> tuple[Way, ...]:
    """The cheapest ways to gain `places` (or to come first, when fewer are ahead), cheapest first; empty when there is none, or nobody
    ahead.

    Exact: closing a share costs the same everywhere, so within a set the effort goes first to the indicator that gains most by it, up to
    `most_share`; every set of up to `moves` indicators is tried, and one that needs fewer than it has is left to the smaller set. A rank
    shared with the unit ahead counts as gained (ties are 1-2-2-4); its shown score is reached in full, not by rounding. Proposed values
    are rounded up to what can be shown; each way's rank is recomputed. An indicator that is missing or late is not moved: it must first
    be reported. Raises FigureError for a unit that is not ranked, or no places.
    """
    if places < 1:
        raise FigureError(f"places are gained from 1 on, not {places}")
    rows = {row.unit: row for row in board(definition, inputs)}
    own = rows.get(unit)
    if own is None or own.rank is None:
        raise FigureError(f"{unit} is not ranked")
    others = sorted(row.score for row in rows.values() if row.unit != unit and row.score is not None)
    goal = max(1, own.rank - places)
    if goal == own.rank:
        return ()
    missing = others[-goal] - sum(own.points.values())
    rooms = _rooms(definition, inputs[unit], own.points)
    found = []
    for shares in _sets(rooms, missing, search):
        moves = tuple(_move(room, share, search.decimals) for room, share in shares)
        score = _score(definition, inputs[unit], moves)
        rank = 1 + len(others) - bisect_right(others, score)
        if rank <= goal:
            found.append(Way(moves, round(sum(move.share for move in moves), GRAIN), rank, score))
    found.sort(key=lambda way: (way.effort, len(way.moves), [move.indicator for move in way.moves]))
    return tuple(found[: search.ways])


def _rooms(definition: Definition, inputs: Inputs, points: Mapping[str, float]) -> list[_Room]:
    """The components that are here, on time, and short of their goalpost; most to gain first, by name where they are level."""
    rooms = []
    for component in definition.components:
        given, worth = inputs.get(component.indicator), definition.worth[component.indicator]
        left = worth - points[component.indicator]
        if given is not None and given.value is not None and given.late is None and round(left, GRAIN) > 0:
            rooms.append(_Room(component, given, given.value, worth, left))
    return sorted(rooms, key=lambda room: (-room.left, room.component.indicator))


def _sets(rooms: Sequence[_Room], missing: float, search: Search) -> Iterator[list[tuple[_Room, float]]]:
    """Every set that closes what is missing and needs all its members, with the share that each closes."""
    for size in range(1, search.moves + 1):
        for chosen in combinations(rooms, size):
            shares, still = [], missing
            for room in chosen:
                share = min(search.most_share, max(0.0, still) / room.left)
                still -= share * room.left
                shares.append((room, share))
            if still <= 10**-GRAIN and all(share > 10**-GRAIN for _, share in shares):
                yield shares


def _move(room: _Room, share: float, decimals: int) -> Move:
    """The move that closes at least that share, to a value that can be shown, and no further than the goalpost."""
    component = room.component
    best, start = (component.high, component.low) if component.better == "higher" else (component.low, component.high)
    value = min(max(room.value, component.low), component.high)  # beyond the worse goalpost, the way to it brings nothing but must be gone
    raw, grain = value + share * (best - value), 10**decimals
    steps = ceil(round(raw * grain, GRAIN)) if best > start else floor(round(raw * grain, GRAIN))
    to = min(steps / grain, best) if best > start else max(steps / grain, best)
    points = room.worth * (component.share(to) - component.share(room.value))
    return Move(component.indicator, room.value, to, round(points / room.left, GRAIN), round(points, GRAIN), _cases(room, to))


def _cases(room: _Room, to: float) -> int | None:
    """How many more (or, where lower is better, fewer) cases of today's denominator make the difference; None when it is no rate."""
    rate = room.input.rate
    return ceil(round(abs(to - room.value) / PER_CENT * rate.denominator, GRAIN)) if rate is not None else None


def _score(definition: Definition, inputs: Inputs, moves: Sequence[Move]) -> float:
    """The score with the moves made; counts give way to the proposed values."""
    moved = {move.indicator: Input(move.to) for move in moves}
    points, _ = row_points(definition, {**inputs, **moved})
    return total(points, definition.decimals)
