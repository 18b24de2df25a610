"""Ruling the list of cameras: `/api/v1/cameras`, and the errands that a relay does for it. For whoever may MANAGE_CAMERAS."""

import asyncio
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Request
from starlette.responses import Response

from dashboard.access.browser import address as client_address
from dashboard.access.throttle import Pace
from dashboard.access.viewer import actor, current_viewer
from dashboard.api.answers import PROBLEMS, TOO_OFTEN
from dashboard.api.camera_models import (
    CameraDraft,
    CameraRecord,
    DevicesAnswer,
    StreamsAnswer,
    StreamsQuestion,
    TrialsAnswer,
    record_of,
)
from dashboard.camera import address
from dashboard.camera.errands import Kind, sealed
from dashboard.camera.exchange import Exchange
from dashboard.camera.ruling import Ruling
from dashboard.errors import OfferRefused
from dashboard.store import accounts
from dashboard.store.accounts import AuditEntry

CameraKey = Annotated[str, Path(description="key of a camera", pattern=r"^[a-z0-9_]+$")]
_CONFLICT: dict[int | str, dict[str, Any]] = {
    409: {"description": "somebody else changed it meanwhile", "content": {"application/problem+json": {}}}
}


def router(ruling: Ruling, exchange: Exchange) -> APIRouter:
    """The routes over this list."""
    routes = APIRouter(tags=["cameras"], responses=PROBLEMS)

    @routes.post("/api/v1/cameras", status_code=HTTPStatus.CREATED, summary="Add a camera")
    async def add(draft: CameraDraft, request: Request, response: Response) -> CameraRecord:
        made = await asyncio.to_thread(ruling.add, draft.said(), _who(request))
        response.headers["Location"] = f"/api/v1/cameras/{made.key}"
        return record_of(made)

    @routes.get("/api/v1/cameras/{camera}", summary="A camera as it is kept")
    async def show(camera: CameraKey) -> CameraRecord:
        return record_of(await asyncio.to_thread(ruling.kept, camera))

    @routes.patch("/api/v1/cameras/{camera}", summary="Change a camera", responses=_CONFLICT)
    async def change(camera: CameraKey, draft: CameraDraft, request: Request) -> CameraRecord:
        done = await asyncio.to_thread(ruling.change, camera, draft.said(), _who(request), draft.version)
        return record_of(done)

    @routes.delete("/api/v1/cameras/{camera}", status_code=HTTPStatus.NO_CONTENT, summary="Delete a camera")
    async def remove(camera: CameraKey, request: Request) -> None:
        await asyncio.to_thread(ruling.remove, camera, _who(request))

    _add_errands(routes, ruling, exchange)
    return routes


def _add_errands(routes: APIRouter, ruling: Ruling, exchange: Exchange) -> None:
    """What a relay does for whoever fills in a camera's form; asked for seldom, so that nobody's password is tried in a row."""
    pace = Pace(at_once=6, seconds=5)

    async def ask(kind: Kind, words: dict[str, Any], request: Request, subject: str) -> bytes:
        wait = pace.wait(current_viewer().username)
        if wait:
            raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, "Vừa thử nhiều lần: chờ vài giây.", {"Retry-After": str(wait)})
        entry = AuditEntry(actor(), f"camera {kind}", subject, client_address(request.scope))
        await asyncio.to_thread(accounts.record, ruling.roster.store, entry)
        try:
            return await exchange.errand(subject, kind, partial(sealed, kind=kind, words=words))
        except OfferRefused as error:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, str(error)) from None

    @routes.post("/api/v1/camera-trials", summary="Try an address once, before or after it is kept", responses=TOO_OFTEN)
    async def try_(draft: CameraDraft, request: Request) -> TrialsAnswer:
        words = await asyncio.to_thread(ruling.addresses, draft.said(), draft.key)
        subject = draft.key or address.bare(address.shown(words["url"]))
        told = TrialsAnswer.model_validate_json(await ask("trial", dict(words), request, subject))
        return told if _may_see_it_as_it_is(ruling, draft.key) else told.without_pictures()

    @routes.post("/api/v1/camera-discoveries", summary="Ask the relay's network for cameras (WS-Discovery)", responses=TOO_OFTEN)
    async def discover(request: Request) -> DevicesAnswer:
        return DevicesAnswer.model_validate_json(await ask("discovery", {}, request, ""))

    @routes.post("/api/v1/camera-streams", summary="Ask a camera for its streams (ONVIF)", responses=TOO_OFTEN)
    async def streams(question: StreamsQuestion, request: Request) -> StreamsAnswer:
        password = question.password.get_secret_value()
        if question.key and not password:
            password = await asyncio.to_thread(ruling.password_for, question.key, question.address, question.user)
        words = {"address": question.address, "user": question.user, "password": password}
        subject = address.bare(address.shown(question.address))
        return StreamsAnswer.model_validate_json(await ask("streams", words, request, subject))


def _may_see_it_as_it_is(ruling: Ruling, key: str | None) -> bool:
    """Whether the asker may see the open picture of a camera that is kept: a try is no way around its rules."""
    known = ruling.roster.cameras.by_key.get(key) if key else None
    return known is None or known.privacy_of(current_viewer().role) == "open"


def _who(request: Request) -> AuditEntry:
    return AuditEntry(actor(), "", "", client_address(request.scope))
