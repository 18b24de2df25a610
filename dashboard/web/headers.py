"""Security headers on every answer."""

from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HSTS = (b"strict-transport-security", b"max-age=31536000")
_NOT_KEPT = (b"cache-control", b"private, no-cache")


def content_security_policy(script_hashes: Sequence[str]) -> str:
    """The policy: nothing leaves the origin, no script but our files and the inline ones of these hashes (`'sha256-…'`).

    Inline styles are needed: charts and maps are drawn with them. `require-trusted-types-for` breaks Dash.
    """
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "worker-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "object-src": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


class SecurityHeaders:
    """Adds the headers to whatever is answered, refusals and errors too; answers for one person are kept by nobody else."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._given = [(name.lower().encode(), value.encode()) for name, value in {"Content-Security-Policy": policy, **_ALWAYS}.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on, with headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = [*self._given, _HSTS] if scope.get("scheme") == "https" else self._given

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message.get("headers", ()), *given]
                is_kept = any(name.lower() == b"cache-control" for name, _ in headers)
                message["headers"] = headers if is_kept else [*headers, _NOT_KEPT]
            await send(message)

        await self._app(scope, receive, with_headers)
