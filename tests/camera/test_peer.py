"""aiortc's and aioice's private names: used in one module, and each of them is there and does what that module takes it to do.

When a release renames one, the test of that name fails and says which; nothing else has to be read to know what to mend.
"""

import ast
import asyncio
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import pytest
from aioice import ice
from aiortc import RTCConfiguration, RTCPeerConnection, rtcicetransport, rtcrtpparameters, rtcrtpsender
from aiortc.rtp import RTCP_PSFB_PLI, RTCP_RTPFB_NACK, RtcpPsfbPacket, RtcpRtpfbPacket, RtcpSenderInfo, RtcpSrPacket
from pylibsrtp import Policy, Session, ffi, lib  # type: ignore[attr-defined]

from dashboard.camera import peer
from dashboard.camera.peer import IdleTrack
from tests.camera.viewer import offering

HOUSE: Final = Path(__file__).resolve().parent.parent.parent / "dashboard"
PEER: Final = HOUSE / "camera" / "peer.py"
CARRIER: Final = HOUSE / "camera" / "carrier.py"


@dataclass(frozen=True)
class Parts:
    """What a peer connection is made of, before it is connected."""

    sender: Any
    transceiver: Any
    ice_transport: Any
    connection: Any
    dtls: Any
    srtp: Any


@pytest.fixture(scope="module")
def parts() -> Parts:
    """The parts of one connection."""
    return asyncio.run(_parts())


async def _parts() -> Parts:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    sender: Any = connection.addTrack(IdleTrack())
    (transceiver,) = connection.getTransceivers()
    dtls = sender.transport
    session = Session(Policy(key=bytes(30), ssrc_type=Policy.SSRC_ANY_OUTBOUND))
    made = Parts(sender, transceiver, dtls.transport, getattr(dtls.transport, "_connection", None), dtls, session)
    await connection.close()
    return made


# Each private name that peer.py uses, and whose it is.
OWNERS: Final[Mapping[str, Callable[[Parts], Any]]] = {
    "_codecs": lambda parts: parts.transceiver,
    "_connection": lambda parts: parts.ice_transport,
    "_remote_candidates": lambda parts: parts.connection,
    "_pair_remote_candidate": lambda parts: parts.connection,
    "_unfreeze_initial": lambda parts: parts.connection,
    "_early_checks": lambda parts: parts.connection,
    "_early_checks_done": lambda parts: parts.connection,
    "_check_periodic": lambda parts: parts.connection,
    "_check_list": lambda parts: parts.connection,
    "_check_list_state": lambda parts: parts.connection,
    "_query_consent_task": lambda parts: parts.connection,
    "_protocols": lambda parts: parts.connection,
    "_nominated": lambda parts: parts.connection,
    "_tx_srtp": lambda parts: parts.dtls,
    "_srtp": lambda parts: parts.srtp,
    "_ssrc": lambda parts: parts.sender,
    "_rtx_ssrc": lambda parts: parts.sender,
    "_handle_rtcp_packet": lambda parts: parts.sender,
    "_retransmit": lambda parts: parts.sender,
    "_send_keyframe": lambda parts: parts.sender,
    "_send_rtcp": lambda parts: parts.sender,
}


@pytest.mark.parametrize("name", OWNERS)
def test_a_private_name_is_still_there(parts: Parts, name: str) -> None:
    owner = OWNERS[name](parts)
    assert owner is not None, f"the way to the owner of {name} is gone: see the other failures"
    assert hasattr(owner, name), (
        f"{type(owner).__module__}.{type(owner).__qualname__} has no {name} any more: dashboard/camera/peer.py uses it"
    )


def test_every_private_name_that_peer_uses_is_held_by_this_contract() -> None:
    used = set(_foreign_private_names(PEER))
    assert used == set(OWNERS), f"without a contract: {used - set(OWNERS)}; no longer used: {set(OWNERS) - used}"


def test_nothing_but_peer_knows_the_webrtc_library_or_its_private_names() -> None:
    offences = []
    for path in sorted(HOUSE.rglob("*.py")):
        if path != PEER:
            known = {"pylibsrtp"} if path == CARRIER else set()
            offences += [f"{path.name} imports {name}" for name in _imports(path) & ({"aiortc", "aioice", "pylibsrtp"} - known)]
            offences += [f"{path.name} uses {name}" for name in _foreign_private_names(path) if name in OWNERS]
    assert not offences


def test_a_handshake_that_is_done_in_the_middle_of_an_end_begins_no_reports() -> None:
    assert "transceiver.sender.send(" in inspect.getsource(RTCPeerConnection), "aiortc begins to send in another way"

    async def reporting(*, ends: bool) -> list[str]:
        async with offering() as (_, sdp):
            one = peer.Peer(lambda _: None, lambda: None, lambda: None)
            await one.answer(sdp.decode(), peer.Doorway())
            if ends:
                await one.close()
            await one.connection.getSenders()[0].send(
                rtcrtpparameters.RTCRtpSendParameters(codecs=one.connection.getTransceivers()[0]._codecs)
            )
            found = [repr(task) for task in asyncio.all_tasks() if "RTCRtpSender" in repr(task)]
            await one.close()
            return found

    assert asyncio.run(reporting(ends=False)), "it is by this that it begins"
    assert asyncio.run(reporting(ends=True)) == []


