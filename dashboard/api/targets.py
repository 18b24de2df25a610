"""`GET /api/v1/targets`: what was set, how far each unit is, what pace it still asks for, and when it will be there."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from dashboard.api.answers import NOT_MODIFIED, PROBLEMS, answered
from dashboard.api.describe import evidence_link
from dashboard.boards import Boards
from dashboard.boards.desk import instant
from dashboard.boards.targets import Standing, TargetRow
from dashboard.web.kept import Kept

TargetState = Literal["met", "on_track", "behind", "missed", "awaiting", "too_early", "not_reported"]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class StandingAnswer(_Answer):
    """A unit against a target; days are of +07:00."""

    unit: str
    name: str
    state: TargetState
    value: float | None = Field(description="of the reading that decides")
    as_of_day: str | None = Field(description="the last day of that reading's period")
    attained: float | None = Field(description="share of the target, 1 when it is reached")
    gap: float | None
    needed_per_period: float | None = Field(description="until the deadline, in the indicator's unit")
    needed_per_working_day: float | None
    prospect: Literal["in_time", "at_risk", "will_miss", "never", "too_few", "reached"] | None = Field(
        description="if the last periods go on; null when it is decided"
    )
    expected: str | None = Field(description="day on which the target will be reached")
    earliest: str | None = Field(description="better edge of the 80 % band")
    latest: str | None = Field(description="worse edge of the 80 % band; null when it lies beyond ten years")
    days_late: int = Field(description="by how many days the deadline will be missed")
    evidence: str | None


class TargetAnswer(_Answer):
    """A target with every unit that it is set for."""

    target: str
    name: str
    indicator: str
    agency_tier: str | None
    value: float
    unit: str
    given: str
    deadline: str
    days_left: int = Field(description="as of the day asked for; below zero: passed")
    set_by: str
    source: str
    simulated: bool
    standings: list[StandingAnswer]


class TargetsAnswer(_Answer):
    """Targets as of the end of a day."""

    targets: list[TargetAnswer]


class TargetsQuery(BaseModel):
    """What `/targets` is asked: those of a group, or those of every province that an indicator tells of."""

    model_config = ConfigDict(extra="forbid")

    group: Annotated[str | None, Field(description="key of a declared group, as `/groups` lists them", max_length=100)] = None
    indicator: Annotated[str | None, Field(description="key of an indicator; all of them when left out", max_length=100)] = None
    day: Annotated[date | None, Field(description="of a group: as of the end of which day; its own when left out")] = None
    as_of: Annotated[str | None, Field(description="`2025-11-20` (its end) or ISO 8601: as the board stood then", max_length=40)] = None


def router(boards: Boards) -> APIRouter:
    """The route over these boards."""
    routes = APIRouter(prefix="/api/v1", tags=["figures"], responses=PROBLEMS | NOT_MODIFIED)
    kept = Kept(boards)

    @routes.get("/targets", response_model=TargetsAnswer, summary="Targets, attainment, required pace and forecast")
    async def targets(request: Request, asked: Annotated[TargetsQuery, Query()]) -> Response:
        return await answered(boards, kept, request, lambda: TargetsAnswer(targets=[_target(one) for one in _rows(boards, asked)]))

    return routes


def _rows(boards: Boards, asked: TargetsQuery) -> list[TargetRow]:
    past = instant(asked.as_of) if asked.as_of else None
    if asked.group is not None:
        rows = boards.group(boards.find_group(asked.group, None), asked.day, past).targets
        return [row for row in rows if asked.indicator in (None, row.target.indicator)]
    indicators = [boards.catalog.indicator(asked.indicator)] if asked.indicator else boards.catalog.indicators.values()
    return [row for one in indicators for row in boards.targets(one.key, past)]


def _target(row: TargetRow) -> TargetAnswer:
    target = row.target
    return TargetAnswer(
        target=target.key,
        name=target.name_vi,
        indicator=target.indicator,
        agency_tier=target.agency_tier or None,
        value=target.value,
        unit=target.unit_vi,
        given=target.given.isoformat(),
        deadline=target.deadline.isoformat(),
        days_left=row.days_left,
        set_by=target.set_by_vi,
        source=target.source_vi,
        simulated=row.provenance == "simulated",
        standings=[_standing(one) for one in row.standings],
    )


def _standing(one: Standing) -> StandingAnswer:
    attained, ahead = one.attainment, one.forecast if one.is_open else None
    judged, pace = (attained.judged, attained.pace) if attained is not None else (None, None)
    return StandingAnswer(
        unit=one.unit.key,
        name=one.unit.name_vi,
        state=attained.state if attained is not None else "not_reported",
        value=judged.value if judged else None,
        as_of_day=judged.day.isoformat() if judged else None,
        attained=attained.share if attained else None,
        gap=attained.gap if attained else None,
        needed_per_period=pace.needed_per_period if pace else None,
        needed_per_working_day=pace.needed_per_day if pace else None,
        prospect=one.prospect,
        expected=_day(ahead.expected if ahead else None),
        earliest=_day(ahead.earliest if ahead else None),
        latest=_day(ahead.latest if ahead else None),
        days_late=one.days_late,
        evidence=evidence_link(one.figure) if one.figure else None,
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
