"""Workbooks through the doors: brought, previewed, confirmed, approved, by those who may and by nobody else."""

import html
import io
import json
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from dashboard import web
from dashboard.access import people, tokens
from dashboard.access.roles import Role
from dashboard.api.files import kept_name
from dashboard.pages import all_pages
from dashboard.sandbox.workbooks import REPORT
from dashboard.settings import Settings
from dashboard.store import Store, accounts
from dashboard.submissions.form import FILE
from dashboard.workbooks.limits import MOST_BYTES
from tests.loaded import boards_over
from tests.submissions.desk import PERIOD, UNIT, changed, counter, workbook
from tests.web.running import ACCOUNTS, PASSWORD, all_routers, open_accounts, served, signed_in

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ASKED = {"report": REPORT, "unit": UNIT, "period": str(PERIOD)}
OTHER = "ha_noi"


@dataclass(frozen=True)
class House:
    """A served program with browsers of several people; An Giang's clerk and chief among them."""

    store: Store
    folder: Path
    base: str
    clients: dict[str, httpx.Client]

    def workbook(self, **more: int) -> bytes:
        """A template of An Giang, filled in."""
        return workbook(counter(self.store, self.folder), changed(**more))

    def bring(self, who: str, content: bytes, name: str = "bao-cao.xlsx", **asked: str) -> httpx.Response:
        """As a form brings it."""
        return self.clients[who].post("/api/v1/submissions", params={**ASKED, **asked}, files={FILE: (name, content, XLSX)})

    def do(self, who: str, number: int, act: str, **body: str) -> httpx.Response:
        """One step of a submission."""
        return self.clients[who].post(f"/api/v1/submissions/{number}/{act}", json=body or None)

    def drawn(self, who: str, path: str) -> str:
        """What a page says."""
        answer = self.clients[who].get("/content", params={"at": path})
        assert answer.status_code == 200, (path, answer.text)
        return html.unescape(json.dumps(answer.json(), ensure_ascii=False)).replace("\\u003c", "<")


@pytest.fixture
def house(store: Store, tmp_path: Path, settings: Settings) -> Iterator[House]:
    open_accounts(store)
    people.create(store, "ha.noi", "Hà Nội", Role.PROVINCE_APPROVER, OTHER, PASSWORD)
    boards = boards_over(store, tmp_path / "raw")
    app = web.build(settings, store, boards, all_pages(), all_routers(store, boards, tmp_path / "raw"))
    names = {"clerk": ACCOUNTS[Role.PROVINCE], "chief": ACCOUNTS[Role.PROVINCE_APPROVER], "leader": ACCOUNTS[Role.LEADER]}
    with served(app) as base, ExitStack() as opened:
        found = {who: opened.enter_context(signed_in(base, name)) for who, name in {**names, "other": "ha.noi"}.items()}
        yield House(store, tmp_path, base, found)


def test_from_the_template_to_the_figure_and_its_evidence(house: House) -> None:
    blank = house.clients["clerk"].get(f"/api/v1/reports/{REPORT}/template", params={"unit": UNIT, "period": str(PERIOD)})
    assert blank.status_code == 200
    assert blank.headers["content-type"] == XLSX
    assert blank.content.startswith(b"PK")

    answer = house.bring("clerk", house.workbook(), "Báo cáo “10”.xlsx")
    assert answer.status_code == 201, answer.text
    preview = answer.json()
    number = preview["submission"]["id"]
    assert answer.headers["location"] == f"/api/v1/submissions/{number}"
    assert preview["submission"] | {"sha256": "", "bytes": 0, "handed_in_at": ""} == {
        **ASKED,
        "id": number,
        "version": 1,
        "state": "draft",
        "file": "Báo cáo “10”.xlsx",
        "sha256": "",
        "bytes": 0,
        "figures": 416,
        "errors": 0,
        "warnings": preview["submission"]["warnings"],
        "simulated": False,
        "run": None,
        "handed_in_at": "",
    }
    assert {one["cell"].partition("!")[0] for one in preview["figures"]} == {"Báo cáo"}
    the_figure_lands_by_approval_alone(house, number)


