"""The sandbox's National Public Service Portal: logs in participants, and tells dossiers and steps page by page, as the real one does.

Every answer bears `X-Simulated`, so that what is read of it is simulated wherever it goes. The protocol is that of `feeds/portal.py`.
"""

import datetime as dt
import json
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from dashboard.errors import PeriodError
from dashboard.formats import HANOI
from dashboard.periods import Grain, Period
from dashboard.sandbox.board_766 import Board
from dashboard.sandbox.dossiers import Archive, Dossier, Step
from dashboard.sandbox.faults import Scenario, strikes

BOARD: Final = "/mapi/index766"
SESSION: Final = dt.timedelta(minutes=15)
NO_SESSION: Final = "-2"
_WRONG: Final = "-1"
_LARGEST: Final = 1 << 20
_MOST: Final = 5_000
Record = dict[str, Any]


@dataclass
class Portal:
    """What the portal knows: its dossiers, who may log in, who is logged in, and what goes wrong."""

    archive: Archive
    username: str
    password: str
    scenario: Scenario
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(HANOI)
    lasts: dt.timedelta = SESSION
    board: Board | None = None
    _sessions: dict[str, dt.datetime] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def log_in(self, said: Record) -> Record:
        """A session for those who know the password."""
        if not (
            secrets.compare_digest(str(said.get("username")), self.username)
            and secrets.compare_digest(str(said.get("password")), self.password)
        ):
            return {"error_code": _WRONG, "error_message": "Sai tên hoặc mật khẩu"}
        token = secrets.token_hex(16)
        with self._lock:
            now = self.now()
            self._sessions = {key: until for key, until in self._sessions.items() if until > now} | {token: now + self.lasts}
        return {"error_code": "00", "session": token}

    def call(self, said: Record) -> bytes:
        """One page of a service, as bytes: some of them are no JSON any more."""
        service, now = str(said.get("service")), self.now()
        forgets = strikes(self.scenario.now("forgetful", service, now), now.minute)
        if self._sessions.get(str(said.get("session")), now) <= now or forgets:
            return _bytes({"error_code": NO_SESSION, "error_message": "Phiên làm việc không tồn tại hoặc đã hết hạn"})
        asked = (said.get("data") or [{}])[0]
        try:
            since, until = (_read(str(asked[name])) for name in ("TuNgay", "DenNgay"))
            page, size = int(asked.get("Trang", 1)), min(_MOST, int(asked.get("SoBanGhi", 100)))
        except (KeyError, ValueError, TypeError):
            return _bytes({"error_code": _WRONG, "error_message": "Thiếu TuNgay, DenNgay"})
        found = self._records(service, str(said.get("isUpdating")) == "True", since, until)
        if found is None:
            return _bytes({"error_code": _WRONG, "error_message": f"Không có dịch vụ {service[:40]}"})
        piece = self._spoilt(service, found[(page - 1) * size : page * size], now)
        content = _bytes({"error_code": 0 if service.startswith("CapNhat") else "00", "result": piece})
        return content[: len(content) // 2] if strikes(self.scenario.now("torn", service, now), since, page) else content

    def _records(self, service: str, changed: bool, since: dt.datetime, until: dt.datetime) -> list[Record] | None:
        """What happened after one instant and up to another, in its order."""
        late = self.scenario.now("late", service, self.now())
        if late is not None:
            since, until = (at - dt.timedelta(minutes=late.minutes) for at in (since, until))
        steps = [(step, one) for one in self.archive.alive(since, until) for step in one.steps if since < step.at <= until]
        steps.sort(key=lambda pair: (pair[0].at, pair[1].number))
        if service == "CapNhatTienDoHoSoMC":
            return [_progress(one, step) for step, one in steps if one.is_told]
        if service != "DongBoHoSoMC":
            return None
        firsts = {one.number: one for step, one in steps if step is one.steps[0]}
        others = {one.number: one for step, one in steps if step is not one.steps[0]}
        return [_dossier(one, until) for one in (others if changed else firsts).values()]

    def _spoilt(self, service: str, found: list[Record], now: dt.datetime) -> list[Record]:
        """Records as a portal sends them in which something goes wrong."""
        twice, broken, renamed = (self.scenario.now(kind, service, now) for kind in ("duplicate", "malformed", "schema"))
        told = [one for one in found for _ in range(2 if strikes(twice, one["MaHoSo"]) else 1)]
        told = [_broken(one) if strikes(broken, one["MaHoSo"]) else one for one in told]
        return [{f"new_{name.lower()}": value for name, value in one.items()} for one in told] if renamed else told


def _broken(record: Record) -> Record:
    return {name: "32/13/2026" if name in ("NgayTiepNhan", "ThoiDiemXuLy") else value for name, value in record.items()}


def _dossier(one: Dossier, now: dt.datetime) -> Record:
    """A dossier as it stands at an instant, with everything of persons that real ones bear."""
    status = one.status(now)
    waits = status.code == "1"
    email = f"mo.phong.{one.phone[-6:]}@example.vn"
    return {
        "MaHoSo": one.number,
        "MaTTHC": "1.000000",
        "TenTTHC": "Thủ tục mô phỏng",
        "ChuHoSo": one.person,
        "LoaiDoiTuong": "1",
        "MaDoiTuong": f"0010{one.phone[2:]}",
        "Email": email,
        "SoDienThoai": one.phone,
        "TrichYeuHoSo": f"Hồ sơ của {one.person}, điện thoại {one.phone}",
        "NgayTiepNhan": "" if waits else _written(one.steps[0].at),
        "NgayHenTra": "" if waits else _written(one.due),
        "TrangThaiHoSo": status.code,
        "NgayKetThucXuLy": _written(one.reached("9", now) or one.reached("7", now)),
        "NgayTra": _written(one.reached("10", now)),
        "KenhThucHien": str(one.channel),
        "DuocThanhToanTrucTuyen": str(one.payment),
        "DonViXuLy": one.office,
        "GhiChu": f"Liên hệ {email}",
        "TaiLieuNop": [{"TepDinhKemId": "1", "TenTepDinhKem": f"CCCD {one.person}.pdf"}],
        "DanhSachLePhi": [{"TenPhiLePhi": "Lệ phí", "Gia": str(one.fee)}] if one.fee else [],
    }


def _progress(one: Dossier, step: Step) -> Record:
    return {
        "MaHoSo": one.number,
        "NguoiXuLy": one.person,
        "ChucDanh": "Chuyên viên",
        "ThoiDiemXuLy": _written(step.at),
        "PhongBanXuLy": one.office,
        "NoiDungXuLy": f"Đã gọi cho {one.person} theo số {one.phone}",
        "TrangThai": step.code,
        "NgayBatDau": _written(one.steps[0].at),
        "NgayKetThucTheoQuyDinh": _written(one.due),
    }


def _read(text: str) -> dt.datetime:
    return dt.datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=HANOI)


