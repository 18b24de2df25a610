"""The ranking: rank with its range, name, movement, score, bar, components tinted by their distance from the median, mark."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import floor

from dashboard.boards.shapes import ComponentFigure, RankedUnit, RankingBoard, figure_id
from dashboard.charts.bars import score_bar
from dashboard.charts.markup import Markup, figure, tag
from dashboard.components.marks import evidence_href, figure_link, mark, movement
from dashboard.components.table import Column, Row, head_cell, row_attributes, searchable
from dashboard.formats import NOT_REPORTED, interval, number, score

TABLE = "bang-xep-hang"


@dataclass(frozen=True)
class RankingLinks:
    """Addresses that the table needs. `sort(key)` of "rank", "name", "change", "score" or a component's key; `choose(row)` opens
    its reasons."""

    sort: Callable[[str], str]
    choose: Callable[[RankedUnit], str]


@dataclass(frozen=True, slots=True)
class Order:
    """How the rows are sorted: by what, and whether from the greatest down."""

    key: str = "rank"
    is_descending: bool = False


def ranking_table(board: RankingBoard, rows: Sequence[RankedUnit], links: RankingLinks, order: Order, chosen: str = "") -> Markup:
    """The rows in the order given, `chosen` is a unit's key. A row is found by name, agency code and their plain spellings."""
    components = {key: component.indicator for key, component in rows[0].components.items()} if rows else {}
    low = _bar_start(board)
    against = board.baseline.label_vi if board.baseline else ""
    head = [
        _column("rank", "Hạng", links, order, is_figure=True),
        Column("khoảng", css="iv"),
        _column("name", "Tỉnh, thành phố", links, order),
        _column("change", "so với", links, order, is_figure=True, below="lũy kế" if board.baseline else ""),
        _column("score", "Điểm", links, order, is_figure=True),
        Column(f"{number(low)}–100", css="br"),
        *[_column(key, one.short_vi, links, order, is_figure=True, below=f"/{number(one.maximum)}") for key, one in components.items()],
        Column(tag("span", "Cảnh báo", class_="sr"), css="st0"),
    ]
    body = [_row(board, row, links, order, (low, row.unit.key == chosen)) for row in rows]
    caption = f"{board.ranking.name_vi}, {board.period.label_vi}" + (f", so với {against}" if against else "")
    table = tag(
        "table",
        tag("caption", caption, class_="sr"),
        tag("thead", tag("tr", *map(head_cell, head))),
        tag("tbody", *body),
        id=TABLE,
        class_="rank",
    )
    return tag("div", table, class_="rankbox")


def heat_class(heat: int) -> str:
    """`h1` (far below the median) … `h7` (far above); nothing near it."""
    return f"h{heat + 4}" if heat else ""


def _bar_start(board: RankingBoard) -> float:
    """Bars start ten points below the lowest total, on a ten, so that lengths tell them apart."""
    lowest = min((row.total for row in board.rows), default=0.0)
    return max(0.0, 10.0 * floor(lowest / 10))


def _column(key: str, label: str, links: RankingLinks, order: Order, is_figure: bool = False, below: str = "") -> Column:
    sorted_: str = "" if key != order.key else "descending" if order.is_descending else "ascending"
    css = {"rank": "rk", "name": "nm", "change": "mvc", "score": "to"}.get(key, "cp") + (" by" if key == order.key else "")
    return Column(label, is_figure, links.sort(key), sorted_, below, css)  # type: ignore[arg-type]


def _row(board: RankingBoard, row: RankedUnit, links: RankingLinks, order: Order, shown: tuple[float, bool]) -> Markup:
    low, is_chosen = shown
    found = Row((), searchable(row.unit.full_name_vi, row.unit.agency_code or ""), links.choose(row), "", is_chosen)
    cells = [
        tag("td", str(row.rank), class_="n rk"),
        tag("td", interval(*row.range), class_="n iv"),
        tag("th", tag("a", row.unit.name_vi, href=links.choose(row), class_="row"), scope="row", class_="nm"),
        tag("td", movement(row.places), class_="mvc"),
        tag("td", figure_link(score(row.total), row.figure), class_="n to"),
        tag("td", score_bar(row.total, low, 100.0, row.below_line), class_="br"),
        *[_component(one, figure_id(key, row.unit.key, board.period), key == order.key) for key, one in row.components.items()],
        tag("td", _alarm(row, board.ranking.line), class_="st0"),
    ]
    return tag("tr", *cells, **row_attributes(found))


def _alarm(row: RankedUnit, line: float) -> Markup | None:
    if not row.below_line:
        return None
    words = f"dưới {number(line)} điểm"
    return tag("span", mark("alarm"), tag("span", words, class_="sr"), title=words)


def _component(one: ComponentFigure, evidence: str, is_order: bool) -> Markup:
    css = f"n cp {heat_class(one.heat)}{' by' if is_order else ''}"
    if one.value is None:
        return tag("td", NOT_REPORTED, class_=css, title="chưa báo cáo")
    beside = f"trung vị {score(one.median)}" if one.median is not None else ""
    said = f"{one.indicator.name_vi}: thứ {one.rank}, {beside}"
    return tag("td", tag("a", score(one.value), href=evidence_href(evidence), title=said), class_=" ".join(css.split()))


def ranking_note(steps: Sequence[float], margin: float) -> Markup:
    """What tints and ranges mean, under the table."""
    written = ", ".join(f"{number(step)}%" for step in steps)
    tints = f"Ô màu: lệch trung vị quá {written} điểm tối đa (nâu thấp hơn, xanh cao hơn)"
    ranges = f"Khoảng: hạng nếu điểm xê dịch ±{number(margin, 1)} khi số liệu đến muộn (giả định)"
    return tag("p", tag("span", tints), tag("span", ranges), tag("span", "Hạng từng nhóm do hệ thống này xếp"), class_="stamp")


def best_and_worst(rows: Sequence[RankedUnit], count: int) -> Mapping[str, Markup]:
    """Two short lists of links, `best` and `worst`: rank, name, score."""

    def line(row: RankedUnit) -> Markup:
        name = tag("a", row.unit.name_vi, href=f"/tinh/{row.unit.key}")
        return tag(
            "li",
            figure(str(row.rank), "rk"),
            tag("span", name, class_="nm"),
            movement(row.places),
            figure_link(score(row.total), row.figure, "n6"),
        )

    ordered = sorted(rows, key=lambda row: row.rank)
    ends = {"best": ordered[:count], "worst": ordered[-count:][::-1]}
    return {name: tag("ol", *map(line, each), class_="short") for name, each in ends.items()}
