"""`POST /api/v1/feeds/{feed}`: observations from any system that holds a token of that feed's scope."""

import asyncio
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Header, HTTPException, Path, Request

from dashboard import ingest
from dashboard.access.viewer import Viewer, current_viewer
from dashboard.api.answers import PROBLEMS
from dashboard.api.models import PushAnswer, PushedRecord
from dashboard.feeds.base import Feed, Source
from dashboard.ingest import Report, Sender

LARGEST: Final = 32 * 1024 * 1024
"""Bytes of one push; more is to be sent in parts."""
_MANNER: Final = (
    "JSON or CSV with measure, unit, period, value and, where a measure has parts, detail. Each record is the whole value of one cell: sent"
    " again with another value it is a correction. Answered once all of it is in the database."
)
_TYPES: Final = ("application/json", "text/csv")

FeedKey = Annotated[str, Path(description="key of a feed of data/feeds.toml", max_length=60, pattern="^[a-z][a-z0-9_]*$")]
RequestKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        description="a name of the sender's own for this request: when it is sent again, it is answered and not taken in again",
        min_length=1,
        max_length=100,
        pattern=r"^[\x21-\x7e]+$",
    ),
]


def router(desk: ingest.Desk) -> APIRouter:
    """The route over this desk."""
    routes = APIRouter(prefix="/api/v1", tags=["feeds"], responses=PROBLEMS)

    @routes.post(
        "/feeds/{feed}",
        response_model=PushAnswer,
        summary="Bring observations",
        description=_MANNER,
    )
    async def push(request: Request, feed: FeedKey, key: RequestKey = None) -> PushAnswer:
        viewer = current_viewer()
        found = _feed(desk, feed, viewer)
        content = await _body(request)
        sender = Sender(None if viewer.unit is None else viewer.inside, "simulated" if viewer.simulated else None, key, viewer.unit)
        report = await asyncio.to_thread(ingest.take, desk, found, Source(f"push:{viewer.username}", content), sender)
        return _answer(report)

    return routes


def _feed(desk: ingest.Desk, key: str, viewer: Viewer) -> Feed:
    if not viewer.may_push(key):
        raise HTTPException(HTTPStatus.FORBIDDEN, f"Mã truy cập này không được gửi vào nguồn “{key}”.")
    feed = desk.feed(key)
    if not feed.is_pushed:
        raise HTTPException(HTTPStatus.CONFLICT, f"Nguồn “{key}” do hệ thống tự đọc, không nhận số liệu gửi tới đây.")
    return feed


async def _body(request: Request) -> bytes:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in _TYPES:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Nội dung phải là {' hoặc '.join(_TYPES)}.")
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > LARGEST:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"Mỗi lần gửi nhiều nhất {LARGEST // 1024 // 1024} MB: hãy chia nhỏ.")
    return bytes(content)


def _answer(report: Report) -> PushAnswer:
    """Raises HTTPException when nothing of the request could be read."""
    if report.landing is None:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, report.error or "")
    held = {one.record: one.reason for one in report.held}
    records = [PushedRecord(record=one, state="accepted", reason="") for one in report.accepted]
    records += [PushedRecord(record=one, state="held", reason=said) for one, said in held.items()]
    return PushAnswer(
        feed=report.feed,
        run=report.landing.run_id,
        repeated=report.landing.repeated,
        changed=report.landing.landed,
        unchanged=report.landing.unchanged,
        held=report.landing.held,
        records=sorted(records, key=lambda one: int(one.record)),
    )
