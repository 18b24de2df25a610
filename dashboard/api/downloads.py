"""`/tai-ve`: rankings and indicators as CSV and Excel, with their sources in the file."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Query, Response

from dashboard.api.answers import PROBLEMS
from dashboard.api.figures import Borders, PeriodText, RankingKey
from dashboard.api.files import FILES, KINDS, Form, Sources, file_answer
from dashboard.boards import Boards
from dashboard.boards.ranked import ComponentFigure, RankedUnit, RankingBoard, RankingQuestion, UnrankedUnit
from dashboard.boards.shapes import Absence, IndicatorBoard, IndicatorValue, Stamp
from dashboard.catalog import AgencyTier
from dashboard.components.ranked_words import is_given, marks_words, place_of, points_words, reason, units_word
from dashboard.components.sentences import capital
from dashboard.declared import GivenRanking
from dashboard.figures.explanation import SHOWN
from dashboard.figures.folding import borders_on
from dashboard.formats import moment, number
from dashboard.periods import Period

if TYPE_CHECKING:
    import pandas as pd  # it takes a second to import: a download waits for it, the start of the program does not

IndicatorKey = Annotated[str, Path(description="key of an indicator", max_length=100, pattern="^[a-z0-9_]+$")]
Tier = Annotated[AgencyTier | None, Query(description="only agencies of this tier")]
Group = Annotated[str, Query(description="key of a region or province: ranked anew in it", max_length=100, pattern="^[a-z0-9_]*$")]
_ABSENT = {"silent": "Kết nối mà không phát sinh", "late": "Chậm", "faulty": "Số liệu sai", "not_reported": "Chưa báo cáo"}


def router(boards: Boards) -> APIRouter:
    """The routes over these boards."""
    routes = APIRouter(prefix="/tai-ve", tags=["downloads"], responses=PROBLEMS)

    @routes.get("/xep-hang-{ranking}.{form}", summary="A ranking as CSV or Excel", response_class=Response, responses=FILES)
    async def a_ranking(ranking: RankingKey, form: Form, ky: PeriodText = None, vung: Group = "", diagioi: Borders = None) -> Response:
        asked = RankingQuestion(ranking, Period.parse(ky) if ky else None, within=vung, boundaries=diagioi)
        board = await asyncio.to_thread(boards.ranked, asked)
        name = f"xep-hang-{ranking}{f'-{vung}' if vung else ''}_{board.period}{_by(diagioi)}"
        return await asyncio.to_thread(lambda: file_answer(name, form, table(board), sources(board), "Xếp hạng"))

    @routes.get("/chi-tieu-{indicator}.{form}", summary="An indicator as CSV or Excel", response_class=Response, responses=FILES)
    async def an_indicator(
        indicator: IndicatorKey, form: Form, ky: PeriodText = None, cap: Tier = None, diagioi: Borders = None
    ) -> Response:
        period = Period.parse(ky) if ky else None
        board = await asyncio.to_thread(lambda: boards.indicator(indicator, period, agency_tier=cap, boundaries=diagioi))
        name = f"chi-tieu-{indicator}{f'-{cap}' if cap else ''}_{board.period}{_by(diagioi)}"
        return await asyncio.to_thread(lambda: file_answer(name, form, values_table(board), values_sources(board), "Chỉ tiêu"))

    return routes


def _by(boundaries: str | None) -> str:
    """The borders that were asked for, in the name of a file."""
    return f"_dia-gioi-{boundaries}" if boundaries else ""


def values_table(board: IndicatorBoard) -> "pd.DataFrame":
    """A row a unit, best first, then those too few to rank and those without a value; what is not there is an empty cell with a state."""
    import pandas as pd

    frame = pd.DataFrame([*(_value(board, one) for one in board.values), *(_absent(board, one) for one in board.absent)])
    return frame.astype({"Hạng (tự xếp)": "Int64"})


def _value(board: IndicatorBoard, one: IndicatorValue) -> dict[str, object]:
    indicator = board.indicator
    counts = {"Tử số": one.reading.numerator, "Mẫu số": one.reading.denominator} if indicator.form == "ratio" else {}
    counts |= {"Số đếm": one.reading.denominator} if indicator.form == "median" else {}
    return {
        "Hạng (tự xếp)": one.rank,
        "Mã định danh": one.unit.agency_code,
        "Đơn vị": one.unit.name_vi,
        f"{indicator.name_vi} ({indicator.unit_vi})": round(one.value, indicator.decimals),
        **counts,
        "Trạng thái": KINDS[board.stamp.provenance] + ("" if one.rank is not None else "; mẫu số nhỏ, không xếp hạng"),
    }


def _absent(board: IndicatorBoard, one: Absence) -> dict[str, object]:
    last = f"; {one.latest[0].short_vi}: {number(one.latest[1], board.indicator.decimals)}" if one.latest else ""
    return {"Mã định danh": one.unit.agency_code, "Đơn vị": one.unit.name_vi, "Trạng thái": _ABSENT[one.state] + last}


def values_sources(board: IndicatorBoard) -> Sources:
    """What must travel with the figures: definition, period, source, provenance, and what all units make together."""
    indicator, together = board.indicator, board.together
    counted = "" if together is None or together.denominator is None else f" (mẫu số {number(together.denominator)})"
    whole = f"{number(together.value, indicator.decimals)} {indicator.unit_vi}{counted}" if together and together.value is not None else ""
    pairs = [
        ("Chỉ tiêu", indicator.name_vi),
        ("Cách tính", indicator.formula_vi),
        ("Lưu ý", indicator.formula_note_vi),
        *_stamped(board.stamp, board.data_version),
        ("Cấp cơ quan", board.agency_tier or ("mọi cấp" if indicator.agency_tiers else "")),
        ("Cộng các đơn vị", whole),
        ("Ngưỡng xếp hạng", f"mẫu số từ {number(indicator.minimum)}" if indicator.minimum else ""),
        ("Căn cứ", indicator.basis_vi),
    ]
    return [pair for pair in pairs if pair[1]]


def _stamped(stamp: Stamp, version: int) -> Sources:
    return [
        ("Kỳ", stamp.period.label_vi),
        ("Nguồn", stamp.source),
        ("Trạng thái", KINDS[stamp.provenance] + (f"; chậm {stamp.late_days} ngày" if stamp.late_days else "")),
        ("Nhận lúc", moment(stamp.recorded_at) if stamp.recorded_at else ""),
        ("Phiên bản số liệu", str(version)),
    ]


def table(board: RankingBoard) -> "pd.DataFrame":
    """A row a unit, in the order of the ranking, then the units without a rank; a figure that was not reported is an empty cell."""
    import pandas as pd

    frame = pd.DataFrame([*(_ranked(board, row) for row in board.rows), *(_unranked(board, one) for one in board.unranked)])
    ranks = [name for name in frame.columns if name.startswith("Hạng")]
    return frame.astype(dict.fromkeys(ranks, "Int64"))


def _ranked(board: RankingBoard, row: RankedUnit) -> dict[str, object]:
    before = (
        {f"Hạng {board.baseline.short_vi}": row.before_rank, f"Điểm {board.baseline.short_vi}": row.before_total} if board.baseline else {}
    )
    gained = {"Điểm tăng, giảm": row.gain, "Hạng tiến bộ": row.gain_rank} if board.baseline else {}
    country = {"Hạng cả nước": row.country_rank} if row.country_rank is not None else {}
    shaken = "khi điểm xê dịch" if is_given(board) else "theo số đếm"
    return {
        "Hạng": row.rank,
        f"Hạng thấp nhất {shaken}": row.range[1],
        f"Hạng cao nhất {shaken}": row.range[0],
        "Mã định danh": row.unit.agency_code,
        capital(units_word(board)): row.unit.name_vi,
        "Tổng điểm": row.total,
        **_components(board, row.components),
        **before,
        **gained,
        **country,
        **{f"Hạng {one.indicator.short_vi.lower()} (tự tính)": one.rank for one in row.components.values()},
        **({} if is_given(board) else {"Lưu ý về số liệu": marks_words(row)}),
    }


def _components(board: RankingBoard, each: Mapping[str, ComponentFigure]) -> dict[str, object]:
    """Values as published; of our own rankings with their unit, and the points that they bring."""
    if is_given(board):
        return {one.indicator.name_vi: one.value for one in each.values()}
    found: dict[str, object] = {}
    for one in each.values():
        name, value = one.indicator.name_vi, one.value
        found[f"{name} ({one.indicator.unit_vi})"] = None if value is None else round(value, one.indicator.decimals)
        found[f"{name} (điểm, tối đa {points_words(one.worth or 0)})"] = None if one.points is None else round(one.points, SHOWN)
    return found


def _unranked(board: RankingBoard, one: UnrankedUnit) -> dict[str, object]:
    known: dict[str, object] = {"Mã định danh": one.unit.agency_code, capital(units_word(board)): one.unit.name_vi}
    return known if is_given(board) else known | _components(board, one.components) | {"Lưu ý về số liệu": f"không xếp hạng: {reason(one)}"}


def sources(board: RankingBoard) -> Sources:
    """What must travel with the figures: period, source, provenance, when taken in, what is ours."""
    ranking = board.ranking
    pairs = [
        ("Bảng", ranking.name_vi),
        ("Xếp hạng trong", place_of(board)),
        ("Địa giới", board.boundaries or borders_on(board.period.last_day)),
        *_stamped(board.stamp, board.data_version),
    ]
    if isinstance(ranking, GivenRanking):
        ranked = "Hạng và điểm do nguồn công bố." if board.group is None else "Điểm do nguồn công bố; hạng xếp lại trong nhóm này."
        pairs += [
            ("Ghi chú", f"{ranked} Hạng từng nhóm và khoảng hạng là tự tính, không phải số công bố."),
            ("Khoảng hạng", f"Hạng nếu điểm xê dịch ±{ranking.margin:g} khi số liệu đến muộn (giả định)".replace(".", ",")),
        ]
    else:
        weights = "; ".join(f"{one.indicator.name_vi} {points_words(one.worth or 0)}" for one in board.makeup.values())
        pairs += [("Ghi chú", ranking.about_vi), ("Điểm tối đa", weights), ("Khoảng hạng", "90% số lần thử lại với số đếm này")]
    return [*pairs, ("Căn cứ", ranking.basis_vi)]
