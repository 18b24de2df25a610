"""Reports that provinces hand in as workbooks: templates, previews, approvals, for machines at `/api/v1`.

A workbook is brought as the body of the request or in a multipart form; what comes back is what was read of it, with every problem at its
cell. Nothing becomes a figure before it was confirmed by who may hand in for the unit and approved by another who may approve.
"""

import asyncio
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from dashboard.access.browser import address
from dashboard.access.roles import Permission
from dashboard.access.viewer import Viewer, current_viewer
from dashboard.api.answers import PROBLEMS
from dashboard.api.files import EXCEL, kept_name, saved_as
from dashboard.api.submission_answers import (
    Columns,
    DueAnswer,
    PreviewAnswer,
    Reason,
    ReportAnswer,
    ReportsAnswer,
    State,
    SubmissionsAnswer,
    preview_answer,
    submission_answer,
)
from dashboard.api.uploads import new_room, upload
from dashboard.boards import Boards
from dashboard.errors import NotFound, NotYours
from dashboard.store import submission_book as book
from dashboard.store.submission_book import Actor, Submission, Wanted
from dashboard.submissions import deeds
from dashboard.submissions.deeds import Counter, Handed
from dashboard.submissions.form import FILE
from dashboard.workbooks.template import template as blank

_PAGE = 100
_TYPES = ("application/octet-stream", EXCEL, "multipart/form-data")
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FILE],
                    "properties": {
                        FILE: {"type": "string", "format": "binary", "description": "the workbook: .xlsx, .xls, .ods or .csv"},
                        **{name: {"type": "string"} for name in ("report", "unit", "period")},
                    },
                }
            },
        },
    }
}
_SAID = {
    400: "no file, or half of one",
    409: "the state of the submission does not allow it (any more)",
    413: "larger than a workbook may be",
    422: "a workbook that cannot be read, is protected, holds macros or names persons: nothing of it is kept",
}
_MORE: dict[int | str, dict[str, Any]] = {
    status: {"description": said, "content": PROBLEMS[404]["content"]} for status, said in _SAID.items()
}

ReportKey = Annotated[str, Path(description="key of a report", max_length=60, pattern="^[a-z][a-z0-9_]*$")]
Number = Annotated[int, Path(description="number of a submission", ge=1, lt=2**53)]
UnitText = Annotated[str, Query(description="key of a province: `bac_ninh_2025`", max_length=60)]
PeriodText = Annotated[str, Query(description="`2026-10`, in the grain of the report", max_length=20)]


class BringQuery(BaseModel):
    """What the workbook is of; what is left out is read from the template's own properties."""

    model_config = ConfigDict(extra="forbid")

    report: Annotated[str | None, Field(description="key of a report", max_length=60)] = None
    unit: Annotated[str | None, Field(description="key of a province", max_length=60)] = None
    period: Annotated[str | None, Field(description="`2026-10`", max_length=20)] = None
    name: Annotated[str, Field(description="name of the file, when it is the body itself", max_length=200)] = "bao-cao.xlsx"


class ListQuery(BaseModel):
    """Which submissions."""

    model_config = ConfigDict(extra="forbid")

    unit: Annotated[str | None, Field(description="key of a province; one's own when left out", max_length=60)] = None
    report: Annotated[str | None, Field(description="key of a report", max_length=60)] = None
    period: Annotated[str | None, Field(description="`2026-10`", max_length=20)] = None
    state: Annotated[State | None, Field(description="only those in this state")] = None
    offset: Annotated[int, Field(description="as the page before said in `next_offset`", ge=0, le=1_000_000)] = 0


def actor_of(request: Request) -> Actor:
    """Who asks, for the steps and the audit."""
    viewer = current_viewer()
    return Actor(viewer.username, viewer.person_id, address(request.scope))


def check(viewer: Viewer, permission: Permission, unit: str) -> None:
    """Raises NotYours for a unit that is not the viewer's; a machine that is bound to nobody may only look."""
    unbound = viewer.via == "token" and viewer.role is None and permission is not Permission.SEE_SUBMISSIONS
    if unbound or not viewer.may(permission, unit):
        raise NotYours("Tài khoản hoặc mã truy cập này không được làm việc đó cho đơn vị này.")


