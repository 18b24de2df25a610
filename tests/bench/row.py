"""What a measurement says."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Row:
    """One measured figure.

    `baseline` is what it is compared with, measured in the same run (machines are shared and noisy); None when the limit is absolute.
    `better` says on which side of the limit it should lie.
    """

    row: str
    value: float
    unit: str
    limit: float
    baseline: float | None = None
    better: Literal["lower", "higher"] = "lower"

    @property
    def ratio(self) -> float | None:
        """Value by baseline."""
        return self.value / self.baseline if self.baseline else None

    @property
    def ok(self) -> bool:
        """Whether the ratio, or the value where there is no baseline, keeps the limit."""
        measured = self.value if self.ratio is None else self.ratio
        return measured <= self.limit if self.better == "lower" else measured >= self.limit

    def as_line(self) -> dict[str, str | float | bool | None]:
        """The line of `var/bench.jsonl`."""
        line: dict[str, str | float | bool | None] = asdict(self)
        del line["better"]
        return line | {"ratio": self.ratio, "ok": self.ok}


Measure = Callable[[], Row]
"""Measures one row."""
