"""The evidence of a computed figure: the division, the cells that each count was added up from, the runs that brought them."""

from collections import defaultdict

from dash.development.base_component import Component

from dashboard.boards.reading import in_detail
from dashboard.boards.shapes import EvidenceBoard, Sum
from dashboard.charts.markup import tag
from dashboard.components.drawing import Node
from dashboard.components.frame import section
from dashboard.components.rows import facts
from dashboard.components.table import Column, Row, data_table
from dashboard.formats import moment, number
from dashboard.pages.parts.measured import AGENCY_TIERS, bucket_words, counts, read
from dashboard.periods import Period
from dashboard.store.queries import Cell
from dashboard.web import View

MOST = 120
"""So many cells of one count are listed; the rest is said to be there."""

_CHANNELS = {"1": "trực tiếp", "2": "trực tuyến", "3": "bưu chính"}


def division(board: EvidenceBoard) -> Component:
    """`98 / 103 = 95,15%`, and what each number counts."""
    indicator = board.indicator
    result = read(indicator, board.reading)
    if indicator.form == "median":
        (one,) = board.sums
        said = tag("p", f"Trung vị của {number(one.value)} {one.measure.name_vi.split(' theo ')[0]}: ", tag("b", result), class_="lead n")
    else:
        said = tag("p", f"{counts(indicator, board.reading)} = ", tag("b", result), class_="lead n")
    names = ["Tử số", "Mẫu số"] if len(board.sums) == 2 else ["Số đếm"]
    pairs = [(name, f"{number(one.value)} {one.measure.name_vi}{_where(board, name)}") for name, one in zip(names, board.sums, strict=True)]
    return section("Phép tính", said, facts(pairs))


def _where(board: EvidenceBoard, name: str) -> str:
    if name != "Tử số" or not board.indicator.where:
        return ""
    key, _, value = board.indicator.where.partition("=")
    return f", {_CHANNELS.get(value, value)}" if key == "channel" else f" ({board.indicator.where})"


def observations(view: View, board: EvidenceBoard) -> list[Node]:
    """A table for each count: what was told for which day and part, newest first, and by which run."""
    found: list[Node] = []
    for one in board.sums:
        heads = [Column("Kỳ"), Column("Phần"), Column("Số đếm", True), Column("Nhận lúc"), Column("Lần nhận", True)]
        if several := len({cell.unit for cell in one.cells}) > 1:
            heads.insert(1, Column("Đơn vị"))
        rows = [_row(view, one, cell, several) for cell in one.cells[:MOST]]
        table = data_table(heads, rows, f"Số liệu đã cộng: {one.measure.name_vi}")
        more = len(one.cells) - len(rows)
        note = tag("p", f"Còn {number(more)} số liệu cũ hơn trong cùng kỳ.", class_="note") if more > 0 else None
        title = f"{number(len(one.cells))} số liệu cộng thành {number(one.value)} {one.measure.name_vi}"
        found.append(section(title, *(part for part in (table, note) if part is not None)))
    return found


def _row(view: View, one: Sum, cell: Cell, several: bool) -> Row:
    unit = (view.boards.units.get(cell.unit).name_vi,) if several else ()
    return Row(
        (Period.parse(cell.period).short_vi, *unit, _part(one, cell), number(cell.value), moment(cell.recorded_at), str(cell.run_id))
    )


def _part(one: Sum, cell: Cell) -> str:
    """`Cấp xã, trực tuyến`: a cell's detail in words."""
    said = in_detail(cell.detail)
    words = [AGENCY_TIERS.get(said["tier"], said["tier"])] if "tier" in said else []
    if "channel" in said:
        words.append(_CHANNELS.get(said["channel"], said["channel"]))
    if "bucket" in said:
        known = dict(zip((*(f"{end:03d}" for end in one.measure.buckets), "inf"), bucket_words(one.measure), strict=True))
        words.append(f"{known.get(said['bucket'], said['bucket'])} giờ")
    return ", ".join(words) or "toàn bộ"


def runs(board: EvidenceBoard) -> Component:
    """The readings that brought these cells, newest first."""
    brought: dict[int, int] = defaultdict(int)
    for one in board.sums:
        for cell in one.cells:
            brought[cell.run_id] += 1
    heads = [Column("Lần nhận", True), Column("Lúc"), Column("Nguồn gửi"), Column("Số liệu", True)]
    rows = [
        Row((str(run.id), moment(run.finished_at), run.source, number(brought[run.id])))
        for run in sorted(board.runs.values(), key=lambda run: -run.id)[:MOST]
    ]
    note = tag("p", "Mỗi số là giá trị mới nhất của ô; giá trị trước vẫn được giữ, không dòng nào bị xóa.", class_="note")
    return section(f"{number(len(board.runs))} lần nhận", data_table(heads, rows, "Các lần nhận đã mang số liệu tới"), note)
