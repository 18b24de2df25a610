"""What a viewer says of its own addresses: in its offer, and afterwards in pieces (application/trickle-ice-sdpfrag, RFC 8840, 9).

A relay stands where viewers can reach it and learns their addresses from their own checks; what they say of themselves helps where a
firewall lets only answers in. So candidates are taken, but none is waited for, and the end of the list says nothing about the viewer.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from dashboard.errors import OfferRefused

MOST: Final = 40
"""Candidates of one viewer that are tried: each costs a few checks, sent to an address that the viewer chose."""
Login = tuple[str, str]
"""User fragment and password of an ICE session."""

_LINE = re.compile(r"[a-z]=[^\0]*")
_UFRAG, _PWD, _CANDIDATE = "a=ice-ufrag:", "a=ice-pwd:", "a=candidate:"
_WHOLE = re.compile(r"\S{1,32} \d{1,3} \S+ \d{1,10} \S+ \d{1,5} typ \S+( .*)?", re.ASCII)
_REACHABLE = re.compile(r"\S+ 1 udp \d+ [0-9a-f.:]+ (\d+) typ (host|srflx|relay)", re.ASCII | re.IGNORECASE)
_WORDS = 8
"""Of a candidate; what follows says how it was found."""
_UNREADABLE = "mảnh SDP (trickle-ice-sdpfrag) không đọc được"


@dataclass(frozen=True)
class Fragment:
    """A piece: the ICE sessions that it speaks of, the candidates that a relay can try, as they stand behind `a=candidate:`, its text."""

    logins: frozenset[Login]
    candidates: tuple[str, ...]
    text: str = field(default="", compare=False, repr=False)

    @classmethod
    def read(cls, text: str) -> "Fragment":
        """Raises OfferRefused for what is no fragment; what cannot be tried (TCP, names instead of addresses) is left out silently."""
        lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
        if not all(_LINE.fullmatch(line) for line in lines):
            raise OfferRefused(_UNREADABLE)
        found = [line.removeprefix(_CANDIDATE) for line in lines if line.startswith(_CANDIDATE)]
        if not all(_WHOLE.fullmatch(one) for one in found):
            raise OfferRefused(_UNREADABLE)
        heads = (" ".join(one.split(" ")[:_WORDS]) for one in found)
        return cls(logins_of(text), tuple(head for head in heads if _is_reachable(head)), text)


def logins_of(sdp: str) -> frozenset[Login]:
    """The ICE sessions that a description or fragment names, each by user fragment and password, in whichever order they stand."""
    lines = sdp.replace("\r\n", "\n").split("\n")
    names = [line.removeprefix(_UFRAG).strip() for line in lines if line.startswith(_UFRAG)]
    passwords = [line.removeprefix(_PWD).strip() for line in lines if line.startswith(_PWD)]
    return frozenset(zip(names, passwords, strict=False))


def trimmed(offer: str) -> str:
    """An offer without what only delays its answer.

    Names that a browser puts in the place of its addresses (`….local`) would be asked for in this machine's own network, a second long;
    and a list that is said to be complete would end the session before the viewer's own checks arrive.
    """
    return "".join(line for line in offer.splitlines(keepends=True) if not _is_needless(line))


def _is_reachable(head: str) -> bool:
    found = _REACHABLE.fullmatch(head)
    return found is not None and 0 < int(found[1]) < 65_536


def _is_needless(line: str) -> bool:
    return line.startswith("a=end-of-candidates") or (line.startswith(_CANDIDATE) and ".local " in line)
