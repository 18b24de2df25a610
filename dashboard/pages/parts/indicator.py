"""The blocks of an indicator's page: what it means, how it went, how it is spread, how the units stand."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from dashboard.boards.shapes import Absence, Beside, IndicatorBoard, IndicatorValue, Point
from dashboard.catalog import Indicator
from dashboard.charts.markup import Markup, joined, tag
from dashboard.charts.plotly import buckets, course, distribution
from dashboard.charts.sparkline import sparkline
from dashboard.components.drawing import Node
from dashboard.components.frame import section
from dashboard.components.marks import figure_link, provenance_badge, state_mark
from dashboard.components.rows import facts
from dashboard.components.sentences import capital
from dashboard.components.table import Column, Row, data_table, search_field, searchable
from dashboard.figures.folding import borders_on
from dashboard.formats import NOT_REPORTED, interval, moment, number
from dashboard.pages.parts.borders import lacking
from dashboard.pages.parts.measured import absence, bare, bucket_words, counts, period_of, rank_cell, read, tally, under
from dashboard.periods import month_of
from dashboard.web import View, address

TABLE = "bang-chi-tieu"
_GRAINS = {"day": "ngày", "month": "tháng", "year": "năm"}


def definition(view: View, indicator: Indicator, board: IndicatorBoard | None) -> Component:
    """What it means, what it rests on, from where, by when."""
    fresh, feed = view.boards.freshness(indicator)
    better = "cao" if indicator.better == "higher" else "thấp"
    scale = indicator.scale_vi or f"0 đến {number(indicator.maximum)}{'%' if indicator.unit_vi == '%' else f' {indicator.unit_vi}'}"
    limit = f"; nguồn không nghỉ quá {indicator.fresh_hours} giờ làm việc" if indicator.fresh_hours else ""
    due = f"hết ngày làm việc thứ {indicator.due_working_day} sau mỗi {_GRAINS[indicator.grain]}{limit} (cấu hình)"
    pairs: list[tuple[str, str]] = [
        ("Cách tính", indicator.formula_vi),
        ("Lưu ý", indicator.formula_note_vi),
        ("Thang điểm" if indicator.form == "official" else "Thang đo", f"{scale}, càng {better} càng tốt"),
        ("Xếp hạng", _ranked_from(view, indicator)),
        ("Căn cứ", indicator.basis_vi),
        ("Nguồn", joined([feed.publisher, " ", provenance_badge(view.boards.provenance(indicator))])),
        ("Hạn có số liệu", due),
        ("Kỳ mới nhất", fresh.latest.label_vi if fresh.latest else NOT_REPORTED),
        ("So với hạn", _against_due(view, indicator, board)),
    ]
    return section("Định nghĩa", facts([pair for pair in pairs if pair[1]]))


def _ranked_from(view: View, indicator: Indicator) -> str:
    if not indicator.minimum:
        return ""
    measure = view.boards.catalog.measure(indicator.measures[-1])
    return f"từ {number(indicator.minimum)} {measure.name_vi} trong kỳ; ít hơn thì vẫn hiện, không xếp hạng (cấu hình)"


def _against_due(view: View, indicator: Indicator, board: IndicatorBoard | None) -> Markup:
    fresh, _ = view.boards.freshness(indicator)
    if fresh.overdue:
        return state_mark("late", f"chậm {number(fresh.late_days(view.boards.now()))} ngày: thiếu {fresh.overdue.label_vi}")
    if board is not None and board.stamp.quiet_since is not None:
        return state_mark("late", f"không có số mới từ {moment(board.stamp.quiet_since)}")
    return state_mark("ok", "kịp kỳ") if fresh.latest else state_mark("silent", "chưa có số liệu")


def over_time(board: IndicatorBoard, days: Sequence[Point]) -> list[Node]:
    """The periods of the series, once there are two of them; of a daily indicator the days of the newest month too."""
    found: list[Node] = []
    if len(board.medians) >= 2:
        name = "Các năm" if board.indicator.shown_grain == "year" else "Các tháng"
        found.append(section(_titled(board, name), *_course(board, board.series, name)))
    if sum(one.median is not None or one.together is not None for one in days) >= 2:
        month = month_of(days[-1].period.last_day, board.closes_day)
        name = f"Các ngày trong tháng {month.short_vi}"
        found.append(section(_titled(board, name), *_course(board, days, name)))
    return found


def _titled(board: IndicatorBoard, name: str) -> str:
    return name if any(one.together is not None for one in board.series) else f"Trung vị: {name[0].lower()}{name[1:]}"


def _course(board: IndicatorBoard, points: Sequence[Point], caption: str) -> list[Node]:
    indicator = board.indicator
    folded = any(one.together is not None for one in points)
    heads = [Column("Kỳ"), Column("Trung vị", True)]
    if folded:
        heads += [Column("Cả nước", True), Column(_counted(indicator), True)]
    rows = [
        Row(
            (
                one.period.short_vi,
                NOT_REPORTED if one.median is None else number(one.median, indicator.decimals),
                *((read(indicator, one.together), counts(indicator, one.together)) if folded else ()),
            )
        )
        for one in reversed(points)
    ]
    table = data_table(heads, rows, f"{indicator.name_vi}: {caption.lower()}")
    behind = tag("details", tag("summary", f"Bảng số liệu: {number(len(rows))} kỳ"), table, class_="behind")
    return [_graph(course(points, indicator.decimals)), behind]


def spread(view: View, board: IndicatorBoard) -> list[Node]:
    """Of a median, how many fell into each bucket."""
    if board.indicator.form != "median" or board.together is None or not board.together.buckets:
        return []
    names = bucket_words(view.boards.catalog.measure(board.indicator.histogram))
    found = board.together.buckets
    total = sum(found) or 1
    heads = [Column(board.indicator.scale_vi.capitalize()), Column("Số lượng", True), Column("Phần trăm", True)]
    rows = [Row((name, number(count), f"{number(100 * count / total, 1)}%")) for name, count in zip(names, found, strict=True)]
    table = data_table(heads, rows, f"Phân bố {period_of(board)}, cả nước")
    behind = tag("details", tag("summary", f"Bảng số liệu: {number(len(rows))} khoảng"), table, class_="behind")
    return [section(f"Phân bố, {period_of(board)}", _graph(buckets(names, found)), behind)]


def beside(board: IndicatorBoard) -> list[Node]:
    """The counts that stand beside the figure: of the country, and of what has no sum how they lie from province to province."""
    whole = board.together.denominator if board.together is not None and board.indicator.form == "ratio" else None
    if not board.beside:
        return []
    heads = [Column("Số đếm"), Column("Cả nước", True), *([Column("So với mẫu số", True)] if whole else [])]
    rows = [Row((capital(one.measure.name_vi), _total(one), *([_share(one, whole)] if whole else []))) for one in board.beside]
    return [section(f"Số đếm đi kèm, {period_of(board)}", data_table(heads, rows, f"Số đếm đi kèm {board.indicator.name_vi.lower()}"))]


def _total(one: Beside) -> str:
    return f"{interval(int(one.least), int(one.most))} mỗi đơn vị" if one.total is None else number(one.total)


def _share(one: Beside, whole: float) -> str:
    return NOT_REPORTED if one.total is None else f"{number(100 * one.total / whole, 2)}%"


def standing(view: View, board: IndicatorBoard) -> Component:
    """The units of the period: ranked ones, those too few to rank, then those without a value, each gap with its look."""
    is_official = board.indicator.form == "official"
    rows = [Row(_cells(view, board, one), searchable(one.unit.full_name_vi)) for one in board.values]
    rows += [Row(_absent(board, one), searchable(one.unit.full_name_vi)) for one in board.absent]
    heads = [Column("Hạng", True), Column("Bộ, ngành" if board.agency_tier == "central" else "Tỉnh, thành phố", css="nw")]
    heads += [] if is_official else [Column(_over(board), css="course mid"), Column(_counted(board.indicator), True, css="mid")]
    heads += [Column(board.indicator.unit_vi.capitalize(), True)]
    heads += [] if is_official else [Column("Trạng thái", css="why roomy")]
    table = data_table(heads, rows, f"{board.indicator.name_vi}, {board.period.label_vi}", id=TABLE)
    find = search_field(TABLE, "Tìm tỉnh, thành phố", view.params.get("tim", ""))
    return section(tally(board), _graph(distribution(board)), find, table, tag("p", _note(board), class_="note"), beside=_files(board))


def _absent(board: IndicatorBoard, one: Absence) -> tuple[str, ...]:
    said = absence(board, one)
    if board.indicator.form == "official":
        return "", one.unit.name_vi, said
    return "", joined([one.unit.name_vi, under(said, early=True)]), "", "", NOT_REPORTED, said


def _cells(view: View, board: IndicatorBoard, one: IndicatorValue) -> tuple[str, ...]:
    place = _place(board, one)
    value = figure_link(bare(board.indicator, one.reading), one.figure)
    if board.indicator.form == "official":
        return rank_cell(one), place, value
    line = sparkline(board.courses.get(one.unit.key, ()), f"Diễn biến: {one.unit.name_vi}")
    notes = _notes(view, one)
    few = tag("span", "; ".join(notes), class_="t0 i3") if notes else ""
    if one.late_days and one.through is not None:
        few = state_mark("late", f"chậm {number(one.late_days)} ngày, mới đến {one.through.day}/{one.through.month}")
    told = counts(board.indicator, one.reading)
    return rank_cell(one), place, line, told, joined([value, under(told)]), few


def _notes(view: View, one: IndicatorValue) -> list[str]:
    """Why a value is not ranked, and what its sum lacks."""
    return [*(["mẫu số nhỏ"] if one.rank is None else []), *filter(None, [lacking(view, one.reading.lacks)])]


def _over(board: IndicatorBoard) -> str:
    """The head of the column of sparklines: `9/2025–11/2026`."""
    ends = (board.series[0].period.short_vi, board.series[-1].period.short_vi) if board.series else ("", "")
    return "–".join(dict.fromkeys(ends))


def _place(board: IndicatorBoard, one: IndicatorValue) -> Markup:
    if one.unit.tier != "province":
        return tag("span", one.unit.name_vi)
    link = f"?ky={board.period}" if board.indicator.form == "official" and board.indicator.grain == "month" else ""
    return tag("a", one.unit.name_vi, href=f"/tinh/{one.unit.key}{link}")


def _note(board: IndicatorBoard) -> str:
    first = "Hạng theo riêng chỉ tiêu này do hệ thống xếp."
    few = sum(one.rank is None for one in board.values)
    if not few:
        return first
    return f"{first} {number(few)} nơi có mẫu số dưới {number(board.indicator.minimum)}: hiện giá trị, không xếp hạng."


def _counted(indicator: Indicator) -> str:
    return "Văn bản" if indicator.form == "median" else "Tử số / mẫu số"


def _files(board: IndicatorBoard) -> Markup:
    others = board.boundaries if board.boundaries != borders_on(board.period.last_day) else None
    links = [
        tag(
            "a",
            words,
            href=address(f"/tai-ve/chi-tieu-{board.indicator.key}.{form}", ky=str(board.period), cap=board.agency_tier, diagioi=others),
            download=True,
        )
        for form, words in (("xlsx", "Tải Excel"), ("csv", "Tải CSV"))
    ]
    return tag("span", *links, class_="files t0")


def _graph(figure: dict[str, object]) -> Component:
    return dcc.Graph(figure=figure, config={"displayModeBar": False, "locale": "vi"}, className="graph")
