"""Asks one camera for its video over RTSP, interleaved in TCP, and hands on RTP packets as they come."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from dashboard.camera.rtsp_line import Line, Take
from dashboard.camera.rtsp_target import Target
from dashboard.camera.rtsp_wire import Answer, Credentials
from dashboard.camera.sdp import VideoStream, video_of
from dashboard.camera.states import State
from dashboard.errors import CameraError

READ_SECONDS: Final = 5.0
"""A camera that says nothing for so long has stopped."""
_ALIVE_EVERY, _ALIVE_LEAST = 25.0, 2.0
_MOVED: Final = frozenset({301, 302, 303, 305, 307, 308})
_MOST_MOVES: Final = 3
_REASONS = {401: (State.REFUSED, "wrong password"), 403: (State.REFUSED, "forbidden"), 404: (State.MISSING, "no such stream")}


@dataclass
class Conversation:
    """One connection to one camera. `alive` is the request by which it is told that we still listen."""

    line: Line
    url: str
    credentials: Credentials | None
    alive: str = "GET_PARAMETER"
    headers: dict[str, str] = field(default_factory=dict)
    challenges: tuple[str, ...] = ()
    met: int = 0
    number: int = 0

    def say(self, method: str, url: str, **headers: str) -> None:
        """Sends a request and waits for nothing."""
        self.number += 1
        given = {"CSeq": str(self.number), "User-Agent": "dashboard", **self.headers, **headers}
        if self.credentials is not None and self.challenges:
            self.met += 1
            answer = self.credentials.header(method, url, self.challenges, self.met)
            given |= {"Authorization": answer} if answer else {}
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        self.line.say(f"{method} {url} RTSP/1.0\r\n{lines}\r\n")

    async def ask(self, method: str, url: str, *, may_move: bool = False, **headers: str) -> Answer:
        """Sends a request and waits for its answer; a challenge is met once, and once more when only its nonce had grown old.

        Raises CameraError for every refusal, and for an answer that sends us elsewhere unless it may.
        """
        self.say(method, url, **headers)
        answer = await self.line.answer(READ_SECONDS)
        if self._take_challenge(answer):
            self.say(method, url, **headers)
            answer = await self.line.answer(READ_SECONDS)
            if _is_stale(answer) and self._take_challenge(answer):
                self.say(method, url, **headers)
                answer = await self.line.answer(READ_SECONDS)
        if answer.status != 200 and not (may_move and answer.status in _MOVED):
            state, reason = _REASONS.get(answer.status, (State.UNREACHABLE, f"{method} was answered with {answer.status}"))
            raise CameraError(state, reason)
        return answer

    def go_on(self) -> None:
        """Answers to what keeps the session alive are passed over, but for a new challenge, which is met once: without that the camera
        would hang up."""
        answers = self.line.answers()
        if self.met != 1 and any(self._take_challenge(answer) for answer in answers):
            self.say(self.alive, self.url)

    def leave(self) -> None:
        """Says goodbye where there is a session, and hangs up."""
        if "Session" in self.headers:
            with suppress(OSError, RuntimeError):
                self.say("TEARDOWN", self.url)
        self.line.hang_up()

    def _take_challenge(self, answer: Answer) -> bool:
        """Whether the answer asks who we are, and we know."""
        if answer.status != 401 or self.credentials is None or not answer.challenges:
            return False
        self.challenges, self.met = answer.challenges, 0
        return True


@dataclass
class Stream:
    """A stream that plays."""

    conversation: Conversation
    video: VideoStream
    keep_alive: float

    async def play(self, take: Take) -> None:
        """Hands on RTP packets for as long as they come, until whoever takes them has enough. Raises CameraError when they end, or when
        nothing comes for 5 s, and what `take` raises."""
        talk, line, clock = self.conversation, self.conversation.line, asyncio.get_running_loop().time
        line.give(take)
        told = clock()
        while True:
            try:
                if await line.news(min(told + self.keep_alive, line.heard + READ_SECONDS)):
                    return
            except CameraError as error:
                raise error if line.has_played else CameraError(State.SILENT, "it accepted, and sent nothing") from None
            talk.go_on()
            if clock() - line.heard >= READ_SECONDS:
                raise CameraError(State.LOST if line.has_played else State.SILENT, f"no picture came for {READ_SECONDS:g} s")
            if clock() - told >= self.keep_alive:
                told = clock()
                talk.say(talk.alive, talk.url)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Stream]:
    """Connects, sets the video up and starts it; says goodbye at the end. Raises CameraError with the state that explains it."""
    stream = await _begun(Target.read(url))
    try:
        yield stream
    finally:
        stream.conversation.leave()


async def _begun(target: Target) -> Stream:
    """The stream of a camera, or of where it sends us on to, a few times at the most."""
    for _ in range(_MOST_MOVES + 1):
        talk = Conversation(await target.connect(), target.url, target.credentials)
        try:
            described = await _described(talk)
            if described.status not in _MOVED:
                return await _play(talk, described)
            target = target.moved(described.headers.get("location", ""))
        except BaseException:
            talk.leave()
            raise
        talk.leave()
    raise CameraError(State.UNREACHABLE, "it sends us from one address to the next")


async def _described(talk: Conversation) -> Answer:
    """What the camera says of itself, or where it sends us."""
    can = await talk.ask("OPTIONS", talk.url, may_move=True)
    if can.status in _MOVED:
        return can
    public = can.headers.get("public", talk.alive)
    talk.alive = talk.alive if talk.alive in public else "OPTIONS"
    return await talk.ask("DESCRIBE", talk.url, may_move=True, Accept="application/sdp")


async def _play(talk: Conversation, described: Answer) -> Stream:
    video = video_of(described.body)
    base = described.headers.get("content-base") or described.headers.get("content-location") or talk.url
    set_up = await talk.ask("SETUP", _control(base, video.control), Transport="RTP/AVP/TCP;unicast;interleaved=0-1")
    session, _, parameters = set_up.headers.get("session", "").partition(";")
    if not session:
        raise CameraError(State.GARBAGE, "it opened no session")
    channel = set_up.headers.get("transport", "").partition("interleaved=")[2].partition("-")[0]
    talk.line.wire.channel = int(channel) if channel.isdecimal() and len(channel) < 4 else 0
    talk.headers["Session"] = session.strip()
    timeout = parameters.partition("timeout=")[2].split(";")[0].strip()
    talk.url = base
    await talk.ask("PLAY", base, Range="npt=0-")
    given = int(timeout) / 2 if timeout.isdecimal() and len(timeout) < 6 else _ALIVE_EVERY
    return Stream(talk, video, min(_ALIVE_EVERY, max(_ALIVE_LEAST, given)))


def _control(base: str, control: str) -> str:
    """Where a stream is set up (RFC 2326, C.1.1)."""
    if control in ("", "*"):
        return base
    return control if control.startswith(("rtsp://", "rtsps://")) else f"{base.rstrip('/')}/{control}"


def _is_stale(answer: Answer) -> bool:
    """Whether what we said was right, but to an old question (RFC 7616, 3.3)."""
    return answer.status == 401 and any(re.search(r"stale\s*=\s*\"?true", one, re.IGNORECASE) for one in answer.challenges)
