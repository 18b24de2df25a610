"""A day of a wall in a minute: the display's own clock is wound on, and the far end of the wire answers what the day would bring."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from playwright.sync_api import CDPSession, Error, Page, Route

START = 1_764_000_000_000
"""Milliseconds since 1970 at which a replay begins."""
SETTLED = 600_000
REST_AT = 3
POLL = 2
"""Seconds between two questions of a display, at the most."""
SLOW = 120
"""Milliseconds that a second of live pictures takes: three frames of 25 a second."""
AHEAD = 8
"""Seconds before its scene at which a display calls the cameras."""
LAST_LOOK = 2


# Counts connections: those made, and those made and not closed.
_PEERS = """(() => {
  const Real = window.RTCPeerConnection;
  window.peers = { made: 0, open: 0 };
  window.RTCPeerConnection = class extends Real {
    constructor(...given) { super(...given); window.peers.made += 1; window.peers.open += 1; }
    close() { if (this.signalingState !== "closed") window.peers.open -= 1; super.close(); }
  };
})()"""


# Playwright's own `clock.run_for` leaves a script in the browser each time, for pages yet to come: tens of thousands in a day.
_RUN = "milliseconds => globalThis.__pwClock.controller.runFor(milliseconds)"


def count_peers(tab: Page) -> None:
    """Has every page of the tab count its connections from now on, in `window.peers`."""
    tab.add_init_script(_PEERS)


_OWN = ("object", "closure", "array", "string", "concatenated string", "sliced string", "regexp", "number", "symbol", "bigint")
"""Kinds of nodes in a heap snapshot that scripts made. Not machine code and what V8 knows of it, which grow while it makes hot functions
quicker and with each expression that a test has evaluated; nor what belongs to the browser."""

_ROOTS = "(Strong root list)"


@dataclass(frozen=True)
class Held:
    """What a page holds after its garbage was collected, in bytes: all of V8's heap, and what scripts made in it by kind; then counts."""

    heap: int
    kinds: Mapping[str, int]
    nodes: int
    listeners: int
    documents: int
    peers: int

    @property
    def objects(self) -> int:
        """Bytes of all that scripts made."""
        return sum(self.kinds.values())


@dataclass(frozen=True)
class Program:
    """What is replayed: scenes as drawn, how many seconds each stands, and the version that the page bears, so that it stays.

    `cameras` is the scene whose cameras really play: its seconds are wound on slowly, so that pictures arrive; None when there is none.
    """

    fragments: list[str]
    seconds: list[int]
    version: str
    cameras: int | None = None


@dataclass
class Replay:
    """Plays updates and scene changes to a wall's page as fast as it takes them. What is asked of cameras is answered by the server."""

    tab: Page
    program: Program
    updates: int = 0
    scenes: int = 0
    states: int = 0
    played: list[int] = field(default_factory=list)
    """How many pictures moved on the screen when each scene of cameras was about to leave."""
    _now: int = START
    _seen: set[str] = field(default_factory=set)

    def open(self) -> None:
        """Opens the wall with a clock that stands still until it is wound on."""
        count_peers(self.tab)
        self.tab.clock.install(time=START / 1000)
        self.tab.route(re.compile(r"/wall/chinh/(pairing|state|scene/)"), self._answer)
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
        while self._now // 1000 % sum(self.program.seconds) != REST_AT:
            self._step()
        for _ in range(3):  # what was asked for arrives in real time, and then fades in by the page's own
            self.tab.wait_for_timeout(300)
            self._step()

    def _step(self) -> None:
        self._now += 1000
        self.tab.evaluate(_RUN, 1000)
        left = self._left_of_cameras()
        if left is None:
            return
        self.tab.wait_for_timeout(SLOW)
        if left == LAST_LOOK:
            self.played.append(self.tab.locator(".layer.on .mosaic .plays").count())

    def _left_of_cameras(self) -> int | None:
        """Seconds until the cameras' scene leaves; None when it neither stands nor is about to."""
        if self.program.cameras is None:
            return None
        seconds = self.program.seconds
        left = sum(seconds[: self.program.cameras + 1]) - self._now // 1000 % sum(seconds)
        return left if 0 < left <= seconds[self.program.cameras] + AHEAD else None

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
            route.fulfill(body=self.program.fragments[number], content_type="text/html; charset=utf-8")

    def _state(self) -> dict[str, Any]:
        return {"program": self.program.version, "data": str(self.updates), "durations": self.program.seconds, "away": None}


def measure(tab: Page) -> Held:
    """What the page holds, garbage collected twice: the first round frees what the second then finds."""
    session = tab.context.new_cdp_session(tab)
    session.send("Performance.enable")
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    found = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    kinds = _own(session)
    session.detach()
    heap, nodes, listeners, documents = (int(found[name]) for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners", "Documents"))
    return Held(heap, kinds, nodes, listeners, documents, int(tab.evaluate("window.peers.open")))


def _own(session: CDPSession) -> Mapping[str, int]:
    """Bytes of the objects that scripts made, by kind and class, from a snapshot of the heap."""
    pieces: list[str] = []
    session.on("HeapProfiler.addHeapSnapshotChunk", lambda told: pieces.append(told["chunk"]))
    session.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
    snapshot = json.loads("".join(pieces))
    meta, nodes, names = snapshot["snapshot"]["meta"], snapshot["nodes"], snapshot["strings"]
    fields, kinds = meta["node_fields"], meta["node_types"][0]
    each, columns = len(fields), [fields.index(name) for name in ("type", "name", "self_size")]
    caches = _caches(snapshot)
    found: Counter[str] = Counter()
    for place, (kind, name, size) in enumerate(zip(*(nodes[column::each] for column in columns), strict=True)):
        if kinds[kind] in _OWN and place * each not in caches:
            found[kinds[kind] if "string" in kinds[kind] or kinds[kind] == "number" else f"{kinds[kind]} {names[name]}"] += size
    return found


def _caches(snapshot: dict[str, Any]) -> set[int]:
    """Places of what V8 itself holds by its list of roots: caches of its own, which it makes once, some of them after hours."""
    meta, nodes, names, edges = snapshot["snapshot"]["meta"], snapshot["nodes"], snapshot["strings"], snapshot["edges"]
    each, count, name = len(meta["node_fields"]), meta["node_fields"].index("edge_count"), meta["node_fields"].index("name")
    width, to = len(meta["edge_fields"]), meta["edge_fields"].index("to_node")
    begin = 0
    for place in range(0, len(nodes), each):
        end = begin + nodes[place + count] * width
        if names[nodes[place + name]] == _ROOTS:
            return set(edges[begin + to : end : width])
        begin = end
    raise AssertionError(f"a snapshot without {_ROOTS}")


def retold(route: Route, changed: dict[str, object], headers: Mapping[str, str] = MappingProxyType({})) -> None:
    """The server's state with some of it changed; asked for as if for the first time, since an unchanged one has no body. Where there is
    no server there is no answer."""
    try:
        answer = route.fetch(headers={name: value for name, value in route.request.headers.items() if name != "if-none-match"})
    except Error:
        route.abort()
        return
    route.fulfill(response=answer, headers={**answer.headers, **headers}, body=json.dumps(answer.json() | changed))


def stand_still(tab: Page, scenes: list[str], kind: str) -> None:
    """Lets the display believe that one scene stands for ever: its clock is the server's, and tests cannot wait for it."""
    index = scenes.index(kind)

    def state(route: Route) -> None:
        retold(route, {"durations": [1e9 if place == index else 1e-9 for place in range(len(scenes))]})

    tab.route("**/state", state)
