"""What a browser brings and is given: the session cookie, the origin of a request, the page to go on to."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

_NEXT_LONGEST = 2000
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def cookie_name(scope: Scope) -> str:
    """`__Host-` binds the cookie to this host and to https; browsers refuse that name on plain http."""
    return "__Host-phien" if _is_secure(scope) else "phien"


def session_cookie(scope: Scope) -> str | None:
    """The secret of the session cookie, or None."""
    return cookie(scope, cookie_name(scope))


def cookie(scope: Scope, name: str) -> str | None:
    """The value of a cookie, or None; of two with one name the last. What else stands in the header, and how, is nobody's business here:
    other programs of the host may have set cookies that no grammar knows."""
    found = None
    for part in Headers(scope=scope).get("cookie", "").split(";"):
        key, _, value = part.strip().partition("=")
        if key == name:
            found = value.strip('"')
    return found or None


def give_cookie(response: Response, scope: Scope, secret: str, lifetime: timedelta) -> None:
    """Hands the session's secret to the browser."""
    seconds = int(lifetime.total_seconds())
    response.set_cookie(cookie_name(scope), secret, max_age=seconds, path="/", secure=_is_secure(scope), httponly=True, samesite="lax")


def take_cookie(response: Response, scope: Scope) -> None:
    """Makes the browser forget the session."""
    response.delete_cookie(cookie_name(scope), path="/", secure=_is_secure(scope), httponly=True, samesite="lax")


def address(scope: Scope) -> str:
    """The address at the other end, for the audit and the throttle."""
    client = scope.get("client")
    return str(client[0]) if client else "unknown"


def comes_from_here(scope: Scope, *, without_origin: bool) -> bool:
    """Whether the request was made by a page of this host, as the browser tells.

    `without_origin` says what to think of a request with neither Origin nor Sec-Fetch-Site: only programs send such.
    """
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == headers.get("host")
    site = headers.get("sec-fetch-site")
    return without_origin if site is None else site == "same-origin"


async def read_form(request: Request, largest: int) -> list[tuple[str, str]] | None:
    """The fields of a plain form in the order sent, a name as often as it was ticked; None when there are more bytes than `largest`."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            return None
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)


def local_path(wanted: str | None) -> str:
    """The path to go on to after login, when it is one of this host; otherwise the overview."""
    if not wanted or len(wanted) > _NEXT_LONGEST or not wanted.isprintable() or "\\" in wanted:
        return "/"
    parts = urlsplit(wanted)
    if not wanted.startswith("/") or wanted.startswith("//") or parts.scheme or parts.netloc:
        return "/"
    return "/" if parts.path in ("/dang-nhap", "/dang-xuat") else wanted


def _is_secure(scope: Scope) -> bool:
    return scope.get("scheme") in ("https", "wss")
