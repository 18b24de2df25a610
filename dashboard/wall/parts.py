"""What scenes share: their frame, their foot, the provinces of a ranking for a map, and findings in the wall's few words."""

from dataclasses import dataclass
from pathlib import Path

from dashboard.boards.shapes import ComponentFigure, RankedUnit, RankingBoard, Stamp
from dashboard.charts.markup import Markup, joined, tag
from dashboard.charts.places import Place
from dashboard.charts.qr import qr
from dashboard.charts.tile_map import Tiles, load_tiles
from dashboard.components.marks import evidence_href, mark, provenance_badge, stamp
from dashboard.figures.findings import Finding
from dashboard.formats import moment, number, score
from dashboard.periods import Period
from dashboard.settings import CHECKOUT

NBSP = "\u00a0"
_GEO: Path = CHECKOUT / "data" / "geo"


@dataclass(frozen=True, slots=True)
class Heading:
    """A scene's title and what it is about."""

    title: str
    about: str


def scene(key: str, heading: Heading, content: list[Markup], foot: Markup) -> Markup:
    """A whole scene: head, stage, foot."""
    head = tag("header", tag("h1", heading.title, tag("span", heading.about)), class_="wh")
    return tag("article", head, tag("div", *content, class_="stage"), tag("footer", foot, class_="wf"), class_=f"scene {key}")


def nothing_yet(title: str, reason: str) -> Markup:
    """A scene whose figures are not there: says so in a sentence."""
    sentence = tag("p", mark("silent"), f"{reason[:1].upper()}{reason[1:].rstrip('.')}.", class_="empty")
    return scene("none", Heading(title, "chưa có số liệu"), [sentence], Markup(""))


def ranking_heading(title: str, board: RankingBoard) -> Heading:
    """`Xếp hạng  Bộ chỉ số 766, tháng 10/2025`."""
    return Heading(title, f"{board.ranking.name_vi}, {board.period.label_vi}")


def foot_of(board: RankingBoard, more: str = "") -> Markup:
    """Source, provenance and age of a ranking's figures: on the wall once a scene."""
    return tag("ul", *[tag("li", part) for part in _age(board.stamp)], tag("li", more, class_="more") if more else None)


def _age(one: Stamp) -> list[Markup]:
    source = joined([provenance_badge(one.provenance), " ", tag("b", one.source), f" kỳ {one.period.short_vi}"])
    parts = [source]
    if one.recorded_at is not None:
        parts.append(joined([f"nhận lúc {moment(one.recorded_at)}"]))
    if one.late_days:
        parts.append(tag("span", mark("late"), f"kỳ mới chậm {number(one.late_days)} ngày", class_="lt"))
    return parts


def short_stamp(board: RankingBoard) -> Markup:
    """Under a block: `Kỳ 10/2025 · Cổng Dịch vụ công quốc gia · Công bố`."""
    return stamp(f"Kỳ {board.period.short_vi}", board.stamp.source, board.stamp.provenance)


def evidence_code(base: str, figure: str) -> Markup | None:
    """The way from a wall to a figure's evidence: a code for a phone, and the words under it. None without an address to lead to."""
    if not base:
        return None
    words = tag("p", tag("b", "Căn cứ số liệu"), tag("span", "quét mã bằng điện thoại đã đăng nhập"))
    return tag("div", qr(base + evidence_href(figure), "Mã dẫn tới căn cứ số liệu"), words, class_="evidence-code")


def places(board: RankingBoard) -> list[Place]:
    """The provinces of a ranking for a map; those below the line are lit, those without a total are silent."""
    ranked = [
        Place(row.unit.gso_code or "", row.unit.key, row.unit.name_vi, row.total, row.rank, "alarm" if row.below_line else "")
        for row in board.rows
    ]
    return ranked + [Place(unit.gso_code or "", unit.key, unit.name_vi, None, None, "silent") for unit in board.unreported]


def tiles() -> Tiles:
    """The grid of the 34 provinces."""
    return load_tiles(_GEO / "tiles34.csv", _GEO / "tiles_archipelagos.csv")


def word(period: Period) -> str:
    """A period beside a rank: `lũy kế`, `tháng 10`."""
    return "lũy kế" if str(period).endswith("/ytd") else period.label_vi.partition("/")[0]


def claim(board: RankingBoard, finding: Finding, row: RankedUnit) -> str:
    """A finding in the figures it rests on; the province's name stands above it."""
    part = row.components.get(finding.component)
    if finding.kind == "fell" and board.baseline is not None:
        return f"Hạng{NBSP}{row.before_rank} {word(board.baseline)}, hạng{NBSP}{row.rank} {word(board.period)}.{_weak(part)}"
    if finding.kind == "below_line":
        return f"{score(row.total)}{NBSP}điểm, dưới {number(board.ranking.line)}, hạng{NBSP}{row.rank}.{_weak(part)}"
    return _lowest(part, word(board.baseline) if board.baseline else "")


def _weak(one: ComponentFigure | None) -> str:
    if one is None or one.value is None or one.median is None:
        return ""
    return f" {one.indicator.name_vi} {_points(one.value, one)}, trung{NBSP}vị{NBSP}{score(one.median)}."


def _lowest(one: ComponentFigure | None, compared: str) -> str:
    if one is None or one.value is None:
        return ""
    before = f", {compared.replace(' ', NBSP)} là {score(one.before)}" if one.before is not None and compared else ""
    return f"{one.indicator.name_vi} {_points(one.value, one)}: thấp nhất cả nước{before}."


def _points(value: float, one: ComponentFigure) -> str:
    return f"{score(value)}/{number(one.indicator.maximum)}"
