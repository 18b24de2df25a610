"""Counts that cannot be: a part larger than the whole it is taken of. Held at the door, with both figures in the reason.

Which measure is a part of which follows from the indicators: the numerator of a rate is a part of its denominator, cell by cell, where both
are split in the same way.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dashboard.catalog import Catalog
from dashboard.observations import Observation
from dashboard.periods import Period

Cell = tuple[str, str, Period, str]
"""Measure, unit, period, detail."""


@dataclass(frozen=True)
class Pairs:
    """Part → its wholes, and whole → its parts, by measure; and what people call them."""

    wholes: Mapping[str, tuple[str, ...]]
    parts: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str]

    def partners(self, measure: str) -> tuple[str, ...]:
        """The measures that one has to agree with."""
        return self.wholes.get(measure, ()) + self.parts.get(measure, ())


@lru_cache(maxsize=4)
def _pairs(ratios: tuple[tuple[str, str], ...], names: tuple[tuple[str, str], ...]) -> Pairs:
    wholes: dict[str, tuple[str, ...]] = {}
    parts: dict[str, tuple[str, ...]] = {}
    for part, whole in ratios:
        wholes[part] = (*wholes.get(part, ()), whole)
        parts[whole] = (*parts.get(whole, ()), part)
    return Pairs(wholes, parts, dict(names))


def pairs_of(catalog: Catalog) -> Pairs:
    """The parts and wholes of a catalog."""
    ratios = {(one.numerator, one.denominator) for one in catalog.indicators.values() if one.form == "ratio" and not one.where}
    alike = ((part, whole) for part, whole in ratios if part != whole and _split_alike(catalog, part, whole))
    return _pairs(tuple(sorted(alike)), tuple((key, one.name_vi) for key, one in catalog.measures.items()))


def _split_alike(catalog: Catalog, part: str, whole: str) -> bool:
    return catalog.measure(part).details == catalog.measure(whole).details


def missing_partners(pairs: Pairs, said: Sequence[Observation]) -> set[Cell]:
    """The cells that these statements have to agree with and that are not among them."""
    own = {cell_of(one) for one in said}
    return {(other, one.unit, one.period, one.detail) for one in said for other in pairs.partners(one.measure)} - own


def impossible(pairs: Pairs, said: Sequence[Observation], known: Mapping[Cell, float]) -> dict[Cell, str]:
    """Cells among these statements that cannot be true together, or together with what is known, with the reason in Vietnamese.

    Of two that were said together neither is known to be the true one: both are named.
    """
    values = {**known, **{cell_of(one): one.value for one in said}}
    own = {cell_of(one) for one in said}
    found: dict[Cell, str] = {}
    for part, whole in _related(pairs, said):
        if part in values and whole in values and values[part] > values[whole]:
            said_of = [f"{pairs.names[one[0]]} {_plain(values[one])}{'' if one in own else ' (đã nhận trước)'}" for one in (part, whole)]
            found |= dict.fromkeys({part, whole} & own, f"tử số lớn hơn mẫu số: {said_of[0]}, {said_of[1]}")
    return found


def _related(pairs: Pairs, said: Iterable[Observation]) -> set[tuple[Cell, Cell]]:
    """Part and whole of each statement that is either."""
    found: set[tuple[Cell, Cell]] = set()
    for one in said:
        place = (one.unit, one.period, one.detail)
        found |= {((one.measure, *place), (whole, *place)) for whole in pairs.wholes.get(one.measure, ())}
        found |= {((part, *place), (one.measure, *place)) for part in pairs.parts.get(one.measure, ())}
    return found


def cell_of(one: Observation) -> Cell:
    """The cell that a statement is about."""
    return one.measure, one.unit, one.period, one.detail


def _plain(value: float) -> str:
    return f"{value:.12g}".replace(".", ",")
