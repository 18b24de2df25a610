"""The one place of aiortc's and aioice's private names. A contract test holds them (tests/camera/test_peer.py).

aiortc does SDP, ICE, DTLS and RTCP over a track that never brings a frame; media goes past its sender (fanout.py).
"""

import asyncio
import errno
import os
import random
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aioice import Candidate, ice
from aioice.candidate import candidate_foundation, candidate_priority
from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription, VideoStreamTrack
from aiortc.codecs import HEADER_EXTENSIONS
from aiortc.exceptions import InvalidAccessError, InvalidStateError
from aiortc.mediastreams import MediaStreamError
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters
from aiortc.rtp import RtcpSenderInfo, RtcpSrPacket
from aiortc.sdp import candidate_from_sdp

from dashboard.camera.answered import PLAYOUT_DELAY, announced, at_once
from dashboard.camera.carrier import Carrier, Path, Plain
from dashboard.camera.fanout import Numbers, Outlet
from dashboard.camera.trickle import MOST, Fragment, Login, logins_of, trimmed
from dashboard.errors import OfferRefused, RelayFull

WATCHDOG_SECONDS = 15.0
"""A viewer whose browser reports nothing for so long is gone, though ICE would notice only after half a minute."""
_SEND_BUFFER = 1 << 20
_REPORTS_APART = 4.0
"""With aiortc's second, what RFC 3550 (6.2) gives as the least: a report costs as much as the pictures of a fifth of a second."""
_NTP_BEFORE_UNIX = 2_208_988_800  # seconds (RFC 5905, figure 4)
_CHECK_PACE = 0.02  # RFC 8445, 6.1.4.2
# What a malformed offer makes aiortc raise, found by feeding it thousands of them.
_BAD_OFFER = (
    ValueError,
    KeyError,
    IndexError,
    AttributeError,
    TypeError,
    AssertionError,
    RuntimeError,
    InvalidAccessError,
    InvalidStateError,
)

# By its name an answer agrees to it wherever an offer has it, under the offer's own number.
HEADER_EXTENSIONS["video"].append(RTCRtpHeaderExtensionParameters(id=14, uri=PLAYOUT_DELAY))

_host_addresses = ice.get_host_addresses
_ADDRESSES_COUNT = 5.0
_known_addresses: dict[tuple[bool, bool], tuple[float, list[str]]] = {}


def _addresses_with_loopback(use_ipv4: bool, use_ipv6: bool) -> list[str]:
    """This machine's addresses, asked for at most every five seconds (it costs 2 ms); one without any network can still be looked at
    from itself."""
    asked, found = _known_addresses.get((use_ipv4, use_ipv6), (-_ADDRESSES_COUNT, []))
    if time.monotonic() - asked > _ADDRESSES_COUNT:
        found = _host_addresses(use_ipv4, use_ipv6) or ["127.0.0.1"]
        _known_addresses[use_ipv4, use_ipv6] = time.monotonic(), found
    return found


ice.get_host_addresses = _addresses_with_loopback


async def _until_called(connection: Any) -> None:
    """What aioice's `connect` does, but it hears of its end at once: that one looks every 20 ms, which a viewer waits for.

    Raises ConnectionError when no way was found.
    """
    for candidate in connection._remote_candidates:
        connection._pair_remote_candidate(candidate)
    connection.sort_check_list()
    connection._unfreeze_initial()
    for early in connection._early_checks:
        connection.check_incoming(*early)
    connection._early_checks.clear()
    connection._early_checks_done = True
    checking = asyncio.create_task(_check_in_turn(connection))
    try:
        outcome = await connection._check_list_state.get()
    finally:
        checking.cancel()
    for pair in connection._check_list:
        if pair.task:
            pair.task.cancel()
    if outcome != ice.ICE_COMPLETED:
        raise ConnectionError("no way to the viewer was found")
    connection._query_consent_task = asyncio.create_task(connection.query_consent())


async def _check_in_turn(connection: Any) -> None:
    while connection._check_periodic():
        await asyncio.sleep(_CHECK_PACE)


