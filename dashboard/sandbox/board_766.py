"""The sandbox's board of the 766 index: scores of a month that follow from the same counts as everything else, where counts tell of them.

`feeds/board_766.py` asks for it. What no counts tell of follows from a province's habits.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from dashboard.feeds.dossier_days import RECEIVED
from dashboard.periods import Grain, Period
from dashboard.sandbox import plausible
from dashboard.sandbox.country import Player
from dashboard.sandbox.plausible import World
from dashboard.sandbox.shares import Course

PUBLISHED_ON: Final = 5
"""Day of the next month on which a month comes out."""
_COUNTED: Final = ("dossiers_on_time", "dossiers_finished", "dossiers_paid_online", "dossiers_with_fee", "dossiers_status_synced")
_REST: Final = {
    "CKMB": (12.0, Course(1.6, 0.1, "reports")),
    "CLGQ": (12.0, Course(0.4, 0.2, "services")),
    "TTTT": (4.0, Course(1.5, 0.2, "payment")),
    "MDHL": (18.0, Course(2.6, 0.1, "punctuality")),
    "MDSH": (22.0, Course(0.9, 0.25, "documents")),
}
"""By group: the points that no counts tell of, and where a province stands in them."""


@dataclass(frozen=True)
class Board:
    """What is published of these provinces."""

    world: World
    players: Sequence[Player]

    def rows(self, period: Period, today: dt.date) -> list[dict[str, Any]]:
        """The rows of a month or year to date, best first; none before it comes out."""
        if today < period.end_day + dt.timedelta(days=PUBLISHED_ON - 1):
            return []
        scored = [(player, self._scores(player, period)) for player in self.players]
        totals = sorted((round(sum(groups.values()), 2) for _, groups in scored), reverse=True)
        found = [_row(player, groups, totals) for player, groups in scored]
        return sorted(found, key=lambda row: (int(row["ROW_STT"]), str(row["MA_COQUAN"])))

    def _scores(self, player: Player, period: Period) -> dict[str, float]:
        counts = _counts(self.world, player, period)
        scores = {name: points * course.at(period.last_day, player.habits, "province") for name, (points, course) in _REST.items()}
        scores["TDGQ"] = 20 * _share(counts, "dossiers_on_time", "dossiers_finished")
        scores["TTTT"] += 6 * _share(counts, "dossiers_paid_online", "dossiers_with_fee")
        scores["CKMB"] += 6 * _share(counts, "dossiers_status_synced", "received")
        return {name: round(value, 2) for name, value in scores.items()}


def _row(player: Player, groups: dict[str, float], totals: list[float]) -> dict[str, Any]:
    total = round(sum(groups.values()), 2)
    words = {"TEN": f"UBND {player.name}", "TEN_COQUAN": f"UBND {player.name}", "MA_COQUAN": player.code, "LOAI_COQUAN": 1}
    return {**words, **groups, "TONG_SCORE": total, "ROW_STT": totals.index(total) + 1}


@lru_cache(maxsize=4096)
def _of_month(world: World, player: Player, month: Period) -> dict[str, int]:
    counts = dict.fromkeys((*_COUNTED, "received"), 0)
    for number in range((month.end_day - month.first_day).days):
        for row in plausible.dossiers(world, player, month.first_day + dt.timedelta(days=number)):
            for name in _COUNTED:
                counts[name] += int(row[name])
            counts["received"] += sum(int(row[name]) for name in RECEIVED)
    return counts


def _counts(world: World, player: Player, period: Period) -> dict[str, int]:
    counts = dict.fromkeys((*_COUNTED, "received"), 0)
    month = Period.of(Grain.MONTH, period.first_day)
    while month.end_day <= period.end_day:
        for name, value in _of_month(world, player, month).items():
            counts[name] += value
        month = Period.of(Grain.MONTH, month.end_day)
    return counts


def _share(counts: dict[str, int], part: str, whole: str) -> float:
    return counts[part] / counts[whole] if counts[whole] else 0.0
