"""The cameras as they stand: what the relay sees, how old the still is, and what is to be said of both."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from dashboard.boards.desk import Desk
from dashboard.camera.registry import Camera
from dashboard.camera.states import FAULTS, HELP, NEEDS_HANDS, SENTENCES, State
from dashboard.formats import clock, moment
from dashboard.store.camera_list import VERSIONED as CAMERAS
from dashboard.store.cameras import Seen, seen
from dashboard.store.reading import note
from dashboard.units import Unit

FRESH: Final = timedelta(seconds=30)
"""A still of at most this age stands for the present."""

Tone = Literal["live", "late", "alarm", "watch", "silent"]
"""How a tile looks: plain, an old picture, no signal, a stream that cannot be played, nothing to be seen yet."""


@dataclass(frozen=True)
class CameraBoard:
    """One camera. `still_at` None means that there is no picture yet; `since` is when its fault began, None when it has none.

    `region` is the one of six that its unit lies in.
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

    @property
    def help(self) -> str:
        """What is to be done about it; empty when there is nothing to do."""
        return HELP.get(self.state, "")


def camera_boards(desk: Desk) -> tuple[CameraBoard, ...]:
    """Every camera in the order of the list."""
    note([CAMERAS])
    known, now = seen(desk.store), desk.now()
    return tuple(_board(desk, one, known.get(one.key, Seen()), now) for one in desk.cameras)


def _board(desk: Desk, camera: Camera, found: Seen, now: datetime) -> CameraBoard:
    state = camera.hindrance or (State(found.state) if found.state else State.IDLE)
    tone, said = _words(state, found, now)
    unit = desk.units.get(camera.unit)
    since = (found.last_frame_at or found.since) if state in FAULTS else None
    lasting = f"Từ {short(since, now)}, đã {length(now - since)}" if since else ""
    region = desk.units.get(unit.region) if unit.region else None
    return CameraBoard(camera, unit, state, tone, said, found.still_at, since, lasting, region)


def _words(state: State, found: Seen, now: datetime) -> tuple[Tone, str]:
    """The look of a tile and its words, both from the state and the age of the still."""
    if state in (State.UNCONNECTED, State.DISABLED):
        return "silent", SENTENCES[state]
    if state in NEEDS_HANDS or state is State.LOCKED:
        return "watch", SENTENCES[state]
    if state in FAULTS:
        since = found.last_frame_at or found.since
        return "alarm", f"{SENTENCES[state]} lúc {short(since, now)}" if state is State.LOST and since else SENTENCES[state]
    if found.still_at is None:
        return "silent", "Chưa có ảnh"
    if now - found.still_at <= FRESH:
        return "live", SENTENCES[State.LIVE]
    return "late", f"Ảnh lúc {short(found.still_at, now)}"


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
