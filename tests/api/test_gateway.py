"""The door of document gateways, over a real socket: what is acknowledged is kept, what is not says why, and nobody speaks for another."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import zstandard
from sqlalchemy import text
from structlog.testing import capture_logs

from dashboard import web
from dashboard.access import tokens
from dashboard.access.roles import Role
from dashboard.feeds.base import Source
from dashboard.feeds.document_axis import FEED
from dashboard.feeds.edxml import MESSAGE_LARGEST
from dashboard.inbox import Inbox
from dashboard.ingest import run
from dashboard.settings import Settings
from dashboard.store import Store
from dashboard.store.queries import cells, held_records, last_runs
from dashboard.store.raw import RawStore
from tests.loaded import boards_over, ingest_desk
from tests.messages import PEOPLE, SIGNATURE, Document, status
from tests.patience import soon
from tests.web.running import ACCOUNTS, all_routers, open_accounts, served, signed_in

DOCUMENT = Document()
XML = {"Content-Type": "application/xml"}


@dataclass
class House:
    """A served program and what it writes to."""

    base: str
    store: Store
    raw: Path
    keys: dict[str, str] = field(default_factory=dict)

    def key(self, name: str = "gateway", scope: str = "feed:document_axis", **given: Any) -> str:
        """A token, made at the first use of its name."""
        if name not in self.keys:
            self.keys[name] = tokens.issue(self.store, name, [scope], **given)
        return self.keys[name]

    def send(self, content: bytes, system: str = "000.00.00.H05", key: str | None = None, door: str = "sendEdoc") -> httpx.Response:
        """Posts a message as gateways do."""
        headers = {"X-SystemId": system, "X-SecretKey": self.key() if key is None else key}
        form = {"edocFile": ("a.edxml", content, "application/octet-stream")}
        return httpx.post(f"{self.base}/v1/{door}", files=form, data={"messageType": "edoc"}, headers=headers)

    def post(self, body: Any, headers: dict[str, str]) -> httpx.Response:
        """Posts a body as it is."""
        given = {"X-SystemId": "H05", "X-SecretKey": self.key()} | headers
        return httpx.post(f"{self.base}/v1/sendEdoc", content=body, headers=given)

    def values(self, *measures: str) -> dict[str, float]:
        """Measure to its value over all cells of provinces and days."""
        found: dict[str, float] = {}
        for cell in cells(self.store, measures or ("documents_sent", "documents_electronic", "documents_signed", "documents_received")):
            found[cell.measure] = found.get(cell.measure, 0) + cell.value
        return found


@pytest.fixture
def house(store: Store, tmp_path: Path, settings: Settings) -> Iterator[House]:
    """The whole program over an empty database."""
    raw = tmp_path / "raw"
    boards = boards_over(store, raw)
    with served(web.build(settings, store, boards, (), all_routers(store, boards, raw))) as base:
        yield House(base, store, raw)


def test_a_document_is_kept_before_it_is_acknowledged(house: House) -> None:
    answer = house.send(DOCUMENT.but(signature=SIGNATURE).xml())
    assert answer.status_code == 200
    assert answer.json() == {
        "success": True,
        "code": "0",
        "status": "accepted",
        "message": "Đã nhận.",
        "docId": DOCUMENT.document,
        "data": {"docId": DOCUMENT.document, "status": "done", "errorCode": "0", "errorDesc": "Đã nhận."},
    }
    assert house.values() == {"documents_sent": 1, "documents_electronic": 1, "documents_signed": 1}
    (cell,) = cells(house.store, ["documents_sent"])
    assert (cell.unit, cell.period, cell.detail) == ("bac_ninh_2025", "2026-09-10", "tier=province")


def test_a_document_sent_again_says_nothing_new(house: House) -> None:
    assert house.send(DOCUMENT.xml()).json()["status"] == "accepted"
    again = house.send(DOCUMENT.xml())
    assert (again.status_code, again.json()["success"], again.json()["status"]) == (200, True, "known")
    assert house.values("documents_sent") == {"documents_sent": 1}


def test_the_body_may_be_the_xml_itself_and_statuses_come_by_either_door(house: House) -> None:
    assert house.post(DOCUMENT.xml(), XML).json()["status"] == "accepted"
    for door, code in (("updateStatus", "01"), ("sendEdoc", "03")):
        answer = house.send(status(code, f"2026/09/10 1{code[1]}:00:00"), system="000.00.00.H26", door=door)
        assert answer.json()["status"] == "accepted", answer.text
    assert house.values("documents_received", "documents_accepted", "acceptance_hours") == {
        "documents_received": 1,
        "documents_accepted": 1,
        "acceptance_hours": 1,
    }


def test_evidence_leads_from_a_cell_to_the_message(house: House) -> None:
    house.send(DOCUMENT.xml())
    (cell,) = cells(house.store, ["documents_sent"])
    ((_, run_),) = last_runs(house.store).items()
    shown = dict(FEED.excerpt(Source("x", RawStore(house.raw).read(run_.sha256)), cell.record))
    assert shown["DocumentId"] == DOCUMENT.document


@pytest.mark.parametrize(
    ("headers", "status_code", "code"),
    [
        ({"X-SystemId": "H05"}, 401, "15"),
        ({"X-SystemId": "H05", "X-SecretKey": ""}, 401, "15"),
        ({"X-SystemId": "H05", "X-SecretKey": "guess"}, 401, "15"),
        ({"X-SystemId": "H05", "X-SecretKey": "{read}"}, 403, "15"),
        ({"X-SystemId": "H05", "X-SecretKey": "{other}"}, 403, "15"),
        ({"X-SystemId": "H05", "Authorization": "Bearer {key}"}, 401, "15"),
        ({"X-SystemId": "Bắc Ninh", "X-SecretKey": "{key}"}, 401, "15"),
        ({"X-SecretKey": "{key}"}, 401, "15"),
        ({"X-SystemId": "000.00.00.H26", "X-SecretKey": "{key}"}, 403, "19"),
        ({"X-SystemId": "H05.12", "X-SecretKey": "{key}"}, 403, "19"),
    ],
)
def test_who_may_not_speak_is_told_so_and_leaves_no_trace(house: House, headers: dict[str, str], status_code: int, code: str) -> None:
    keys = {"key": house.key(), "read": house.key("reader", "read"), "other": house.key("other", "feed:dvcqg_766")}
    given = [(name.encode(), value.format(**keys).encode()) for name, value in (XML | headers).items()]
    answer = httpx.post(f"{house.base}/v1/sendEdoc", content=DOCUMENT.xml(), headers=given)
    assert (answer.status_code, answer.json()["code"], answer.json()["success"]) == (status_code, code, False)
    assert answer.json()["message"]
    assert not house.values()
    assert not held_records(house.store)


def test_a_session_does_not_open_the_door_of_machines(house: House) -> None:
    open_accounts(house.store)
    with signed_in(house.base, ACCOUNTS[Role.ADMINISTRATOR]) as client:
        answer = client.post("/v1/sendEdoc", content=DOCUMENT.xml(), headers=XML | {"X-SystemId": "H05"})
    assert (answer.status_code, answer.json()["code"]) == (401, "15")


def test_a_token_of_a_province_speaks_for_that_province_only(house: House) -> None:
    open_accounts(house.store)
    key = house.key("an giang", username=ACCOUNTS[Role.PROVINCE])
    own = DOCUMENT.but(sender="000.00.04.H01", document="H01.04,2026/09/10,1/A")
    assert house.send(own.xml(), "000.00.00.H01", key).json()["status"] == "accepted"
    other = house.send(DOCUMENT.xml(), "000.00.00.H05", key)
    assert (other.status_code, other.json()["code"]) == (403, "19")


def test_a_revoked_key_opens_nothing(house: House) -> None:
    key = house.key("lost")
    tokens.revoke(house.store, "lost")
    assert house.send(DOCUMENT.xml(), key=key).status_code == 401


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b"", "10", "không phải XML"),
        (DOCUMENT.xml()[:-30], "10", "không phải XML"),
        (b"<!DOCTYPE edXML>" + DOCUMENT.xml().split(b"\n", 1)[1], "10", "DTD"),
        (DOCUMENT.but(paper="9").xml(), "22", "Paper"),
        (DOCUMENT.but(stamps=("2027/09/10 15:30:00",)).xml(), "22", "chưa đến"),
        (DOCUMENT.but(stamps=("2026/09/09 15:30:00",)).xml(), "22", "trước ngày ban hành"),
    ],
)
def test_a_message_in_doubt_is_answered_with_its_reason_and_kept_in_quarantine_once(
    house: House, content: bytes, code: str, words: str
) -> None:
    for _ in range(2):
        answer = house.send(content)
        assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (422, code, "held")
        assert words in answer.json()["message"]
    (held,) = held_records(house.store)
    assert words in held.reason
    house.send(Document(document="H05,2026/09/10,2/A").xml())
    house.send(status("03", "2026/09/10 16:00:00", speaker="H05"))
    assert len(held_records(house.store)) == 1, "what another message says does not release it"
    house.send(DOCUMENT.xml())
    assert len(held_records(house.store)) == (1 if code == "10" else 0), "only its correction does, if it can be told whose that is"
    assert house.values("documents_sent") == {"documents_sent": 2}


@pytest.mark.parametrize(
    ("body", "kind", "status_code"),
    [
        (b"{}", "application/json", 415),
        (b"x", "", 415),
        (b"x", "multipart/form-data", 400),
        (b"--b\r\n", "multipart/form-data; boundary=b", 400),
        (b'--b\r\nContent-Disposition: form-data; name="other"\r\n\r\nx\r\n--b--', "multipart/form-data; boundary=b", 400),
        (b'--b\r\nContent-Disposition: form-data; name="edocFile"\r\n\r\nx\r\n', "multipart/form-data; boundary=b", 400),
    ],
)
def test_a_request_that_is_no_message_says_what_is_wrong(house: House, body: bytes, kind: str, status_code: int) -> None:
    answer = house.post(body, {"Content-Type": kind} if kind else {})
    assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (status_code, "10", "refused")


def test_what_is_too_large_is_refused_with_and_without_a_stated_length(house: House) -> None:
    assert house.post(b"x" * (MESSAGE_LARGEST + 100_000), XML).status_code == 413

    def chunks() -> Iterator[bytes]:
        for _ in range(60):
            yield b" " * 1_000_000

    with suppress(httpx.WriteError):  # the server has answered and hung up before the last piece
        assert house.post(chunks(), XML).status_code == 413


def test_a_request_that_is_cut_off_leaves_nothing(house: House) -> None:
    address, body = httpx.URL(house.base), DOCUMENT.xml()
    head = f"POST /v1/sendEdoc HTTP/1.1\r\nHost: x\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\nX-SystemId: H05\r\n"
    with capture_logs() as lines:
        with socket.create_connection((address.host, address.port or 80)) as wire:
            wire.sendall(f"{head}X-SecretKey: {house.key()}\r\n\r\n".encode() + body[: len(body) // 2])
        assert house.send(Document(document="H05,2026/09/10,2/A").xml()).status_code == 200
    assert house.values("documents_sent") == {"documents_sent": 1}
    assert not [line for line in lines if line["log_level"] == "error"]


def test_a_get_is_answered_as_a_gateway_reads_it(house: House) -> None:
    answer = httpx.get(f"{house.base}/v1/sendEdoc", headers={"X-SecretKey": house.key()})
    assert (answer.status_code, answer.json()["success"]) == (405, False)


def test_many_at_once_are_each_counted_once_in_few_transactions(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    messages = [Document(document=f"H05,2026/09/10,{number % 150}/A").xml() for number in range(200)]
    _lands_once_all_have_come(monkeypatch, len(messages), 16)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(house.send, messages))
    assert {answer.status_code for answer in answers} == {200}
    assert house.values("documents_sent") == {"documents_sent": 150}
    with house.store.transaction() as connection:
        runs = connection.scalar(text("SELECT count(*) FROM feed_run WHERE feed = 'document_axis'"))
    assert runs < 100


def _lands_once_all_have_come(monkeypatch: pytest.MonkeyPatch, messages: int, senders: int) -> None:
    """Has each transaction wait until all who send at once have sent, as they do on a machine that is quick enough for them."""
    offer, landed = Inbox.offer, Inbox._landed
    offered, settled = [0], [0]

    def counted(self: Inbox, *given: Any) -> Any:
        offered[0] += 1
        return offer(self, *given)

    def waiting(self: Inbox, group: Any, *given: Any) -> Any:
        assert soon(lambda: offered[0] >= min(messages, settled[0] + senders))
        outcomes = landed(self, group, *given)
        settled[0] += len(group)
        return outcomes

    monkeypatch.setattr(Inbox, "offer", counted)
    monkeypatch.setattr(Inbox, "_landed", waiting)


def test_real_and_simulated_messages_do_not_meet(house: House) -> None:
    assert house.send(DOCUMENT.xml(), key=house.key("sandbox", simulated=True)).json()["status"] == "accepted"
    answer = house.send(Document(document="H05,2026/09/10,2/A").xml(), key=house.key("real"))
    assert (answer.status_code, answer.json()["status"]) == (409, "refused")
    assert "mô phỏng" in answer.json()["message"]
    assert house.values("documents_sent") == {"documents_sent": 1}


def test_while_the_database_is_away_nothing_is_acknowledged(house: House) -> None:
    key = house.key()
    assert house.send(DOCUMENT.xml(), key=key).status_code == 200
    with house.store.transaction() as connection:
        connection.execute(text("ALTER TABLE ledger RENAME TO ledger_away"))
    broken = house.send(Document(document="H05,2026/09/10,2/A").xml(), key=key)
    assert (broken.status_code, broken.json()["success"]) == (500, False)
    with house.store.transaction() as connection:
        connection.execute(text("ALTER TABLE ledger_away RENAME TO ledger"))
    assert house.send(Document(document="H05,2026/09/10,2/A").xml(), key=key).json()["status"] == "accepted"


def test_no_persons_data_reaches_the_database_the_raw_store_or_the_log(house: House) -> None:
    with capture_logs() as lines:
        for content in (
            DOCUMENT.but(signature=SIGNATURE).xml(),
            DOCUMENT.but(paper="9").xml(),
            DOCUMENT.xml()[:-30],
            status("03", "2026/09/10 16:00:00", speaker="H05"),
            status("99", "2026/09/10 16:00:00", speaker="H05"),
        ):
            house.send(content)
    kept = everything(house)
    assert str(DOCUMENT.document) in kept, "it looks where things are kept"
    for word in (*PEOPLE, house.key()):
        assert word not in kept
        assert word not in repr(lines)


def everything(house: House) -> str:
    """Every row of every table, and every raw source, as text."""
    with house.store.transaction() as connection:
        names = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        rows = [str(row) for name in names for row in connection.scalars(text(f'SELECT t::text FROM "{name}" t'))]
    files = [zstandard.decompress(path.read_bytes()).decode("utf-8", "replace") for path in house.raw.rglob("*.zst")]
    assert rows
    assert files
    return "\n".join(rows + files)


def test_replaying_the_raw_packs_gives_the_same_figures(house: House, tmp_path: Path) -> None:
    house.send(DOCUMENT.xml())
    house.send(status("01", "2026/09/10 16:00:00", speaker="H05"))
    before = house.values()
    for path in house.raw.rglob("*.zst"):
        (report,) = run(ingest_desk(house.store, house.raw), FEED, [Source("replay", zstandard.decompress(path.read_bytes()))])
        assert report.error is None
        assert report.landing is not None
        assert report.landing.landed == 0
    assert house.values() == before
