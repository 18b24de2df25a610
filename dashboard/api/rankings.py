"""`/api/v1/rankings`: how rankings are made, how units stand in one, and why one stands where it does."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import Field

from dashboard.api import ranked
from dashboard.api.answers import NOT_MODIFIED, PROBLEMS, answered
from dashboard.api.figures import AsOf, FiguresQuery, PeriodText, Question, RankingKey, past_of, period_of
from dashboard.api.ranking_models import DefinitionsAnswer, RankingAnswer, StoryAnswer
from dashboard.boards import Boards
from dashboard.boards.ranked import RankingQuestion
from dashboard.web.kept import Kept

UnitKey = Annotated[str, Path(description="key of a unit", max_length=100, pattern="^[a-z0-9_]+$")]
Within = Annotated[str, Field(max_length=100, pattern="^[a-z0-9_]*$")]


class ComparedQuery(Question):
    """Which period, as of when, among whom, compared with what."""

    period: PeriodText = None
    as_of: AsOf = None
    within: Within = Field("", description="key of a region, or of a province for its communes: ranked anew among themselves")
    against: PeriodText = Field(None, description="the period to compare with; the one before when left out")
    since: AsOf = Field(None, description="a past instant: compare with what was shown then (our own rankings)")


class RankingsQuery(FiguresQuery, ComparedQuery):
    """The same, by which boundaries."""


def router(boards: Boards) -> APIRouter:
    """The routes over these boards."""
    routes = APIRouter(prefix="/api/v1", tags=["rankings"], responses=PROBLEMS | NOT_MODIFIED)
    kept = Kept(boards)

    @routes.get("/rankings", response_model=DefinitionsAnswer, summary="All rankings: weights, goalposts, rules for the late and missing")
    async def definitions(request: Request) -> Response:
        def compute() -> DefinitionsAnswer:
            boards.version()
            return DefinitionsAnswer(rankings=[ranked.definition(boards.catalog, one) for one in boards.catalog.rankings.values()])

        return await answered(boards, kept, request, compute)

    @routes.get("/rankings/{ranking}", response_model=RankingAnswer, summary="A ranking in a period")
    async def rankings(request: Request, ranking: RankingKey, asked: Annotated[RankingsQuery, Query()]) -> Response:
        def compute() -> RankingAnswer:
            question = replace(_question(ranking, asked), boundaries=asked.boundaries)
            return ranked.ranking(boards.ranked(question), question.as_of or boards.now())

        return await answered(boards, kept, request, compute)

    @routes.get("/rankings/{ranking}/units/{unit}", response_model=StoryAnswer, summary="Why a unit stands where it does, and the ways up")
    async def story(request: Request, ranking: RankingKey, unit: UnitKey, asked: Annotated[ComparedQuery, Query()]) -> Response:
        def compute() -> StoryAnswer:
            question = _question(ranking, asked)
            return ranked.story(boards.story(unit, question), question.as_of or boards.now())

        return await answered(boards, kept, request, compute)

    return routes


def _question(ranking: str, asked: ComparedQuery) -> RankingQuestion:
    against = period_of(asked.against)
    return RankingQuestion(ranking, period_of(asked.period), past_of(asked.as_of), asked.within, against, past_of(asked.since))
