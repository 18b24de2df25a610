"""How often vision looks: seldom enough for a small share of one processor, often enough for each minute."""

import random
import time
from dataclasses import dataclass, field
from typing import Final

USUAL: Final = 20.0
"""Seconds between two looks at a camera whose picture is well: three a minute."""
DOUBT: Final = 4.0
"""While its picture has just become another: whether it stays so is to be known soon."""
LONGEST: Final = 50.0
"""A minute without a look would be missing."""
SHARE: Final = 0.15
"""Of one processor, for everything that vision does."""
_WEIGHED_EVERY: Final = 15.0


@dataclass
class Pace:
    """Stretches the pauses while vision takes more than its share, and takes them back when it does not."""

    factor: float = 1.0
    _weighed: tuple[float, float] = field(default_factory=lambda: (time.monotonic(), time.process_time()))

    def pause(self, *, in_doubt: bool) -> float:
        """Seconds until a camera is looked at again; never the same, so that no camera is always seen at the same place of a loop."""
        return min(LONGEST, (DOUBT if in_doubt else USUAL) * self.factor) * random.uniform(0.85, 1.0)

    def weigh(self) -> float | None:
        """The share of a processor since the last weighing, when it is time for one; the factor follows it."""
        wall, spent = time.monotonic(), time.process_time()
        begun, before = self._weighed
        if wall - begun < _WEIGHED_EVERY:
            return None
        self._weighed = wall, spent
        share = (spent - before) / (wall - begun)
        self.factor = self.follow(share)
        return share

    def follow(self, share: float) -> float:
        """The factor after a time with that share."""
        if share > SHARE:
            return min(LONGEST / DOUBT, self.factor * min(2.0, share / SHARE))
        return max(1.0, self.factor * max(0.7, share / SHARE)) if self.factor > 1.0 else 1.0
