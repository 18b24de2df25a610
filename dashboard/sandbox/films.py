"""Scenes as H.264: loops encoded once and kept in a file, and one encoder that runs live while somebody watches."""

import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import cv2
import numpy as np
from av.video.codeccontext import VideoCodecContext

from dashboard.camera.h264 import split_annex_b
from dashboard.sandbox.scenes import FPS, HEIGHT, LOOP, WIDTH, Picture, Scene, with_clock

GOP: Final = 2 * FPS
"""Frames from key frame to key frame: two seconds, as most cameras have it."""
_EDITION: Final = 1
"""Counts the changes of drawing or encoding: kept loops of another edition are made anew."""
_LENGTH = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class Format:
    """Width and height of a stream in pixels, and its bits a second."""

    width: int
    height: int
    bits: int


MAIN: Final = Format(WIDTH, HEIGHT, 1_200_000)
SMALL: Final = Format(640, 360, 250_000)
"""The second stream that cameras send beside the main one."""


class Encoder:
    """Constrained Baseline, without delay, as browsers like it."""

    def __init__(self, codec: str = "libx264", options: dict[str, str] | None = None, made: Format = MAIN) -> None:
        context: Any = VideoCodecContext.create(codec, "w")
        context.width, context.height, context.pix_fmt = made.width, made.height, "yuv420p"
        context.framerate, context.time_base = Fraction(FPS), Fraction(1, FPS)
        context.bit_rate, context.gop_size, context.thread_count = made.bits, GOP, 1
        given = {"preset": "ultrafast", "tune": "zerolatency", "profile": "baseline", "x264-params": "scenecut=0:sliced-threads=0"}
        context.options = given if options is None else options
        self._context, self._count, self._made = context, 0, made

    def encode(self, picture: Picture) -> list[bytes]:
        """The NAL units of a picture; none while an encoder with delay fills up."""
        if self._made != MAIN:
            picture = np.asarray(cv2.resize(picture, (self._made.width, self._made.height), interpolation=cv2.INTER_AREA), np.uint8)
        # By OpenCV, which does it in a third of the time: the live film's clock is burnt in before, so this would stand in its latency.
        planes = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts = self._count
        self._count += 1
        return [nal for packet in self._context.encode(frame) for nal in split_annex_b(bytes(packet))]


def loop(scene: Scene, folder: Path, made: Format = MAIN) -> list[list[bytes]]:
    """The frames of a scene's loop, each a list of NAL units; encoded at the first call, read from the folder afterwards."""
    kept = folder / f"scene-{scene.name}-{_EDITION}-{made.width}x{made.height}.h264"
    if not kept.exists():
        encoder = Encoder(made=made)
        frames = [encoder.encode(scene.at(place / LOOP)) for place in range(LOOP)]
        folder.mkdir(parents=True, exist_ok=True)
        draft = kept.with_suffix(f".{time.monotonic_ns()}")
        draft.write_bytes(b"".join(_packed(frame) for frame in frames))
        draft.replace(kept)
    return list(_unpacked(kept.read_bytes()))


class LiveFilm:
    """A scene with a running clock, encoded as it is asked for."""

    def __init__(self, scene: Scene, made: Format = MAIN) -> None:
        self._scene, self._encoder, self._count = scene, Encoder(made=made), 0

    def next(self) -> list[bytes]:
        """The picture of this very moment."""
        self._count += 1
        picture = with_clock(self._scene.at(self._count % LOOP / LOOP), datetime.now(UTC))
        return self._encoder.encode(picture)


def _packed(nals: list[bytes]) -> bytes:
    body = b"".join(_LENGTH.pack(len(nal)) + nal for nal in nals)
    return _LENGTH.pack(len(body)) + body


def _unpacked(data: bytes) -> Iterator[list[bytes]]:
    for body in _chunks(data):
        yield list(_chunks(body))


def _chunks(data: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(data):
        (size,) = _LENGTH.unpack_from(data, at)
        yield data[at + 4 : at + 4 + size]
        at += 4 + size
