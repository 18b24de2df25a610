"""Systems that are asked over HTTP, as rows of data/feeds.toml: a real server, every way of paging and of saying who we are."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard import pulls
from dashboard.cli import reading
from dashboard.errors import ConfigurationError, FeedError
from dashboard.feeds import mapping
from dashboard.feeds.base import Feed, Source
from dashboard.feeds.rows import load_rows
from dashboard.ingest import Desk, Report
from dashboard.store import Store
from dashboard.store.queries import cells, held_records, provenances
from dashboard.store.turns import mark_of
from tests.loaded import catalog, ingest_desk

KEY = "khoa-rieng-cua-ta"
HEAD = """
[office]
kind = "rest"
name_vi = "Hồ sơ công việc"
publisher = "Hệ thống của bộ"
provenance = "self_reported"
"""
CELLS = """
[[office.cells]]
measure = "case_files_processed"
unit = "agency.code"
period = "closed_on"
grain = "month"
value = "total"
detail = { tier = "agency.level" }
[[office.cells]]
measure = "case_files_electronic"
unit = "agency.code"
period = "closed_on"
grain = "month"
value = "paperless"
detail = { tier = "agency.level" }
when = "paperless != null"
"""


def record(code: str, total: int, **more: object) -> dict[str, Any]:
    """One record as the system tells it, a person in it."""
    return {
        "agency": {"code": code, "level": "province"},
        "closed_on": "2026-10-31T17:00:00+07:00",
        "total": total,
        "clerk": "Lê Thị Mật",
        **more,
    }


@dataclass
class Box:
    """A system that answers what a test tells it to; `asked` are the paths with their headers."""

    answer: Callable[[str, dict[str, str], dict[str, str]], tuple[int, bytes, dict[str, str]]]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    address: str = ""


@pytest.fixture
def box() -> Iterator[Box]:
    """It serves until the test ends."""
    made = Box(lambda *_: (200, b"[]", {}))

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            place = urlsplit(self.path)
            asked = {name: values[-1] for name, values in {**parse_qs(place.query), **parse_qs(body)}.items()}
            made.asked.append((self.path, dict(self.headers)))
            status, content, headers = made.answer(place.path, asked, dict(self.headers))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    made.address = f"http://127.0.0.1:{server.server_address[1]}"
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def make(box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Feed]:
    """The feed of a row with these lines more."""
    monkeypatch.setenv("OFFICE_ADDRESS", box.address + "/files")
    monkeypatch.setenv("OFFICE_KEY", KEY)

    def made(*lines: str, cells: str = CELLS) -> Feed:
        address = 'address = "env:OFFICE_ADDRESS"'
        (tmp_path / "feeds.toml").write_text("\n".join([HEAD, address, *lines, cells]), encoding="utf-8")
        return load_rows(tmp_path, catalog())["office"]

    return made


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """Ingest over an empty database."""
    return ingest_desk(store, tmp_path / "raw")


def read(desk: Desk, feed: Feed) -> list[Report]:
    """Asks, and lands."""
    return list(pulls.read(desk, feed))


def values(store: Store, measure: str = "case_files_processed") -> dict[str, float]:
    """What stands for October, by unit."""
    return {cell.unit: cell.value for cell in cells(store, [measure], ["2026-10"])}


def sent(*records: object, at: str = "items") -> tuple[int, bytes, dict[str, str]]:
    """An answer of JSON."""
    return 200, json.dumps({at: records}, ensure_ascii=False).encode(), {}


def test_records_become_cells_and_what_no_expression_asks_for_is_never_kept(
    box: Box, make: Callable[..., Feed], desk: Desk, store: Store, tmp_path: Path
) -> None:
    box.answer = lambda *_: sent(record("H05", 40, paperless=30), record("H26", 7), record("H99", 1), record("H49", 3, paperless="nhiều"))
    feed = make('records = "items"')
    (report,) = read(desk, feed)
    assert report.error is None
    assert values(store).items() >= {"bac_ninh_2025": 40, "ha_noi": 7}.items()
    assert values(store, "case_files_electronic") == {"bac_ninh_2025": 30}
    assert {one.reason.partition(":")[0] for one in held_records(store)} >= {
        "hồ sơ công việc xử lý trên môi trường điện tử không phải là số"
    }
    kept = b"".join(desk.raw.read(path.stem) for path in (tmp_path / "raw").rglob("*.zst"))
    assert b"H05" in kept
    assert "Mật".encode() not in kept
    assert not any("Mật" in one.raw for one in held_records(store))
    # What was held comes free once it is told right, and what stands elsewhere stays.
    box.answer = lambda *_: sent(record("H05", 41, paperless=30), record("H49", 3, paperless=2))
    read(desk, feed)
    assert held_records(store) == []
    assert values(store)["bac_ninh_2025"] == 41


def test_pages_by_number_are_one_whole(box: Box, make: Callable[..., Feed], desk: Desk, store: Store) -> None:
    codes = ["H05", "H26", "H49", "H46", "H12"]

    def answer(_: str, asked: dict[str, str], __: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        first = (int(asked["trang"]) - 1) * int(asked["size"])
        return sent(*(record(code, 10) for code in codes[first : first + int(asked["size"])]))

    box.answer = answer
    feed = make('records = "items"', 'paging = { kind = "page", parameter = "trang", size_parameter = "size", size = 2 }')
    (report,) = read(desk, feed)
    assert (report.error, len(box.asked)) == (None, 3)
    assert set(values(store).values()) == {10}
    assert len(values(store)) + len({one.record for one in held_records(store)}) == 5
    before = values(store)
    box.answer = lambda path, asked, headers: answer(path, asked, headers) if asked["trang"] == "1" else (500, b"", {})
    (report,) = read(desk, feed)
    assert report.error is not None
    assert "HTTP 500" in report.error
    assert values(store) == before, "half of it does not land"


def test_pages_may_tell_the_next_one_but_not_on_another_host(box: Box, make: Callable[..., Feed], desk: Desk, store: Store) -> None:
    box.answer = lambda path, *_: (
        (200, json.dumps({"items": [record("H05", 1)], "links": {"next": "/files/2"}}).encode(), {})
        if path == "/files"
        else sent(record("H26", 2))
    )
    read(desk, make('records = "items"', 'paging = { kind = "next", next = "links.next" }'))
    assert values(store) == {"bac_ninh_2025": 1, "ha_noi": 2}
    box.answer = lambda path, *_: (200, sent(record("H05", 3))[1], {"Link": '</files/2>; rel="next"'} if path == "/files" else {})
    read(desk, make('records = "items"', 'paging = { kind = "next" }'))
    assert [urlsplit(path).path for path, _ in box.asked] == ["/files", "/files/2"] * 2
    box.answer = lambda *_: (200, json.dumps({"items": [], "links": {"next": "http://elsewhere.example/x"}}).encode(), {})
    (report,) = read(desk, make('records = "items"', 'paging = { kind = "next", next = "links.next" }'))
    assert report.error == "trang kế tiếp nằm ở một máy chủ khác: không theo"


def test_only_what_changed_is_asked_for_once_it_was_read(box: Box, make: Callable[..., Feed], desk: Desk, store: Store) -> None:
    box.answer = lambda *_: sent(record("H05", 1))
    feed = make('records = "items"', 'since = "tu"')
    read(desk, feed)
    mark = mark_of(store, "office")
    assert mark is not None
    box.answer = lambda *_: sent()
    (report,) = read(desk, feed)
    assert report.error is None, "nothing new is no fault"
    assert parse_qs(urlsplit(box.asked[-1][0]).query)["tu"] == [mark]
    assert values(store) == {"bac_ninh_2025": 1}
    box.answer = lambda *_: (503, b"", {})
    late = mark_of(store, "office")
    assert "HTTP 503" in (read(desk, feed)[0].error or "")
    assert mark_of(store, "office") == late


@pytest.mark.parametrize(
    ("form", "content"),
    [
        (
            'format = "xml"\nrecords = "reports.report"',
            b'<?xml version="1.0"?><x:reports xmlns:x="urn:x"><report><agency level="province"><code>H05</code></agency>'
            b"<closed_on>20261031</closed_on><total>1.240,5</total></report></x:reports>",
        ),
        ('format = "csv"\ndelimiter = ";"', "\ufeffma;cap;ngay;tong\r\nH05;province;2026-10-31;1.240,5\r\n".encode()),
    ],
)
def test_xml_and_csv_do_as_well_with_commas_before_decimals(
    box: Box, make: Callable[..., Feed], desk: Desk, store: Store, form: str, content: bytes
) -> None:
    box.answer = lambda *_: (200, content, {})
    cell = CELLS.split("[[office.cells]]")[1]
    if "csv" in form:
        cell = cell.replace("agency.code", "ma").replace("agency.level", "cap").replace("closed_on", "ngay").replace('"total"', '"tong"')
    else:
        cell = cell.replace("agency.level", 'agency.\\"@level\\"')
    read(desk, make(form, cells=f'[[office.cells]]{cell}decimal = ","'))
    assert values(store) == {"bac_ninh_2025": 1240.5}


def test_a_key_goes_in_its_header_and_nowhere_else(box: Box, make: Callable[..., Feed], desk: Desk, store: Store) -> None:
    box.answer = lambda _, __, headers: sent(record("H05", 1)) if headers.get("X-Api-Key") == f"k {KEY}" else (403, b"", {})
    read(desk, make('records = "items"', 'auth = { kind = "header", name = "X-Api-Key", prefix = "k ", value = "env:OFFICE_KEY" }'))
    assert values(store) == {"bac_ninh_2025": 1}
    (report,) = read(desk, make('records = "items"', 'auth = { kind = "header", value = "env:OFFICE_KEY" }'))
    assert report.error is not None
    assert "không nhận mã truy cập" in report.error
    assert KEY not in report.error


def test_client_credentials_are_exchanged_and_renewed_when_the_token_ends(
    box: Box, make: Callable[..., Feed], desk: Desk, store: Store, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text(KEY + "\n", encoding="utf-8")
    given: list[str] = []

    def answer(path: str, asked: dict[str, str], headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        if path == "/token":
            assert asked == {"grant_type": "client_credentials", "scope": "read"}
            assert base64.b64decode(headers["Authorization"].removeprefix("Basic ")).decode() == f"ta:{KEY}"
            given.append(f"t{len(given)}")
            return 200, json.dumps({"access_token": given[-1]}).encode(), {}
        # The first token has ended when the second page is asked for.
        right = "t0" if asked["page"] == "1" and len(given) == 1 else "t1"
        if headers["Authorization"] != f"Bearer {right}":
            return 401, b"", {}
        return sent(record("H05" if asked["page"] == "1" else "H26", 1))

    box.answer = answer
    auth = (
        f'auth = {{ kind = "oauth", token_address = "{box.address}/token", client_id = "ta", client_secret = "file:{tmp_path / "secret"}",'
        ' scope = "read" }'
    )
    paging = 'paging = { kind = "page", size = 1 }'
    box_pages = answer
    box.answer = lambda path, asked, headers: (
        sent() if asked.get("page") == "3" and headers["Authorization"] == "Bearer t1" else box_pages(path, asked, headers)
    )
    (report,) = read(desk, make('records = "items"', auth, paging))
    assert report.error is None
    assert given == ["t0", "t1"]
    assert values(store) == {"bac_ninh_2025": 1, "ha_noi": 1}


@pytest.mark.parametrize(
    ("answered", "said"),
    [
        ((200, b"<html>", {}), "không phải JSON đúng quy cách"),
        ((200, b'{"data": []}', {}), "không có danh sách bản ghi ở “items”"),
        (sent(*[{"a": 1}] * 3), "không bản ghi nào có agency.code, paperless, total: cấu trúc trả lời đã đổi"),
        ((302, b"", {"Location": "http://elsewhere.example/"}), "HTTP 302"),
        (sent(), "0 units"),
    ],
)
def test_an_answer_that_is_none_leaves_the_old_figures_and_says_why(
    box: Box, make: Callable[..., Feed], desk: Desk, store: Store, answered: tuple[int, bytes, dict[str, str]], said: str
) -> None:
    feed = make('records = "items"')
    box.answer = lambda *_: sent(record("H05", 1))
    read(desk, feed)
    box.answer = lambda *_: answered
    (report,) = read(desk, feed)
    assert report.error is not None
    assert said in report.error
    assert values(store) == {"bac_ninh_2025": 1}


def test_what_a_system_says_is_made_up_is_simulated_here(box: Box, make: Callable[..., Feed], desk: Desk, store: Store) -> None:
    box.answer = lambda *_: (200, sent(record("H05", 1))[1], {"X-Simulated": "1"})
    read(desk, make('records = "items"'))
    assert provenances(store) == {"office": "simulated"}


def test_a_dry_run_prints_what_would_land_and_what_would_be_held_and_keeps_nothing(
    box: Box, make: Callable[..., Feed], desk: Desk, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    box.answer = lambda *_: sent(record("H05", 40, paperless=30), record("H99", 1))
    feed = make('records = "items"')
    known = replace(desk, feeds={"office": feed})
    assert reading.preview(known, "office", None) == 0
    said = capsys.readouterr().out
    assert "Hệ thống của bộ: sẽ nhận 2 số liệu, giữ lại 1 dòng" in said
    assert "case_files_processed bac_ninh_2025 2026-10 [tier=province] = 40" in said
    assert "dòng 3: " in said
    assert values(store) == {}
    assert held_records(store) == []
    assert not desk.raw.folder.exists()
    box.answer = lambda *_: (404, b"", {})
    assert reading.preview(known, "office", None) == 1
    assert "office: không đọc được: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('auth = { kind = "header", value = "bi-mat" }', r"\[office\] auth.value: a secret is never written here"),
        ('auth = { kind = "header", value = "env:DASHBOARD_KEY" }', r"\[office\] auth.value: “DASHBOARD_KEY” cannot name a variable here"),
        ('auth = { kind = "header", value = "file:x" }', r"\[office\] auth.value: a file is named by its whole path"),
        ('records = "items["', r"\[office\] records.*no JMESPath expression"),
        ('format = "yaml"', r"\[office\] format"),
        ("expect = { ranges = { nothing = [0, 1] } }", r"“nothing” is declared nowhere"),
        ("every_minutes = 0", r"\[office\] every_minutes"),
    ],
)
def test_a_mistake_in_a_row_is_named_and_no_secret_is_shown(make: Callable[..., Feed], line: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        make(line)
    assert "bi-mat" not in str(caught.value)


def test_a_system_without_an_address_is_not_connected_yet(make: Callable[..., Feed], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFICE_ADDRESS", "")
    feed = make()
    assert (feed.every, feed.pull) == (None, None)


def test_an_xml_with_a_dtd_or_a_bomb_in_it_is_refused() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>'
    with pytest.raises(FeedError, match="DTD"):
        mapping.document(bomb, "xml")
    with pytest.raises(FeedError):
        mapping.document(b"<a>" * 300 + b"</a>" * 300, "xml")


def test_evidence_shows_the_mapped_cell(make: Callable[..., Feed]) -> None:
    feed = make('records = "items"')
    shown = dict(feed.excerpt(Source("x", feed.keep(sent(record("H05", 40))[1])), "1"))
    assert (shown["measure"], shown["unit"], shown["value"], shown["period"]) == ("case_files_processed", "H05", "40", "2026-10")
