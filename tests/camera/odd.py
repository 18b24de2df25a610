"""Cameras that misbehave on purpose, each a real server on loopback."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType

from dashboard.camera.registry import Cameras
from tests.camera.box import Box, camera

Answers = Callable[["Talk"], Awaitable[None]]
SDP = "v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:v\r\n"


@dataclass
class Talk:
    """One connection of the relay to an odd camera; `asked` are the methods that it heard, `heads` the whole requests."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    asked: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)

    async def hear(self) -> str:
        """The method of the next request."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        self.heads.append(head)
        self.asked.append(head.split(" ", 1)[0])
        self._number = head.partition("CSeq: ")[2].split("\r\n")[0]
        return self.asked[-1]

    def reply(self, status: str = "200 OK", body: str = "", **headers: str) -> None:
        """Answers the request that was heard last."""
        lines = {"CSeq": self._number, **headers} | ({"Content-Length": str(len(body))} if body else {})
        head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
        self.writer.write(f"RTSP/1.0 {status}\r\n{head}\r\n{body}".encode())

    async def begin(self, sdp: str = SDP, **headers: str) -> None:
        """Goes through the whole opening politely, until the play has begun."""
        while await self.hear() != "PLAY":
            self.reply(body=sdp if self.asked[-1] == "DESCRIBE" else "", Session="7", **headers)
        self.reply(Session="7")

    def packet(self, payload: bytes, sequence: int, timestamp: int, *, ends: bool = True, channel: int = 0) -> None:
        """Sends one RTP packet."""
        head = (
            bytes((0x80, 96 | (0x80 if ends else 0))) + (sequence & 0xFFFF).to_bytes(2, "big") + (timestamp & 0xFFFFFFFF).to_bytes(4, "big")
        )
        packet = head + b"ssrc" + payload
        self.writer.write(b"$" + bytes((channel,)) + len(packet).to_bytes(2, "big") + packet)


@dataclass
class OddCamera:
    """A camera and the conversations that were had with it."""

    answers: Answers
    talks: list[Talk] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _visits: set["asyncio.Task[None]"] = field(default_factory=set)

    async def open(self, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> int:
        """Begins to listen; the port."""
        self._server = await asyncio.start_server(self._serve, host, 0, ssl=tls)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Ends all conversations."""
        assert self._server is not None
        self._server.close()
        for visit in self._visits:
            visit.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = asyncio.current_task()
        assert visit is not None
        self._visits.add(visit)
        talk = Talk(reader, writer)
        self.talks.append(talk)
        try:
            await self.answers(talk)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the relay has left
        finally:
            writer.close()


@contextmanager
def added(box: Box, answers: Answers, login: str = "") -> Iterator[OddCamera]:
    """Puts an odd camera into the relay's list, under the name `odd`."""
    odd = OddCamera(answers)
    port = box.do(odd.open())
    listed = {**box.relay.cameras.by_key, "odd": camera("odd", f"rtsp://{login}127.0.0.1:{port}/x")}
    box.relay.cameras = Cameras(MappingProxyType(listed))
    try:
        yield odd
    finally:
        if "odd" in box.relay.sources:
            box.do(box.relay.sources["odd"].close())
        box.do(odd.close())