def the_figure_lands_by_approval_alone(house: House, number: int) -> None:
    repeated = house.bring("clerk", house.workbook())
    assert (repeated.status_code, repeated.json()["repeated"], repeated.json()["submission"]["id"]) == (200, True, number)

    assert house.do("chief", number, "approve").status_code == 409, "nobody has confirmed it yet"
    assert house.do("clerk", number, "confirm").json()["submission"]["state"] == "waiting"
    assert house.do("clerk", number, "approve").status_code == 403, "a clerk approves nothing"
    done = house.do("chief", number, "approve").json()
    assert done["submission"]["state"] == "approved"
    assert [step["state"] for step in done["steps"]] == ["draft", "waiting", "approved"]
    assert house.do("chief", number, "approve").status_code == 409
    figure = f"electronic_case_file_rate/{UNIT}/{PERIOD}"
    found = house.clients["clerk"].get("/api/v1/values", params={"indicator": "electronic_case_file_rate", "period": str(PERIOD)}).json()
    (own,) = [one for one in found["values"] if one["unit"] == UNIT]
    assert own["value"] == pytest.approx(100 * 8100 / 25400)
    said = house.drawn("clerk", f"/can-cu/{figure}")
    assert f"/tu-kiem-tra/{number}?o=" in said
    audit = [(entry.actor, entry.action) for entry in accounts.list_audit(house.store, 12) if entry.action.startswith("submission")]
    clerk, chief = ACCOUNTS[Role.PROVINCE], ACCOUNTS[Role.PROVINCE_APPROVER]
    assert audit == [(chief, "submission approved"), (clerk, "submission waiting"), (clerk, "submission draft")]


def test_a_province_neither_sees_nor_decides_anothers_and_a_reader_hands_in_nothing(house: House) -> None:
    number = house.bring("clerk", house.workbook()).json()["submission"]["id"]
    house.do("clerk", number, "confirm")
    for act in ("confirm", "withdraw", "approve"):
        assert house.do("other", number, act).status_code == 404
    for path in ("", "/file"):
        assert house.clients["other"].get(f"/api/v1/submissions/{number}{path}").status_code == 404
    assert house.clients["other"].get("/api/v1/submissions", params={"unit": UNIT}).status_code == 403
    assert house.clients["other"].get("/api/v1/submissions").json()["submissions"] == []
    assert house.clients["other"].get("/content", params={"at": f"/tu-kiem-tra/{number}"}).status_code == 404
    assert house.clients["other"].get("/content", params={"at": f"/tu-kiem-tra?tinh={UNIT}"}).status_code == 404
    assert house.bring("other", house.workbook()).status_code == 403
    assert house.bring("leader", house.workbook()).status_code == 403
    assert house.do("leader", number, "approve").status_code == 403
    assert house.clients["leader"].get(f"/api/v1/submissions/{number}").json()["submission"]["state"] == "waiting"
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert house.clients["clerk"].post(f"/api/v1/submissions/{number}/withdraw", headers=elsewhere).status_code == 403
    assert house.clients["chief"].post(f"/tu-kiem-tra/{number}/duyet", headers=elsewhere).status_code == 403
    assert house.clients["leader"].get(f"/api/v1/submissions/{number}").json()["submission"]["state"] == "waiting"


def test_tokens_hand_in_for_their_persons_unit_alone(house: House) -> None:
    clerk = tokens.issue(house.store, "may nop", ["hand_in"], username=ACCOUNTS[Role.PROVINCE], simulated=True)
    nobody = tokens.issue(house.store, "khong cua ai", ["hand_in", "approve"])
    reader = tokens.issue(house.store, "may doc", ["read"], username=ACCOUNTS[Role.PROVINCE])
    with httpx.Client(base_url=house.base) as machine:

        def bring(token: str, content: bytes) -> httpx.Response:
            given = {"Authorization": f"Bearer {token}", "Content-Type": "application/octet-stream"}
            return machine.post("/api/v1/submissions", content=content, headers=given)

        made = bring(clerk, house.workbook())
        assert made.status_code == 201, made.text
        assert made.json()["submission"] | ASKED == made.json()["submission"], "the template says what it is of"
        assert made.json()["submission"]["simulated"]
        number = made.json()["submission"]["id"]
        assert bring(nobody, house.workbook()).status_code == 403
        assert bring(reader, house.workbook()).status_code == 403
        given = {"Authorization": f"Bearer {clerk}"}
        assert machine.post(f"/api/v1/submissions/{number}/confirm", headers=given).status_code == 200
        assert machine.post(f"/api/v1/submissions/{number}/approve", headers=given).status_code == 403