async def _gathered(connection: Any, ports: range, component: int, addresses: list[str], timeout: int = 5) -> list[Candidate]:
    """What aioice's `get_component_candidates` does for host candidates, on ports of a range that a firewall can be opened for."""
    found = []
    for address in addresses:
        protocol = await _bound_in(connection, ports, address)
        if protocol is not None:
            host, port = protocol.transport.get_extra_info("sockname")[:2]
            protocol.local_candidate = Candidate(
                foundation=candidate_foundation("host", "udp", host),
                component=component,
                transport="udp",
                priority=candidate_priority(component, "host"),
                host=host,
                port=port,
                type="host",
            )
            connection._protocols.append(protocol)
            found.append(protocol.local_candidate)
    return found + await ice.Connection.get_component_candidates(connection, component, [], timeout)


async def _bound_in(connection: Any, ports: range, address: str) -> Any:
    """A socket on a port of the range, beginning anywhere in it; None when all are taken, or the address is gone."""
    begin = random.randrange(len(ports))
    for port in (*ports[begin:], *ports[:begin]):
        try:
            _, protocol = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: ice.StunProtocol(connection), local_addr=(address, port)
            )
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return None
        else:
            return protocol
    return None


class IdleTrack(VideoStreamTrack):
    """A track that never brings a frame."""

    async def recv(self) -> Any:
        """Waits until the sender is stopped."""
        await asyncio.Event().wait()
        raise MediaStreamError


@dataclass(frozen=True)
class Doorway:
    """Where viewers find us: `addresses` are announced instead of this machine's own, `ports` are the UDP ports to listen on; and the one
    `carrier` of this relay, by which pictures go out to them."""

    addresses: Sequence[str] = ()
    ports: range | None = None
    carrier: Carrier = field(default_factory=Plain)


