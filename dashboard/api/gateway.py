"""The door of provincial document gateways: one edXML message a request, answered when it is kept, in the words that gateways read.

`POST /v1/sendEdoc` and `/v1/updateStatus` take `multipart/form-data` with the message in `edocFile`, or the XML itself as the body;
either door takes documents and statuses alike, since builds differ in what they send where. `X-SystemId` is the agency code that the
token speaks for, with all agencies below it; `X-SecretKey`, a token of scope `feed:document_axis`, was judged by the gate before anything
here is read.
"""

import asyncio
from datetime import datetime
from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from dashboard.access.answers import gateway_answer, refusal
from dashboard.access.roles import Kind
from dashboard.access.viewer import Viewer, current_viewer
from dashboard.api import multipart
from dashboard.api.bodies import BodyRefused, Room, whole
from dashboard.checks import Checker
from dashboard.errors import DashboardError
from dashboard.feeds.agencies import canonical, province_or_ministry, speaks_for
from dashboard.feeds.base import Context, Feed, RowFault, Taken
from dashboard.feeds.edxml import MESSAGE_LARGEST
from dashboard.formats import HANOI
from dashboard.inbox import Inbox, InboxFull, Outcome
from dashboard.observations import Provenance

FEED = "document_axis"
SOURCE = "Cổng kết nối"
"""What evidence and quarantine call the messages that came in here."""
BODY_LARGEST = MESSAGE_LARGEST + 64 * 1024
BODIES_LARGEST = 256 * 1024 * 1024
"""Bytes of all bodies that are being received at one time."""
BODY_SECONDS = 120.0
_INLINE = 32 * 1024
_XML = frozenset({"application/xml", "text/xml", "application/octet-stream"})
_SOON = {"Retry-After": "2"}

_ANSWERS: dict[str, tuple[HTTPStatus, str, str]] = {
    "accepted": (HTTPStatus.OK, "0", "Đã nhận."),
    "known": (HTTPStatus.OK, "0", "Đã nhận từ trước; không có gì mới."),
    "held": (HTTPStatus.UNPROCESSABLE_ENTITY, "22", "Bản tin bị giữ lại: {reason}."),
    "refused": (HTTPStatus.CONFLICT, "20", "Không nhận được: {reason}."),
    "away": (HTTPStatus.SERVICE_UNAVAILABLE, "20", "Kho số liệu tạm thời không trả lời; bản tin chưa được nhận, hãy gửi lại."),
    "failed": (HTTPStatus.INTERNAL_SERVER_ERROR, "20", "Hệ thống gặp lỗi khi ghi bản tin này; lỗi đã được ghi lại."),
}


class _Turned(DashboardError):
    """A request that gets this answer instead."""

    def __init__(self, answer: Response) -> None:
        super().__init__("request turned away")
        self.answer = answer


def router(inbox: Inbox, context: Context, checker: Checker | None) -> APIRouter:
    """The two doors, which are one; what was taken in goes on to the checker."""
    routes = APIRouter(tags=["gateway"])
    room = Room(BODY_LARGEST, BODIES_LARGEST, BODY_SECONDS)

    async def door(request: Request) -> Response:
        try:
            viewer = current_viewer()
            system = _system(viewer, request, context)
            content = await _message(request, room)
            taken = await _taken(content, inbox.feed, context)
            _check_speaker(system, taken)
            provenance: Provenance = "simulated" if viewer.simulated else inbox.feed.provenance
            outcome = await asyncio.wrap_future(inbox.offer(taken, provenance))
            if checker is not None and outcome.state in ("accepted", "known"):
                checker.offer(content, taken, provenance)
        except _Turned as turned:
            return turned.answer
        except ClientDisconnect:
            return gateway_answer(HTTPStatus.BAD_REQUEST, "10", "Yêu cầu bị cắt ngang.")
        except InboxFull:
            return gateway_answer(503, "20", "Hệ thống đang bận; bản tin chưa được nhận, hãy gửi lại.", state="away", headers=_SOON)
        return _answer(taken, outcome)

    routes.post("/v1/sendEdoc", summary="A document (edXML) from a gateway", response_class=Response)(door)
    routes.post("/v1/updateStatus", summary="A status (edXML) from a gateway", response_class=Response)(door)
    return routes


