"""What is fuzzed: each parser with samples to start from. A parser may refuse its bytes by an error of ours, and nothing else."""

import gzip
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from dashboard.api import multipart
from dashboard.camera import h264, sdp, trickle
from dashboard.camera.rtsp_wire import Wire
from dashboard.errors import DashboardError
from dashboard.feeds import archive, document_axis, dossiers, dvcqg_766, mapping, pushed
from dashboard.feeds.base import RowFault, Source
from dashboard.feeds.rows import load_codes
from dashboard.workbooks import Mapping as Heads
from dashboard.workbooks import guess, preview, read_tables
from tests.loaded import DATA, DEPARTMENTS, catalog, content, context
from tests.messages import SIGNATURE, Document, flat, status
from tests.workbooks.makers import HEADS, OCTOBER, UNIT, Rows, as_csv, by_odfpy, by_openpyxl, by_xlwt, report

REFUSALS = (DashboardError, RowFault, multipart.FormFault)


@dataclass(frozen=True)
class Target:
    """One parser: what it does with bytes, and samples of what it takes."""

    read: Callable[[bytes], object]
    samples: tuple[bytes, ...]


def _message(data: bytes) -> None:
    kept = document_axis.keep(data)
    document_axis.FEED.parse(Source("fuzz", data), context())
    assert document_axis.keep(kept) == kept, "what is kept stays as it is when it is kept again"


def _dossiers(data: bytes) -> None:
    kept = dossiers.kept(data)
    dossiers.parse(_CODES, Source("fuzz", data), context())
    dossiers.parse(_CODES, Source("fuzz", kept), context())


def _answers(data: bytes) -> None:
    """In two pieces, as a network may cut it."""
    wire = Wire()
    wire.feed(data[: len(data) // 2])
    _, answers = wire.feed(data[len(data) // 2 :])
    for answer in answers:
        with suppress(*REFUSALS):
            sdp.video_of(answer.body)


def _packets(data: bytes) -> None:
    payloads = [part for part in data.split(b"\0\0\0") if part]
    units = h264.units_of(payloads)
    for one in payloads:
        h264.types_in(one)
        h264.has_b_slice(one)
    assert h264.split_annex_b(h264.annex_b(units)) is not None


def _offers(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    trickle.Fragment.read(trickle.trimmed(text))


def _workbook(data: bytes) -> None:
    tables = read_tables(data, "fuzz")
    found = guess(report(), tables[0])
    if isinstance(found, Heads):
        preview(report(), UNIT, OCTOBER, tables, found, context().units)


_CODES = load_codes(DATA / "dossiers.toml")
_PUSHABLE = frozenset({"case_files_processed", "case_files_electronic"})
_CELL = {"measure": "case_files_processed", "unit": "ha_noi", "period": "2026-10", "value": 12, "detail": "tier=commune"}
_DOSSIER = {"MaHoSo": "G22.1", "NgayTiepNhan": "20261120080000", "NgayHenTra": "20261130080000", "TrangThaiHoSo": "4", "DonViXuLy": "H05.1"}
_PAGE = json.dumps({"error_code": "00", "result": [_DOSSIER | {"KenhThucHien": "2", "DuocThanhToanTrucTuyen": "1"}]}).encode()
_SCORES = b'{"period":"2025-10","answer":[{"TEN":"UBND","MA_COQUAN":"H05","LOAI_COQUAN":1,"TONG_SCORE":"89","ROW_STT":1}]}'
_RTSP = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 62\r\n\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n"
_SHEET: Rows = (HEADS[0], ("12", "Cơ quan cấp tỉnh", 20, 19, 1000, "900"))
_FORM = b'--x\r\nContent-Disposition: form-data; name="edocFile"; filename="a.edxml"\r\n\r\n<a/>\r\n--x--\r\n'
_FRAGMENT = b"a=ice-ufrag:abcd\r\na=ice-pwd:0123456789\r\nm=video 9 RTP\r\na=mid:0\r\na=candidate:1 1 udp 2 10.0.0.1 9 typ host\r\n"

TARGETS: dict[str, Target] = {
    "message": Target(_message, (Document(signature=SIGNATURE).xml(), status("03", "2026/09/10 16:00:00"), flat())),
    "archive": Target(
        lambda data: list(archive.members("fuzz", data)), (gzip.compress(flat()), archive.pack([archive.Member("a", flat())]))
    ),
    "dossiers": Target(_dossiers, (_PAGE,)),
    "pushed": Target(
        lambda data: pushed.parse(_PUSHABLE, Source("fuzz", data), context()),
        (json.dumps([_CELL]).encode(), b"measure,unit,period,value\ncase_files_processed,H05,2026-10,3\n"),
    ),
    "scores": Target(lambda data: dvcqg_766.parse(Source("a_2025-10.csv", data), context()), (_SCORES, content(DEPARTMENTS)[:600])),
    "mapping": Target(
        lambda data: [mapping.document(data, form) for form in ("json", "xml", "csv")], (b"<a><b>1</b></a>", b'{"a":[1]}', b"a,b\n1,2\n")
    ),
    "rtsp": Target(_answers, (_RTSP, b"$\0\0\4abcd" + _RTSP)),
    "packets": Target(_packets, (b"\x67\x42\xc0\x1f\0\0\0\x68\xce\0\0\0\x7c\x85abc\0\0\0\x7c\x45def",)),
    "trickle": Target(_offers, (_FRAGMENT,)),
    "workbook": Target(_workbook, (by_openpyxl(_SHEET), by_xlwt(_SHEET), by_odfpy(_SHEET), as_csv(_SHEET, encoding="utf-16"))),
    "form": Target(lambda data: multipart.fields("multipart/form-data; boundary=x", data), (_FORM,)),
}
assert catalog() is not None  # definitions are read once, before anything is counted
