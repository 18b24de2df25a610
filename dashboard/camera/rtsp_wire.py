"""RTSP/1.0 on the wire, without any I/O (RFC 2326): answers and interleaved packets are cut out of bytes; credentials become headers."""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from dashboard.camera.states import State
from dashboard.errors import CameraError

_HEAD_LARGEST: Final = 16_384
_BODY_LARGEST: Final = 65_536
_STATUS = re.compile(r"RTSP/1\.\d (\d{3})")
_PARAMETER = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,"]+))')


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of a camera; header names are in lower case, `challenges` are its WWW-Authenticate lines."""

    status: int
    headers: Mapping[str, str]
    challenges: tuple[str, ...]
    body: str


@dataclass
class Wire:
    """The bytes that have arrived and belong to nothing whole yet; `channel` is the one on which video comes."""

    channel: int = 0
    _rest: bytes = b""

    def feed(self, data: bytes) -> tuple[list[bytes], list[Answer]]:
        """The video packets and the answers that are whole now. Raises CameraError for what is no RTSP."""
        data = self._rest + data if self._rest else data
        packets: list[bytes] = []
        answers: list[Answer] = []
        at, held = 0, len(data)
        while held - at >= 4:
            if data[at] == 0x24:
                end = at + 4 + (data[at + 2] << 8 | data[at + 3])
                if end > held:
                    break
                if data[at + 1] == self.channel:  # the next one is RTCP
                    packets.append(data[at + 4 : end])
            else:
                answer, end = _answer(data, at)
                if answer is None:
                    break
                answers.append(answer)
            at = end
        self._rest = data[at:]
        return packets, answers


def _answer(data: bytes, at: int) -> tuple[Answer | None, int]:
    end = data.find(b"\r\n\r\n", at)
    if end < 0:
        if data[at : at + 4] != b"RTSP" or len(data) - at > _HEAD_LARGEST:
            raise CameraError(State.GARBAGE, "the answer is no RTSP")
        return None, at
    status, headers, challenges = _head(data[at:end].decode("utf-8", "replace"))
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > _BODY_LARGEST:
        raise CameraError(State.GARBAGE, "an answer of impossible length")
    stop = end + 4 + int(length)
    if stop > len(data):
        return None, at
    return Answer(status, headers, challenges, data[end + 4 : stop].decode("utf-8", "replace")), stop


def _head(text: str) -> tuple[int, dict[str, str], tuple[str, ...]]:
    first, *lines = text.split("\r\n")
    status = _STATUS.match(first)
    if status is None:
        raise CameraError(State.GARBAGE, "the answer is no RTSP")
    pairs = [(name.strip().lower(), value.strip()) for name, found, value in (line.partition(":") for line in lines) if found]
    return int(status[1]), dict(pairs), tuple(value for name, value in pairs if name == "www-authenticate")


@dataclass(frozen=True)
class Credentials:
    """User and password of a camera; never shown."""

    user: str = field(repr=False)
    password: str = field(repr=False)

    def header(self, method: str, url: str, challenges: tuple[str, ...], count: int = 1) -> str | None:
        """The Authorization for a request, by the strongest scheme that was offered; None when none is known (RFC 2617, 7616).

        `count` says which request it is that these challenges are answered for.
        """
        digests = [one for one in challenges if one.lower().startswith("digest")]
        best = next((one for one in digests if "sha-256" in one.lower()), digests[0] if digests else None)
        if best is not None:
            asked = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(best)}
            return self._digest(method, url, asked, f"{count:08x}")
        if any(one.lower().startswith("basic") for one in challenges):
            return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return None

    def _digest(self, method: str, url: str, asked: Mapping[str, str], count: str) -> str:
        algorithm = asked.get("algorithm", "MD5")
        realm, nonce = asked.get("realm", ""), asked.get("nonce", "")

        def digest(text: str) -> str:
            hash_ = hashlib.sha256 if algorithm.upper() == "SHA-256" else _md5
            return hash_(text.encode()).hexdigest()

        secret, what = digest(f"{self.user}:{realm}:{self.password}"), digest(f"{method}:{url}")
        given = {"username": self.user, "realm": realm, "nonce": nonce, "uri": url}
        tail = ""
        if "auth" in asked.get("qop", "").replace(" ", "").split(","):
            once = digest(f"{nonce}{secret}{count}")[:16]
            given["response"] = digest(f"{secret}:{nonce}:{count}:{once}:auth:{what}")
            tail = f', qop=auth, nc={count}, cnonce="{once}"'
        else:
            given["response"] = digest(f"{secret}:{nonce}:{what}")
        given |= {"opaque": asked["opaque"]} if "opaque" in asked else {}
        named = f", algorithm={algorithm}" if "algorithm" in asked else ""
        return "Digest " + ", ".join(f'{name}="{value}"' for name, value in given.items()) + tail + named


def _md5(data: bytes) -> "hashlib._Hash":
    # What RFC 2617 asks for; it guards nothing here that the network does not guard.
    return hashlib.md5(data, usedforsecurity=False)
