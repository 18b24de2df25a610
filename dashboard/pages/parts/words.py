"""What findings and periods say in words: made by rules from the data, tested like arithmetic."""

from dataclasses import dataclass
from typing import Literal

from dashboard.boards.shapes import ComponentFigure, ProvinceBoard, RankedUnit, RankingBoard, figure_id
from dashboard.components.marks import evidence_href
from dashboard.components.ranking_table import component_value
from dashboard.components.sentences import against
from dashboard.figures.findings import FALL, Finding
from dashboard.formats import number, score

NBSP = "\u00a0"
HEATS = 3
"""Steps of tint from the median to the furthest."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A finding in words: the claim first, place first; then the figures it rests on."""

    head: str
    detail: str


def claim(board: RankingBoard, finding: Finding) -> Claim:
    """A finding of a ranking in words. The unit must have a row in it."""
    row = board.row(finding.unit)
    assert row is not None, finding
    component, before = row.components.get(finding.component), against(board.baseline)
    place = row.unit.name_vi.replace(" ", NBSP)
    if finding.kind == "fell":
        assert board.baseline is not None
        head = f"{place}: hạng{NBSP}{row.before_rank} {board.baseline.label_vi}, {board.period.label_vi} hạng{NBSP}{row.rank}"
        return Claim(head, _component(component))
    if finding.kind == "below_line":
        head = f"{place}: {score(row.total)}{NBSP}điểm, dưới {number(board.ranking.line)}, hạng{NBSP}{row.rank}"
        return Claim(head, _component(component))
    assert component is not None
    return Claim(f"{place}: {component.indicator.name_vi.lower()} thấp nhất cả nước", _component(component, before))


def _component(one: ComponentFigure | None, before: str = "") -> str:
    """`Công khai, minh bạch 15,59/18, trung vị 17,83.`; empty when the unit has no component at all.

    With a baseline (`lũy kế`) the name is left out, since it was said, and the earlier value is told.
    """
    if one is None or one.value is None or one.median is None:
        return ""
    start = "" if before else f"{one.indicator.name_vi} "
    text = f"{start}{_written(one, one.value)}, trung vị{NBSP}{component_value(one, one.median)}"
    if before and one.before is not None:
        text += f"; {before}{NBSP}{component_value(one, one.before)}"
    return text + "."


def _written(one: ComponentFigure, value: float) -> str:
    """`15,59/18`; of a ranking of our own `83,21%`."""
    own = component_value(one, value)
    return f"{own}/{number(one.indicator.maximum)}" if one.worth is None else own


@dataclass(frozen=True, slots=True)
class ProvinceClaim:
    """A finding about one province's component: its gravity, claim, figures, and the figure it rests on."""

    state: Literal["alarm", "watch", "ok"]
    head: str
    detail: str
    href: str


def province_claims(board: ProvinceBoard, row: RankedUnit, most: int = 5) -> list[ProvinceClaim]:
    """What to say of a province's components: what moved its rank, what lies clearly below the median, then its strongest.

    "Clearly" is one step of the ranking's tints; three steps, or ten places lost by this component, are an alarm.
    """
    driver = board.explanation.driver if board.explanation else None
    found: dict[str, ProvinceClaim] = {}
    if driver is not None and board.explanation is not None:
        places = board.explanation.places
        state: Literal["alarm", "watch", "ok"] = "ok" if places > 0 else "alarm" if places <= -FALL else "watch"
        part = row.components[driver.component]
        found[driver.component] = _province_claim(
            board, row, part, state, _change(driver.own, driver.country, against(board.ranking.baseline))
        )
    weak = sorted((one for one in row.components.values() if one.heat < 0), key=lambda one: one.heat)
    for one in weak:
        state = "alarm" if one.heat <= -HEATS else "watch"
        found.setdefault(one.indicator.key, _province_claim(board, row, one, state, _behind(one)))
    strong = max(row.components.values(), key=lambda one: one.heat)
    if strong.heat > 0:
        found.setdefault(strong.indicator.key, _province_claim(board, row, strong, "ok", _ahead(strong)))
    return list(found.values())[:most]


def _province_claim(
    board: ProvinceBoard, row: RankedUnit, one: ComponentFigure, state: Literal["alarm", "watch", "ok"], detail: str
) -> ProvinceClaim:
    head = f"{one.indicator.name_vi} {_written(one, one.value or 0)}, thứ{NBSP}{one.rank}"
    return ProvinceClaim(state, head, detail, evidence_href(one.figure or figure_id(one.indicator.key, row.unit.key, board.ranking.period)))


def _change(own: float, country: float, before: str) -> str:
    """`Giảm 1,57 so với lũy kế; cả nước giảm 0,43.`"""
    return f"{_moved(own).capitalize()} so với {before}; cả nước {_moved(country)}."


def _moved(change: float) -> str:
    written = score(abs(change))
    return "không đổi" if written == score(0) else f"{'tăng' if change > 0 else 'giảm'}{NBSP}{written}"


def _behind(one: ComponentFigure) -> str:
    return f"Trung vị cả nước{NBSP}{score(one.median or 0)}; kém{NBSP}{score((one.median or 0) - (one.value or 0))}."


def _ahead(one: ComponentFigure) -> str:
    return f"Trung vị cả nước{NBSP}{score(one.median or 0)}; hơn{NBSP}{score((one.value or 0) - (one.median or 0))}."


def best_of(board: RankingBoard, component: str) -> tuple[str, float] | None:
    """Who holds the best value of a component, and the value: one name, or how many share it. None when nobody reported it."""
    known = [(row.unit.name_vi, one.value) for row in board.rows if (one := row.components[component]).value is not None]
    if not known:
        return None
    top = max(value for _, value in known)
    holders = [name for name, value in known if value == top]
    return (holders[0] if len(holders) == 1 else f"{len(holders)} nơi"), top