def owned(counter: Counter, number: int, permission: Permission) -> Submission:
    """A submission of a unit for which the viewer may do that. Raises NotFound, also for one that is not theirs to see, and NotYours."""
    viewer, one = current_viewer(), book.find(counter.desk.store, number)
    if not viewer.may(Permission.SEE_SUBMISSIONS, one.unit):
        raise NotFound(f"không có bản nộp số {number}")
    check(viewer, permission, one.unit)
    return one


def router(counter: Counter, boards: Boards) -> APIRouter:
    """The routes over this counter."""
    routes = APIRouter(prefix="/api/v1", tags=["submissions"], responses=PROBLEMS | _MORE)

    @routes.get("/reports", response_model=ReportsAnswer, summary="Reports that units hand in, and what is awaited of one")
    async def reports(unit: Annotated[str | None, Query(description="key of a province", max_length=60)] = None) -> ReportsAnswer:
        return await asyncio.to_thread(_reports, counter, boards, unit)

    @routes.get(
        "/reports/{report}/template",
        summary="The template of a report for a unit and period",
        response_class=Response,
        responses={200: {"description": "the workbook", "content": {EXCEL: {"schema": {"type": "string", "format": "binary"}}}}},
    )
    async def template(report: ReportKey, unit: UnitText, period: PeriodText) -> Response:
        check(current_viewer(), Permission.SEE_SUBMISSIONS, unit)
        asked = counter.asked(report, unit, period)
        content = await asyncio.to_thread(blank, asked.report, asked.unit, asked.period, counter.desk.units)
        name = f"{asked.report.key}_{asked.unit}_{asked.period}.xlsx".replace("/", "-")
        return Response(content, media_type=EXCEL, headers=saved_as(name))

    _bring(routes, counter)
    _look(routes, counter)
    _act(routes, counter)
    return routes


def _bring(routes: APIRouter, counter: Counter) -> None:
    room = new_room()

    @routes.post(
        "/submissions",
        response_model=PreviewAnswer,
        status_code=HTTPStatus.CREATED,
        summary="Bring a workbook; what was read of it comes back",
        openapi_extra=_BODY,
        responses={200: {"model": PreviewAnswer, "description": "the same bytes had been brought before: nothing new was stored"}},
    )
    async def bring(request: Request, response: Response, asked: Annotated[BringQuery, Query()]) -> PreviewAnswer:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in _TYPES:
            raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Nội dung phải là {', '.join(_TYPES)}.")
        brought = await upload(request, room)
        fields = {name: getattr(asked, name) or brought.fields.get(name) or "" for name in ("report", "unit", "period")}
        handed = await asyncio.to_thread(
            take_in, counter, fields, (brought.name or deeds.tidy_name(asked.name), brought.content), actor_of(request)
        )
        response.status_code = HTTPStatus.CREATED if handed.is_new else HTTPStatus.OK
        response.headers["Location"] = f"/api/v1/submissions/{handed.submission.id}"
        return await asyncio.to_thread(_preview, counter, handed.submission, repeated=not handed.is_new)


def take_in(counter: Counter, fields: dict[str, str], file: tuple[str, bytes], actor: Actor) -> Handed:
    """Brings a file (name, bytes) for the unit, report and period of these fields; what is empty is read from the template's properties.

    Raises NotYours for another's unit, and what `deeds.bring` raises.
    """
    viewer = current_viewer()
    name, content = file
    if all(fields.get(one) for one in ("report", "unit", "period")):
        asked = counter.asked(fields["report"], fields["unit"], fields["period"])
    else:
        asked = counter.asked_in(name, content)
    check(viewer, Permission.HAND_IN, asked.unit)
    return deeds.bring(counter, asked, name, content, actor, simulated=viewer.simulated)


