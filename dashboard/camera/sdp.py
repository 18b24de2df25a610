"""What a camera's description (SDP, RFC 8866) says of its video stream."""

import base64
import re
from dataclasses import dataclass

from dashboard.camera.states import State
from dashboard.errors import CameraError

_H265 = ("H265", "HEVC")


@dataclass(frozen=True)
class VideoStream:
    """Where the video is to be set up, relative or whole, and its parameter sets where the description holds them."""

    control: str
    parameter_sets: tuple[bytes, ...]


def video_of(text: str) -> VideoStream:
    """The first H.264 stream. Raises CameraError when there is none."""
    sections = re.split(r"(?m)^(?=m=)", text.replace("\r\n", "\n"))
    videos = [section for section in sections if section.startswith("m=video")]
    if not videos:
        raise CameraError(State.GARBAGE, "the description has no video")
    for section in videos:
        payload = re.search(r"(?mi)^a=rtpmap:(\d+) H264/90000", section)
        if payload is not None:
            control = re.search(r"(?m)^a=control:(\S+)", section)
            sets = re.search(rf"(?m)^a=fmtp:{payload[1]} .*sprop-parameter-sets=([^;\s]+)", section)
            return VideoStream(control[1] if control else "", _decoded(sets[1]) if sets else ())
    found = re.search(r"(?m)^a=rtpmap:\d+ ([\w-]+)/", "".join(videos))
    name = found[1].upper() if found else "?"
    raise CameraError(State.CODEC if name in _H265 else State.OTHER_CODEC, f"the stream is {name}, not H.264")


def _decoded(sets: str) -> tuple[bytes, ...]:
    try:
        return tuple(base64.b64decode(one, validate=True) for one in sets.split(",") if one)
    except ValueError:
        return ()  # a hint only: the stream may still bring them
