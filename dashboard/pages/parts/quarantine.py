"""What a feed holds back: by reason, record by record, down to what was kept of each; and what reading again has brought."""

from dash.development.base_component import Component

from dashboard.access.roles import Permission
from dashboard.boards.sources import SourceBook
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.frame import section
from dashboard.components.rows import empty, facts
from dashboard.components.table import Column, Row, block_table
from dashboard.errors import NotFound
from dashboard.formats import moment, number
from dashboard.pages.parts.decisions import decisions
from dashboard.pages.parts.runs import again, pages
from dashboard.pages.parts.sources import of_source
from dashboard.replays import MOST
from dashboard.web import View

_RAW_SHOWN = 160
_MOST_RUNS = 60


def reasons_table(view: View, feed: str, book: SourceBook) -> Markup:
    """A line a reason, most frequent first."""
    may = view.viewer.may(Permission.REPLAY)
    heads = [Column("Lý do"), Column("Số dòng", True), Column("Giữ từ", css="nw"), Column("Mới nhất", css="nw")]
    rows = []
    for one in book.reasons:
        name = tag("a", one.reason, href=of_source(feed, ly_do=one.key))
        cells = (name, number(one.records), moment(one.oldest), moment(one.newest))
        button = (again(feed, "ly_do", one.key, f"{number(one.records)} dòng bị giữ vì: {one.reason}"),) if may else ()
        rows.append(Row((*cells, *button), is_chosen=book.chosen == one))
    return block_table([*heads, Column("", css="act")] if may else heads, rows, "Lý do giữ lại, nhiều dòng nhất trước")


def held_list(view: View, feed: str, book: SourceBook) -> Component:
    """The records of the chosen reason, newest first."""
    assert book.chosen is not None, "a reason was chosen"
    heads = [Column("Bản ghi", css="name"), Column("Tệp hoặc nơi gửi"), Column("Giữ lúc", css="nw"), Column("Nội dung", css="raw")]
    rows = []
    for one in book.held:
        link = tag("a", one.record, href=of_source(feed, ly_do=book.chosen.key, ban=str(one.id)), title="Bản gốc")
        raw = one.raw if len(one.raw) <= _RAW_SHOWN else one.raw[:_RAW_SHOWN] + "…"
        rows.append(Row((link, one.source, moment(one.held_at), raw)))
    table = block_table(heads, rows, "Các dòng bị giữ vì lý do này, mới nhất trước")
    return section(f"Bị giữ vì: {book.chosen.reason}", table, pages(view, "trang_giu", book.more_held))


def record_section(view: View, feed: str) -> Component:
    """One record as it was kept. Raises NotFound."""
    text = view.params["ban"]
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise NotFound(f"không có bản ghi “{text}”")
    board = view.boards.held_record(feed, int(text))
    record, run = board.record, board.run
    lines = facts(
        [
            ("Lý do giữ lại", record.reason),
            ("Tệp hoặc nơi gửi", record.source),
            ("Giữ lúc", moment(record.held_at)),
            ("Lần đọc", str(run.id)),
            ("SHA-256 của bản gốc", tag("code", run.sha256, class_="hash")),
        ]
    )
    rows = [Row(pair) for pair in board.fields]
    heads = [Column("Trường"), Column("Nội dung như đã giữ", css="raw")]
    kept = block_table(heads, rows, "Bản gốc, như được giữ") if rows else None
    lost = None if rows else empty(f"Không mở được bản gốc{': ' + board.lost if board.lost else ''}. Nội dung ghi lúc giữ: {record.raw}")
    back = tag("a", "Về danh sách", href=view.here(ban=None, loi=None))
    decide = decisions(view, feed, board) if view.viewer.may(Permission.REPLAY) else ()
    return section(f"Bản ghi {record.record}", lines, kept, lost, *decide, beside=back)


def outcome_note(view: View, feed: str) -> Markup | None:
    """What came of the reading again that led here (`?doc_lai=`); nothing otherwise."""
    text = view.params.get("doc_lai", "")
    if not view.viewer.may(Permission.REPLAY):
        return None
    if not text:
        return _decided(view)
    if text == "cu":
        return _said("Không đọc lại: tệp này đã được đọc từ một bản mới hơn. Hãy đọc lại bản mới ấy.")
    numbers = tuple(int(one) for one in text.split(".")[:_MOST_RUNS] if one.isascii() and one.isdigit() and len(one) < 16)
    if not any(numbers):
        return _said("Không còn dòng nào bị giữ vì lý do này.")
    done = view.boards.replayed(feed, numbers)
    reached = (
        f"{number(done.landed)} số liệu mới hoặc đổi, {number(done.released)} dòng được giải phóng, {number(done.held)} dòng vẫn bị giữ"
    )
    faults = [f"Không đọc được: {one}." for one in done.errors]
    more = [f"Mỗi lần bấm đọc lại nhiều nhất {MOST} lần nhận; bấm lần nữa để đọc tiếp."] if len(numbers) == MOST else []
    return _said(f"Đã đọc lại {number(len(numbers))} lần nhận: {reached}.", *more, *faults)


def _decided(view: View) -> Markup | None:
    """What came of the other buttons: `?lay_lai=`, `?bo_qua=`."""
    if "lay_lai" in view.params:
        asked = "Đã có người yêu cầu trước đó" if view.params["lay_lai"] == "cho" else "Đã yêu cầu lấy lại"
        return _said(f"{asked}: nguồn được đọc trong vài giây nữa, kết quả hiện ở các lần đọc bên dưới.")
    count = view.params.get("bo_qua", "")
    if count.isascii() and count.isdigit() and len(count) < 16:
        return _said(f"Đã bỏ qua {number(int(count))} dòng, có ghi người và lý do. Các dòng ấy không vào bảng nào.")
    return None


def _said(*sentences: str) -> Markup:
    return tag("div", joined([tag("p", one) for one in sentences]), class_="outcome", role="status")
