"""`/api/v1`: units, indicators, values, rankings, evidence. `as_of` shows what the board showed at a past instant."""

from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from dashboard.access.viewer import current_viewer
from dashboard.api import describe, measured, ranked, told
from dashboard.api.answers import NOT_MODIFIED, PROBLEMS, answered
from dashboard.api.models import EvidenceAnswer, IndicatorsAnswer, UnitsAnswer, ValuesAnswer
from dashboard.api.ranking_models import ScoreEvidenceAnswer
from dashboard.api.told import FactAnswer, FactEvidenceAnswer
from dashboard.boards import Boards
from dashboard.boards.desk import instant
from dashboard.boards.scored import is_score, score_of
from dashboard.catalog import AgencyTier
from dashboard.formats import HANOI
from dashboard.periods import Period
from dashboard.web.kept import Kept

Answer = TypeVar("Answer")
PeriodText = Annotated[
    str | None, Field(description="`2025-10-31`, `2025-10`, `2025-Q4`, `2025`, `2025-10/ytd`; the newest when left out", max_length=20)
]
AsOf = Annotated[str | None, Field(description="a past instant: `2026-11-20` (the end of that day) or ISO 8601", max_length=40)]
Borders = Annotated[
    Literal["2020", "2025"] | None,
    Field(
        description="borders of units: 2020 (63 provinces) or 2025 (34); counts of before fold forward, never back; left out: of the period"
    ),
]
Day = Annotated[date | None, Field(description="the day on which codes and names are meant; today when left out")]
RankingKey = Annotated[str, Path(description="key of a ranking: `766`", max_length=100, pattern="^[a-z0-9_]+$")]
FigureId = Annotated[str, Path(description="`<indicator>/<unit>/<period>`, as answers give it", max_length=300, pattern="^[a-z0-9_./-]+$")]
UnitTier = Literal["nation", "region", "province", "district", "commune", "ministry", "department"]
ValueTier = Literal["province", "commune", "department"]


Key = Annotated[str, Field(min_length=1, max_length=100)]


class Question(BaseModel):
    """What may be asked after the question mark. A name that is not known is refused: a slip in `period` must not give the newest one."""

    model_config = ConfigDict(extra="forbid")


class FiguresQuery(Question):
    """Which period, as of when, by which boundaries."""

    period: PeriodText = None
    as_of: AsOf = None
    boundaries: Borders = None


class ValuesQuery(FiguresQuery):
    """What `/values` is asked."""

    indicator: Key = Field(description="key of an indicator, as `/indicators` lists them, or of a fact")
    tier: ValueTier = Field(
        "province", description="which units: provinces, or the communes or departments of which figures were published"
    )
    agency_tier: AgencyTier | None = Field(None, description="only agencies of this tier; all folded when left out")


class UnitsQuery(Question):
    """What `/units` is asked."""

    tier: UnitTier = Field("province", description="level of the units")
    on: Day = None
    within: Key | None = Field(None, description="key of a unit: only those that lie in it")
    q: str | None = Field(None, description="part of a name, tone marks or not, or a whole code", max_length=100)
    offset: int = Field(0, description="how many to leave out at the beginning", ge=0, le=100_000)
    limit: int = Field(500, description="how many at most", ge=1, le=1000)


def router(boards: Boards) -> APIRouter:
    """The routes over these boards."""
    routes = APIRouter(prefix="/api/v1", tags=["figures"], responses=PROBLEMS | NOT_MODIFIED)
    kept = Kept(boards)
    _add_units(routes, boards, kept)
    _add_values(routes, boards, kept)
    _add_evidence(routes, boards, kept)
    return routes


def _add_units(routes: APIRouter, boards: Boards, kept: Kept) -> None:
    @routes.get("/units", response_model=UnitsAnswer, summary="Administrative units on a day")
    async def units(request: Request, asked: Annotated[UnitsQuery, Query()]) -> Response:
        def compute() -> UnitsAnswer:
            day = asked.on or boards.now().astimezone(HANOI).date()
            found = describe.sought(boards.units.of_tier(asked.tier, day, asked.within), asked.q)
            return describe.units(boards, found, (asked.tier, day), slice(asked.offset, asked.offset + asked.limit))

        return await answered(boards, kept, request, compute)

    @routes.get("/indicators", response_model=IndicatorsAnswer, summary="What is measured, how, and how fresh it is")
    async def indicators(request: Request) -> Response:
        return await answered(
            boards,
            kept,
            request,
            lambda: IndicatorsAnswer(
                data_version=boards.version(), indicators=[describe.indicator(boards, one) for one in boards.catalog.indicators.values()]
            ),
        )


def _add_values(routes: APIRouter, boards: Boards, kept: Kept) -> None:
    @routes.get("/values", response_model=ValuesAnswer | FactAnswer, summary="An indicator in a period, or what was told of a fact")
    async def values(request: Request, asked: Annotated[ValuesQuery, Query()]) -> Response:
        def compute() -> ValuesAnswer | FactAnswer:
            past = past_of(asked.as_of)
            if asked.indicator in boards.catalog.facts:
                period = period_of(asked.period)
                board_of_fact = boards.fact(asked.indicator, period.last_day if period else None, past)
                return told.values(board_of_fact, asked.boundaries, past or boards.now())
            board = boards.indicator(asked.indicator, period_of(asked.period), asked.tier, past, asked.agency_tier, asked.boundaries)
            return measured.values(board, asked.tier, boards.units, past or boards.now())

        return await answered(boards, kept, request, compute)


def _add_evidence(routes: APIRouter, boards: Boards, kept: Kept) -> None:
    @routes.get(
        "/evidence/{figure:path}",
        response_model=EvidenceAnswer | FactEvidenceAnswer | ScoreEvidenceAnswer,
        summary="What a figure rests on, down to the row of the file",
    )
    async def evidence(request: Request, figure: FigureId) -> Response:
        viewer = current_viewer()

        def compute() -> EvidenceAnswer | FactEvidenceAnswer | ScoreEvidenceAnswer:
            if figure.partition("/")[0] in boards.catalog.facts:
                return told.evidence(boards.fact_evidence(figure), viewer)
            if is_score(boards, figure):
                return ranked.score_evidence(figure, *score_of(boards, figure))
            return measured.evidence(boards.evidence(figure), viewer)

        return await answered(boards, kept, request, compute)


def period_of(text: str | None) -> Period | None:
    """A period as an address writes it; None is the newest. Raises PeriodError."""
    return Period.parse(text) if text else None


def past_of(text: str | None) -> datetime | None:
    """An instant as an address writes it; None is now. Raises PeriodError."""
    return instant(text) if text else None
