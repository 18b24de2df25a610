"""Signing in and out: plain forms that work without JavaScript."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus

import structlog
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dashboard.access import passwords, sessions
from dashboard.access.answers import LOGIN, page
from dashboard.access.browser import address, comes_from_here, give_cookie, local_path, read_form, session_cookie, take_cookie
from dashboard.access.sessions import Doorkeeper
from dashboard.access.throttle import Throttle
from dashboard.access.tokens import fingerprint
from dashboard.access.viewer import current_viewer
from dashboard.components.login_page import login_html
from dashboard.errors import StoreUnavailable
from dashboard.store import Store, accounts
from dashboard.store.accounts import AuditEntry, Person

FORM_LARGEST = 8192
_NAME_LONGEST = 64

WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."
NO_DATABASE = "Cơ sở dữ liệu đang không trả lời nên chưa đăng nhập được. Hãy thử lại sau ít phút."
NOT_FROM_HERE = "Biểu mẫu này không được gửi từ trang đăng nhập của hệ thống. Hãy mở lại trang và thử lần nữa."
NOT_ENDED = "Đã đăng xuất trên trình duyệt này; cơ sở dữ liệu đang không trả lời nên phiên sẽ tự hết hạn sau."

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class LoginDesk:
    """Where people sign in; one per process. `hashing` keeps argon2's memory (64 MB each) within bounds."""

    store: Store
    keeper: Doorkeeper
    lifetime: timedelta
    throttle: Throttle = field(default_factory=Throttle)
    hashing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))

    def router(self) -> APIRouter:
        """The routes `/dang-nhap` and `/dang-xuat`."""
        routes = APIRouter(include_in_schema=False)
        routes.add_api_route(LOGIN, self.show, methods=["GET"], response_class=HTMLResponse)
        routes.add_api_route(LOGIN, self.sign_in, methods=["POST"], response_class=HTMLResponse)
        routes.add_api_route("/dang-xuat", self.sign_out, methods=["POST"], response_class=RedirectResponse)
        return routes

    async def show(self, request: Request) -> Response:
        """The form; whoever is signed in already goes on."""
        next_path = local_path(request.query_params.get("tiep"))
        secret = session_cookie(request.scope)
        try:
            known = await self.keeper.viewer(("session", secret)) if secret else None
        except StoreUnavailable:
            return _form(next_path, NO_DATABASE, status=HTTPStatus.SERVICE_UNAVAILABLE)
        return _onward(next_path) if known else _form(next_path)

    async def sign_in(self, request: Request) -> Response:
        """Checks name and password; a session begins, or the form comes back with one sentence."""
        sent = await read_form(request, FORM_LARGEST)
        if sent is None:
            return page(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        fields = dict(sent)
        next_path, username = local_path(fields.get("tiep")), fields.get("username", "").strip().lower()[:_NAME_LONGEST]
        if not comes_from_here(request.scope, without_origin=True):
            return _form(next_path, NOT_FROM_HERE, status=HTTPStatus.FORBIDDEN)
        wait = self.throttle.wait(username, address(request.scope))
        if wait:
            return _form(next_path, _too_often(wait), username, HTTPStatus.TOO_MANY_REQUESTS, wait)
        try:
            person = await self._prove(username, fields.get("password", ""), address(request.scope))
            if person is None:
                return _form(next_path, WRONG, username, HTTPStatus.UNAUTHORIZED)
            return await self._begin(request, person, next_path)
        except StoreUnavailable:
            return _form(next_path, NO_DATABASE, username, HTTPStatus.SERVICE_UNAVAILABLE, 10)

    async def sign_out(self, request: Request) -> Response:
        """Ends the session on the server and in the browser."""
        secret, name = session_cookie(request.scope), current_viewer().username
        response: Response = RedirectResponse(LOGIN, HTTPStatus.SEE_OTHER)
        try:
            await self.keeper.forget(secret or "", AuditEntry(name, "logout", name, address(request.scope)))
        except StoreUnavailable:
            response = page(HTTPStatus.SERVICE_UNAVAILABLE, NOT_ENDED)
        take_cookie(response, request.scope)
        return response

    async def _prove(self, username: str, password: str, origin: str) -> Person | None:
        found = await asyncio.to_thread(accounts.find_person, self.store, username)
        # Counted before the hash is computed: a hundred guesses sent at once are a hundred, not one.
        self.throttle.failed(username, origin)
        async with self.hashing:
            fits = await asyncio.to_thread(passwords.verify, found[1] if found else None, password)
        if found is None or not fits or found[0].disabled:
            # An unknown name is not written down: it may be a password typed into the wrong field.
            entry = AuditEntry(found[0].username if found else "unknown", "login failed", address=origin)
            await asyncio.to_thread(accounts.record, self.store, entry)
            _log.warning("login failed", username=entry.actor, address=origin)
            return None
        self.throttle.succeeded(username, origin)
        if passwords.is_outdated(found[1]):
            fresh = await asyncio.to_thread(passwords.make_hash, password)
            await asyncio.to_thread(accounts.replace_hash, self.store, found[0].id, found[1], fresh)
        return found[0]

    async def _begin(self, request: Request, person: Person, next_path: str) -> Response:
        former = session_cookie(request.scope)
        if former is not None:
            await asyncio.to_thread(accounts.end_session, self.store, fingerprint(former))
        secret = await asyncio.to_thread(sessions.begin, self.store, person, address(request.scope), self.lifetime)
        response = _onward(next_path)
        give_cookie(response, request.scope, secret, self.lifetime)
        _log.info("login", username=person.username, address=address(request.scope))
        return response


def _form(next_path: str, error: str | None = None, username: str = "", status: HTTPStatus = HTTPStatus.OK, wait: int = 0) -> Response:
    headers = {"Retry-After": str(wait)} if wait else {}
    return HTMLResponse(login_html(next_path=next_path, error=error, username=username), status, headers)


def _onward(next_path: str) -> RedirectResponse:
    return RedirectResponse(next_path, HTTPStatus.SEE_OTHER)


def _too_often(wait: int) -> str:
    span = f"{wait} giây" if wait < 60 else f"{-(-wait // 60)} phút"
    return f"Đã nhập sai nhiều lần. Hãy thử lại sau {span}."
