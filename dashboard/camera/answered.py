"""What stands in our answers to viewers: addresses that they can reach, and that pictures are shown as soon as they are there."""

import re
from collections.abc import Sequence
from typing import Final

PLAYOUT_DELAY: Final = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay"
"""How long a browser may hold a picture back for the sake of smoothness, 24 bits: the least and the most, in steps of 10 ms. Both zero:
each picture is shown as soon as it is there. Chromium would add what it has seen of jitter: 20 to 40 ms where key frames are large."""
_DELAY_ID = re.compile(rf"a=extmap:(\d+) {re.escape(PLAYOUT_DELAY)}")
_CANDIDATE = re.compile(r"(a=candidate:\S+ \d+ udp \d+ )(\S+)( (\d+) typ host.*)")


def at_once(answer: str) -> bytes:
    """The header extension that has pictures shown as soon as they are there; empty when the viewer did not offer it, or under a number
    that the one-byte form (RFC 8285, 4.2) does not have."""
    found = _DELAY_ID.search(answer)
    number = int(found[1]) if found else 0
    return bytes((0xBE, 0xDE, 0, 1, number << 4 | 2, 0, 0, 0)) if 0 < number < 15 else b""


def announced(answer: str, addresses: Sequence[str]) -> str:
    """An answer whose candidates name these addresses instead of this machine's own: behind NAT, in containers.

    An IPv6 address stands at the ports of IPv6 sockets only, and an IPv4 address at the others.
    """
    if not addresses:
        return answer
    lines: list[str] = []
    ports: set[str] = set()
    for line in answer.splitlines():
        found = _CANDIDATE.fullmatch(line)
        if found is None:
            lines.append(line)
        elif found[4] not in ports:
            ports.add(found[4])
            lines += [f"{found[1]}{one}{found[3]}" for one in addresses if (":" in one) == (":" in found[2])]
    return "".join(f"{line}\r\n" for line in lines)
