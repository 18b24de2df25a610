"""Offers that were bent on their way: whatever comes of one, it is answered or refused, and nothing of it stays."""

import asyncio
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as some

from dashboard.camera.peer import Doorway, Peer
from dashboard.errors import OfferRefused
from tests.camera.viewer import offer

ODD = (
    "m=video 9 UDP/TLS/RTP/SAVPF", "m=audio 9 UDP/TLS/RTP/SAVPF 111", "m=video 0 UDP/TLS/RTP/SAVPF 96", "m=", "a=mid:", "a=mid:0",
    "a=rtpmap:96", "a=rtpmap:999999 H264/90000", "a=fmtp:97 apt=", "a=fmtp:97 apt=97", "a=fmtp:x profile-level-id=zz",
    "a=extmap:999 urn:x", "a=extmap:x", "a=fingerprint:sha-256", "a=fingerprint:md5 00", "a=setup:holdconn", "a=setup:",
    "a=ice-ufrag:", "a=ice-pwd:x", "a=candidate:", "a=group:BUNDLE", "a=group:BUNDLE 7 8 9", "a=ssrc:x cname:y",
    "a=ssrc:4294967296 cname:y", "a=rtcp-fb:96 nack pli x", "a=rtcp:x IN IP4", "c=IN IP6 ::", "v=0", "=", "a=sendonly", "a=inactive",
    "a=msid:", "o=- 0 0 IN IP4 x",
)  # fmt: skip
"""Lines that a parser may stumble over."""
change = some.tuples(some.sampled_from(("drop", "double", "odd", "cut", "swap")), some.integers(0, 400), some.sampled_from(ODD))


@cache
def _whole() -> tuple[str, ...]:
    return tuple(asyncio.run(offer()).decode().split("\r\n"))


def bent(changes: list[tuple[str, int, str]]) -> str:
    """An offer with some of its lines changed."""
    lines = list(_whole())
    for what, where, odd in changes:
        at = where % len(lines) if lines else 0
        old = lines[at : at + 1]
        lines[at : at + 1] = {"drop": [], "double": old * 2, "odd": [odd], "cut": [one[: len(one) // 2] for one in old], "swap": old}[what]
        if what == "swap" and lines:
            lines[at], lines[0] = lines[0], lines[at]
    return "\r\n".join(lines)


@settings(max_examples=60)
@given(some.lists(change, max_size=8))
def test_a_bent_offer_is_answered_or_refused_and_its_seat_is_gone_afterwards(changes: list[tuple[str, int, str]]) -> None:
    text = bent(changes)

    async def act() -> list[bool]:
        gone: list[bool] = []
        peer = Peer(lambda _: None, lambda: None, lambda: gone.append(True))
        try:
            assert (await peer.answer(text, Doorway())).startswith("v=0")
        except OfferRefused:
            assert gone == [True], "the relay hears of it at once"
        finally:
            await peer.close()
        return gone

    assert asyncio.run(act()) == [True]
