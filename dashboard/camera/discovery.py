"""WS-Discovery (OASIS 1.1 as ONVIF uses it): one question to everybody on the local network, and whoever answers within some seconds.

Asked only when somebody presses the button. What answers may lie: an answer is at most 64 kB of XML without a document type, and its
addresses are only taken when they name the machine that it came from.
"""

import asyncio
import socket
import struct
import uuid
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from dashboard.camera.onvif import parsed
from dashboard.errors import CameraError

GROUP, PORT = "239.255.255.250", 3702
SECONDS: Final = 4.0
MOST: Final = 200
_LARGEST: Final = 65_535
_ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_DISCOVERY = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
_SCOPES: Final = {
    "onvif://www.onvif.org/name/": "name",
    "onvif://www.onvif.org/hardware/": "model",
    "onvif://www.onvif.org/location/": "place",
}


@dataclass(frozen=True)
class Device:
    """A camera that answered: its ONVIF address, and what it says of itself."""

    address: str
    host: str
    name: str = ""
    model: str = ""
    place: str = ""


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, asked: str) -> None:
        self.asked = asked
        self.found: dict[str, Device] = {}

    def datagram_received(self, data: bytes, addr: tuple[str | int, int]) -> None:
        if len(self.found) < MOST:
            device = device_of(data, str(addr[0]), self.asked)
            if device is not None:
                self.found.setdefault(device.address, device)


async def discover(port: int = PORT, seconds: float = SECONDS) -> list[Device]:
    """The cameras that answer, by address; none where the network lets no question through. Every network of this machine is asked."""
    asked = f"urn:uuid:{uuid.uuid4()}"
    ear = _Ear(asked)
    loop = asyncio.get_running_loop()
    ways = [(await loop.create_datagram_endpoint(lambda: ear, sock=one))[0] for one in _mouths()]
    try:
        for _ in range(2):  # a question may be lost
            for way in ways:
                way.sendto(_question(asked), (GROUP, port))
            await asyncio.sleep(seconds / 2)
    finally:
        for way in ways:
            way.close()
    return sorted(ear.found.values(), key=lambda one: (socket.inet_aton(one.host), one.address))


def _mouths() -> list[socket.socket]:
    """A socket for each network that takes such questions; they go no further than that network."""
    found = []
    for index, _ in socket.if_nameindex():
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            one.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("4s4si", b"", b"", index))
            one.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
            one.bind(("", 0))
            one.setblocking(False)
        except OSError:
            one.close()
            continue
        found.append(one)
    return found


def device_of(data: bytes, sender: str, asked: str) -> Device | None:
    """What an answer says; None for one that is none, answers another question, or speaks for another machine."""
    try:
        root = parsed(data[:_LARGEST])
    except CameraError:
        return None
    match = root.find(f".//{{{_DISCOVERY}}}ProbeMatch")
    if match is None or (root.findtext(f".//{{{_ADDRESSING}}}RelatesTo") or "").strip() != asked:
        return None
    for text in (match.findtext(f"{{{_DISCOVERY}}}XAddrs") or "").split()[:8]:
        if _names(text, sender):
            return Device(text, sender, **_said(match.findtext(f"{{{_DISCOVERY}}}Scopes") or ""))
    return None


def _names(text: str, sender: str) -> bool:
    try:
        parts = urlsplit(text)
        return len(text) < 200 and parts.scheme in ("http", "https") and parts.hostname == sender and parts.port != 0
    except ValueError:
        return False


def _said(scopes: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for scope in scopes.split()[:40]:
        for start, field in _SCOPES.items():
            if scope.startswith(start):
                found[field] = " ".join(unquote(scope.removeprefix(start)).split())[:60]
    return found


def _question(asked: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="{_ADDRESSING}" xmlns:d="{_DISCOVERY}"'
        ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl">'
        f"<e:Header><w:MessageID>{asked}</w:MessageID><w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>"
        f"<w:Action>{_DISCOVERY}/Probe</w:Action></e:Header>"
        "<e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>"
    ).encode()
