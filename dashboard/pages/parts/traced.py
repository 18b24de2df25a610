"""Below the sums of a figure: raw rows, corrections, entries of the ledger. No person is among them: names went before bytes were kept."""

from collections.abc import Mapping
from datetime import datetime

from dashboard.access.roles import Permission
from dashboard.boards.evidence_shapes import EvidenceBoard, LedgerBook
from dashboard.charts.markup import Markup, tag
from dashboard.components.drawing import Node
from dashboard.components.frame import section
from dashboard.components.rows import empty
from dashboard.components.table import Column, Row, block_table, data_table
from dashboard.errors import NotFound
from dashboard.formats import moment, number
from dashboard.observations import Attribute
from dashboard.pages.parts.measured import AGENCY_TIERS
from dashboard.pages.parts.rawrow import raw_row
from dashboard.periods import Period
from dashboard.store.ledger import Subject
from dashboard.web import View

MOST = 60
"""So many corrections are listed."""
_HASH = 12

_NAMES: Mapping[str, str] = {
    "sent": "gửi",
    "signed_on": "ban hành",
    "signed": "có chữ ký số",
    "paper": "kèm bản giấy",
    "recall": "thu hồi",
    "replaced": "đã được thay thế",
    "handled": "nơi nhận báo lần đầu",
    "decision": "trả lời",
    "arrived_at": "đến",
    "accepted_at": "tiếp nhận",
    "counted": "đã đếm",
    "counted_day": "của ngày",
    "counted_tier": "của",
}
_VALUES: Mapping[str, str] = {
    "True": "có",
    "False": "không",
    "asked": "đã xin",
    "granted": "đã đồng ý",
    "refused": "từ chối",
    "accepted": "đã nhận",
    **{key: name.lower() for key, name in AGENCY_TIERS.items()},
}


def below_sums(view: View, board: EvidenceBoard) -> list[Node]:
    """What a computed figure's page shows under its sums, the chosen raw row first."""
    return [*_raw(view, board), *_corrections(board), *_ledger(view, board)]


def record_chosen(view: View) -> int | None:
    """`?so=123`: the observation whose raw row is asked for; None means the newest."""
    text = view.params.get("so", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _raw(view: View, board: EvidenceBoard) -> list[Node]:
    open_rows, chosen = view.viewer.may(Permission.SEE_EVIDENCE, board.unit.key), record_chosen(view)
    if chosen is None:
        return [raw_row(one, open_rows) for one in board.records]
    try:
        return [raw_row(view.boards.evidence_record(board.figure, chosen), open_rows)]
    except NotFound as missing:
        return [section("Bản ghi gốc", empty(f"{missing}.", "Về bản ghi mới nhất", view.here(so=None)))]


def _corrections(board: EvidenceBoard) -> list[Node]:
    """Values that took the place of others: none is deleted, and what came after the period was closed says so."""
    if not board.corrections:
        return []
    heads = [Column("Kỳ"), Column("Số đếm"), Column("Trước", True), Column("Sau", True), Column("Nhận lúc"), Column("Lần nhận", True)]
    names = {one.measure.key: one.measure.name_vi for one in board.sums}
    rows = []
    for one in board.corrections[:MOST]:
        late = tag("span", "sau khi chốt kỳ", class_="under early t0 i2") if one.closed else ""
        when = tag("span", moment(one.cell.recorded_at), late)
        what = names.get(one.cell.measure, one.cell.measure)
        rows.append(
            Row((Period.parse(one.cell.period).short_vi, what, number(one.before), number(one.cell.value), when, str(one.cell.run_id)))
        )
    closed = sum(one.closed for one in board.corrections)
    said = f"{number(closed)} lần đính chính sau khi kỳ đã đến hạn báo cáo." if closed else "Mọi đính chính đều đến trước hạn của kỳ."
    table = data_table(heads, rows, "Các lần đính chính, mới nhất trước")
    return [section(f"{number(len(board.corrections))} đính chính", table, tag("p", f"{said} Giá trị cũ vẫn được giữ.", class_="note"))]


def _ledger(view: View, board: EvidenceBoard) -> list[Node]:
    book = board.ledger
    if book is None:
        return []
    notes = [tag("p", f"Không đọc lại được một phần: {'; '.join(book.lost)}.", class_="note")] if book.lost else []
    if not book.entries:
        return [section("Sổ cái", empty("Không mục nào của sổ cái đọc lại được từ các lần nhận gần nhất."), *notes)]
    open_rows = view.viewer.may(Permission.SEE_EVIDENCE, board.unit.key)
    return [section("Sổ cái", _entries(view, book, open_rows), tag("p", _MEANING, class_="note"), *notes)]


_MEANING = (
    "Mỗi mục là một văn bản, hoặc một lần tiếp nhận, ghi dưới mã băm có khóa: không tên người, không trích yếu. "
    "Đây là các mục mới nhất mà số liệu trên đếm; mục nào cũng dẫn về bản ghi đã mang nó tới."
)


def _entries(view: View, book: LedgerBook, open_rows: bool) -> Markup:
    heads = [Column("Mã băm"), Column("Điều đã biết"), Column("Đếm vào", True), Column("Lần nhận", True), Column("Bản ghi", True)]
    rows = []
    for subject, run, record in book.entries:
        digest = tag("code", f"{subject.digest[:_HASH]}…", class_="hash", title=subject.digest)
        rows.append(
            Row(
                (
                    digest,
                    known_words(view, subject),
                    str(len(subject.tallies)),
                    str(run.id),
                    record if open_rows else "chỉ tài khoản có quyền",
                )
            )
        )
    return block_table(heads, rows, "Các mục của sổ cái")


def known_words(view: View, subject: Subject) -> str:
    """`gửi 09:12 20/11/2026; ban hành 20/11/2026; có chữ ký số có`, in the order of the names."""
    said = [f"{_NAMES.get(name, name)} {_said(view, name, value)}" for name, value in subject.known.items() if name]
    unit = str(subject.known.get("", ""))
    place = view.boards.units.get(unit).name_vi if unit in view.boards.units else unit
    return "; ".join([place, *said])


def _said(view: View, name: str, value: Attribute) -> str:
    return _counted(view, str(value)) if name == "counted" else _value(value)


def _counted(view: View, text: str) -> str:
    """`31 văn bản gửi, 30 văn bản gửi đúng hạn`: what was counted beforehand; hours of waiting stand in the raw row."""
    measures = view.boards.catalog.measures
    parts = [one.split("=", 1) for one in text.split() if "=" in one]
    return ", ".join(f"{value} {measures[name].name_vi}" for name, value in parts if name in measures)


def _value(value: Attribute) -> str:
    text = str(value).partition("|")[0]
    if len(text) == len("2026-11-20T02:12:00Z") and text.endswith("Z"):
        return moment(datetime.fromisoformat(text))
    if len(text) == len("2026-11-20") and text.count("-") == 2:
        return Period.parse(text).short_vi
    return _VALUES.get(text, text)


def fault(board: EvidenceBoard) -> list[Node]:
    """Why a figure has no value although there is evidence."""
    if not board.reading.fault:
        return []
    return [section("Số liệu sai", empty(f"{board.reading.fault[0].upper()}{board.reading.fault[1:]}. Không tính tỷ lệ từ các số này."))]
