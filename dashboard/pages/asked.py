"""What the address of a page asks for, in one place: period, instant, sorting."""

from datetime import datetime

from dashboard.boards.desk import instant
from dashboard.periods import Period
from dashboard.web import View

RANKING = "766"
"""The ranking that the pages show; the API serves them all."""


def period_asked(view: View) -> Period | None:
    """`?ky=2025-10`; None means the newest. Raises PeriodError."""
    text = view.params.get("ky")
    return Period.parse(text) if text else None


def instant_asked(view: View) -> datetime | None:
    """`?luc=2026-11-20`: the board as it stood then; None means now. Raises PeriodError."""
    text = view.params.get("luc")
    return instant(text) if text else None
