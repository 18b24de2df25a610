"""The body of a request, whole, within the bounds of one and of all that are being received together."""

import asyncio
from dataclasses import dataclass
from typing import Literal

from fastapi import Request

from dashboard.errors import DashboardError

_DIGITS = 16


class BodyRefused(DashboardError):
    """Why a body was not taken: larger than may be, slower than may be, or too many at one time."""

    def __init__(self, why: Literal["large", "slow", "busy"]) -> None:
        super().__init__(f"body refused: {why}")
        self.why = why


@dataclass
class Room:
    """How many bytes one body may have, and all together; how many seconds one may take; how many are here now."""

    one: int
    together: int
    seconds: float
    held: int = 0


async def whole(request: Request, room: Room) -> bytes:
    """The body. Raises BodyRefused; ClientDisconnect where the sender was cut off: then nothing is there."""
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and len(length) < _DIGITS and int(length) > room.one:
        raise BodyRefused("large")
    body, held = bytearray(), 0
    try:
        async with asyncio.timeout(room.seconds):
            async for chunk in request.stream():
                body += chunk
                held += len(chunk)
                room.held += len(chunk)
                if len(body) > room.one:
                    raise BodyRefused("large")
                if room.held > room.together:
                    raise BodyRefused("busy")
        return bytes(body)
    except TimeoutError:
        raise BodyRefused("slow") from None
    finally:
        room.held -= held
