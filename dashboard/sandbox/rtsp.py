"""A small RTSP server with interleaved TCP, as a network camera has one (RFC 2326)."""

import asyncio
import base64
import hashlib
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from dashboard.camera.h264 import payloads_of
from dashboard.sandbox.channels import Channel

log = structlog.get_logger()

_MOST = 1400
"""Bytes of a payload; larger than what browsers may be sent, as with real cameras."""
_REALM = "camera"
_USER = "xem"
_QUOTED = re.compile(r'(\w+)="([^"]*)"')


@dataclass
class Cameras:
    """All cameras of the sandbox by name."""

    channels: Mapping[str, Channel]
    nonce: str = field(default_factory=lambda: secrets.token_hex(16))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talks to one client until it leaves."""
        visit = Visit(self, writer)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            while visit.is_open:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("utf-8", "replace")
                visit.answer(head)
                await writer.drain()
        await visit.close()


@dataclass
class Visit:
    """One connection."""

    cameras: Cameras
    writer: asyncio.StreamWriter
    is_open: bool = True
    _player: asyncio.Task[None] | None = None

    def answer(self, head: str) -> None:
        """Answers one request."""
        first, *lines = head.strip().split("\r\n")
        method, url, _ = first.split(" ", 2)
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        number = headers.get("cseq", "0")
        name = url.partition("://")[2].partition("/")[2].partition("/")[0].partition("?")[0]
        channel = self.cameras.channels.get(name)
        if channel is None:
            self._reply("404 Not Found", number)
        elif channel.behaviour == "garbage":
            self.writer.write(b"HTTP/1.0 200 OK\r\n\r\n<html>welcome</html>\r\n\r\n")
        elif channel.password and method != "OPTIONS" and not self._may(channel, method, url, headers.get("authorization", "")):
            scheme = f'Digest realm="{_REALM}", nonce="{self.cameras.nonce}"' if channel.digest else f'Basic realm="{_REALM}"'
            self._reply("401 Unauthorized", number, **{"WWW-Authenticate": scheme})
        else:
            self._serve(method, url, number, channel)

    async def close(self) -> None:
        """Ends the play."""
        if self._player is not None:
            self._player.cancel()
            await asyncio.gather(self._player, return_exceptions=True)
        self.writer.close()

    def _serve(self, method: str, url: str, number: str, channel: Channel) -> None:
        if method == "DESCRIBE":
            codec = "H265" if channel.behaviour == "h265" else "H264"
            fmtp = "" if codec == "H265" else "a=fmtp:96 packetization-mode=1\r\n"
            head = "v=0\r\no=- 0 0 IN IP4 0.0.0.0\r\ns=camera\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n"
            body = f"{head}a=rtpmap:96 {codec}/90000\r\n{fmtp}a=control:v\r\n"
            self._reply("200 OK", number, body, **{"Content-Type": "application/sdp", "Content-Base": url + "/"})
        elif method == "SETUP":
            self._reply("200 OK", number, Session="1;timeout=60", Transport="RTP/AVP/TCP;unicast;interleaved=0-1")
        elif method == "PLAY" and self._player is None:
            self._reply("200 OK", number, Session="1")
            self._player = asyncio.create_task(self._play(channel))
        elif method == "TEARDOWN":
            self._reply("200 OK", number)
            self.is_open = False
        else:
            self._reply("200 OK", number, Public="OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN")

    def _reply(self, status: str, number: str, body: str = "", **headers: str) -> None:
        lines = {"CSeq": number, **headers} | ({"Content-Length": str(len(body))} if body else {})
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.writer.write(f"RTSP/1.0 {status}\r\n{head}\r\n{body}".encode())

    def _may(self, channel: Channel, method: str, url: str, given: str) -> bool:
        if not channel.digest:
            return given == "Basic " + base64.b64encode(f"{_USER}:{channel.password}".encode()).decode()
        said = dict(_QUOTED.findall(given))
        secret = _md5(f"{_USER}:{_REALM}:{channel.password}")
        wanted = _md5(f"{secret}:{self.cameras.nonce}:{_md5(f'{method}:{url}')}")
        return said.get("username") == _USER and said.get("uri") == url and said.get("response") == wanted

    async def _play(self, channel: Channel) -> None:
        channel.pulls += 1
        channel.watchers += 1
        sequence = secrets.randbelow(1 << 16)
        try:
            async for nals, timestamp in channel.film():
                payloads = payloads_of(nals, _MOST)
                for index, payload in enumerate(payloads):
                    marker = 0x80 if index == len(payloads) - 1 else 0
                    head = bytes((0x80, 96 | marker)) + (sequence & 0xFFFF).to_bytes(2, "big") + timestamp.to_bytes(4, "big") + b"cam0"
                    self.writer.write(b"$\x00" + (len(payload) + 12).to_bytes(2, "big") + head + payload)
                    sequence += 1
                await self.writer.drain()
        except OSError:
            log.debug("viewer of a sandbox camera left")
        finally:
            channel.watchers -= 1


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
