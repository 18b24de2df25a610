"""Our player and TURN: it reads the servers from the Link headers, and what they say opens a server that knows the secret alone."""

import base64
import hashlib
import hmac
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aioice import stun
from aioice.turn import make_integrity_key
from playwright.sync_api import Browser, Page, Request

from dashboard.cli.compose import web_program
from dashboard.settings import Settings
from tests.browser.conftest import Whole, _sign_in
from tests.browser.test_camera import PLAYS
from tests.patience import IN_BROWSERS, soon
from tests.web.running import served

pytestmark = pytest.mark.browser

SECRET, REALM, NONCE = "bí mật của máy TURN", "dashboard.example", b"0123456789abcdef"
RELAYED = ("203.0.113.7", 50_001)


@dataclass
class TurnServer:
    """Gives whoever proves the password of a user an address, as coturn does with `use-auth-secret`; carries nothing."""

    socket: socket.socket
    granted: list[str] = field(default_factory=list)
    turned_away: list[str] = field(default_factory=list)

    def serve(self) -> None:
        """Answers until the socket is closed."""
        while True:
            try:
                data, sender = self.socket.recvfrom(2048)
                asked = stun.parse_message(data)
            except (TimeoutError, ValueError):
                continue
            except OSError:
                return
            if asked.message_method in (stun.Method.ALLOCATE, stun.Method.REFRESH, stun.Method.CREATE_PERMISSION):
                self.socket.sendto(bytes(self._answered(asked, sender)), sender)

    def _answered(self, asked: stun.Message, sender: tuple[str, int]) -> stun.Message:
        user = asked.attributes.get("USERNAME")
        answer = stun.Message(asked.message_method, stun.Class.ERROR, asked.transaction_id)
        if user is None:
            answer.attributes |= {"ERROR-CODE": (401, "Unauthorized"), "REALM": REALM, "NONCE": NONCE}
            return answer
        password = base64.b64encode(hmac.new(SECRET.encode(), user.encode(), hashlib.sha1).digest()).decode()
        key = make_integrity_key(user, REALM, password)
        if not asked.check_message_integrity(key):
            self.turned_away.append(user)
            answer.attributes["ERROR-CODE"] = (441, "Wrong Credentials")
            return answer
        self.granted.append(user)
        answer.message_class = stun.Class.RESPONSE
        answer.attributes |= {"XOR-RELAYED-ADDRESS": RELAYED, "XOR-MAPPED-ADDRESS": sender, "LIFETIME": 600}
        answer.add_message_integrity(key)
        return answer


@pytest.fixture
def turn() -> Iterator[TurnServer]:
    """A server on loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bound:
        bound.bind(("127.0.0.1", 0))
        bound.settimeout(0.2)
        server = TurnServer(bound)
        thread = threading.Thread(target=server.serve, daemon=True)
        thread.start()
        yield server


@pytest.fixture
def base(whole: Whole, turn: TurnServer, tmp_path: Path) -> Iterator[str]:
    """The program of all browser tests once more, in a house with a TURN server."""
    told = {"turn_servers": f"turn:127.0.0.1:{turn.socket.getsockname()[1]}?transport=udp", "turn_secret": SECRET}
    with served(web_program(Settings.model_validate({"var_dir": tmp_path, **told}), whole.box.relay.store)) as address:
        yield address


def test_the_player_is_let_in_by_the_turn_server_and_tells_the_relay_its_address_there(
    chromium: Browser, base: str, turn: TurnServer, tmp_path: Path
) -> None:
    context = chromium.new_context(storage_state=_sign_in(chromium, base, "leader", tmp_path / "leader.json"), base_url=base)
    page = context.new_page()
    patches: list[Request] = []
    page.on("request", lambda request: patches.append(request) if request.method == "PATCH" else None)
    page.goto("/camera?chon=bac_ninh_1")
    page.wait_for_function(PLAYS, timeout=IN_BROWSERS)
    assert soon(lambda: after(page, lambda: turn.granted))
    assert turn.turned_away == []
    assert soon(lambda: after(page, lambda: any(RELAYED[0] in (one.post_data or "") for one in patches)))
    answers = {one.response().status for one in patches}  # type: ignore[union-attr]
    assert answers == {204}
    context.close()


def after(page: Page, truth: Callable[[], object]) -> object:
    """What is true after a moment in which the browser could go on."""
    page.wait_for_timeout(50)
    return truth()
