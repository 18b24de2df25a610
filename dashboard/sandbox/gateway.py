"""Provincial gateways as HTTP clients of the web process: each posts its messages one after the other until they are answered for.

What is not answered, or answered with "come again", is kept and sent again after a pause that grows; so nothing is lost on this side, and
`Book` says what was acknowledged.
"""

import asyncio
import datetime as dt
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import httpx
import structlog

from dashboard.errors import FeedError
from dashboard.formats import HANOI
from dashboard.sandbox.country import Player
from dashboard.sandbox.edoc import Office
from dashboard.sandbox.rhythm import Rhythm
from dashboard.sandbox.traffic import Message, Traffic

log = structlog.get_logger()

RATE: Final = 1.0
"""Messages a second of all gateways together."""
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_TIMEOUT: Final = httpx.Timeout(30.0)
_TURNED_AWAY: Final = (401, 403, 409)
"""Wrong key, another's agency, real figures: sending it again would change nothing."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One message and the word that the centre gave for it: `accepted`, `known` or `held`."""

    message: Message
    state: str


@dataclass
class Book:
    """What the gateways count of themselves; `keep` hears of every answer."""

    states: Counter[str] = field(default_factory=Counter)
    sent_again: int = 0
    keep: Callable[[Answered], object] = lambda _: None

    def enter(self, answered: Answered) -> None:
        """One message was answered for."""
        self.states[answered.state] += 1
        self.keep(answered)

    def line(self) -> str:
        """All of it in one line, for people."""
        words = {"accepted": "đã nhận", "known": "đã biết", "held": "bị giữ lại"}
        return ", ".join(f"{self.states[state]} {word}" for state, word in words.items()) + f"; {self.sent_again} lần gửi lại"


@dataclass(frozen=True)
class Line:
    """A gateway's way to the centre: its agency code and token, and the client that it shares with the others."""

    client: httpx.AsyncClient
    code: str
    token: str
    book: Book

    async def deliver(self, message: Message) -> None:
        """Sends a message until it is answered for. Raises FeedError when the centre turns this gateway away."""
        pause = _FIRST_PAUSE
        while (state := await self._post(message)) is None:
            self.book.sent_again += 1
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        self.book.enter(Answered(message, state))

    async def _post(self, message: Message) -> str | None:
        """The centre's word; None when it did not answer, or asks to come again."""
        form = {"edocFile": ("mo-phong.edxml", message.content, "application/octet-stream")}
        kind = {"messageType": "edoc" if message.door == "sendEdoc" else "status"}
        headers = {"X-SystemId": Office(self.code, "").organ_id, "X-SecretKey": self.token}
        try:
            answer = await self.client.post(f"/v1/{message.door}", files=form, data=kind, headers=headers)
        except httpx.TransportError:
            return None
        if answer.status_code in _TURNED_AWAY:
            raise FeedError(f"gateway {self.code} is turned away ({answer.status_code}): {answer.text[:200]}")
        return str(answer.json().get("status")) if answer.status_code in (200, 422) else None


@dataclass(frozen=True)
class Pace:
    """How often gateways send: `rate` messages a second of all together, by the clock of the scene that is played, until it is `over`."""

    rate: float = RATE
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(HANOI)
    over: Callable[[], bool] = lambda: False


async def play(base_url: str, traffics: Sequence[Traffic], tokens: Mapping[str, str], pace: Pace, book: Book) -> None:
    """Lets every gateway send until the play is over; each is answered for what it began. Raises FeedError when one is turned away."""
    shares = weights(traffics, pace.now().date())
    limits = httpx.Limits(max_connections=len(traffics), keepalive_expiry=120)
    async with httpx.AsyncClient(base_url=base_url, timeout=_TIMEOUT, limits=limits, trust_env=False) as client:
        try:
            async with asyncio.TaskGroup() as group:
                for traffic in traffics:
                    player = traffic.player
                    line = Line(client, player.code, tokens[player.code], book)
                    group.create_task(_gateway(line, traffic, pace, 1 / (pace.rate * shares[player.code])))
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None


def weights(traffics: Sequence[Traffic], day: dt.date) -> dict[str, float]:
    """Each gateway's share of all messages, by agency code: by its people and by the manner of its province."""
    own = {one.player.code: _weight(one.player, Rhythm(one.days_off), day) for one in traffics}
    whole = sum(own.values())
    return {code: weight / whole for code, weight in own.items()}


def _weight(player: Player, rhythm: Rhythm, day: dt.date) -> float:
    usual = rhythm.weight(day, "steady")
    return max(player.people * rhythm.weight(day, player.habits.character) / usual, 1.0)


async def _gateway(line: Line, traffic: Traffic, pace: Pace, every: float) -> None:
    """One gateway; `every` is the mean time between its messages in seconds."""
    rng = random.Random(f"{traffic.seed}|pace|{line.code}")
    while not pace.over():
        for message in traffic.next(pace.now()):
            await asyncio.sleep(rng.expovariate(1 / every))
            await line.deliver(message)