def test_the_pair_that_was_nominated_names_socket_and_address() -> None:
    wanted = {"protocol", "remote_addr"}
    there = set(vars(ice.CandidatePair)) | set(inspect.getsource(ice.CandidatePair.__init__).replace("self.", " ").split())
    assert wanted <= there, f"aioice.ice.CandidatePair has no {wanted - there} any more"
    assert "transport" in inspect.get_annotations(ice.StunProtocol), "aioice.ice.StunProtocol has no transport any more"


def test_the_addresses_to_listen_on_are_asked_for_by_the_name_that_peer_replaces() -> None:
    source = inspect.getsource(ice.Connection.gather_candidates)
    assert "get_host_addresses(" in source, "aioice asks for its addresses in another way: loopback is not announced any more"
    assert list(inspect.signature(ice.get_host_addresses).parameters) == ["use_ipv4", "use_ipv6"]


def test_reports_of_loss_and_cries_for_a_key_frame_reach_what_peer_puts_in_their_place() -> None:
    """aiortc's own handler calls `_retransmit` and `_send_keyframe` on the instance, where peer.py replaces them."""

    async def told() -> list[object]:
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        sender: Any = connection.addTrack(IdleTrack())
        heard: list[object] = []

        async def again(sequence: int) -> None:
            heard.append(sequence)

        sender._retransmit, sender._send_keyframe = again, lambda: heard.append("key frame")
        await sender._handle_rtcp_packet(RtcpRtpfbPacket(RTCP_RTPFB_NACK, 1, sender._ssrc, [7, 9]))
        await sender._handle_rtcp_packet(RtcpPsfbPacket(RTCP_PSFB_PLI, 1, sender._ssrc))
        await connection.close()
        return heard

    assert asyncio.run(told()) == [7, 9, "key frame"]


def test_aioice_connects_by_the_steps_that_peer_goes_through_without_its_polling() -> None:
    """`peer._until_called` stands in for `Connection.connect`: when that one learns something new, so must ours."""
    theirs = {name for name in re.findall(r"self\.(_?\w+)", inspect.getsource(ice.Connection.connect)) if not name.startswith("__")}
    ours = set(re.findall(r"connection\.(_?\w+)", inspect.getsource(peer._until_called) + inspect.getsource(peer._check_in_turn)))
    # Candidates, user name and password are there, or aiortc would not have begun to connect.
    assert theirs - ours == {"_local_candidates_end", "remote_username", "remote_password"}
    assert ours <= theirs
    assert "self._connection.connect()" in inspect.getsource(rtcicetransport.RTCIceTransport.start), "aiortc connects by another name"


def test_aioice_gathers_by_the_steps_that_peer_takes_in_a_range_of_ports() -> None:
    """`peer._gathered` makes the host candidates itself and leaves the rest to `Connection.get_component_candidates`."""
    assert list(inspect.signature(ice.Connection.get_component_candidates).parameters) == ["self", "component", "addresses", "timeout"]
    source = inspect.getsource(ice.Connection.gather_candidates)
    assert "self.get_component_candidates(component=component, addresses=addresses)" in source
    assert set(inspect.signature(ice.StunProtocol).parameters) == {"receiver"}


def test_aiortc_sends_its_reports_by_the_name_that_peer_replaces_to_put_its_own_counters_into_them() -> None:
    source = inspect.getsource(rtcrtpsender.RTCRtpSender._run_rtcp)
    assert "await self._send_rtcp(packets)" in source, "aiortc's sender reports go another way"
    assert [field.name for field in fields(RtcpSenderInfo)] == ["ntp_timestamp", "rtp_timestamp", "packet_count", "octet_count"]
    assert "sender_info" in {field.name for field in fields(RtcpSrPacket)}


def test_libsrtp_protects_in_place_and_says_how_long_it_became() -> None:
    session: Any = Session(Policy(key=bytes(range(30)), ssrc_type=Policy.SSRC_ANY_OUTBOUND))
    packet = bytes.fromhex("8060000100000000deadbeef") + b"payload"
    buffer = ffi.new("unsigned char[]", 200)
    ffi.buffer(buffer)[: len(packet)] = packet
    length = ffi.new("int *", len(packet))
    assert lib.srtp_protect(session._srtp[0], buffer, length) == lib.srtp_err_status_ok
    assert length[0] == len(packet) + 10, "SHA1-80 adds ten bytes"
    assert bytes(ffi.buffer(buffer))[:12] == packet[:12], "the header stays open"
    assert bytes(ffi.buffer(buffer))[12 : len(packet)] != packet[12:]


def _foreign_private_names(path: Path) -> Iterator[str]:
    """Private attributes taken of anything but `self` or `cls`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.endswith("__"):
            is_own = isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
            if not is_own:
                yield node.attr


def _imports(path: Path) -> set[str]:
    """The packages that a module imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found
