"""`/nhom/<group>`: units side by side. What was told of them, how they stand, what became of the targets set for them."""

from datetime import date

from dash.development.base_component import Component

from dashboard.boards.group import GroupBoard, IndicatorCell, IndicatorRow
from dashboard.boards.groups import UnitGroup
from dashboard.charts.markup import Markup, joined, tag
from dashboard.components.drawing import Node
from dashboard.components.frame import Choice, columns, page_frame, picker, section
from dashboard.components.marks import figure_link, provenance_badge, stamp
from dashboard.components.meeting import became, head, lead, sentence
from dashboard.components.rows import empty, late_strip
from dashboard.components.told import fact_matrix, looks_key, national_line
from dashboard.formats import NOT_REPORTED, moment, number
from dashboard.formats import date as date_vi
from dashboard.pages.parts import targets
from dashboard.pages.parts.asked import instant_asked, period_asked
from dashboard.pages.parts.outlook import misses
from dashboard.web import Page, View


def render(view: View) -> Component:
    """The sentence, the matrix of what was told, the targets beside it, then the indicators."""
    board = _board(view)
    main: list[Node] = [*([_told(board)] if board.facts else []), *misses(board.targets)]
    aside: list[Node] = [section(targets.title(board), targets.targets(board), beside=targets.set_by(board))] if board.targets else []
    parts: list[Component] = [columns("narrow-aside", main, aside)] if main and aside else [*_only(main), *_only(aside)]
    return page_frame("group", *_strips(view, board), _head(view, board), *parts, _indicators(board), _foot(board))


def title(view: View) -> str:
    """For the browser's tab."""
    return _find(view).name


def _only(content: list[Node]) -> list[Component]:
    return [one for one in content if isinstance(one, Component)]


def _find(view: View) -> UnitGroup:
    key = view.params["group"]
    # Who looks matters for saved groups alone: the others are drawn once for all.
    return view.boards.find_group(key, view.viewer.person_id if key.isdigit() else None)


def _board(view: View) -> GroupBoard:
    asked = period_asked(view)
    return view.boards.group(_find(view), asked.last_day if asked else None, instant_asked(view))


def _head(view: View, board: GroupBoard) -> Markup:
    shares = head(board)
    if shares:
        lines = [
            tag("span", tag("b", one.ratio, class_="n"), " ", tag("span", one.words, "; " if one is not shares[-1] else ""))
            for one in shares
        ]
        said = tag("h1", *lines, class_="ratios")
    else:
        said = tag("h1", sentence(board))
    note = lead(board)
    beside = tag("div", tag("p", board.group.name, class_="place-name"), _days(view, board), _stamp(board), class_="beside")
    return tag("div", tag("div", said, tag("p", note, class_="lead") if note else None), beside, class_="say")


def _days(view: View, board: GroupBoard) -> Markup | None:
    """The days of which something was told, and today."""
    days = [board.today, *(day for day in board.days if day != board.today)]
    if len(days) < 2:
        return None
    choices = [
        Choice("Đến hôm nay" if day == board.today else f"Ngày {date_vi(day)}", view.here(ky=str(day)), day == board.day) for day in days
    ]
    return picker("Xem", "đến hôm nay" if not board.is_past else f"ngày {date_vi(board.day)}", choices)


def _stamp(board: GroupBoard) -> Markup:
    told = [one for row in board.facts for one in row.told]
    if told:
        newest = max(told, key=lambda one: one.period.last_day)
        return stamp(f"Ngày {newest.period.short_vi}", newest.source, newest.provenance)
    if board.indicators:
        first = board.indicators[0].stamp
        return stamp(f"Kỳ {board.indicators[0].period.label_vi}", first.source, first.provenance, first.late_days)
    return stamp(date_vi(board.day), "chưa nguồn nào có số liệu", "published")


