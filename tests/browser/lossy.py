"""A wire between a browser and a relay that loses packets: the answer's address is changed for that of a go-between.

What is lost is media alone, as a full line loses it; what the two say to find and to know each other comes through.
"""

import random
import re
import select
import socket
import threading
from dataclasses import dataclass, field

from playwright.sync_api import Page, Route

_CANDIDATE = re.compile(r"^a=candidate:(\S+ 1 udp \d+) (\d+\.\d+\.\d+\.\d+) (\d+) typ host.*$", re.MULTILINE | re.IGNORECASE)
_OTHERS = re.compile(r"^a=candidate:.*\r?\n", re.MULTILINE)
_LONGEST = 65_535


@dataclass
class Line:
    """The way to one camera; `loses` is the share of media packets of its main stream that get lost just now, `lost` how many did."""

    camera: str
    loses: float = 0.0
    lost: int = 0
    _chance: random.Random = field(default_factory=lambda: random.Random(7))
    _ends: list[socket.socket] = field(default_factory=list)

    def lay(self, page: Page) -> None:
        """Every look of this page at the camera goes over the line from now on."""
        page.route(re.compile(rf"/whep/{self.camera}(\?.*)?$"), self._offered)

    def cut(self) -> None:
        """Takes it away."""
        for end in self._ends:
            end.close()

    def _offered(self, route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        answer = route.fetch()
        found = _CANDIDATE.search(answer.text())
        if found is None:
            route.fulfill(response=answer)
            return
        head, host, port = found.groups()
        through = self._between(host, int(port), is_main="size=small" not in route.request.url)
        mine = f"a=candidate:{head} {host} {through} typ host\r\n"
        sdp = _OTHERS.sub("", answer.text().replace(found.group(0), "a=here"))
        route.fulfill(response=answer, body=sdp.replace("a=here\r\n", mine).replace("a=here\n", mine))

    def _between(self, host: str, port: int, *, is_main: bool) -> int:
        """The port of a go-between in front of that of a relay."""
        near, far = (socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2))
        for one in (near, far):
            one.bind((host, 0))
            self._ends.append(one)
        threading.Thread(target=self._carry, args=(near, far, (host, port), is_main), daemon=True).start()
        return int(near.getsockname()[1])

    def _carry(self, near: socket.socket, far: socket.socket, relay: tuple[str, int], is_main: bool) -> None:
        viewer = None
        try:
            while True:
                for end in select.select([near, far], [], [])[0]:
                    data, sender = end.recvfrom(_LONGEST)
                    if end is near:
                        viewer = sender
                        far.sendto(data, relay)
                    elif is_main and _is_media(data) and self._chance.random() < self.loses:
                        self.lost += 1
                    elif viewer is not None:
                        near.sendto(data, viewer)
        except (OSError, ValueError):
            return  # the line was cut


def _is_media(data: bytes) -> bool:
    """RFC 7983, and RFC 5761 for what tells reports from media."""
    return len(data) > 12 and 128 <= data[0] <= 191 and not 192 <= data[1] <= 223
