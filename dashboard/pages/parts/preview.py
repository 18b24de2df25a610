"""A workbook as it was read: its cells as a table with every problem at its cell, in words and with a mark, and what changed since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dash.development.base_component import Component

from dashboard.boards.handed_in import Changed, HandedInBoard
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.drawing import Node
from dashboard.components.frame import Choice, section, switch
from dashboard.components.marks import state_mark
from dashboard.components.rows import empty
from dashboard.components.sentences import capital
from dashboard.components.table import Column, Row, block_table, data_table
from dashboard.formats import NOT_REPORTED, number, signed
from dashboard.pages.parts.measured import AGENCY_TIERS
from dashboard.store.submission_content import Entered, Line, Trouble
from dashboard.web import View

ROWS_A_PAGE: Final = 60
_LISTED: Final = 40
_CHANGES: Final = 40


def problems(view: View, board: HandedInBoard) -> list[Node]:
    """Every problem in words, errors first, each leading to its cell; below them, folded, the rows that are not read."""
    troubles = sorted(board.content.troubles, key=lambda one: (one.severity != "error", not one.cell))
    ignored = _not_read(board.content.ignored)
    if not troubles:
        return [section("Vấn đề trong tệp", empty("Không thấy vấn đề nào."), ignored)] if ignored else []
    heads = [Column("Ô", css="nw"), Column("Mức", css="nw"), Column("Vấn đề")]
    table = block_table(heads, [_problem(view, one) for one in troubles[:_LISTED]], "Vấn đề trong tệp, lỗi trước")
    more = len(troubles) - _LISTED
    note = tag("p", f"Còn {number(more)} vấn đề khác; mỗi vấn đề đứng ở ô của nó trong bảng dưới.", class_="note") if more > 0 else None
    count = tag("span", f"{number(board.submission.errors)} lỗi, {number(board.submission.warnings)} lưu ý", class_="t0 i3")
    return [section("Vấn đề trong tệp", table, note, ignored, beside=count)]


def _not_read(ignored: Sequence[tuple[str, str, str]]) -> Markup | None:
    """What of the file says nothing to be stored: heads, sums, what is to be signed."""
    if not ignored:
        return None
    rows = [Row((cell, reason, text)) for cell, text, reason in ignored[:_LISTED]]
    table = block_table([Column("Ô", css="nw"), Column("Vì sao"), Column("Nội dung", css="raw")], rows, "Những phần của tệp không đọc")
    words = f"{number(len(ignored))} phần của tệp không đọc (tiêu đề, dòng tổng, phần ký)"
    return tag("details", tag("summary", words), table, class_="days")


def _problem(view: View, one: Trouble) -> Row:
    link = tag("a", one.cell, href=view.here(o=one.cell, loi=None, xong=None) + "#o") if one.cell else "cả tệp"
    return Row((link, _mark(one), one.words))


def _mark(one: Trouble) -> Markup:
    return state_mark("alarm", "Lỗi") if one.severity == "error" else state_mark("watch", "Lưu ý")


def cells_section(view: View, board: HandedInBoard) -> Component:
    """The rows as they stand in the file, a page of them at a time, each problem in its cell; the sums of all rows at the end."""
    lines, wanted = board.content.lines, view.params.get("o", "")
    if not lines:
        return section("Nội dung đọc được", empty("Chưa đọc được ô số liệu nào của tệp."))
    wrong: dict[str, list[Trouble]] = {}
    for trouble in board.content.troubles:
        wrong.setdefault(trouble.cell, []).append(trouble)
    only = view.params.get("xem") == "van-de"
    kept = [line for line in lines if not only or any(cell in wrong for _, cell, _ in line.cells)]
    page = _page(view, kept, wanted)
    figures = {one.cell: one for one in board.content.figures}
    rows = [_row(line, _Cells(figures, wrong, wanted)) for line in kept[page * ROWS_A_PAGE : (page + 1) * ROWS_A_PAGE]]
    if len(lines) > 1 and not only:
        rows.append(_sums(board, lines, figures))
    table = data_table(_heads(board, lines), rows, "Nội dung đọc được của tệp", css="cells") if kept else empty("Không dòng nào có vấn đề.")
    note = f"Chữ trong tệp được chuyển từ mã {board.content.written_in}." if board.content.written_in else ""
    choices = [
        Choice("Mọi dòng", view.here(xem=None, trang=None, o=None), not only),
        Choice("Chỉ dòng có vấn đề", view.here(xem="van-de", trang=None, o=None), only),
    ]
    more = tag("p", note, class_="note") if note else None
    return section("Nội dung đọc được", table, _pages(view, page, len(kept)), more, beside=switch(choices, "Dòng nào"))


def _heads(board: HandedInBoard, lines: Sequence[Line]) -> list[Column]:
    """The columns of the report in the order of the file, each with its letter there."""
    titles = {column.key: column.title_vi for column in board.report.columns}
    letters = [(titles.get(key, key), cell.rpartition("!")[2].rstrip("0123456789")) for key, cell, _ in lines[0].cells]
    return [Column("Dòng", True), Column("Đơn vị", css="name"), *(Column(title, True, below=letter) for title, letter in letters)]


@dataclass(frozen=True, slots=True)
class _Cells:
    """What is known of cells: the figure that would land, what is wrong, and which one is looked for."""

    figures: Mapping[str, Entered]
    wrong: Mapping[str, Sequence[Trouble]]
    wanted: str


def _row(line: Line, known: _Cells) -> Row:
    """The number first, which names the row; its unit; its cells."""
    cells = [_cell(cell, text, known) for _, cell, text in line.cells]
    return Row((str(line.number), line.name, *cells))


def _cell(cell: str, text: str, known: _Cells) -> Markup:
    one = known.figures.get(cell)
    value = number(one.value, _decimals(one.value)) if one else text or NOT_REPORTED
    said = [tag("span", _mark(each), tag("small", each.words), class_="wrong") for each in known.wrong.get(cell, ())]
    is_wanted = cell == known.wanted
    css = "cell on" if is_wanted else "cell"
    return tag("span", tag("span", value, class_="n"), *said, class_=css, id="o" if is_wanted else None, title=cell)


def _sums(board: HandedInBoard, lines: Sequence[Line], figures: Mapping[str, Entered]) -> Row:
    sums = {key: 0.0 for key, _, _ in lines[0].cells}
    for line in lines:
        for key, cell, _ in line.cells:
            if key in sums and cell in figures:
                sums[key] += figures[cell].value
    adds = {column.key: column.adds for column in board.report.columns}
    return Row(("Cộng", "mọi dòng", *(number(value, _decimals(value)) if adds.get(key) else "" for key, value in sums.items())), css="sum")


def detail_words(detail: str) -> str:
    """`tier=commune,channel=online` → `Cấp xã, channel online`."""
    pairs = [part.partition("=") for part in detail.split(",") if part]
    return ", ".join(AGENCY_TIERS.get(value, value) if name == "tier" else f"{name} {value}" for name, _, value in pairs)


def _decimals(value: float) -> int:
    return 0 if float(value).is_integer() else 2


def _page(view: View, lines: Sequence[Line], wanted: str) -> int:
    """The page asked for, from 0; that of the wanted cell first."""
    if wanted:
        for place, line in enumerate(lines):
            if any(cell == wanted for _, cell, _ in line.cells):
                return place // ROWS_A_PAGE
    text = view.params.get("trang", "1")
    asked = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return max(0, min(asked, -(-len(lines) // ROWS_A_PAGE)) - 1)


def _pages(view: View, page: int, rows: int) -> Markup | None:
    last = -(-rows // ROWS_A_PAGE)
    if last < 2:
        return None
    links = [tag("a", "Trang trước", href=view.here(trang=str(page), o=None))] if page else []
    links += [tag("a", "Trang sau", href=view.here(trang=str(page + 2), o=None))] if page + 1 < last else []
    words = tag("span", f"Trang {page + 1} trên {last}", class_="i3")
    return tag("nav", *links, words, class_="pages", aria_label="Các trang của bảng")


def changes_section(view: View, board: HandedInBoard) -> list[Node]:
    """What differs from another version, cell by cell."""
    if board.against is None or not board.content.figures:
        return []
    against = board.against
    others = [one for one in board.versions if one.id != board.submission.id]
    ways = switch([Choice(f"Lần {one.version}", view.here(so=str(one.version)), one.id == against.id) for one in others], "So với")
    title = f"So với lần {against.version}"
    if not board.changes:
        return [section(title, empty(f"Không ô nào khác lần {against.version}."), beside=ways)]
    heads = [Column("Ô", css="nw"), Column("Số liệu", css="name"), Column("Trước", True), Column("Nay", True), Column("Đổi", True)]
    rows = [_change(board, one) for one in board.changes[:_CHANGES]]
    more = len(board.changes) - len(rows)
    note = tag("p", f"Còn {number(more)} ô khác.", class_="note") if more > 0 else None
    table = block_table(heads, rows, f"Những ô khác lần {against.version}")
    return [section(f"{title}: {number(len(board.changes))} ô khác", table, note, beside=ways)]


def _change(board: HandedInBoard, one: Changed) -> Row:
    whose = detail_words(one.detail) if one.unit.key == board.unit.key else one.unit.full_name_vi
    name = joined([capital(one.measure.name_vi), tag("small", whose) if whose else None])
    values = [NOT_REPORTED if value is None else number(value, _decimals(value)) for value in (one.before, one.after)]
    return Row((one.cell, name, *values, _moved(one.before, one.after)))


def _moved(before: float | None, after: float | None) -> str:
    if before is None:
        return "mới"
    return "không còn" if after is None else signed(after - before, _decimals(after - before))
