"""Compresses answers made on the fly: pages and JSON, quickly, when they are long enough to matter."""

import gzip
from http import HTTPStatus

import brotli
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.web.pressed import best_encoding

SHORTEST = 1400
"""Bytes; less fits into one packet anyway."""
LEVEL = 4
_MEDIA = ("text/html", "text/csv", "text/plain", "application/json", "application/problem+json", "image/svg+xml")


class Compress:
    """Compresses whole answers of known text types; streams and answers that are encoded already pass as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Holds back the start of an answer until its body tells whether to compress."""
        encoding = best_encoding(Headers(scope=scope).get("accept-encoding", "")) if scope["type"] == "http" else "identity"
        if encoding == "identity":
            await self._app(scope, receive, send)
            return
        starts: list[Message] = []

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_text(message):
                starts.append(message)
                return
            if starts:
                start = starts.pop()
                if not message.get("more_body", False) and len(message.get("body", b"")) >= SHORTEST:
                    message = _compressed(start, message, encoding)
                await send(start)
            await send(message)

        await self._app(scope, receive, hold)


def _is_text(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    plain = "content-encoding" not in headers and start["status"] not in (HTTPStatus.NOT_MODIFIED, HTTPStatus.NO_CONTENT)
    return plain and headers.get("content-type", "").startswith(_MEDIA)


def _compressed(start: Message, message: Message, encoding: str) -> Message:
    body = bytes(message["body"])
    packed = brotli.compress(body, quality=LEVEL) if encoding == "br" else gzip.compress(body, LEVEL, mtime=0)
    headers = MutableHeaders(raw=start["headers"])
    headers["Content-Encoding"], headers["Content-Length"] = encoding, str(len(packed))
    headers.add_vary_header("Accept-Encoding")
    # A strong ETag promises the same bytes; the compressed ones are others.
    etag = headers.get("etag")
    if etag and not etag.startswith("W/"):
        headers["ETag"] = f"W/{etag}"
    start["headers"] = headers.raw
    return {**message, "body": packed}