def test_what_cannot_be_taken_is_refused_in_words_and_leaves_nothing(house: House) -> None:
    good = house.workbook()
    for status, content in (
        (422, b"%PDF-1.7 nothing to read"),
        (422, good[: len(good) // 2]),
        (422, b"\0\0\0"),
        (422, "Đơn vị,Số\nÔng A 0912345678,1\n".encode()),
        (413, b"x" * (MOST_BYTES + 1)),
    ):
        answer = house.bring("clerk", content)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]
    post = house.clients["clerk"].post
    assert post("/api/v1/submissions", params=ASKED, content=b"x", headers={"Content-Type": "text/html"}).status_code == 415
    assert post("/api/v1/submissions", params=ASKED, files={"khac": ("a.xlsx", good)}).status_code == 400
    assert house.bring("clerk", good, period="2031-10").json()["submission"]["errors"], "a month to come is read, and said to be one"
    for wrong in ({"report": "atlantis"}, {"unit": "atlantis"}, {"period": "2026"}):
        assert house.bring("clerk", good, **wrong).status_code == 404
    listed = house.clients["clerk"].get("/api/v1/submissions").json()["submissions"]
    assert [one["period"] for one in listed] == ["2031-10"]
    assert len(list((house.folder / "raw").rglob("*.zst"))) == 1


def test_half_a_file_and_a_cut_connection_leave_nothing(house: House) -> None:
    client, content = house.clients["clerk"], house.workbook()
    parts = urlsplit(house.base)
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    query = "&".join(f"{name}={value}" for name, value in ASKED.items())
    head = (
        f"POST /api/v1/submissions?{query} HTTP/1.1\r\nHost: {parts.netloc}\r\nOrigin: {house.base}\r\nCookie: {cookies}\r\n"
        f"Content-Type: application/octet-stream\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as wire:
        wire.sendall(head.encode() + content[: len(content) // 2])
    assert client.get("/api/v1/submissions").json()["submissions"] == []
    assert not list((house.folder / "raw").rglob("*.zst"))


@pytest.mark.parametrize(
    ("came_as", "kept_as"), [("Báo cáo.xlsx", "Báo cáo.xlsx"), ("a.CSV", "a.CSV.xlsx"), ("khong-ten", "khong-ten.xlsx")]
)
def test_a_workbook_is_saved_as_what_it_is_kept_as(came_as: str, kept_as: str) -> None:
    assert kept_name(came_as) == kept_as


def followed(answer: httpx.Response) -> tuple[str, dict[str, list[str]]]:
    """Where a form leads, and what it says there."""
    assert answer.status_code == 303, answer.text
    parts = urlsplit(answer.headers["location"])
    return parts.path, parse_qs(parts.query)


def test_the_page_hands_in_returns_and_corrects(house: House) -> None:
    clerk, chief = house.clients["clerk"], house.clients["chief"]
    said = house.drawn("clerk", "/tu-kiem-tra")
    assert "Hồ sơ công việc và kết nối báo cáo" in said
    assert "Chưa nộp" in said
    form = {"don_vi": UNIT, "bao_cao": f"{REPORT}|{PERIOD}"}
    path, told = followed(clerk.post("/tu-kiem-tra/nop", data=form, files={FILE: ("a.pdf", b"%PDF-1.4 x")}))
    assert path == "/tu-kiem-tra"
    assert "PDF" in told["loi"][0]
    path, told = followed(clerk.post("/tu-kiem-tra/nop", data=form, files={FILE: ("a.xlsx", house.workbook(), XLSX)}))
    assert told == {"xong": ["da-nop"]}
    assert "Xác nhận và gửi duyệt" in house.drawn("clerk", path)
    assert "Xác nhận và gửi duyệt" not in house.drawn("leader", path)
    assert followed(clerk.post(f"{path}/xac-nhan"))[1] == {"xong": ["xac-nhan"]}
    assert "Duyệt, đưa vào bảng" in house.drawn("chief", path)
    assert "Duyệt, đưa vào bảng" not in house.drawn("clerk", path)
    assert "loi" in followed(chief.post(f"{path}/tra-lai", data={"ly_do": " "}))[1]
    assert followed(chief.post(f"{path}/tra-lai", data={"ly_do": "Thiếu số của ba xã"}))[1] == {"xong": ["tra-lai"]}
    assert "Thiếu số của ba xã" in house.drawn("clerk", "/tu-kiem-tra")
    path, _ = followed(clerk.post("/tu-kiem-tra/nop", data=form, files={FILE: ("b.xlsx", house.workbook(case_files_processed=6000), XLSX)}))
    clerk.post(f"{path}/xac-nhan")
    assert followed(chief.post(f"{path}/duyet"))[1] == {"xong": ["duyet"]}
    page = house.drawn("clerk", path)
    assert "đã duyệt" in page
    assert "So với lần 1" in page
    assert "5.000" in page
    assert "6.000" in page
    assert "Đã duyệt" in house.drawn("leader", f"/tu-kiem-tra?tinh={UNIT}")
    assert "An Giang" in house.drawn("leader", "/tu-kiem-tra")
    kept = clerk.get(f"/api/v1{path.replace('tu-kiem-tra', 'submissions')}/file")
    assert kept.headers["content-disposition"].startswith("attachment")
    assert io.BytesIO(kept.content).read(2) == b"PK"
