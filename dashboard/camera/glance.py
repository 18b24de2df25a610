"""One key frame from stdin as one JPEG on stdout: `python -m dashboard.camera.glance`, a process for each.

Whatever answers at an address that somebody tries may send any bytes. They are decoded here, where nothing else lives: bounded in memory
and time, killed when they take too long.
"""

import asyncio
import resource
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from dashboard.settings import CHECKOUT

LARGEST: Final = 4_000_000
WIDEST: Final = 1280
_PATIENCE = 12.0
_MEMORY, _SECONDS = 2 << 30, 10


@dataclass(frozen=True)
class Picture:
    """A decoded picture: its own size, and a JPEG of it that is at most 1280 wide."""

    width: int
    height: int
    jpeg: bytes


async def glance(stream: bytes) -> Picture | None:
    """The picture of a key frame; None when it cannot be decoded, or not in time."""
    quiet = asyncio.subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=quiet, cwd=CHECKOUT, env={}
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            told, _ = await process.communicate(stream[:LARGEST])
    except TimeoutError:
        return None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    head, _, jpeg = told.partition(b"\n")
    sizes = head.split()
    if process.returncode or len(sizes) != 2 or not all(one.isdigit() for one in sizes):
        return None
    return Picture(int(sizes[0]), int(sizes[1]), jpeg)


def main() -> int:
    """Reads, decodes, writes; 1 when there is no picture in it."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    import av
    import cv2
    import numpy as np
    from av.video.codeccontext import VideoCodecContext

    stream = sys.stdin.buffer.read(LARGEST)
    decoder = VideoCodecContext.create("h264", "r")
    assert isinstance(decoder, VideoCodecContext)
    decoder.thread_count = 1
    try:
        pictures = [*decoder.decode(av.Packet(stream)), *decoder.decode(None)]
    except av.error.FFmpegError:
        return 1
    if not pictures:
        return 1
    picture = np.asarray(pictures[0].to_ndarray(format="bgr24"), np.uint8)
    height, width = picture.shape[:2]
    if width > WIDEST:
        size = (WIDEST, max(1, round(height * WIDEST / width)))
        picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
    _, coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 80])
    sys.stdout.buffer.write(f"{width} {height}\n".encode() + coded.tobytes())
    return 0


if __name__ == "__main__":
    sys.exit(main())
