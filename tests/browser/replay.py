"""A day of a wall in a minute: the display's own clock is wound on, and the far end of the wire answers what the day would bring."""

import json
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, Route

START = 1_764_000_000_000
"""Milliseconds since 1970 at which a replay begins."""
SETTLED = 600_000
REST_AT = 3
POLL = 2
"""Seconds between two questions of a display, at the most."""


@dataclass(frozen=True)
class Held:
    """What a page holds after its garbage was collected."""

    heap: int
    nodes: int
    listeners: int
    documents: int


@dataclass
class Replay:
    """Plays updates and scene changes to a wall's page as fast as it takes them; `fragments` are drawn scenes.

    `program` is the version that the page bears, so that it does not load itself anew.
    """

    tab: Page
    fragments: list[str]
    program: str
    seconds: int = 15
    updates: int = 0
    scenes: int = 0
    states: int = 0
    _now: int = START
    _seen: set[str] = field(default_factory=set)

    def open(self) -> None:
        """Opens the wall with a clock that stands still until it is wound on."""
        self.tab.clock.install(time=START / 1000)
        self.tab.route("**/wall/chinh/**", self._answer)
        self.tab.goto("/wall/chinh")
        # Its clock ran with ours until here, however long that took on this machine.
        self.tab.clock.pause_at((START + SETTLED) / 1000)
        self._now = START + SETTLED
        for _ in range(20):
            if self.tab.locator(".layer.on .scene").count():
                return
            self._wind(1)
        raise AssertionError("no scene was ever shown")

    def run(self, updates: int, every: int) -> None:
        """So many looks at the state, with new figures at each `every`-th."""
        for number in range(updates):
            self.updates += number % every == 0
            self._wind(POLL)

    def rest(self) -> None:
        """Goes on to a few seconds into the first scene, so that two looks see the same picture."""
        while self._now // 1000 % (self.seconds * len(self.fragments)) != REST_AT:
            self._step()
        for _ in range(3):  # what was asked for arrives in real time, and then fades in by the page's own
            self.tab.wait_for_timeout(300)
            self._step()

    def _step(self) -> None:
        self._now += 1000
        self.tab.clock.run_for(1000)

    def _wind(self, seconds: int) -> None:
        # In steps, since what the page asks is answered in real time while its own time stands.
        asked = self.states
        for _ in range(seconds + 2):
            self._step()
            if self.states > asked:
                return

    def _answer(self, route: Route) -> None:
        path = route.request.url.partition("/wall/chinh/")[2]
        if path == "pairing":
            route.fulfill(json={"state": "open"})
        elif path == "state":
            self.states += 1
            route.fulfill(body=json.dumps(self._state()), headers={"X-Server-Time": str(self._now), "ETag": f'"{self.updates}"'})
        else:
            number = int(path.partition("/")[2].partition("?")[0])
            turn = path.partition("&")[0]
            self.scenes += turn not in self._seen
            self._seen = {turn} if len(self._seen) > 8 else self._seen | {turn}
            route.fulfill(body=self.fragments[number], content_type="text/html; charset=utf-8")

    def _state(self) -> dict[str, Any]:
        return {"program": self.program, "data": str(self.updates), "durations": [self.seconds] * len(self.fragments), "away": None}


def measure(tab: Page) -> Held:
    """What the page holds, garbage collected twice: the first round frees what the second then finds."""
    session = tab.context.new_cdp_session(tab)
    session.send("Performance.enable")
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    found = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    session.detach()
    return Held(int(found["JSHeapUsedSize"]), int(found["Nodes"]), int(found["JSEventListeners"]), int(found["Documents"]))


def retold(route: Route, changed: dict[str, object]) -> None:
    """The server's state with some of it changed; asked for as if for the first time, since an unchanged one has no body."""
    answer = route.fetch(headers={name: value for name, value in route.request.headers.items() if name != "if-none-match"})
    route.fulfill(response=answer, body=json.dumps(answer.json() | changed))


def stand_still(tab: Page, scenes: list[str], kind: str) -> None:
    """Lets the display believe that one scene stands for ever: its clock is the server's, and tests cannot wait for it."""
    index = scenes.index(kind)

    def state(route: Route) -> None:
        retold(route, {"durations": [1e9 if place == index else 1e-9 for place in range(len(scenes))]})

    tab.route("**/state", state)
