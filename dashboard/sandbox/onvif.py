"""A recorder in a box: it answers WS-Discovery on loopback, and ONVIF over HTTP with a stream for each camera of the sandbox.

It is as strict as real ones: a login's digest must be right, and its time near the recorder's own clock, which may be wrong.
"""

import asyncio
import base64
import hashlib
import socket
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, cast
from xml.sax.saxutils import escape

from lxml import etree

GROUP, PORT, SERVICE = "239.255.255.250", 3702, "/onvif/device_service"
_LOOPBACK: Final = "127.0.0.1"
_LARGEST: Final = 65_536
_USUAL: Final = 1280, 720
_NEAR: Final = timedelta(seconds=10)
_MEDIA: Final = "/onvif/media"
_S, _T = "http://www.w3.org/2003/05/soap-envelope", "http://www.onvif.org/ver10/schema"
_TDS, _TRT = "http://www.onvif.org/ver10/device/wsdl", "http://www.onvif.org/ver10/media/wsdl"
_A, _D = "http://schemas.xmlsoap.org/ws/2004/08/addressing", "http://schemas.xmlsoap.org/ws/2005/04/discovery"


@dataclass(frozen=True)
class Recorder:
    """What it serves: profile → RTSP address, and width and height where they are not the usual ones. `ahead` is how far its clock is off;
    without a user anybody is answered."""

    streams: Mapping[str, str]
    user: str = ""
    password: str = field(default="", repr=False)
    ahead: timedelta = timedelta()
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def answer(self, body: bytes) -> tuple[int, str]:
        """Status and SOAP for a request."""
        try:
            root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
            (asked,) = root.findall(f"{{{_S}}}Body/*")
        except (etree.XMLSyntaxError, ValueError):
            return 400, _fault("ter:WellFormed")
        name = etree.QName(asked).localname
        if name != "GetSystemDateAndTime" and not self._lets_in(root):
            return 400, _fault("ter:NotAuthorized")
        answers: dict[str, Callable[[], str]] = {
            "GetSystemDateAndTime": self._clock, "GetCapabilities": self._capabilities, "GetProfiles": self._profiles,
            "GetStreamUri": lambda: self._uri(asked, "GetStreamUriResponse", "{}"),
            "GetSnapshotUri": lambda: self._uri(asked, "GetSnapshotUriResponse", "http://127.0.0.1/anh/{}"),
        }  # fmt: skip
        said = answers.get(name, str)()
        return (200, _envelope(said)) if said else (400, _fault("ter:ActionNotSupported"))

    def _lets_in(self, root: etree._Element) -> bool:
        if not self.user:
            return True
        texts = {etree.QName(one).localname: one.text or "" for one in root.iter() if isinstance(one.tag, str)}
        try:
            created, nonce = texts["Created"], base64.b64decode(texts["Nonce"])
            at = datetime.fromisoformat(created)
        except (KeyError, ValueError):
            return False
        digest = base64.b64encode(hashlib.sha1(nonce + created.encode() + self.password.encode(), usedforsecurity=False).digest()).decode()
        near = abs(datetime.now(UTC) + self.ahead - at) < _NEAR
        return near and texts.get("Username") == self.user and texts.get("Password") == digest

    def _clock(self) -> str:
        now = datetime.now(UTC) + self.ahead
        clock = f"<t:Time><t:Hour>{now.hour}</t:Hour><t:Minute>{now.minute}</t:Minute><t:Second>{now.second}</t:Second></t:Time>"
        day = f"<t:Date><t:Year>{now.year}</t:Year><t:Month>{now.month}</t:Month><t:Day>{now.day}</t:Day></t:Date>"
        return (
            f'<GetSystemDateAndTimeResponse xmlns="{_TDS}" xmlns:t="{_T}"><SystemDateAndTime><t:UTCDateTime>{clock}{day}</t:UTCDateTime>'
            "</SystemDateAndTime></GetSystemDateAndTimeResponse>"
        )

    def _capabilities(self) -> str:
        # As behind a translated network: the host is one that nobody reaches, the path is right.
        where = f"http://192.0.2.1{_MEDIA}"
        return (
            f'<GetCapabilitiesResponse xmlns="{_TDS}" xmlns:t="{_T}"><Capabilities><t:Media><t:XAddr>{where}</t:XAddr></t:Media>'
            "</Capabilities></GetCapabilitiesResponse>"
        )

    def _profiles(self) -> str:
        found = "".join(self._profile(name, *self.sizes.get(name, _USUAL)) for name in self.streams)
        return f'<GetProfilesResponse xmlns="{_TRT}" xmlns:t="{_T}">{found}</GetProfilesResponse>'

    @staticmethod
    def _profile(name: str, wide: int, high: int) -> str:
        return (
            f'<Profiles token="{escape(name)}"><t:Name>{escape(name)}</t:Name><t:VideoEncoderConfiguration><t:Encoding>H264</t:Encoding>'
            f"<t:Resolution><t:Width>{wide}</t:Width><t:Height>{high}</t:Height></t:Resolution>"
            "<t:RateControl><t:FrameRateLimit>12</t:FrameRateLimit></t:RateControl></t:VideoEncoderConfiguration></Profiles>"
        )

    def _uri(self, asked: etree._Element, response: str, pattern: str) -> str:
        name = next(
            (one.text or "" for one in asked.iter() if isinstance(one.tag, str) and etree.QName(one).localname == "ProfileToken"), ""
        )
        if name not in self.streams:
            return ""
        uri = escape(pattern.format(self.streams[name] if pattern == "{}" else name))
        return f'<{response} xmlns="{_TRT}" xmlns:t="{_T}"><MediaUri><t:Uri>{uri}</t:Uri></MediaUri></{response}>'


