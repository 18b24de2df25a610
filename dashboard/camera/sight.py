"""What vision saw, in words for a tile. No decoder is loaded here: web says these."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from dashboard.formats import clock, moment
from dashboard.store.sightings import HealthSeen

FRESH: Final = timedelta(minutes=5)
"""What was seen longer ago says nothing of now."""
SENTENCES: Final[Mapping[str, str]] = {
    "black": "Hình đen",
    "covered": "Ống kính bị che",
    "dark": "Hình quá tối",
    "frozen": "Hình đứng yên",
    "moved": "Camera bị xoay lệch",
    "blurred": "Hình bị mờ",
}
"""Of each state of a picture that is not well (`vision/health.py`)."""


def sight(seen: HealthSeen | None, now: datetime) -> str:
    """`Hình đứng yên từ 14:07`; `12 người chờ (±3)`, and that no counter is staffed; empty when nothing was seen lately."""
    if seen is None or now - seen.checked_at > FRESH:
        return ""
    if seen.state in SENTENCES:
        since = clock(seen.since) if now - seen.since < timedelta(hours=12) else moment(seen.since)
        return f"{SENTENCES[seen.state]} từ {since}"
    parts = [] if seen.waiting is None else [f"{seen.waiting} người chờ (±{seen.waiting_error})"]
    parts += ["quầy không có cán bộ"] if seen.is_staffed is False else []
    return ", ".join(parts)
