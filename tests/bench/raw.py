"""HTTP/1.1 and WebSocket at their barest, so that a crowd of clients in one process does not measure itself.

Both lean on one server only, ours: answers have a Content-Length, and what a server says over a WebSocket is neither masked nor cut.
"""

import asyncio
import base64
import os
import struct
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

_END = b"\r\n\r\n"
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
_TWO_BYTES = 126
"""In the place of a length: it stands in the next two bytes."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, the lines before the body, body."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: bytes) -> bytes:
        """The value of a header, whose name is given in small letters; empty when there is none."""
        wanted = b"\r\n" + name + b": "
        place = self.head.lower().find(wanted)
        return self.head[place + len(wanted) :].partition(b"\r\n")[0] if place >= 0 else b""


class Line(asyncio.Protocol):
    """One connection that stays open, with one request on it at a time."""

    def __init__(self) -> None:
        self._got = bytearray()
        self._wanted: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport | None = None

    @classmethod
    async def to(cls, base: str) -> "Line":
        """A connection to a server."""
        place = urlsplit(base)
        _, line = await asyncio.get_running_loop().create_connection(cls, place.hostname or "", place.port or 80)
        return line

    async def ask(self, request: bytes) -> Answer:
        """The answer to a whole request. Raises ConnectionError when the line is cut."""
        assert self._transport is not None
        self._wanted = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._wanted

    def close(self) -> None:
        """Hangs up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        self._got += data
        end = self._got.find(_END)
        if end < 0 or self._wanted is None:
            return
        found = Answer(int(self._got[9:12]), bytes(self._got[: end + 2]), b"")
        body = end + len(_END)
        whole = body + (0 if found.status == 304 else int(found.header(b"content-length") or 0))
        if len(self._got) >= whole:
            answer = replace(found, body=bytes(self._got[body:whole]))
            del self._got[:whole]
            if not self._wanted.done():
                self._wanted.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the loop."""
        if self._wanted is not None and not self._wanted.done():
            self._wanted.set_exception(exc or ConnectionError("the server hung up"))


class Ear(asyncio.Protocol):
    """A WebSocket that only listens: of what was said, the last text counts."""

    def __init__(self, handshake: bytes) -> None:
        self._handshake, self._got, self._open = handshake, bytearray(), False
        self._transport: asyncio.Transport | None = None
        self._news = asyncio.Event()
        self._gone: Exception | None = None
        self.said = b""

    @classmethod
    async def to(cls, base: str, path: str, headers: str) -> "Ear":
        """Connects; `headers` are whole lines. What is said is awaited by `news`."""
        place = urlsplit(base)
        key = base64.b64encode(os.urandom(16)).decode()
        upgrade = f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
        handshake = f"GET {path} HTTP/1.1\r\nHost: {place.netloc}\r\n{upgrade}{headers}\r\n".encode()
        _, ear = await asyncio.get_running_loop().create_connection(lambda: cls(handshake), place.hostname or "", place.port or 80)
        return ear

    async def news(self) -> bytes:
        """The last text that was said since the last asking, as soon as there is one. Raises ConnectionError when the line is cut."""
        await self._news.wait()
        self._news.clear()
        if self._gone is not None:
            raise self._gone
        return self.said

    def close(self) -> None:
        """Hangs up."""
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(self._handshake)

    def data_received(self, data: bytes) -> None:
        """Called by the loop."""
        self._got += data
        if not self._open:
            end = self._got.find(_END)
            if end < 0:
                return
            if not self._got.startswith(b"HTTP/1.1 101"):
                self.connection_lost(ConnectionError(bytes(self._got[:end]).decode("latin-1")))
                return
            del self._got[: end + len(_END)]
            self._open = True
        while self._frame():
            pass

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by the loop."""
        self._gone = exc or ConnectionError("the server hung up")
        self._news.set()

    def _frame(self) -> bool:
        """Takes one frame from what has come; whether there was a whole one."""
        got = self._got
        start = 4 if len(got) > 1 and got[1] == _TWO_BYTES else 2
        if len(got) < start:
            return False
        end = start + (struct.unpack_from("!H", got, 2)[0] if start == 4 else got[1])
        if len(got) < end:
            return False
        kind, payload = got[0] & 0x0F, bytes(got[start:end])
        del got[:end]
        if kind == _TEXT:
            self.said = payload
            self._news.set()
        elif kind == _PING and self._transport is not None:
            # A mask of zeros is a mask: the payload stands as it is.
            self._transport.write(bytes((0x80 | _PONG, 0x80 | len(payload))) + bytes(4) + payload)
        elif kind == _CLOSE:
            self.connection_lost(None)
        return True
