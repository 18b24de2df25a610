"""What maps are given: a province with its value and state, and the scale that turns values into seven steps."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor
from typing import Literal

from dashboard.formats import NOT_REPORTED, score

PlaceState = Literal["", "alarm", "late", "silent", "sim"]
"""How a province is shown: plainly, lit, with an older figure, with none, or simulated."""

STEPS = 7


@dataclass(frozen=True, slots=True)
class Place:
    """A province on a map. `value` None is not reported; `note` is one more line of its tile ("kỳ 9/2025")."""

    gso: str
    unit: str
    name: str
    value: float | None
    rank: int | None
    state: PlaceState = ""
    note: str = ""

    @property
    def href(self) -> str:
        """The province's page."""
        return f"/tinh/{self.unit}"

    @property
    def figure(self) -> str:
        """The value as written, or the sign for none."""
        return NOT_REPORTED if self.value is None else score(self.value)

    def words(self, units: int) -> str:
        """Everything about it in one line: `Huế 78,89 điểm, hạng 34/34`."""
        said = "chưa báo cáo" if self.value is None else f"{self.figure} điểm"
        said += f", hạng {self.rank}/{units}" if self.rank is not None else ""
        return f"{self.name} {said}{', ' + self.note if self.note else ''}"


@dataclass(frozen=True, slots=True)
class Scale:
    """Seven equal steps from `low` to `high`; what lies outside takes the nearest."""

    low: float
    high: float

    def step(self, value: float) -> int:
        """1 (lowest) … 7."""
        width = self.high - self.low
        return 1 if width <= 0 else max(1, min(STEPS, 1 + int(STEPS * (value - self.low) / width)))


def scale_of(places: Iterable[Place]) -> Scale:
    """From the lowest to the highest value that is not lit, on whole points, at least seven apart."""
    values = [place.value for place in places if place.value is not None and place.state != "alarm"]
    if not values:
        return Scale(0.0, 100.0)
    low, high = floor(min(values)), ceil(max(values))
    return Scale(float(low), float(max(high, low + STEPS)))


def fill_class(place: Place, scale: Scale) -> str:
    """The CSS class that fills a province: `lit`, `none`, or `q1` … `q7`."""
    if place.state == "alarm":
        return "lit"
    return "none" if place.value is None else f"q{scale.step(place.value)}"
