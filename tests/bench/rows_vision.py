"""What vision costs: processor time for one look at one camera, decoding and all."""

import time
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

from dashboard.camera.exchange import KeyFrame
from dashboard.camera.vision.pace import SHARE, USUAL
from dashboard.camera.vision.watch import work
from dashboard.camera.vision.watched import Watched
from dashboard.sandbox.films import Encoder
from dashboard.sandbox.scenes import STAFF, WAITING, Scene
from tests.bench.row import Measure, Row
from tests.camera.box import camera
from tests.camera.vision.halls import empty

LOOKS: Final = 60
CAMERAS: Final = 63


@cache
def look() -> float:
    """Milliseconds of processor time a look: decoding 720 lines, health against a view, people in two zones; no still."""
    from dashboard.camera.registry import Zone

    zones = (Zone(name_vi="Ghế", kind="waiting", polygon=WAITING), Zone(name_vi="Quầy", kind="staff", polygon=STAFF))
    known, watched = camera("plays", "rtsp://127.0.0.1:9/x").model_copy(update={"zones": zones}), Watched(view=empty(0))
    begun = datetime.now(UTC)
    frames = []
    for place in range(6):
        stream = b"".join(b"\x00\x00\x00\x01" + nal for nal in Encoder().encode(Scene(0).at(place / 6)))
        frames.append(stream)
    spent = time.process_time()
    for place in range(LOOKS):
        work(known, watched, KeyFrame(frames[place % len(frames)], begun + timedelta(seconds=20 * place)), ())
    return (time.process_time() - spent) / LOOKS * 1000


def camera_look() -> Row:
    """One look."""
    return Row("camera_look", look(), "ms", limit=60)


def cameras_63_looked_after() -> Row:
    """The share of one processor that 63 cameras take at their usual pace, in per cent; beyond the bound vision looks less often."""
    return Row("cameras_63_looked_after", look() / 1000 * CAMERAS / (USUAL * 0.925) * 100, "%", limit=SHARE * 100)


ROWS: dict[str, Measure] = {"camera_look": camera_look, "cameras_63_looked_after": cameras_63_looked_after}
