"""How sure a computed rank is: "hạng 12 (9–15)". Rates of few cases could as well have come out a little higher or lower.

Each rate is drawn anew many times from the distribution whose quantiles are its Wilson limits (the limit at a standard normal z), scores
and ranks are computed anew, and the range holds the middle share of the ranks. What has no denominator does not move. The normal draws
are fixed by a seed and by the names of unit and indicator: the same figures give the same range on every machine, whoever else is on the
board; and more cases counted never widen a draw, nor does a better rate worsen one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias
from zlib import crc32

from dashboard.errors import FigureError
from dashboard.figures.computed_ranking import Component, Definition, Input, Inputs, Row, board
from dashboard.figures.ranking import GRAIN, Direction
from dashboard.figures.rates import PER_CENT, Rate

if TYPE_CHECKING:
    import numpy as np

    Draws: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    Places: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.int32]]


@dataclass(frozen=True, slots=True)
class Draw:
    """How ranges are drawn: the share of draws inside, how many draws, the seed. FigureError for a share outside (0, 1), or no draws."""

    confidence: float = 0.9
    count: int = 2000
    seed: int = 766

    def __post_init__(self) -> None:
        """Hold the numbers to their meaning."""
        if not 0 < self.confidence < 1 or self.count < 1:
            raise FigureError(f"a range needs a share between 0 and 1 and at least one draw, not {self.confidence:g} and {self.count}")


STANDARD = Draw()


@dataclass(frozen=True, slots=True)
class RankRange:
    """A rank, and the best (`low`) and worst (`high`) that it could as well be."""

    rank: int
    low: int
    high: int


def rank_ranges(definition: Definition, inputs: Mapping[str, Inputs], draw: Draw = STANDARD) -> Mapping[str, RankRange]:
    """The range of every ranked unit. About 25 bytes a unit and draw: 2 MB for 34 provinces; 170 MB and 3 s for 3,321 communes."""
    rows = [row for row in board(definition, inputs) if row.rank is not None]
    if not rows:
        return MappingProxyType({})
    import numpy as np  # a tenth of a second to load: who only asks for ranks does not pay it

    scores = np.empty((draw.count, len(rows)))
    for place, row in enumerate(rows):
        scores[:, place] = _scores(definition, inputs[row.unit], row, draw)
    places = np.sort(_ranks(np.round(np.round(scores, GRAIN), definition.decimals)), axis=0)
    tail = (1 - draw.confidence) / 2
    low, high = (places[max(1, ceil(round(share * draw.count, GRAIN))) - 1] for share in (tail, 1 - tail))
    ends = {row.unit: (row.rank, int(low[place]), int(high[place])) for place, row in enumerate(rows) if row.rank is not None}
    return MappingProxyType({unit: RankRange(rank, min(rank, best), max(rank, worst)) for unit, (rank, best, worst) in ends.items()})


def rate_rank_ranges(rates: Mapping[str, Rate], better: Direction = "higher", draw: Draw = STANDARD) -> Mapping[str, RankRange]:
    """The ranges of units ranked by one rate, compared as shown, with two decimals; rates of too few have none."""
    definition = Definition((Component("rate", 1.0, better=better),))
    return rank_ranges(definition, {unit: {"rate": Input.of(rate)} for unit, rate in rates.items() if rate.rankable}, draw)


def _scores(definition: Definition, inputs: Inputs, row: Row, draw: Draw) -> "Draws":
    """One unit's scores, not yet rounded: what counts as a rate is drawn, all else is what it is."""
    import numpy as np

    scores = np.zeros(draw.count)
    worst = {mark.indicator for mark in row.marks if mark.treated == "worst"}
    for component in sorted(definition.components, key=lambda one: one.indicator):
        given = inputs.get(component.indicator)
        if given is None or given.rate is None or component.indicator in worst:
            scores += row.points[component.indicator]
        else:
            normal = np.random.default_rng([draw.seed, crc32(f"{row.unit}/{component.indicator}".encode())]).standard_normal(draw.count)
            drawn = PER_CENT * _limits(given.rate, normal)
            way = np.clip((drawn - component.low) / (component.high - component.low), 0.0, 1.0)
            scores += definition.worth[component.indicator] * (way if component.better == "higher" else 1 - way)
    return scores


def _limits(rate: Rate, z: "Draws") -> "Draws":
    """Wilson's limit of a share at each z (`rates.wilson`), as shares."""
    import numpy as np

    share, cases = rate.numerator / rate.denominator, rate.denominator
    half = z * np.sqrt(share * (1 - share) / cases + (z / (2 * cases)) ** 2)
    limits: Draws = np.clip((share + z * z / (2 * cases) + half) / (1 + z * z / cases), 0.0, 1.0)
    return limits


def _ranks(scores: "Draws") -> "Places":
    """Ranks within each row, ties as 1-2-2-4: one more than the number of strictly better scores."""
    import numpy as np

    places = np.empty(scores.shape, dtype=np.int32)
    for place, row in enumerate(scores):
        places[place] = 1 + len(row) - np.searchsorted(np.sort(row), row, side="right")
    return places