def _written(at: dt.datetime | None) -> str:
    return f"{at.astimezone(HANOI):%Y%m%d%H%M%S}" if at else ""


def _bytes(said: Record) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


class _Door(BaseHTTPRequestHandler):
    """Speaks HTTP for the portal that its server bears."""

    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_GET(self) -> None:
        """The published scores of the 766 index, by year, month and whether to date."""
        portal, where = self.server.portal, urlsplit(self.path)
        if where.path != BOARD or portal.board is None:
            self._answer(404, b"")
            return
        if not self._stands(BOARD):
            self._answer(503, b"")
            return
        try:
            asked = {name: int(value) for name, value in parse_qsl(where.query)}
            grain = Grain.YEAR_TO_DATE if asked.get("luyke") else Grain.MONTH
            period = Period.of(grain, dt.date(asked["nam"], asked["thang"], 1))
        except (KeyError, ValueError, PeriodError):
            self._answer(400, b"")
            return
        rows = portal.board.rows(period, portal.now().date())
        self._answer(200, json.dumps(rows, ensure_ascii=False).encode())

    def do_POST(self) -> None:
        """Logs in, or answers a call; is out of order when the scenario says so."""
        portal = self.server.portal
        said = self._said()
        if not self._stands(str(said.get("service"))):
            self._answer(503, b"")
        elif self.path == "/mapi/login":
            self._answer(200, _bytes(portal.log_in(said)))
        elif self.path == "/mapi/g":
            self._answer(200, portal.call(said))
        else:
            self._answer(404, b"")

    def _stands(self, service: str) -> bool:
        """Whether it answers at all now; some of its answers take their time."""
        scenario, now = self.server.portal.scenario, self.server.portal.now()
        if slow := scenario.now("slow", service, now):
            time.sleep(slow.seconds)
        return scenario.now("down", service, now) is None

    def _said(self) -> Record:
        length = min(int(self.headers.get("Content-Length") or 0), _LARGEST)
        try:
            found = json.loads(self.rfile.read(length))
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def _answer(self, status: int, content: bytes) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.send_header("X-Simulated", "1")
            self.end_headers()
            self.wfile.write(content)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # whoever asked did not wait

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: who asked stands in the other side's book."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, portal: Portal, listener: socket.socket) -> None:
        self.portal = portal
        super().__init__(listener.getsockname()[:2], _Door, bind_and_activate=False)
        self.socket.close()
        self.socket = listener


def server(portal: Portal, listener: socket.socket) -> ThreadingHTTPServer:
    """The portal at a socket that listens already; `serve_forever` and `shutdown` are its caller's."""
    return _Server(portal, listener)


def open_portal(portal: Portal, listener: socket.socket) -> ThreadingHTTPServer:
    """A portal that begins to serve in a thread of its own."""
    made = server(portal, listener)
    threading.Thread(target=made.serve_forever, name="portal", daemon=True).start()
    return made
