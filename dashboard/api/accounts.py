"""Who and what may come in: people, tokens of machines, displays of walls. For whoever may MANAGE_PEOPLE; what the command line does."""

import asyncio
import re
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from dashboard.access import displays, people, tokens
from dashboard.access.passwords import new_password
from dashboard.access.roles import FEED_SCOPE, SCOPES, UNIT_ROLES, Role
from dashboard.access.viewer import current_viewer
from dashboard.api.answers import PROBLEMS
from dashboard.errors import ConfigurationError, FieldsRefused, NotFound
from dashboard.store import Store, accounts
from dashboard.units import UnitRegistry

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
ROLES = tuple(role.value for role in Role if role is not Role.WALL_DEVICE)


class PersonAnswer(BaseModel):
    """An account; passwords are never answered but once, when they are made."""

    username: str
    name: str
    role: str
    unit: str | None
    unit_name: str | None
    disabled: bool


class NewPerson(BaseModel):
    """An account to make."""

    model_config = ConfigDict(extra="forbid")

    username: str = Field(max_length=100)
    name: str = Field("", max_length=120, description="shown on screen; the user name otherwise")
    role: str = Field(description="administrator, working_group, leader, province or province_approver")
    unit: str | None = Field(None, description="of a province's account")


class PersonChange(BaseModel):
    """What is to be done with an account."""

    model_config = ConfigDict(extra="forbid")

    disabled: bool = Field(False, description="shut it out at once; its tokens and sessions end")
    password: bool = Field(False, description="make a new password, which ends its sessions")


class Secret(BaseModel):
    """What was made, answered once and kept nowhere: a password or a token; empty when there was none to make."""

    secret: str


class TokenAnswer(BaseModel):
    """A token that opens something."""

    name: str
    scopes: list[str]
    username: str | None
    simulated: bool
    created_at: datetime


