"""Pages of other sites that may play our cameras: CORS (WHATWG Fetch) on `/whep/`, for the origins that the settings name.

Such a page brings a token of its own. Cookies are never accepted across sites: no answer allows credentials, and the gate refuses a request
that comes with a cookie from elsewhere. What is said here opens nothing; the gate behind judges every request but the preflight.
"""

import re
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.access.answers import problem
from dashboard.errors import ConfigurationError

DOORS = "/whep/"
_ORIGIN = re.compile(r"https?://[a-z0-9.\-]+(:\d{1,5})?")
_EXPOSED = "Location, ETag, Link, Retry-After, Accept-Patch, Accept-Post"
_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match",
    "Access-Control-Max-Age": "7200",
    "Accept-Post": "application/sdp",
}


def origins(text: str) -> frozenset[str]:
    """The origins of a setting, with commas between. Raises ConfigurationError for what is no origin as browsers write it."""
    found = frozenset(one.strip() for one in text.split(",") if one.strip())
    for one in sorted(found):
        if _ORIGIN.fullmatch(one) is None:
            raise ConfigurationError(f"DASHBOARD_WHEP_ORIGINS: {one} is not scheme://host[:port], in small letters and without a path")
    return found


class CrossOrigin:
    """Stands in front of the gate, so that its refusals can be read by such a page, too."""

    def __init__(self, app: ASGIApp, allowed: frozenset[str]) -> None:
        self._app, self._allowed = app, allowed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers preflights; adds what a page of an allowed origin may read to every other answer."""
        if scope["type"] != "http" or not scope["path"].startswith(DOORS):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        given = {"Vary": "Origin"}
        if origin in self._allowed:
            given |= {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": _EXPOSED}

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message.get("headers", ()),
                    *((name.lower().encode(), text.encode()) for name, text in given.items()),
                ]
            await send(message)

        is_preflight = scope["method"] == "OPTIONS" and "access-control-request-method" in headers
        answer: ASGIApp = self._preflight(origin) if is_preflight else self._app
        await answer(scope, receive, marked)

    def _preflight(self, origin: str) -> Response:
        if origin in self._allowed:
            return Response(status_code=HTTPStatus.OK, headers=_PREFLIGHT)
        return problem(HTTPStatus.FORBIDDEN, "Pages of this origin do not play cameras of this house (DASHBOARD_WHEP_ORIGINS).")