def _system(viewer: Viewer, request: Request, context: Context) -> str:
    """The agency code, in its canonical form, that this request speaks for; it must lie in the unit that the token is bound to."""
    if not viewer.may_push(FEED):
        raise _Turned(refusal(HTTPStatus.FORBIDDEN, Kind.GATEWAY))
    try:
        system = canonical(request.headers.get("x-systemid", ""))
    except RowFault:
        raise _Turned(
            refusal(HTTPStatus.UNAUTHORIZED, Kind.GATEWAY, "X-SystemId phải là mã định danh cơ quan, như 000.00.00.H05.")
        ) from None
    if viewer.unit is not None:
        unit = province_or_ministry(system, datetime.now(HANOI).date(), context)
        if unit is None or unit.key not in viewer.inside:
            raise _Turned(gateway_answer(HTTPStatus.FORBIDDEN, "19", "Mã khóa này không được gửi thay cơ quan trong X-SystemId."))
    return system


async def _message(request: Request, room: Room) -> bytes:
    """The XML that a request brings."""
    given = request.headers.get("content-type", "")
    kind = given.partition(";")[0].strip().lower()
    if kind != "multipart/form-data" and kind not in _XML:
        sentence = "Cần multipart/form-data với edocFile, hoặc XML (application/xml)."
        raise _Turned(gateway_answer(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "10", sentence))
    body = await _body(request, room)
    if kind in _XML:
        return body
    try:
        fields = multipart.fields(given, body)
    except multipart.FormFault as fault:
        raise _Turned(gateway_answer(HTTPStatus.BAD_REQUEST, "10", f"Không đọc được yêu cầu: {fault}.")) from None
    if "edocFile" not in fields:
        raise _Turned(gateway_answer(HTTPStatus.BAD_REQUEST, "10", "Biểu mẫu thiếu edocFile."))
    asked = fields.get("messageType", b"edoc").strip().lower()
    if asked not in (b"edoc", b"status"):
        raise _Turned(gateway_answer(HTTPStatus.BAD_REQUEST, "10", "messageType phải là edoc hoặc status."))
    return fields["edocFile"]


async def _body(request: Request, room: Room) -> bytes:
    try:
        return await whole(request, room)
    except BodyRefused as refused:
        if refused.why == "busy":
            raise InboxFull("too many bodies at one time") from None
        if refused.why == "slow":
            raise _Turned(gateway_answer(HTTPStatus.REQUEST_TIMEOUT, "10", "Yêu cầu đến quá chậm nên bị dừng.")) from None
        raise _Turned(refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, Kind.GATEWAY)) from None


async def _taken(content: bytes, feed: Feed, context: Context) -> Taken:
    take = feed.take
    assert take is not None, "the document axis takes messages"
    # A small message is read faster than a thread is woken; a large one must not stop everybody else.
    return take("", content, context) if len(content) <= _INLINE else await asyncio.to_thread(take, "", content, context)


def _check_speaker(system: str, taken: Taken) -> None:
    if taken.speaker and not speaks_for(system, taken.speaker):
        sentence = f"Bản tin của cơ quan {taken.speaker} không thuộc {system} (X-SystemId)."
        raise _Turned(gateway_answer(HTTPStatus.FORBIDDEN, "19", sentence, taken.subject))


def _answer(taken: Taken, outcome: Outcome) -> Response:
    status, code, sentence = _ANSWERS[outcome.state]
    if outcome.state == "held" and not taken.speaker and not taken.subject:
        code = "10"
    headers = _SOON if status is HTTPStatus.SERVICE_UNAVAILABLE else None
    return gateway_answer(status, code, sentence.format(reason=outcome.reason), taken.subject, outcome.state, headers)
