"""A page's content alone: drawn once for all who may see the same, and never one person's for another."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import brotli
import httpx
import pytest
from dash import html
from dash.development.base_component import Component

from dashboard import web
from dashboard.access.roles import Permission, Role
from dashboard.access.viewer import current_viewer
from dashboard.boards import Boards
from dashboard.observations import Parsed
from dashboard.pages import all_pages
from dashboard.settings import Settings
from dashboard.store import Store, accounts
from dashboard.store.accounts import AuditEntry
from dashboard.store.write import land
from dashboard.web import Page, View
from tests.loaded import Loaded, loaded, loaded_template, observation, origin
from tests.patience import PATIENCE
from tests.web.running import ACCOUNTS, all_routers, listening, open_accounts, served, signed_in

__all__ = ["loaded", "loaded_template"]

SECOND = "thu.leader.2"
ADDRESSES = (
    "/", "/?xem=bang", "/xep-hang", "/xep-hang?chon=hue", "/tinh/an_giang_2025", "/tinh/bac_ninh_2025", "/chi-tieu",
    "/chi-tieu/index766_total", "/nguon-so-lieu", "/nguon-so-lieu/dvcqg_766", "/camera", "/can-cu/index766_total/ha_noi/2025-10",
    "/can-cu/index766_total/an_giang_2025/2025-10",
)  # fmt: skip


class Drawn:
    """Pages that count their drawings: of figures, of rights, of a name in two ways."""

    def __init__(self) -> None:
        self.times: dict[str, int] = {}

    def pages(self) -> tuple[Page, ...]:
        return (
            Page("figures", "/", "Số liệu", self._counted("figures", _count)),
            Page("rights", "/nguon-so-lieu", "Quyền", self._counted("rights", _by_rights)),
            Page("name", "/xep-hang", "Tên", self._counted("name", lambda view: f"{view.viewer.display_name}, {_total(view)}")),
            Page("context", "/chi-tieu", "Tên", self._counted("context", lambda _: current_viewer().username)),
            Page("broken", "/camera", "Hỏng", self._counted("broken", lambda _: str(1 // 0))),
        )

    def _counted(self, key: str, said: Callable[[View], str]) -> Callable[[View], Component]:
        def render(view: View) -> Component:
            self.times[key] = self.times.get(key, 0) + 1
            return html.P(said(view))

        return render


def _by_rights(view: View) -> str:
    open_to_all = "mở" if view.viewer.may(Permission.SEE_QUARANTINE) else "đóng"
    return f"{open_to_all} {view.viewer.unit} {_total(view)}"


def _count(view: View) -> str:
    return str(len(view.boards.indicator("index766_total").values))


def _total(view: View) -> float:
    return view.boards.indicator("index766_total").values[0].value


@contextmanager
def opened(store: Store, boards: Boards, pages: tuple[Page, ...], settings: Settings) -> Iterator[dict[str, httpx.Client]]:
    """The program with these pages; a signed-in browser for each role, and for a second leader."""
    with ExitStack() as house:
        base = house.enter_context(served(web.build(settings, store, boards, pages, all_routers(store, boards))))
        names = [ACCOUNTS[role] for role in Role if role is not Role.WALL_DEVICE] + [SECOND]
        yield {name: house.enter_context(signed_in(base, name)) for name in names}


@pytest.fixture
def drawn() -> Drawn:
    return Drawn()


@pytest.fixture
def many(loaded: Loaded, drawn: Drawn, settings: Settings) -> Iterator[dict[str, httpx.Client]]:
    """Browsers of everybody, on counting pages over the published figures."""
    open_accounts(loaded.store)
    _second_leader(loaded.store)
    with opened(loaded.store, loaded.boards(), drawn.pages(), settings) as clients:
        yield clients


def _second_leader(store: Store) -> None:
    found = accounts.find_person(store, ACCOUNTS[Role.LEADER])
    assert found is not None
    fields = {"username": SECOND, "display_name": "Người thứ hai", "role": "leader", "unit": None, "password_hash": found[1]}
    accounts.add_person(store, fields, AuditEntry("test", "account created"))


def content(client: httpx.Client, at: str, **headers: str) -> httpx.Response:
    return client.get("/content", params={"at": at}, headers=headers)


def said(client: httpx.Client, at: str) -> str:
    answer = content(client, at)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["children"]["props"]["children"])


def change(store: Store, value: float, client: httpx.Client) -> None:
    """Lands a figure and waits until the program has heard of it."""
    origin_ = origin(f"{value}.csv")
    with listening(str(client.base_url).rstrip("/"), dict(client.cookies.items())) as ear:
        before = json.loads(ear.recv(timeout=PATIENCE))["feeds"]["dvcqg_766"]
        land(store, origin_, Parsed((observation(value),)))
        while json.loads(ear.recv(timeout=PATIENCE))["feeds"]["dvcqg_766"] <= before:
            pass


def test_what_names_nobody_is_drawn_once_for_all_of_the_same_rights(many: dict[str, httpx.Client], drawn: Drawn) -> None:
    leaders = [many[ACCOUNTS[Role.LEADER]], many[SECOND]]
    assert len({said(client, "/") for client in leaders * 3}) == 1
    assert drawn.times == {"figures": 1}
    for client in many.values():
        said(client, "/")
    assert drawn.times["figures"] <= len(Role)


def test_a_name_is_shown_to_its_bearer_only(many: dict[str, httpx.Client], drawn: Drawn) -> None:
    for _ in range(2):
        for name, client in many.items():
            assert said(client, "/chi-tieu") == name
    assert said(many[SECOND], "/xep-hang").startswith("Người thứ hai, ")
    assert said(many[ACCOUNTS[Role.LEADER]], "/xep-hang").startswith("Người leader, ")


def test_rights_and_unit_decide_and_nobody_gets_anothers(many: dict[str, httpx.Client]) -> None:
    for _ in range(2):
        for role, opens, unit in ((Role.WORKING_GROUP, "mở", None), (Role.PROVINCE, "đóng", "an_giang_2025"), (Role.LEADER, "đóng", None)):
            assert said(many[ACCOUNTS[role]], "/nguon-so-lieu").startswith(f"{opens} {unit} ")


def test_no_role_ever_gets_what_another_one_was_drawn(loaded: Loaded, settings: Settings) -> None:
    """Every page of the product, asked for by all in turn and by all in the opposite turn: each gets the same both times."""
    open_accounts(loaded.store)
    _second_leader(loaded.store)

    def everything(turn: int) -> dict[tuple[str, str], tuple[int, Any]]:
        with opened(loaded.store, loaded.boards(), all_pages(), settings) as clients:
            found = {}
            for name in list(clients)[::turn]:
                for at in ADDRESSES:
                    answer = content(clients[name], at)
                    found[name, at] = (answer.status_code, answer.json() if answer.status_code == 200 else None)
            return found

    first = everything(1)
    assert first == everything(-1)
    group, province, leader = (
        first[ACCOUNTS[role], "/nguon-so-lieu/dvcqg_766"] for role in (Role.WORKING_GROUP, Role.PROVINCE, Role.LEADER)
    )
    assert group != province == leader
    own = [first[ACCOUNTS[Role.PROVINCE], f"/can-cu/index766_total/{unit}/2025-10"] for unit in ("an_giang_2025", "ha_noi")]
    assert own[0] == first[ACCOUNTS[Role.LEADER], "/can-cu/index766_total/an_giang_2025/2025-10"], "its own rows are open to it"
    assert own[1] != first[ACCOUNTS[Role.LEADER], "/can-cu/index766_total/ha_noi/2025-10"]


def test_it_is_drawn_anew_when_its_feed_has_changed_and_says_what_it_stands_on(
    many: dict[str, httpx.Client], drawn: Drawn, loaded: Loaded
) -> None:
    leader = many[ACCOUNTS[Role.LEADER]]
    before = content(leader, "/nguon-so-lieu")
    stood = json.loads(before.headers["x-standing"])
    change(loaded.store, 99.5, leader)
    after = content(leader, "/nguon-so-lieu", **{"If-None-Match": before.headers["etag"]})
    stands = json.loads(after.headers["x-standing"])
    assert after.status_code == 200
    assert "99.5" in after.text
    assert stands == stood | {"feeds": {"dvcqg_766": stood["feeds"]["dvcqg_766"] + 1}}
    assert (stands["at"], stands["all"], stands["away"]) == ("/nguon-so-lieu", False, None)


def test_what_looks_the_same_after_a_change_is_not_sent_again(many: dict[str, httpx.Client], drawn: Drawn, loaded: Loaded) -> None:
    leader = many[ACCOUNTS[Role.LEADER]]
    before = content(leader, "/")
    change(loaded.store, 50.5, leader)
    after = content(leader, "/", **{"If-None-Match": before.headers["etag"]})
    assert (after.status_code, after.content, drawn.times["figures"]) == (304, b"", 2)
    assert after.headers["x-standing"] != before.headers["x-standing"]


def test_it_comes_packed_for_those_who_take_it_so(loaded: Loaded, settings: Settings) -> None:
    open_accounts(loaded.store)
    _second_leader(loaded.store)
    with (
        opened(loaded.store, loaded.boards(), all_pages(), settings) as clients,
        clients[SECOND].stream("GET", "/content", params={"at": "/xep-hang"}, headers={"Accept-Encoding": "br"}) as answer,
    ):
        packed = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == "br"
        assert "Hà Nội" in json.dumps(json.loads(brotli.decompress(packed)), ensure_ascii=False)
        assert len(packed) < 30_000


@pytest.mark.parametrize(
    ("at", "status"),
    [("/khong-co", 404), ("/healthz", 404), ("//elsewhere.vn/", 404), ("x", 422), ("/camera", 500), ("/" + "x" * 3000, 422)],
)
def test_what_is_no_page_has_no_content(many: dict[str, httpx.Client], at: str, status: int) -> None:
    assert content(many[SECOND], at).status_code == status


def test_a_stranger_gets_nothing(many: dict[str, httpx.Client]) -> None:
    assert httpx.get(f"{str(many[SECOND].base_url).rstrip('/')}/content", params={"at": "/"}).status_code == 401