async def serve(recorder: Recorder, listener: socket.socket) -> asyncio.Server:
    """The recorder's HTTP door, open until it is closed."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(10):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = next((line.partition(":")[2] for line in head.lower().split("\r\n") if line.startswith("content-length:")), "0")
                body = await reader.readexactly(min(int(length), _LARGEST))
            status, said = recorder.answer(body)
            content = said.encode()
            kind = "Content-Type: application/soap+xml\r\nConnection: close"
            writer.write(f"HTTP/1.1 {status} X\r\n{kind}\r\nContent-Length: {len(content)}\r\n\r\n".encode())
            writer.write(content)
            await writer.drain()
        except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # whoever asks so is not answered
        finally:
            writer.close()

    return await asyncio.start_server(meet, sock=listener)


class _Mouth(asyncio.DatagramProtocol):
    """Answers whoever asks on loopback who is there; from loopback's own address, since what is bound to the group cannot be a sender."""

    def __init__(self, http_port: int, ear: socket.socket) -> None:
        self.address, self.ear = f"http://{_LOOPBACK}:{http_port}{SERVICE}", ear

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins to hear."""
        asyncio.get_running_loop().add_reader(self.ear, self._hear, cast(asyncio.DatagramTransport, transport))

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 — asyncio's own signature
        """Hears no more."""
        asyncio.get_running_loop().remove_reader(self.ear)
        self.ear.close()

    def _hear(self, way: asyncio.DatagramTransport) -> None:
        try:
            data, sender = self.ear.recvfrom(_LARGEST)
            root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
        except (BlockingIOError, etree.XMLSyntaxError):
            return
        asked = root.findtext(f".//{{{_A}}}MessageID")
        if asked and root.find(f".//{{{_D}}}Probe") is not None:
            way.sendto(self._match(asked).encode(), sender)

    def _match(self, asked: str) -> str:
        scopes = "onvif://www.onvif.org/name/%C4%90%E1%BA%A7u%20ghi%20m%C3%B4%20ph%E1%BB%8Fng onvif://www.onvif.org/hardware/Sandbox"
        return _envelope(
            f'<d:ProbeMatches xmlns:d="{_D}"><d:ProbeMatch><d:Scopes>{scopes}</d:Scopes><d:XAddrs>{self.address}</d:XAddrs></d:ProbeMatch>'
            "</d:ProbeMatches>",
            f'<w:RelatesTo xmlns:w="{_A}">{escape(asked.strip())}</w:RelatesTo>',
        )


async def announce(http_port: int, port: int = PORT) -> asyncio.DatagramTransport:
    """Hears questions on loopback. Raises OSError where that cannot be had."""
    ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ear.bind((GROUP, port))
        group = struct.pack("4s4s", socket.inet_aton(GROUP), socket.inet_aton(_LOOPBACK))
        ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, group)
        ear.setblocking(False)
        loop = asyncio.get_running_loop()
        mouth, _ = await loop.create_datagram_endpoint(lambda: _Mouth(http_port, ear), local_addr=(_LOOPBACK, 0))
    except OSError:
        ear.close()
        raise
    return mouth


def _envelope(body: str, head: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{_S}"><s:Header>{head}</s:Header><s:Body>{body}</s:Body></s:Envelope>'
    )


def _fault(code: str) -> str:
    return _envelope(f"<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>{code}</s:Value></s:Subcode></s:Code></s:Fault>")
