"""Days of dossiers that were counted elsewhere, one row a unit, tier and day (`day_table`): what went before the first dossier."""

from typing import Final

from dashboard.feeds.day_table import DayTable

CHANNELS: Final = ("1", "2", "3")
"""Codes of the ways a dossier comes: in person, online, by post."""
RECEIVED: Final = tuple(f"dossiers_received_{channel}" for channel in CHANNELS)
_OTHERS: Final = ("dossiers_status_synced", "dossiers_finished", "dossiers_on_time", "dossiers_with_fee", "dossiers_paid_online")
_WITHIN: Final = (("dossiers_on_time", "dossiers_finished"), ("dossiers_paid_online", "dossiers_with_fee"))


def _cell(column: str) -> tuple[str, str]:
    measure, _, channel = column.rpartition("_")
    return (measure, f"channel={channel}") if channel in CHANNELS else (column, "")


TABLE: Final = DayTable((*RECEIVED, *_OTHERS), _WITHIN, _cell)
is_table, written, parse, tally = TABLE.fits, TABLE.written, TABLE.parse, TABLE.tally