def _strips(view: View, board: GroupBoard) -> list[Markup]:
    found = []
    as_of = instant_asked(view)
    if view.boards.away_since is not None:
        found.append(late_strip("Mất liên lạc với cơ sở dữ liệu.", f"Đang hiện số liệu đã có; từ {moment(view.boards.away_since)}."))
    if as_of is not None:
        found.append(late_strip("Xem lại.", f"Bảng như đã hiện lúc {moment(as_of)}.", "Về hiện tại", view.here(luc=None)))
    elif board.is_past:
        borders = " theo địa giới 63 tỉnh lúc đó" if board.day < _MERGED and board.became else ""
        now = view.here(ky=str(board.today))
        found.append(late_strip("Đang xem lại", f"bảng của ngày {date_vi(board.day)}{borders}.", "Xem đến hôm nay", now))
    return found


_MERGED = date(2025, 7, 1)


def _told(board: GroupBoard) -> Component:
    caption = f"Điều đã nêu về từng tỉnh, đến ngày {date_vi(board.day)}"
    return section(
        "Kết nối chưa phải là sử dụng",
        fact_matrix(board.facts, board.units, caption),
        looks_key(),
        national_line(board.national),
        beside=tag("span", "Chạm vào một ô để đọc nguyên văn", class_="t0 i3"),
    )


def _indicators(board: GroupBoard) -> Component:
    if not board.indicators:
        return section("Chỉ tiêu", empty("Chưa chỉ tiêu nào có số liệu của các đơn vị này.", "Tất cả chỉ tiêu", "/chi-tieu"))
    names = [tag("th", tag("a", unit.name_vi, href=f"/tinh/{unit.key}"), scope="col") for unit in board.units]
    head = tag("tr", tag("td", class_="what"), *names, tag("th", "Trung vị", scope="col", class_="sum"))
    rows = [_indicator(board, row) for row in board.indicators]
    caption = f"Chỉ tiêu của {board.group.name}"
    table = tag("table", tag("caption", caption, class_="sr"), tag("thead", head), tag("tbody", *rows), class_="told versus")
    note = tag("p", "Số nhỏ là hạng trong nhóm, do hệ thống xếp. Mỗi dòng là kỳ gần nhất đã kết thúc đến ngày xem.", class_="note")
    box = tag("div", table, class_="tablebox", data_scrolls="", tabindex="0", role="region", aria_label=caption)
    return section("Chỉ tiêu của từng đơn vị", box, note)


def _indicator(board: GroupBoard, row: IndicatorRow) -> Markup:
    one = row.indicator
    under = joined([row.period.short_vi, " · ", provenance_badge(row.stamp.provenance)])
    label = tag(
        "th",
        tag("a", one.name_vi, href=f"/chi-tieu/{one.key}?ky={row.period}"),
        tag("span", under, class_="role"),
        scope="row",
        class_="what",
    )
    cells = [_value(one.decimals, unit.name_vi, cell) for unit, cell in zip(board.units, row.cells, strict=True)]
    centre = tag(
        "td",
        tag("b", number(row.median, one.decimals) if row.median is not None else "", class_="n"),
        tag("span", "trung vị", class_="small t0 i3"),
        class_="sum",
    )
    return tag("tr", label, *cells, centre)


def _value(decimals: int, name: str, cell: IndicatorCell | None) -> Markup:
    if cell is None:
        words = tag("span", "không có số liệu", class_="sr")
        return tag("td", tag("span", NOT_REPORTED, class_="n", aria_hidden="true"), words, class_="look-none")
    rank = tag("span", str(cell.rank), class_="n rk", title=f"hạng {cell.rank} trong nhóm")
    return tag("td", tag("span", name, class_="whose"), figure_link(number(cell.value, decimals), cell.figure), rank, class_="look-value")


def _foot(board: GroupBoard) -> Markup | None:
    said = became(board)
    return tag("p", said, class_="note became") if said else None


PAGE = Page(key="group", path="/nhom/{group}", title=title, render=render)
