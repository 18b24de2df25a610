"""`GET /api/v1/feeds`: how each feed stands, for whoever watches the system from outside."""

import asyncio

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from dashboard.api.answers import PROBLEMS, local
from dashboard.boards import Boards
from dashboard.boards.sources import SourceBoard, SourceState
from dashboard.observations import Provenance


class FeedAnswer(BaseModel):
    """One feed against its own limit."""

    feed: str
    name: str
    publisher: str
    provenance: Provenance
    state: SourceState
    last_good: str | None = Field(description="when something of it was last read well; null: never")
    silent_after_minutes: int | None = Field(description="of office hours; null: the feed comes by periods")
    quiet_minutes: int | None = Field(description="office time since the last good reading, of a live feed")
    newest_period: str | None
    late_days: int
    figures: int = Field(description="cells new or changed, ever")
    figures_by_day: list[int] = Field(description="the same on each of the last thirty days, today last")
    held: int = Field(description="records in quarantine")
    failing: int = Field(description="files or senders whose last reading failed")
    unreached: str | None = Field(description="why the system that is asked could not be read the last time, in Vietnamese; null: it could")
    next_reading: str | None = Field(description="when the clock reads it next; null: it is sent to us")


class FeedsAnswer(BaseModel):
    """Every feed, in the order of their keys."""

    feeds: list[FeedAnswer]


def router(boards: Boards) -> APIRouter:
    """The route over these boards."""
    routes = APIRouter(prefix="/api/v1", tags=["feeds"], responses=PROBLEMS)

    @routes.get("/feeds", summary="How each feed stands")
    async def feeds(response: Response) -> FeedsAnswer:
        # What is silent changes with the minute: nobody may keep this answer.
        response.headers["Cache-Control"] = "no-store"
        return FeedsAnswer(feeds=[_answer(one) for one in await asyncio.to_thread(boards.sources)])

    return routes


def _answer(one: SourceBoard) -> FeedAnswer:
    feed = one.feed
    return FeedAnswer(
        feed=feed.key,
        name=feed.name_vi,
        publisher=feed.publisher,
        provenance=feed.provenance,
        state=one.state,
        last_good=local(one.last_good),
        silent_after_minutes=int(feed.silent_after.total_seconds() // 60) if feed.silent_after else None,
        quiet_minutes=int(one.quiet.total_seconds() // 60) if one.quiet is not None else None,
        newest_period=str(one.freshness.latest) if one.freshness.latest else None,
        late_days=one.late_days,
        figures=one.landed,
        figures_by_day=[landed for _, landed in one.course],
        held=one.held,
        failing=len(one.failures),
        unreached=one.unreached.error if one.unreached else None,
        next_reading=local(one.turn.next_at) if one.turn and feed.every else None,
    )
