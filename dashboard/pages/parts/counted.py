"""The evidence of a computed figure: the division, the cells that each count was added up from, the runs that brought them."""

from collections import defaultdict

from dash.development.base_component import Component

from dashboard.boards.evidence_shapes import EvidenceBoard, Sum
from dashboard.boards.reading import in_detail
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
        said = tag("p", f"Trung vị của {number(one.value)} {one.measure.name_vi}: ", tag("b", result), class_="lead n")
    else:
        said = tag("p", f"{counts(indicator, board.reading)} = ", tag("b", result), class_="lead n")
    pairs = [
        (name, f"{number(one.value)} {one.measure.name_vi}{_where(board, name)}")
        for name, one in zip(_names(board), board.sums, strict=True)
    ]
    return section("Phép tính", said, facts(pairs))


def _where(board: EvidenceBoard, name: str) -> str:
    if name != "Tử số" or not board.indicator.where:
        return ""
    key, _, value = board.indicator.where.partition("=")
    return f", {_CHANNELS.get(value, value)}" if key == "channel" else f" ({board.indicator.where})"


def observations(view: View, board: EvidenceBoard) -> list[Node]:
    """What was told for which day and part, newest first, and by which run; numerator and denominator of one part in one line."""
    lines: dict[tuple[Period, str, str], dict[int, Cell]] = defaultdict(dict)
    for place, one in enumerate(board.sums):
        for cell in one.cells:
            lines[Period.parse(cell.period), cell.unit, cell.detail][place] = cell
    several = len({unit for _, unit, _ in lines}) > 1
    heads = [Column("Kỳ"), *([Column("Đơn vị")] if several else []), Column("Phần")]
    heads += [Column(name, True) for name in _names(board)]
    heads += [Column("Nhận lúc", css="mid"), Column("Lần nhận", True, css="mid"), Column("Bản gốc")]
    ordered = sorted(lines.items(), key=lambda line: (line[0][0], line[0][1]), reverse=True)
    rows = [_row(view, board, cells, several) for _, cells in ordered[:MOST]]
    table = data_table(heads, rows, f"Số liệu đã cộng, {board.period.label_vi}")
    more = len(ordered) - len(rows)
    note = [tag("p", f"Còn {number(more)} dòng cũ hơn trong cùng kỳ; API có đủ.", class_="note")] if more > 0 else []
    return [section(f"{number(sum(len(one.cells) for one in board.sums))} số liệu đã cộng", table, *note)]


def _names(board: EvidenceBoard) -> tuple[str, ...]:
    return ("Tử số", "Mẫu số") if len(board.sums) == 2 else ("Số đếm",)


def _row(view: View, board: EvidenceBoard, cells: dict[int, Cell], several: bool) -> Row:
    newest = max(cells.values(), key=lambda cell: cell.id)
    unit = (view.boards.units.get(newest.unit).name_vi,) if several else ()
    figures = [number(cells[place].value) if place in cells else "" for place in range(len(board.sums))]
    brought = ", ".join(str(run) for run in sorted({cell.run_id for cell in cells.values()}))
    part = _part(board.sums[-1], newest)
    raw = tag(
        "a",
        "mở",
        tag("span", f" bản ghi ngày {Period.parse(newest.period).short_vi}, {part.lower()}", class_="sr"),
        href=view.here(so=str(newest.id)),
    )
    return Row((Period.parse(newest.period).short_vi, *unit, part, *figures, moment(newest.recorded_at), brought, raw))


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
