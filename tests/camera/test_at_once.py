"""Pictures are shown as soon as they are there: what key frames carry for that, and that it can be read by whoever receives it."""

import socket
from typing import Any

import pytest
from pylibsrtp import Policy, Session

from dashboard.camera.answered import PLAYOUT_DELAY, at_once
from dashboard.camera.carrier import Carrier, Path
from dashboard.camera.fanout import Numbers, Outlet, fan_out
from dashboard.camera.gop import Frame, make_frame

KEY = bytes(range(30))
KEY_FRAME, OTHER = (
    make_frame([b"\x65\x88" + b"i" * 900, b"\x65\x08" + b"i" * 900], 9000, True),
    make_frame([b"\x41\x9a" + b"p" * 400], 12600, False),
)


@pytest.mark.parametrize(
    ("line", "extra"),
    [
        (f"a=extmap:5 {PLAYOUT_DELAY}", bytes.fromhex("bede000152000000")),
        (f"a=extmap:14 {PLAYOUT_DELAY}", bytes.fromhex("bede0001e2000000")),
        (f"a=extmap:15 {PLAYOUT_DELAY}", b""),
        (f"a=extmap:0 {PLAYOUT_DELAY}", b""),
        ("a=extmap:5 urn:ietf:params:rtp-hdrext:sdes:mid", b""),
    ],
)
def test_it_is_said_under_the_number_that_the_viewer_gave_or_not_at_all(line: str, extra: bytes) -> None:
    assert at_once(f"v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n{line}\r\na=mid:0\r\n") == extra


def received(extra: bytes, carrier: Carrier) -> list[bytes]:
    """A key frame, another one, and a repair of the first packet, as they come out of the viewer's SRTP."""
    ours, theirs = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with ours, theirs:
        theirs.bind(("127.0.0.1", 0))
        theirs.settimeout(5)
        sends: Any = Session(Policy(key=KEY, ssrc_type=Policy.SSRC_ANY_OUTBOUND))
        reads = Session(Policy(key=KEY, ssrc_type=Policy.SSRC_ANY_INBOUND))
        outlet = Outlet(Path(ours, theirs.getsockname(), sends._srtp[0]), Numbers(96, 1, 97, 2, extra), carrier, 0, 100, 7)
        fan_out(KEY_FRAME, [outlet])
        fan_out(OTHER, [outlet])
        outlet.send_again(100)
        return [reads.unprotect(theirs.recv(2000)) for _ in range(4)]


def payload(packet: bytes) -> bytes:
    """What stands behind header and extension."""
    return packet[12 + (8 if packet[0] & 0x10 else 0) :]


@pytest.mark.parametrize("cuts", [True, False])
@pytest.mark.parametrize("extra", [b"", at_once(f"a=extmap:5 {PLAYOUT_DELAY}")])
def test_key_frames_and_their_repairs_carry_it_and_every_payload_is_whole(extra: bytes, cuts: bool, carrier: Carrier) -> None:
    carrier.cuts = cuts
    one, two, three, again = received(extra, carrier)
    assert [payload(one), payload(two)] == _payloads(KEY_FRAME)
    assert [payload(three)] == _payloads(OTHER)
    assert payload(again) == (100).to_bytes(2, "big") + _payloads(KEY_FRAME)[0]
    assert [packet[12:20] == extra for packet in (one, two, again)] == [bool(extra)] * 3
    assert [bool(packet[0] & 0x10) for packet in (one, two, three, again)] == [bool(extra), bool(extra), False, bool(extra)]
    assert [packet[1] for packet in (one, two, three, again)] == [96, 96 | 0x80, 96 | 0x80, 97]


def _payloads(frame: Frame) -> list[bytes]:
    return list(frame.payloads)
