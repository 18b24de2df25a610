"""Trying an address once: what answers there, in words, and its first picture. A wrong password is offered once and not again."""

import asyncio
import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dashboard.camera.glance import glance
from dashboard.camera.gop import CLOCK, Depacketiser, Frame
from dashboard.camera.h264 import SPS, kind, units_of
from dashboard.camera.rtsp import opened
from dashboard.camera.states import ADVICE, SENTENCES, State
from dashboard.errors import CameraError

PATIENCE: Final = 12.0
"""Seconds for the whole look, picture and all but its decoding."""
_MEASURED = 2.0
_MOST_FRAMES = 240
_PROFILES: Final[Mapping[int, str]] = {66: "Baseline", 77: "Main", 88: "Extended", 100: "High", 110: "High 10", 122: "High 4:2:2"}
_CONSTRAINED = 0x40
_MORE: Final[Mapping[State, str]] = {
    State.UNREACHABLE: "Từ máy chuyển tiếp không tới được máy này, hoặc cổng đóng: kiểm tra địa chỉ IP, cổng, đường mạng và tường lửa.",
    State.LOST: "Camera ngắt kết nối giữa chừng: kiểm tra cổng có phải cổng RTSP, và số phiên xem mà camera cho phép.",
    State.SILENT: "Camera nhận yêu cầu nhưng không gửi gì: kiểm tra luồng đã bật, hoặc khởi động lại camera.",
}


@dataclass(frozen=True)
class Trial:
    """What came of a try. `fps` and `kbps` are measured over some two seconds; None, 0 or empty: not known."""

    state: State
    codec: str = ""
    width: int = 0
    height: int = 0
    fps: float | None = None
    kbps: int | None = None
    jpeg: bytes = field(default=b"", repr=False)

    def told(self) -> dict[str, Any]:
        """As JSON for web: the state with its sentence, and what to do about it."""
        advice = ADVICE.get(self.state) or _MORE.get(self.state, "")
        if self.state is State.LIVE and not self.jpeg:
            advice = "Có luồng nhưng chưa có khung hình chính (I-frame) đọc được: đặt khoảng cách I-frame của camera từ 1 đến 4 giây."
        said = "Xem được" if self.state is State.LIVE else SENTENCES[self.state]
        seen = {"codec": self.codec, "width": self.width, "height": self.height, "fps": self.fps, "kbps": self.kbps}
        return {"state": self.state, "said": said, "advice": advice, **seen, "jpeg": base64.b64encode(self.jpeg).decode()}


async def try_address(url: str, *, with_picture: bool = True) -> Trial:
    """Asks an address once, for so long as it takes to see a picture and measure it."""
    frames: list[Frame] = []
    try:
        async with asyncio.timeout(PATIENCE):
            await _watch(url, frames)
    except CameraError as error:
        return Trial(State(error.state))
    except TimeoutError:
        if not frames:
            return Trial(State.SILENT)
    return await _seen(frames, with_picture=with_picture)


async def _watch(url: str, frames: list[Frame]) -> None:
    """Frames until there is a key frame among them and they are enough to count."""
    async with opened(url) as stream:
        assembler = Depacketiser.of(stream.video.parameter_sets)

        def take(packets: Sequence[bytes]) -> bool:
            for packet in packets:
                frames.extend(assembler.push(packet))
            has_key = any(one.is_key for one in frames)
            if len(frames) >= _MOST_FRAMES and not has_key:
                del frames[1 : -_MOST_FRAMES // 2]
            return has_key and frames[-1].arrived - frames[0].arrived >= _MEASURED

        await stream.play(take)


async def _seen(frames: list[Frame], *, with_picture: bool) -> Trial:
    ticks = (frames[-1].timestamp - frames[0].timestamp) & 0xFFFFFFFF
    seconds = frames[-1].arrived - frames[0].arrived
    fps = round((len(frames) - 1) * CLOCK / ticks, 1) if 0 < ticks < 60 * CLOCK else None
    kbps = round(sum(one.size for one in frames[1:]) * 8 / seconds / 1000) if seconds > 0 else None
    key = next((one for one in reversed(frames) if one.is_key), None)
    codec = "H.264" if key is None else f"H.264 {_profile(key)}".strip()
    picture = await glance(key.as_stream()) if key is not None and with_picture else None
    if picture is None:
        return Trial(State.LIVE, codec, fps=fps, kbps=kbps)
    return Trial(State.LIVE, codec, picture.width, picture.height, fps, kbps, picture.jpeg)


def _profile(key: Frame) -> str:
    sets = next((nal for nal in units_of(key.payloads) if kind(nal) == SPS and len(nal) > 3), None)
    if sets is None:
        return ""
    name = _PROFILES.get(sets[1], "")
    return f"Constrained {name}" if name == "Baseline" and sets[2] & _CONSTRAINED else name
