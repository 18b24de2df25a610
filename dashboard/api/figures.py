"""`/api/v1`: units, indicators, values, rankings, evidence. `as_of` shows what the board showed at a past instant."""

import asyncio
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from dashboard.access.viewer import current_viewer
from dashboard.api import describe
from dashboard.api.answers import ProblemRoute, unchanged
from dashboard.api.models import EvidenceAnswer, IndicatorsAnswer, RankingAnswer, UnitsAnswer, ValuesAnswer
from dashboard.boards import Boards
from dashboard.boards.desk import instant
from dashboard.formats import HANOI
from dashboard.periods import Period

Answer = TypeVar("Answer")
PeriodText = Annotated[str | None, Field(description="`2025-10`, `2025-10/ytd`, `2025`; the newest when left out", max_length=20)]
AsOf = Annotated[str | None, Field(description="a past instant: `2026-11-20` (the end of that day) or ISO 8601", max_length=40)]
Borders = Annotated[Literal["2020", "2025"] | None, Field(description="borders of units; scores without counts cannot be converted")]
Day = Annotated[date | None, Field(description="the day on which codes and names are meant; today when left out")]
UnitTier = Literal["nation", "region", "province", "commune", "department"]
ValueTier = Literal["province", "commune", "department"]


class ValuesQuery(BaseModel):
    """What `/values` is asked."""

    model_config = ConfigDict(extra="forbid")

    indicator: str
    tier: ValueTier = "province"
    period: PeriodText = None
    as_of: AsOf = None
    boundaries: Borders = None


def router(boards: Boards) -> APIRouter:
    """The routes over these boards."""
    routes = APIRouter(prefix="/api/v1", route_class=ProblemRoute, tags=["figures"])
    _add_units(routes, boards)
    _add_values(routes, boards)
    _add_evidence(routes, boards)
    return routes


async def answered(boards: Boards, request: Request, response: Response, compute: Callable[[], Answer]) -> Answer | Response:
    """304 when the client's copy is right, else the answer, computed off the event loop."""
    viewer = current_viewer()
    if await asyncio.to_thread(unchanged, boards, request, response, viewer):
        return Response(status_code=304, headers=dict(response.headers))
    return await asyncio.to_thread(compute)


def _add_units(routes: APIRouter, boards: Boards) -> None:
    @routes.get("/units", response_model=UnitsAnswer, summary="Administrative units on a day")
    async def units(
        request: Request, response: Response, tier: UnitTier = "province", on: Day = None, within: str | None = None
    ) -> UnitsAnswer | Response:
        day = on or boards.now().astimezone(HANOI).date()
        return await answered(
            boards,
            request,
            response,
            lambda: UnitsAnswer(
                on=day.isoformat(), tier=tier, units=[describe.unit(boards, one) for one in boards.units.of_tier(tier, day, within)]
            ),
        )

    @routes.get("/indicators", response_model=IndicatorsAnswer, summary="What is measured, how, and how fresh it is")
    async def indicators(request: Request, response: Response) -> IndicatorsAnswer | Response:
        return await answered(
            boards,
            request,
            response,
            lambda: IndicatorsAnswer(
                data_version=boards.version(), indicators=[describe.indicator(boards, one) for one in boards.catalog.indicators.values()]
            ),
        )


def _add_values(routes: APIRouter, boards: Boards) -> None:
    @routes.get("/values", response_model=ValuesAnswer, summary="An indicator in a period")
    async def values(request: Request, response: Response, asked: Annotated[ValuesQuery, Query()]) -> ValuesAnswer | Response:
        def compute() -> ValuesAnswer:
            past = _past(asked.as_of)
            board = boards.indicator(asked.indicator, _period(asked.period), asked.tier, past)
            return describe.values(board, asked.tier, asked.boundaries, past or boards.now())

        return await answered(boards, request, response, compute)

    @routes.get("/rankings/{ranking}", response_model=RankingAnswer, summary="A ranking in a period")
    async def rankings(
        request: Request, response: Response, ranking: str, period: PeriodText = None, as_of: AsOf = None, boundaries: Borders = None
    ) -> RankingAnswer | Response:
        def compute() -> RankingAnswer:
            past = _past(as_of)
            return describe.ranking(boards.ranking(ranking, _period(period), past), boundaries, past or boards.now())

        return await answered(boards, request, response, compute)


def _add_evidence(routes: APIRouter, boards: Boards) -> None:
    @routes.get("/evidence/{figure:path}", response_model=EvidenceAnswer, summary="What a figure rests on, down to the row of the file")
    async def evidence(request: Request, response: Response, figure: str) -> EvidenceAnswer | Response:
        viewer = current_viewer()
        return await answered(boards, request, response, lambda: describe.evidence(boards.evidence(figure), viewer))


def _period(text: str | None) -> Period | None:
    return Period.parse(text) if text else None


def _past(text: str | None) -> datetime | None:
    return instant(text) if text else None