class NewToken(BaseModel):
    """A token to give."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=80, description="the machine, or what it is for")
    scopes: list[str] = Field(max_length=20)
    username: str | None = Field(None, description="whom it acts for; a service's own otherwise")
    simulated: bool = False


class DisplayAnswer(BaseModel):
    """A display that may look at its wall."""

    name: str
    wall: str
    address: str
    created_at: datetime
    seen_at: datetime


class Pairing(BaseModel):
    """The code that a display shows, and what it is to be called."""

    model_config = ConfigDict(extra="forbid")

    code: str = Field(max_length=40)
    name: str = Field("", max_length=60)


def router(store: Store, units: UnitRegistry) -> APIRouter:
    """The routes over one database."""
    routes = APIRouter(tags=["accounts"], responses=PROBLEMS)

    @routes.get("/api/v1/people", summary="Everybody with an account")
    async def everybody() -> list[PersonAnswer]:
        found = await asyncio.to_thread(people.all_people, store)
        return [_person(units, one) for one in found]

    @routes.post("/api/v1/people", status_code=HTTPStatus.CREATED, summary="Make an account; its password is answered once")
    async def add(new: NewPerson) -> Secret:
        username = new.username.strip().lower()
        _refuse(await asyncio.to_thread(_wrong_with, store, units, new, username))
        secret, unit = new_password(), new.unit or None
        await _done("username", people.create, store, username, new.name, Role(new.role), unit, secret)
        return Secret(secret=secret)

    @routes.patch("/api/v1/people/{username}", summary="Shut an account out, or give it a new password")
    async def change(username: str, what: PersonChange) -> Secret:
        if what.disabled:
            if username == current_viewer().username:
                raise FieldsRefused({"username": "Không tự khóa tài khoản đang dùng."})
            await asyncio.to_thread(people.disable, store, username)
            return Secret(secret="")
        secret = new_password() if what.password else ""
        if secret:
            await asyncio.to_thread(people.set_password, store, username, secret)
        return Secret(secret=secret)

    _add_tokens(routes, store)
    _add_displays(routes, store)
    return routes


def _add_tokens(routes: APIRouter, store: Store) -> None:
    @routes.get("/api/v1/tokens", summary="Tokens that open something")
    async def listed() -> list[TokenAnswer]:
        found = await asyncio.to_thread(accounts.list_tokens, store)
        return [
            TokenAnswer(name=one.name, scopes=sorted(one.scopes), username=one.username, simulated=one.simulated, created_at=one.created_at)
            for one in found
        ]

    @routes.post("/api/v1/tokens", status_code=HTTPStatus.CREATED, summary="Give a token; it is answered once")
    async def give(new: NewToken) -> Secret:
        wrong = {} if new.name.strip() else {"name": "Cần tên của máy, hay việc mà mã này dùng cho."}
        strange = [scope for scope in new.scopes if scope not in SCOPES and not FEED_SCOPE.fullmatch(scope)]
        if strange or not new.scopes:
            wrong["scopes"] = f"Chọn trong {', '.join(SCOPES)} hoặc feed:<nguồn>."
        if new.username and not await asyncio.to_thread(people.exists, store, new.username):
            wrong["username"] = "Không có người dùng này."
        _refuse(wrong)

        def issue() -> str:
            return tokens.issue(store, new.name.strip(), new.scopes, username=new.username or None, simulated=new.simulated)

        return Secret(secret=await asyncio.to_thread(issue))

    @routes.delete("/api/v1/tokens/{name}", status_code=HTTPStatus.NO_CONTENT, summary="End every token of that name")
    async def end(name: str) -> None:
        await asyncio.to_thread(tokens.revoke, store, name)


def _add_displays(routes: APIRouter, store: Store) -> None:
    @routes.get("/api/v1/displays", summary="Displays that may look at their wall")
    async def listed() -> list[DisplayAnswer]:
        found = await asyncio.to_thread(displays.all_displays, store)
        return [
            DisplayAnswer(name=one.name, wall=one.wall, address=one.address, created_at=one.created_at, seen_at=one.seen_at)
            for one in found
        ]

    @routes.post("/api/v1/displays", status_code=HTTPStatus.CREATED, summary="Let in the display that shows a code")
    async def pair(pairing: Pairing) -> DisplayAnswer:
        one = await _done("code", displays.admit, store, pairing.code, pairing.name.strip() or None)
        return DisplayAnswer(name=one.name, wall=one.wall, address=one.address, created_at=one.created_at, seen_at=one.seen_at)

    @routes.delete("/api/v1/displays/{name}", status_code=HTTPStatus.NO_CONTENT, summary="Shut a display out")
    async def revoke(name: str) -> None:
        await asyncio.to_thread(displays.shut_out, store, name)


def _person(units: UnitRegistry, one: accounts.Person) -> PersonAnswer:
    unit = units.get(one.unit).name_vi if one.unit and one.unit in units else None
    return PersonAnswer(username=one.username, name=one.display_name, role=one.role, unit=one.unit, unit_name=unit, disabled=one.disabled)


_SAID = {
    "code": "Không màn hình nào đang hiện mã này, hoặc tên đã có: mã sống 15 phút.",
    "username": "Chưa lập được tài khoản này.",
}


async def _done(field: str, work: Callable[..., Any], *given: Any) -> Any:
    """The work, off the event loop; what it refuses in the operator's words is said to people at a field of their form."""
    try:
        return await asyncio.to_thread(work, *given)
    except (ConfigurationError, NotFound):
        raise FieldsRefused({field: _SAID[field]}) from None


def _refuse(wrong: dict[str, str]) -> None:
    if wrong:
        raise FieldsRefused(wrong)


def _wrong_with(store: Store, units: UnitRegistry, new: NewPerson, username: str) -> dict[str, str]:
    wrong = {}
    if not _USERNAME.fullmatch(username):
        wrong["username"] = "Từ 2 đến 64 ký tự: a–z, 0–9, dấu chấm, gạch nối, gạch dưới."
    elif people.exists(store, username):
        wrong["username"] = "Đã có người dùng này."
    if new.role not in ROLES:
        wrong["role"] = "Chọn một vai trò."
    if new.role in UNIT_ROLES and (not new.unit or new.unit not in units):
        wrong["unit"] = "Tài khoản của tỉnh cần đơn vị."
    if new.role not in UNIT_ROLES and new.unit:
        wrong["unit"] = "Chỉ tài khoản của tỉnh gắn với một đơn vị."
    return wrong
