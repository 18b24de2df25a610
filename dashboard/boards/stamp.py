"""What every figure bears: its state, its name, and the stamp of the block it stands in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dashboard.observations import Provenance
from dashboard.periods import Period

State = Literal["official", "published", "self_reported", "simulated", "late", "not_reported", "silent", "faulty"]
"""What a figure is. A late, missing, zero and silent figure are four different things with four different looks.

Silent: connected, and nothing came of it. Faulty: counts that cannot be, a part larger than its whole.
"""


def figure_id(indicator: str, unit: str, period: Period | str, agency_tier: str | None = None) -> str:
    """The name of a figure: `<indicator>/<unit>/<period>`, as in `/can-cu/…`; `<indicator>.<tier>/…` where agencies of one tier count."""
    return f"{indicator}{f'.{agency_tier}' if agency_tier else ''}/{unit}/{period}"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Time, source and provenance of a block of figures; `late_days` counts from when a newer period was due, 0 when none is."""

    period: Period
    source: str
    provenance: Provenance
    late_days: int
    recorded_at: datetime | None
    quiet_since: datetime | None = None
    """Since when a feed that should never rest has brought nothing; None while it brings."""
