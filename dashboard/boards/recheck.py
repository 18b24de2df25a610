"""A published score beside what its parts come to by our counts: a check with its difference, never another score."""

from dataclasses import dataclass

from dashboard.boards.desk import Desk
from dashboard.boards.reading import Scope, readings
from dashboard.boards.shapes import Reading, figure_id
from dashboard.catalog import Indicator
from dashboard.errors import BoundariesError
from dashboard.figures.folding import Borders
from dashboard.figures.recheck import Held, held_against
from dashboard.periods import Period
from dashboard.units import Unit


@dataclass(frozen=True, slots=True)
class RecheckPart:
    """One part: our indicator with its reading, the most points it brings, and what its making differs in."""

    indicator: Indicator
    reading: Reading
    points: float
    figure: str
    note_vi: str


@dataclass(frozen=True, slots=True)
class Recheck:
    """What came of it; `held` None: not compared, for the reason `refused` (in Vietnamese)."""

    parts: tuple[RecheckPart, ...]
    held: Held | None
    refused: str = ""


def recheck(desk: Desk, indicator: Indicator, unit: Unit, period: Period, published: float) -> Recheck | None:
    """None where no part of the score can be made again at all."""
    if not indicator.rechecks:
        return None
    theirs = desk.provenance(desk.feed(indicator))
    found: list[RecheckPart] = []
    for part in indicator.rechecks:
        own = desk.catalog.indicator(part.indicator)
        ours = desk.provenance(desk.feed(own))
        if (ours == "simulated") != (theirs == "simulated"):
            made_up, real = ("Số đếm", "điểm") if ours == "simulated" else ("Điểm", "số đếm")
            return Recheck((), None, f"{made_up} là mô phỏng, {real} là thật: không đối chiếu với nhau")
        reading = _reading(desk, own, unit, period)
        if reading is None or reading.value is None:
            return Recheck((), None, f"chưa có số đếm của {period.label_vi} về {own.short_vi.lower()}")
        found.append(RecheckPart(own, reading, part.points, figure_id(own.key, unit.key, period), part.note_vi))
    rates = [(one.points, one.reading.value or 0.0) for one in found]
    return Recheck(tuple(found), held_against(published, rates, indicator.maximum))


def _reading(desk: Desk, own: Indicator, unit: Unit, period: Period) -> Reading | None:
    if unit.tier not in own.tiers:
        return None
    later: Borders | None = "2025" if unit.valid_from > period.last_day else None
    try:
        return readings(desk, own, [period], Scope(unit.tier, boundaries=later))[period].get(unit.key)
    except BoundariesError:
        return None
