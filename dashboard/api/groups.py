"""Groups of units: saved and removed by the forms of `/nhom`, listed for machines at `/api/v1/groups`."""

import asyncio
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import RedirectResponse

from dashboard.access.browser import address as client_address
from dashboard.access.browser import read_form
from dashboard.access.roles import Permission
from dashboard.access.viewer import Viewer, current_viewer
from dashboard.api.answers import PROBLEMS
from dashboard.boards import Boards
from dashboard.boards.groups import MOST_UNITS, NAME_LONGEST, UnitGroup
from dashboard.errors import NotFound
from dashboard.store import Store
from dashboard.store.accounts import AuditEntry
from dashboard.store.groups import SavedGroup, add_group, remove_group
from dashboard.web.page import address

FORM = "application/x-www-form-urlencoded"
FORM_LARGEST = 16_384


class GroupAnswer(BaseModel):
    """A group: `declared` in `data/groups.toml`, a `region`, or `saved` by a person."""

    model_config = ConfigDict(frozen=True)

    key: str
    kind: Literal["declared", "region", "saved"]
    name: str
    units: list[str] = Field(description="keys of units, in the order shown")
    on: str | None = Field(description="the day that it belongs to; null for the present")
    shared: bool


class GroupsAnswer(BaseModel):
    """The groups that the caller sees."""

    model_config = ConfigDict(frozen=True)

    groups: list[GroupAnswer]


def router(boards: Boards, store: Store) -> APIRouter:
    """The routes: two for forms, one for machines."""
    routes = APIRouter(tags=["figures"], responses=PROBLEMS)

    @routes.get("/api/v1/groups", summary="Groups of units")
    async def groups() -> GroupsAnswer:
        found = await asyncio.to_thread(boards.groups, current_viewer().person_id)
        return GroupsAnswer(groups=[_answer(one) for one in found])

    @routes.post("/nhom/luu", include_in_schema=False)
    async def save(request: Request) -> RedirectResponse:
        return await _save(boards, store, request)

    @routes.post("/nhom/{group}/xoa", include_in_schema=False)
    async def remove(request: Request, group: str) -> RedirectResponse:
        viewer = current_viewer()
        owner = None if viewer.may(Permission.REMOVE_GROUPS) else viewer.person_id
        entry = AuditEntry(viewer.username, "group removed", group, client_address(request.scope))
        if not group.isdecimal() or not await asyncio.to_thread(remove_group, store, int(group), owner, entry):
            raise NotFound(f"không có nhóm “{group}” của bạn")
        return RedirectResponse("/nhom", HTTPStatus.SEE_OTHER)

    return routes


async def _save(boards: Boards, store: Store, request: Request) -> RedirectResponse:
    """Saves what the form says, and leads to the group; or back to the form with the word for what was wrong."""
    viewer = current_viewer()
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    fields = await read_form(request, FORM_LARGEST)
    if fields is None:
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    name = " ".join(next((value for field, value in fields if field == "ten"), "").split())
    units = tuple(dict.fromkeys(value for field, value in fields if field == "don_vi"))
    shared = ("chung", "1") in fields
    if viewer.person_id is None or (shared and not viewer.may(Permission.SHARE_GROUPS)):
        raise HTTPException(HTTPStatus.FORBIDDEN)
    if trouble := _trouble(boards, name, units):
        return _back(trouble, name, units)
    group = SavedGroup(0, name, units, viewer.person_id, viewer.display_name, shared)
    new_id = await asyncio.to_thread(add_group, store, group, _entry(request, viewer, group))
    return _back("trung", name, units) if new_id is None else RedirectResponse(f"/nhom/{new_id}", HTTPStatus.SEE_OTHER)


def _trouble(boards: Boards, name: str, units: tuple[str, ...]) -> str:
    """The word for what is wrong; empty when nothing is."""
    if not name or len(name) > NAME_LONGEST:
        return "ten"
    known = all(key in boards.units and boards.units.get(key).tier == "province" for key in units)
    return "" if known and 1 <= len(units) <= MOST_UNITS else "don-vi"


def _back(trouble: str, name: str, units: tuple[str, ...]) -> RedirectResponse:
    kept = ",".join(units)[:1000]
    return RedirectResponse(address("/nhom", loi=trouble, ten=name[:NAME_LONGEST] or None, chon=kept or None), HTTPStatus.SEE_OTHER)


def _entry(request: Request, viewer: Viewer, group: SavedGroup) -> AuditEntry:
    detail = {"units": ",".join(group.units), "shared": "yes" if group.shared else "no"}
    return AuditEntry(viewer.username, "group saved", group.name, client_address(request.scope), detail)


def _answer(one: UnitGroup) -> GroupAnswer:
    return GroupAnswer(
        key=one.key,
        kind=one.kind,
        name=one.name,
        units=[unit.key for unit in one.units],
        on=one.on.isoformat() if one.on else None,
        shared=one.shared,
    )
