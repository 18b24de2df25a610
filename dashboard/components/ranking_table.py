"""The ranking: rank with its range, name, movement, score, bar, components tinted by their distance from the median, mark."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Literal

from dashboard.boards.ranked import ComponentFigure, RankedUnit, RankingBoard, UnrankedUnit
from dashboard.charts.bars import score_bar
from dashboard.charts.markup import Markup, figure, joined, tag
from dashboard.components.marks import evidence_href, figure_link, mark, movement
from dashboard.components.ranked_words import (
    is_given,
    mark_words,
    marks_words,
    points_words,
    rank_word,
    reason,
    units_word,
    value_words,
)
from dashboard.components.sentences import NBSP, against, capital
from dashboard.components.table import Column, Row, head_cell, row_attributes, searchable
from dashboard.declared import GivenRanking
from dashboard.formats import NOT_REPORTED, interval, number, score

TABLE = "bang-xep-hang"


@dataclass(frozen=True)
class RankingLinks:
    """Addresses that the table needs. `sort(key)` of "rank", "name", "change", "score" or a component's key; `choose(unit)` opens
    its reasons."""

    sort: Callable[[str], str]
    choose: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Order:
    """How the rows are sorted: by what, and whether from the greatest down."""

    key: str = "rank"
    is_descending: bool = False


def ranking_table(board: RankingBoard, rows: Sequence[RankedUnit], links: RankingLinks, order: Order, chosen: str = "") -> Markup:
    """The rows in the order given, then those that are not ranked with the reason; `chosen` is a unit's key.

    A row is found by name, agency code and their plain spellings.
    """
    low = _bar_start(board)
    body = [_row(board, row, links, order, (low, row.unit.key == chosen)) for row in rows]
    head = _head(board, links, order, low)
    told = [one for one in board.unranked if one.marks]
    outside = (
        tag("tbody", *[_outside(board, one, len(head), one.unit.key == chosen, links) for one in told], class_="out") if told else None
    )
    compared = f", so với {against(board.baseline)}" if board.baseline else ""
    table = tag(
        "table",
        tag("caption", f"{board.ranking.name_vi}, {board.period.label_vi}{compared}", class_="sr"),
        tag("thead", tag("tr", *map(head_cell, head))),
        tag("tbody", *body),
        outside,
        id=TABLE,
        class_="rank" if is_given(board) else "rank own",
    )
    return tag("div", table, class_="rankbox")


def _head(board: RankingBoard, links: RankingLinks, order: Order, low: float) -> list[Column]:
    components = board.rows[0].components if board.rows else {}
    group = rank_word(board).removeprefix("hạng").strip()
    before = "lũy kế" if against(board.baseline) == "lũy kế" else board.baseline.short_vi if board.baseline else ""
    return [
        _column("rank", "Hạng", links, order, is_figure=True, below=group),
        Column("khoảng", css="iv"),
        *([Column("cả nước", css="iv")] if _has_country(board) else []),
        _column("name", capital(units_word(board)), links, order),
        _column("change", "so với", links, order, is_figure=True, below=before),
        _column("score", "Điểm", links, order, is_figure=True),
        Column(f"{number(low)}–100", css="br"),
        *[_column(key, one.indicator.short_vi, links, order, is_figure=True, below=_worth(one)) for key, one in components.items()],
        Column(tag("span", "Cảnh báo", class_="sr"), css="st0"),
    ]


def _worth(one: ComponentFigure) -> str:
    """The most that a component may bring: of a published score its maximum, of our own its weighted points."""
    return f"/{number(one.indicator.maximum)}" if one.worth is None else f"{points_words(one.worth)}{NBSP}điểm"


def heat_class(heat: int) -> str:
    """`h1` (far below the median) … `h7` (far above); nothing near it."""
    return f"h{heat + 4}" if heat else ""


def _bar_start(board: RankingBoard) -> float:
    """Bars start ten points below the lowest total, on a ten, so that lengths tell them apart."""
    lowest = min((row.total for row in board.rows), default=0.0)
    return max(0.0, 10.0 * floor(lowest / 10))


def _column(key: str, label: str, links: RankingLinks, order: Order, is_figure: bool = False, below: str = "") -> Column:
    sorted_: Literal["", "ascending", "descending"] = "" if key != order.key else "descending" if order.is_descending else "ascending"
    css = {"rank": "rk", "name": "nm", "change": "mvc", "score": "to"}.get(key, "cp") + (" by" if key == order.key else "")
    return Column(label, is_figure, links.sort(key), sorted_, below, css)


def _row(board: RankingBoard, row: RankedUnit, links: RankingLinks, order: Order, shown: tuple[float, bool]) -> Markup:
    low, is_chosen = shown
    choose = links.choose(row.unit.key)
    found = Row((), searchable(row.unit.full_name_vi, row.unit.agency_code or ""), choose, "", is_chosen)
    total = figure_link(score(row.total), row.figure) if row.figure else tag("a", score(row.total), href=choose, class_="n ev")
    cells = [
        tag("td", str(row.rank), class_="n rk"),
        tag("td", interval(*row.range), class_="n iv"),
        tag("td", str(row.country_rank or NOT_REPORTED), class_="n iv", title="hạng cả nước") if _has_country(board) else None,
        tag("th", tag("a", row.unit.name_vi, href=choose, class_="row"), scope="row", class_="nm"),
        tag("td", movement(row.places), class_="mvc"),
        tag("td", total, class_="n to"),
        tag("td", score_bar(row.total, low, 100.0, row.below_line), class_="br"),
        *[_component(one, key == order.key) for key, one in row.components.items()],
        tag("td", _marks(row, board.ranking.line), class_="st0"),
    ]
    return tag("tr", *cells, **row_attributes(found))


def _has_country(board: RankingBoard) -> bool:
    """Whether a group's rows also have a rank in the whole country."""
    return any(row.country_rank is not None for row in board.rows)


