"""Asks one camera for its video over RTSP, interleaved in TCP, and hands on RTP packets as they come."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from dashboard.camera.rtsp_wire import Answer, Credentials, Wire
from dashboard.camera.sdp import VideoStream, video_of
from dashboard.camera.states import State
from dashboard.errors import CameraError

READ_SECONDS: Final = 5.0
"""A camera that says nothing for so long has stopped."""
_CHUNK = 65_536
_ALIVE_EVERY = 25.0
_REASONS = {401: (State.REFUSED, "wrong password"), 403: (State.REFUSED, "forbidden"), 404: (State.MISSING, "no such stream")}


@dataclass
class Conversation:
    """One connection to one camera."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    url: str
    credentials: Credentials | None
    wire: Wire = field(default_factory=Wire)
    early: list[bytes] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    challenges: tuple[str, ...] = ()
    number: int = 0

    def say(self, method: str, url: str, **headers: str) -> None:
        """Sends a request and waits for nothing."""
        self.number += 1
        given = {"CSeq": str(self.number), "User-Agent": "dashboard", **self.headers, **headers}
        if self.credentials is not None and self.challenges:
            answer = self.credentials.header(method, url, self.challenges)
            given |= {"Authorization": answer} if answer else {}
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        self.writer.write(f"{method} {url} RTSP/1.0\r\n{lines}\r\n".encode())

    async def ask(self, method: str, url: str, **headers: str) -> Answer:
        """Sends a request and waits for its answer; a challenge is met once. Raises CameraError for every refusal."""
        self.say(method, url, **headers)
        answer = await self._answer()
        if answer.status == 401 and self.credentials is not None and answer.challenges:
            self.challenges = answer.challenges
            self.say(method, url, **headers)
            answer = await self._answer()
        if answer.status != 200:
            state, reason = _REASONS.get(answer.status, (State.UNREACHABLE, f"{method} was answered with {answer.status}"))
            raise CameraError(state, reason)
        return answer

    async def receive(self) -> list[bytes]:
        """The next packets; answers to what keeps the session alive are passed over. Raises CameraError when none come."""
        packets, _ = self.wire.feed(await self._read(State.LOST))
        return packets

    async def _answer(self) -> Answer:
        while True:
            packets, answers = self.wire.feed(await self._read(State.SILENT))
            self.early += packets
            if answers:
                return answers[0]

    async def _read(self, silence: State) -> bytes:
        try:
            async with asyncio.timeout(READ_SECONDS):
                data = await self.reader.read(_CHUNK)
        except TimeoutError:
            raise CameraError(silence, f"nothing came for {READ_SECONDS:g} s") from None
        except OSError as error:
            raise CameraError(State.LOST, f"the connection broke: {error.strerror}") from None
        if not data:
            raise CameraError(State.LOST, "the camera hung up")
        return data


@dataclass
class Stream:
    """A stream that plays."""

    conversation: Conversation
    video: VideoStream
    keep_alive: float

    async def packets(self) -> AsyncIterator[list[bytes]]:
        """RTP packets, a few at a time, for as long as they come. Raises CameraError when they end; the first may be missing for 5 s."""
        talk, told, some = self.conversation, time.monotonic(), bool(self.conversation.early)
        yield talk.early
        last = time.monotonic()
        while True:
            try:
                found = await talk.receive()
            except CameraError as error:
                raise error if some else CameraError(State.SILENT, "it accepted, and sent nothing") from None
            now = time.monotonic()
            if found:
                some, last = True, now
                yield found
            elif now - last > READ_SECONDS:
                raise CameraError(State.LOST if some else State.SILENT, "no picture came")
            if now - told > self.keep_alive:
                told = now
                talk.say("GET_PARAMETER", talk.url)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Stream]:
    """Connects, sets the video up and starts it; says goodbye at the end. Raises CameraError with the state that explains it."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 554
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    known = Credentials(unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    try:
        async with asyncio.timeout(READ_SECONDS):
            reader, writer = await asyncio.open_connection(host, port, limit=1 << 20)
    except (TimeoutError, OSError):
        raise CameraError(State.UNREACHABLE, "nobody answers at its address") from None
    talk = Conversation(reader, writer, bare, known)
    try:
        yield await _play(talk)
    finally:
        if "Session" in talk.headers:
            with suppress(OSError, RuntimeError):
                talk.say("TEARDOWN", talk.url)
        writer.close()


async def _play(talk: Conversation) -> Stream:
    await talk.ask("OPTIONS", talk.url)
    described = await talk.ask("DESCRIBE", talk.url, Accept="application/sdp")
    video = video_of(described.body)
    base = described.headers.get("content-base") or described.headers.get("content-location") or talk.url
    target = video.control if video.control.startswith("rtsp://") else f"{base.rstrip('/')}/{video.control}" if video.control else base
    if video.control == "*":
        target = base
    set_up = await talk.ask("SETUP", target, Transport="RTP/AVP/TCP;unicast;interleaved=0-1")
    session, _, parameters = set_up.headers.get("session", "").partition(";")
    if not session:
        raise CameraError(State.GARBAGE, "it opened no session")
    talk.headers["Session"] = session.strip()
    timeout = parameters.partition("timeout=")[2].split(";")[0].strip()
    talk.url = base
    await talk.ask("PLAY", base, Range="npt=0-")
    return Stream(talk, video, min(_ALIVE_EVERY, int(timeout) / 2) if timeout.isdecimal() else _ALIVE_EVERY)
