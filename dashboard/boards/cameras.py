"""The cameras as they stand: what the relay sees, what vision sees, how old the still is, and what is to be said of it all.

A board is that of somebody of a role: what may be seen of a camera is one thing for one, another for another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from dashboard.boards.desk import Desk
from dashboard.camera.privacy_names import name_of
from dashboard.camera.registry import Camera, Privacy
from dashboard.camera.sight import sight
from dashboard.camera.states import FAULTS, HELP, NEEDS_HANDS, SENTENCES, State
from dashboard.formats import clock, moment
from dashboard.store.camera_list import VERSIONED as CAMERAS
from dashboard.store.cameras import Seen, seen
from dashboard.store.reading import note
from dashboard.store.sightings import HealthSeen, health
from dashboard.units import Unit

FRESH: Final = timedelta(seconds=30)
"""A still of at most this age stands for the present."""

Tone = Literal["live", "late", "alarm", "watch", "silent"]
"""How a tile looks: plain, an old picture, no signal, a stream that cannot be played, nothing to be seen yet."""


@dataclass(frozen=True)
class CameraBoard:
    """One camera. `still_at` None means that there is no picture yet; `since` is when its fault began, None when it has none.

    `region` is the one of six that its unit lies in; `mode` says what of the picture may be seen. `health` is what vision last saw,
    None when it never looked; `sight` says it in words while it is fresh: `Hình đứng yên từ 14:07`, `12 người chờ (±3)`.
    """

    camera: Camera
    unit: Unit
    state: State
    tone: Tone
    said: str
    still_at: datetime | None
    since: datetime | None = None
    lasting: str = ""
    region: Unit | None = None
    mode: Privacy = "open"
    health: HealthSeen | None = None
    sight: str = ""

    @property
    def has_small(self) -> bool:
        """Whether whoever looks may be given a smaller picture where a small one is enough: a veiled one has one size."""
        return self.camera.sends_small and self.mode == "open"

    @property
    def help(self) -> str:
        """What is to be done about it; empty when there is nothing to do."""
        return HELP.get(self.state, "")


@dataclass(frozen=True)
class _Known:
    """What the store knows of all cameras, and when it was asked."""

    seen: Mapping[str, Seen]
    health: Mapping[str, HealthSeen]
    now: datetime


def camera_boards(desk: Desk, role: str | None = None) -> tuple[CameraBoard, ...]:
    """Every camera in the order of the list, as somebody of a role may see it; a machine has none."""
    note([CAMERAS])
    known = _Known(seen(desk.store), health(desk.store), desk.now())
    return tuple(_board(desk, one, known, one.privacy_of(role)) for one in desk.cameras)


def _board(desk: Desk, camera: Camera, known: _Known, mode: Privacy) -> CameraBoard:
    found = known.seen.get(camera.key, Seen())
    veiled = known.seen.get(name_of(camera.key, mode), Seen())
    # A camera that is down is down in every mode; one that plays may yet have nobody who could veil it.
    if mode != "open" and found.state not in FAULTS and veiled.state is not None:
        found = replace(veiled, stills=found.stills)
    still_at = found.stills.get(mode)
    state = camera.hindrance or (State(found.state) if found.state else State.IDLE)
    tone, said = _words(state, found, still_at, known.now)
    unit = desk.units.get(camera.unit)
    since = (found.last_frame_at or found.since) if state in FAULTS and camera.is_connected else None
    lasting = f"Từ {short(since, known.now)}, đã {length(known.now - since)}" if since else ""
    region = desk.units.get(unit.region) if unit.region else None
    watched = known.health.get(camera.key)
    words = sight(watched, known.now) if camera.is_connected and state not in FAULTS else ""
    return CameraBoard(camera, unit, state, tone, said, still_at, since, lasting, region, mode, watched, words)


def _words(state: State, found: Seen, still_at: datetime | None, now: datetime) -> tuple[Tone, str]:
    """The look of a tile and its words, both from the state and the age of the still."""
    if state in (State.UNCONNECTED, State.DISABLED):
        return "silent", SENTENCES[state]
    if state in NEEDS_HANDS or state is State.LOCKED:
        return "watch", SENTENCES[state]
    if state in FAULTS:
        since = found.last_frame_at or found.since
        return "alarm", f"{SENTENCES[state]} lúc {short(since, now)}" if state is State.LOST and since else SENTENCES[state]
    if still_at is None:
        return "silent", "Chưa có ảnh"
    if now - still_at <= FRESH:
        return "live", SENTENCES[State.LIVE]
    return "late", f"Ảnh lúc {short(still_at, now)}"


def short(instant: datetime, now: datetime) -> str:
    """`14:07`, with its date when that was not within the last half day."""
    return clock(instant) if now - instant < timedelta(hours=12) else moment(instant)


def length(time: timedelta) -> str:
    """`42 phút`, `3 giờ`, `5 ngày`: as one says it aloud."""
    minutes = max(1, round(time.total_seconds() / 60))
    if minutes < 90:
        return f"{minutes} phút"
    hours = round(minutes / 60)
    return f"{hours} giờ" if hours < 36 else f"{round(hours / 24)} ngày"