def _outside(board: RankingBoard, one: UnrankedUnit, columns: int, is_chosen: bool, links: RankingLinks) -> Markup:
    """A unit that is not ranked: below the ranked ones, with its reason in the place of the figures."""
    choose = links.choose(one.unit.key)
    found = Row((), searchable(one.unit.full_name_vi, one.unit.agency_code or ""), choose, "", is_chosen)
    state = "late" if any(mark.state == "late" for mark in one.marks) else "silent"
    cells = [
        tag("td", NOT_REPORTED, class_="n rk"),
        tag("td", class_="iv"),
        tag("td", class_="iv") if _has_country(board) else None,
        tag("th", tag("a", one.unit.name_vi, href=choose, class_="row"), scope="row", class_="nm"),
        tag(
            "td",
            mark("late" if state == "late" else "silent"),
            f" không xếp hạng: {reason(one)}",
            class_="no",
            colspan=columns - 3 - _has_country(board),
        ),
    ]
    return tag("tr", *cells, **row_attributes(found))


def _marks(row: RankedUnit, line: float) -> Markup | None:
    """At the end of a row: below the line, and inputs that are late or missing, each in words on hover and for the ear."""
    found = []
    if row.below_line:
        found.append(_told("alarm", f"dưới {number(line)} điểm"))
    if row.marks:
        found.append(_told("late" if any(one.state == "late" for one in row.marks) else "silent", marks_words(row)))
    return joined(found) if found else None


def _told(sign: Literal["alarm", "late", "silent"], words: str) -> Markup:
    return tag("span", mark(sign), tag("span", words, class_="sr"), title=words)


def _component(one: ComponentFigure, is_order: bool) -> Markup:
    flaw = one.mark.state if one.mark is not None else ""
    css = " ".join(f"n cp {heat_class(one.heat)} {'by' if is_order else ''} {'old' if flaw == 'late' else ''}".split())
    if one.value is None:
        return tag("td", NOT_REPORTED, class_=css, title=mark_words(one.mark) if one.mark else "chưa báo cáo")
    beside = f"trung vị {component_value(one, one.median)}" if one.median is not None else ""
    placed = f"thứ {one.rank}, " if one.rank is not None else ""
    said = mark_words(one.mark) if one.mark else f"{one.indicator.name_vi}: {placed}{beside}"
    return tag("td", tag("a", component_value(one, one.value), href=evidence_href(one.figure), title=said), class_=css)


def component_value(one: ComponentFigure, value: float) -> str:
    """A component's value as it is written in its ranking: published points bare, indicators of our own with their unit."""
    return score(value) if one.worth is None else value_words(one.indicator, value)


def ranking_note(board: RankingBoard) -> Markup:
    """What tints and ranges mean, and whose ranks these are, under the table."""
    ranking, group = board.ranking, board.group is not None
    written = ", ".join(f"{number(step)}%" for step in ranking.steps)
    scale = "điểm tối đa" if is_given(board) else "thang đo"
    notes = [f"Ô màu: lệch trung vị {'của nhóm ' if group else ''}quá {written} {scale} (nâu thấp hơn, xanh cao hơn)"]
    if isinstance(ranking, GivenRanking):
        notes.append(f"Khoảng: hạng nếu điểm xê dịch ±{number(ranking.margin, 1)} khi số liệu đến muộn (giả định)")
        notes.append("Điểm do nguồn công bố, hạng trong nhóm này do hệ thống xếp" if group else "Hạng từng nhóm do hệ thống này xếp")
    else:
        notes.append("Khoảng: trong 90% số lần thử lại với số đếm này, hạng nằm trong đó")
        notes.append("Bảng tự tính, không phải bảng chính thức; trọng số, mốc điểm là cấu hình")
    return tag("p", *[tag("span", one) for one in notes], class_="stamp")


def best_and_worst(rows: Sequence[RankedUnit], count: int) -> Mapping[str, Markup]:
    """Two short lists of links, `best` and `worst`: rank, name, score."""

    def line(row: RankedUnit) -> Markup:
        name = tag("a", row.unit.name_vi, href=f"/tinh/{row.unit.key}")
        return tag(
            "li",
            figure(str(row.rank), "rk"),
            tag("span", name, class_="nm"),
            movement(row.places),
            figure_link(score(row.total), row.figure, "n6") if row.figure else figure(score(row.total), "n6"),
        )

    ordered = sorted(rows, key=lambda row: row.rank)
    ends = {"best": ordered[:count], "worst": ordered[-count:][::-1]}
    return {name: tag("ol", *map(line, each), class_="short") for name, each in ends.items()}