@dataclass(eq=False)
class Peer:
    """One viewer's connection. `ready` is called with its outlet once it is connected, `gone` once when it has ended, however it ended."""

    ready: Callable[[Outlet], None]
    lost: Callable[[], None]
    gone: Callable[[], None]
    connection: RTCPeerConnection = field(
        default_factory=lambda: RTCPeerConnection(RTCConfiguration(iceServers=[])),
    )
    outlet: Outlet | None = None
    heard: float = field(default_factory=time.monotonic)
    _sender: Any = None
    _logins: frozenset[Login] = frozenset()
    _trickled: int = 0
    _ended: bool = False

    async def answer(self, offer: str, doorway: "Doorway") -> str:
        """The answer to a viewer's offer. Raises OfferRefused, and RelayFull when there is no port left."""
        connection = self.connection
        self._sender = connection.addTrack(IdleTrack())
        self._sender.send = partial(self._begin_sending, self._sender.send)
        (transceiver,) = connection.getTransceivers()
        known = [codec for codec in RTCRtpSender.getCapabilities("video").codecs if codec.mimeType in ("video/H264", "video/rtx")]
        # Before the offer is read: afterwards VP8 would be answered, and H.264 under its name shows nothing.
        transceiver.setCodecPreferences(known)
        connection.on("connectionstatechange", partial(self._changed, doorway.carrier))
        try:
            await connection.setRemoteDescription(RTCSessionDescription(trimmed(offer), "offer"))
            for one in connection.getTransceivers():
                way: Any = one.sender.transport.transport
                way._connection.connect = partial(_until_called, way._connection)
                if doorway.ports is not None:
                    way._connection.get_component_candidates = partial(_gathered, way._connection, doorway.ports)
            await connection.setLocalDescription(await connection.createAnswer())
        except _BAD_OFFER as error:
            await self.close()
            raise OfferRefused("lời mời (SDP) không đọc được, hoặc không có H.264") from error
        if not any(codec.mimeType == "video/H264" for codec in transceiver._codecs) or transceiver.currentDirection != "sendonly":
            await self.close()
            raise OfferRefused("lời mời (SDP) không nhận video H.264")
        answer = connection.localDescription.sdp
        if "a=candidate:" not in answer:
            await self.close()
            raise RelayFull("máy chuyển tiếp camera không còn cổng UDP cho người xem mới")
        self._logins = logins_of(offer)
        return announced(answer, doorway.addresses)

    async def trickle(self, fragment: Fragment) -> None:
        """Takes more of the viewer's candidates, up to a bound. Raises OfferRefused for another ICE session: none is begun anew."""
        if not fragment.logins <= self._logins:
            raise OfferRefused("phiên xem này không khởi động lại ICE; hãy mở phiên mới bằng POST")
        way = self._sender.transport.transport
        for line in fragment.candidates[: MOST - self._trickled]:
            self._trickled += 1
            await way.addRemoteCandidate(candidate_from_sdp(line))

    async def close(self) -> None:
        """Ends the connection; harmless when it has ended already."""
        if not self._ended:
            self._ended = True
            if self.outlet is not None:
                self.outlet.path.socket.close()
            self.gone()
        await self.connection.close()

    def is_deaf(self) -> bool:
        """Whether nothing was heard of the viewer for too long."""
        return time.monotonic() - self.heard > WATCHDOG_SECONDS

    async def _begin_sending(self, begin: Callable[[Any], Awaitable[None]], parameters: Any) -> None:
        """aiortc begins when its handshake is done, even if that is in the middle of an end: then its reports would go on for ever."""
        if not self._ended:
            await begin(parameters)

    async def _changed(self, carrier: Carrier) -> None:
        state = self.connection.connectionState
        if state == "connected" and self.outlet is None:
            self.outlet = self._bound(carrier)
            self.ready(self.outlet)
        elif state in ("failed", "closed"):
            await self.close()

    def _bound(self, carrier: Carrier) -> Outlet:
        sender = self._sender
        dtls = sender.transport
        pair = dtls.transport._connection._nominated[1]
        shared = pair.protocol.transport.get_extra_info("socket")
        own = socket.socket(fileno=os.dup(shared.fileno()))
        own.setblocking(False)
        own.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        path = Path(own, pair.remote_addr, dtls._tx_srtp._srtp[0])
        self._listen(sender)
        start = random.randrange(1 << 15)  # the lower half: a wrap in the first packets would break decryption
        return Outlet(path, self._numbers(), carrier, random.randrange(1 << 32), start, random.randrange(1 << 15))

    def _numbers(self) -> Numbers:
        (transceiver, *_) = self.connection.getTransceivers()
        codecs = transceiver._codecs
        h264 = next(codec for codec in codecs if codec.mimeType == "video/H264")
        rtx = next((one for one in codecs if one.mimeType == "video/rtx" and one.parameters.get("apt") == h264.payloadType), None)
        assert h264.payloadType is not None  # it is negotiated
        extra = at_once(self.connection.localDescription.sdp)
        return Numbers(h264.payloadType, self._sender._ssrc, rtx.payloadType if rtx else None, self._sender._rtx_ssrc, extra)

    def _listen(self, sender: Any) -> None:
        """Reports of loss and cries for a key frame come to us, everything heard feeds the watchdog, and our reports say what we sent."""
        handle, tell = sender._handle_rtcp_packet, sender._send_rtcp

        async def heard(packet: Any) -> None:
            self.heard = time.monotonic()
            await handle(packet)

        async def again(sequence: int) -> None:
            if self.outlet is not None:
                self.outlet.send_again(sequence)

        async def told(packets: list[Any]) -> None:
            for packet in packets:
                if isinstance(packet, RtcpSrPacket) and self.outlet is not None and self.outlet.packets:
                    packet.sender_info = _account(self.outlet)
            await tell(packets)
            if isinstance(packets[0], RtcpSrPacket):  # and no goodbye; aiortc itself waits for a second
                await asyncio.sleep(_REPORTS_APART)

        sender._handle_rtcp_packet = heard
        sender._retransmit = again
        sender._send_keyframe = self.lost
        sender._send_rtcp = told


def _account(outlet: Outlet) -> RtcpSenderInfo:
    """What was sent to a viewer (RFC 3550, 6.4.1). Without true reports its browser cannot tell delay from loss."""
    return RtcpSenderInfo(
        ntp_timestamp=int((outlet.at + _NTP_BEFORE_UNIX) * (1 << 32)),
        rtp_timestamp=outlet.stamp,
        packet_count=outlet.packets & 0xFFFFFFFF,
        octet_count=outlet.octets & 0xFFFFFFFF,
    )
