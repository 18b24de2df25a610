"""What would lift a rank: the points missing to places ahead, and the groups furthest from the leaders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.figures.ranking import GRAIN, median


@dataclass(frozen=True, slots=True)
class Step:
    """A place ahead: the unit that holds it and the points needed to pass it (one hundredth more than level)."""

    rank: int
    unit: str
    missing: float


@dataclass(frozen=True, slots=True)
class Gap:
    """How far a component lies from the median of the leading units; negative is behind."""

    component: str
    value: float
    leaders: float

    @property
    def distance(self) -> float:
        """Own value less the leaders' median."""
        return round(self.value - self.leaders, GRAIN)


def steps(values: Mapping[str, float], ranks: Mapping[str, int], unit: str, places: Sequence[int] = (1, 3, 7)) -> list[Step]:
    """The units that stand about that many places ahead, nearest first, each once; empty at the top."""
    ahead = sorted((key for key in values if ranks[key] < ranks[unit]), key=lambda key: values[key])
    chosen = dict.fromkeys(ahead[place - 1] for place in places if place <= len(ahead))
    return [Step(ranks[key], key, round(values[key] - values[unit] + 0.01, 2)) for key in chosen]


def gaps(components: Mapping[str, Mapping[str, float]], ranks: Mapping[str, int], unit: str, leaders: int = 10) -> list[Gap]:
    """By component, the distance to the median of the leading units, furthest behind first."""
    top = [key for key in components if ranks[key] <= leaders]
    found = []
    for component, value in components[unit].items():
        centre = median([components[key][component] for key in top if component in components[key]])
        if centre is not None:
            found.append(Gap(component, value, centre))
    return sorted(found, key=lambda gap: gap.distance)