def _look(routes: APIRouter, counter: Counter) -> None:
    @routes.get("/submissions", response_model=SubmissionsAnswer, summary="Workbooks that were handed in, newest first")
    async def submissions(asked: Annotated[ListQuery, Query()]) -> SubmissionsAnswer:
        viewer = current_viewer()
        unit = asked.unit or (None if viewer.may(Permission.SEE_SUBMISSIONS) else viewer.unit)
        if unit is not None:
            check(viewer, Permission.SEE_SUBMISSIONS, unit)
        wanted = Wanted(unit, asked.report, asked.period, asked.state, asked.offset, _PAGE + 1)
        found = await asyncio.to_thread(book.listed, counter.desk.store, wanted)
        more = asked.offset + _PAGE if len(found) > _PAGE else None
        return SubmissionsAnswer(submissions=[submission_answer(one) for one in found[:_PAGE]], next_offset=more)

    @routes.get("/submissions/{submission}", response_model=PreviewAnswer, summary="One of them, with what was read and its steps")
    async def one(submission: Number) -> PreviewAnswer:
        return await asyncio.to_thread(lambda: _preview(counter, owned(counter, submission, Permission.SEE_SUBMISSIONS)))

    @routes.get(
        "/submissions/{submission}/file",
        summary="The workbook itself, as it is kept",
        response_class=Response,
        responses={
            200: {"description": "the file", "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
        },
    )
    async def file(submission: Number) -> Response:
        found = await asyncio.to_thread(owned, counter, submission, Permission.SEE_SUBMISSIONS)
        content = await asyncio.to_thread(counter.desk.raw.read, found.sha256)
        return Response(content, media_type="application/octet-stream", headers=saved_as(kept_name(found.file_name)))


_Deed = Callable[[Counter, int, Actor], Submission]
_PLAIN: Mapping[str, tuple[Permission, _Deed, str]] = {
    "confirm": (Permission.HAND_IN, deeds.confirm, "Stand for what was read; it waits for approval"),
    "withdraw": (Permission.HAND_IN, lambda here, one, who: deeds.withdraw(here, one, "", who), "Take back what was not approved yet"),
    "approve": (Permission.APPROVE, deeds.approve, "Approve it: its figures land"),
}
"""Steps that need no words: the right, the deed, what the description calls it."""


def _act(routes: APIRouter, counter: Counter) -> None:
    async def done(number: int, permission: Permission, deed: Callable[[], Submission]) -> PreviewAnswer:
        def act() -> PreviewAnswer:
            owned(counter, number, permission)
            return _preview(counter, deed())

        return await asyncio.to_thread(act)

    def offer(path: str, permission: Permission, deed: _Deed, summary: str) -> None:
        @routes.post(
            f"/submissions/{{submission}}/{path}", response_model=PreviewAnswer, summary=summary, operation_id=f"submission_{path}"
        )
        async def step(request: Request, submission: Number) -> PreviewAnswer:
            actor = actor_of(request)
            return await done(submission, permission, lambda: deed(counter, submission, actor))

    for path, (permission, deed, summary) in _PLAIN.items():
        offer(path, permission, deed, summary)

    @routes.post("/submissions/{submission}/mapping", response_model=PreviewAnswer, summary="Show what the headers of a draft mean")
    async def mapping(request: Request, submission: Number, told: Columns) -> PreviewAnswer:
        actor = actor_of(request)
        return await done(submission, Permission.HAND_IN, lambda: deeds.show_columns(counter, submission, told.columns, actor))

    @routes.post("/submissions/{submission}/return", response_model=PreviewAnswer, summary="Return it with a reason")
    async def hand_back(request: Request, submission: Number, told: Reason) -> PreviewAnswer:
        actor = actor_of(request)
        return await done(submission, Permission.APPROVE, lambda: deeds.hand_back(counter, submission, told.reason, actor))


def _preview(counter: Counter, one: Submission, *, repeated: bool = False) -> PreviewAnswer:
    store = counter.desk.store
    return preview_answer(one, book.content_of(store, one.id), book.steps(store, [one.id]).get(one.id, []), repeated=repeated)


def _reports(counter: Counter, boards: Boards, unit: str | None) -> ReportsAnswer:
    viewer = current_viewer()
    wanted = unit or viewer.unit
    if wanted is not None:
        check(viewer, Permission.SEE_SUBMISSIONS, wanted)
        boards.units.get(wanted)
    found = []
    for one in counter.reports.values():
        due = boards.handed_in.awaited(wanted) if wanted is not None else ()
        awaited = [
            DueAnswer(
                period=str(each.period),
                due=each.due.isoformat(),
                state=each.state,
                submission=each.newest.id if each.newest else None,
                template=f"/api/v1/reports/{one.key}/template?unit={wanted}&period={each.period}",
            )
            for each in due
            if each.report.key == one.key
        ]
        columns = [column.key for column in one.columns]
        found.append(ReportAnswer(report=one.key, name=one.name_vi, grain=str(one.grain), feed=one.feed, columns=columns, due=awaited))
    return ReportsAnswer(unit=wanted, reports=found)
