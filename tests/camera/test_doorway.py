"""Where viewers find a relay: a range of ports, announced addresses, TURN servers with credentials that end."""

import asyncio
import base64
import hashlib
import hmac
import re
from contextlib import suppress

import pytest

from dashboard.camera import peer
from dashboard.camera.answered import announced
from dashboard.camera.exchange import Exchange
from dashboard.camera.peer import Doorway
from dashboard.camera.turn import LASTS, Turn
from dashboard.errors import ConfigurationError, RelayFull
from dashboard.store import Store
from tests.camera.box import Box
from tests.camera.viewer import look, offer, watching
from tests.patience import soon

PORTS = range(21_200, 21_206)
"""Below those that the kernel gives to whoever asks for any."""
CANDIDATE = re.compile(r"a=candidate:\S+ \d+ udp \d+ (\S+) (\d+) typ host")


def test_viewers_are_met_on_the_ports_of_the_range_and_when_all_are_taken_that_is_said(box: Box, store: Store) -> None:
    box.relay.doorway = Doorway(ports=PORTS)

    async def act(exchange: Exchange) -> set[int]:
        met: set[int] = set()
        async with watching(exchange, "plays") as viewer:
            await viewer.frames(3)
            met |= {int(port) for _, port in CANDIDATE.findall(viewer.opened.answer)}
            with suppress(RelayFull):
                for _ in range(len(PORTS) + 1):
                    opened = await exchange.open("plays", await offer())
                    met |= {int(port) for _, port in CANDIDATE.findall(opened.answer)}
            with pytest.raises(RelayFull, match="cổng UDP"):
                await exchange.open("plays", await offer())
            await viewer.frames(3)
        return met

    met = look(store, act)
    assert met
    assert met <= set(PORTS)
    box.do(_all_gone(box))
    assert soon(lambda: not box.relay.sessions)

    async def again(exchange: Exchange) -> int:
        async with watching(exchange, "plays") as viewer:
            return len(await viewer.frames(2))

    assert look(store, again) == 2, "ports are given back"


@pytest.mark.usefixtures("has_ipv6")
@pytest.mark.parametrize("ports", [None, PORTS])
def test_a_viewer_who_can_be_met_by_ipv6_alone_gets_the_picture(
    box: Box, store: Store, ports: range | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer, "_host_addresses", lambda _, use_ipv6: ["::1"] if use_ipv6 else [])
    monkeypatch.setattr(peer, "_known_addresses", {})
    box.relay.doorway = Doorway(ports=ports)

    async def act(exchange: Exchange) -> tuple[set[str], int]:
        async with watching(exchange, "plays") as viewer:
            both = viewer.opened.answer + viewer.connection.localDescription.sdp
            return {address for address, _ in CANDIDATE.findall(both)}, len(await viewer.frames(3))

    assert look(store, act) == ({"::1"}, 3)


async def _all_gone(box: Box) -> None:
    await asyncio.gather(*(box.relay.end(key) for key in tuple(box.relay.sessions)))


ANSWER = "v=0\r\na=candidate:a 1 udp 2130706431 10.0.0.2 5000 typ host\r\na=candidate:b 1 udp 2130706431 fd00::2 5001 typ host\r\n"


@pytest.mark.parametrize(
    ("addresses", "found"),
    [
        ((), [("10.0.0.2", "5000"), ("fd00::2", "5001")]),
        (("203.0.113.7",), [("203.0.113.7", "5000")]),
        (("203.0.113.7", "2001:db8::7"), [("203.0.113.7", "5000"), ("2001:db8::7", "5001")]),
        (("203.0.113.7", "203.0.113.8"), [("203.0.113.7", "5000"), ("203.0.113.8", "5000")]),
    ],
)
def test_announced_addresses_stand_at_the_ports_of_their_own_kind(addresses: tuple[str, ...], found: list[tuple[str, str]]) -> None:
    assert CANDIDATE.findall(announced(ANSWER, addresses)) == found


def test_turn_credentials_are_those_that_the_server_will_compute_and_end_within_the_hour() -> None:
    (link, other) = Turn.read("turn:a.example.vn:3478?transport=tcp, turns:b.example.vn", "bí mật").links(1_000_000)
    found = re.fullmatch(r'<(\S+)>; rel="ice-server"; username="(\S+)"; credential="(\S+)"; credential-type="password"', link)
    assert found is not None
    assert found[1] == "turn:a.example.vn:3478?transport=tcp"
    assert found[2] == f"{1_000_000 + LASTS}:dashboard"
    assert base64.b64decode(found[3]) == hmac.new("bí mật".encode(), found[2].encode(), hashlib.sha1).digest()
    assert other.startswith("<turns:b.example.vn>")
    assert Turn.read("", "").links() == []


@pytest.mark.parametrize(("servers", "secret"), [("http://a", "s"), ("turn:a", ""), ("", "s"), ('turn:a>"', "s")])
def test_a_wrong_turn_setting_stops_the_start_and_shows_no_secret(servers: str, secret: str) -> None:
    with pytest.raises(ConfigurationError, match="DASHBOARD_TURN_SERVERS"):
        Turn.read(servers, secret)
    assert "bí mật" not in repr(Turn.read("turn:a", "bí mật"))
