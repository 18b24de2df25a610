"""Systems that are asked: when, and over HTTP by one client with limits, whose errors an operator can act on."""

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import httpx

from dashboard.errors import FeedError
from dashboard.feeds import secrets
from dashboard.feeds.base import Feed, Pull, Source

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of one answer."""
SIMULATED: Final = "X-Simulated"
"""A header of whoever plays another system: what it says is made up, whatever the feed declares."""
_CONNECT: Final = 10.0


class TurnedAway(FeedError):
    """The system does not know us, or not any more (401, 403)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a system said, whether it says that it made it up, and the address of the page that follows by its header `Link`."""

    content: bytes
    simulated: bool
    following: str


def asked(feed: Feed, address: str, minutes: float, ask: Callable[[str | None], Generator[Source]]) -> Feed:
    """A feed that is asked so often. While its address is not there yet nobody asks, and it takes files all the same."""
    if not secrets.is_there(address):
        return feed
    return replace(feed, every=timedelta(minutes=minutes), pull=Pull(ask, feed.publisher))


@contextmanager
def client(seconds: float) -> Iterator[httpx.Client]:
    """A client that waits so long for each answer. It asks where it is told to and follows nobody elsewhere: its keys would go along."""
    with httpx.Client(timeout=httpx.Timeout(seconds, connect=min(seconds, _CONNECT)), follow_redirects=False, trust_env=False) as opened:
        yield opened


def ask(by: httpx.Client, request: httpx.Request) -> Answer:
    """The answer to a request. Raises FeedError, in Vietnamese and without secrets, for anything but a success within the limits."""
    try:
        answer = by.send(request, stream=True)
        try:
            return _read(request, answer)
        finally:
            answer.close()
    except httpx.TimeoutException:
        raise FeedError(f"{_place(request)} không trả lời trong {by.timeout.read:g} giây") from None
    except httpx.ConnectError:
        raise FeedError(f"không kết nối được tới {_place(request)}") from None
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise FeedError(f"{_place(request)} đứt kết nối giữa chừng ({type(error).__name__})") from None


def _read(request: httpx.Request, answer: httpx.Response) -> Answer:
    if answer.status_code in (401, 403):
        raise TurnedAway(f"{_place(request)} không nhận mã truy cập của ta (HTTP {answer.status_code})")
    if not answer.is_success:
        raise FeedError(f"{_place(request)} trả lời HTTP {answer.status_code}")
    content = bytearray()
    for chunk in answer.iter_bytes():
        content += chunk
        if len(content) > LARGEST:
            raise FeedError(f"{_place(request)} trả lời dài hơn {LARGEST // 1024 // 1024} MB")
    return Answer(bytes(content), bool(answer.headers.get(SIMULATED)), str(answer.links.get("next", {}).get("url", "")))


def _place(request: httpx.Request) -> str:
    """Host and path: what is asked may hold a key, and so may what stands before the host."""
    port = f":{request.url.port}" if request.url.port else ""
    return f"{request.url.host}{port}{request.url.path}"
