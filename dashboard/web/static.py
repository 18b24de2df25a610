"""Files for browsers: our assets and Dash's component suites, precompressed once and kept by content.

Dash would read and send each file uncompressed at every request (and one pair of server and middleware answers 500: defect 9).
"""

import hashlib
import mimetypes
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from pathlib import Path

from dash import Dash
from dash.fingerprint import check_fingerprint
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.access.answers import problem
from dashboard.web.pressed import Press, best_encoding

SUITES, ASSETS = "/_dash-component-suites/", "/assets/"
IMMUTABLE, FONT, CHECKED = "public, max-age=31536000, immutable", "public, max-age=604800", "public, no-cache"

_PRESSABLE = frozenset(
    {"text/css", "text/javascript", "application/javascript", "application/json", "image/svg+xml", "text/html", "text/plain"}
)
_MEDIA = {".js": "text/javascript", ".mjs": "text/javascript", ".map": "application/json", ".woff2": "font/woff2", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class StaticFile:
    """A file that may be fetched; its content does not change while the program runs."""

    path: Path

    @cached_property
    def body(self) -> bytes:
        """The content."""
        return self.path.read_bytes()

    @cached_property
    def digest(self) -> str:
        """Half a SHA-256 of the content, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()[:32]

    @cached_property
    def media(self) -> str:
        """The content type, with its character set."""
        known = _MEDIA.get(self.path.suffix) or mimetypes.guess_type(self.path.name)[0] or "application/octet-stream"
        return f"{known}; charset=utf-8" if known in _PRESSABLE else known

    @property
    def is_pressable(self) -> bool:
        """Whether compression is worth it."""
        return self.media.partition(";")[0] in _PRESSABLE


@dataclass(frozen=True)
class Joined(StaticFile):
    """Several of our files as one, in their order: each request that a page does not make is one that does not wait."""

    parts: tuple[StaticFile, ...] = ()

    @cached_property
    def body(self) -> bytes:
        """The contents, one after the other."""
        return b"\n".join(part.body for part in self.parts)


def collect(program: Dash) -> dict[str, StaticFile]:
    """All files of a started program, by their address without fingerprint. What is not among them cannot be fetched."""
    folder = Path(program.config.assets_folder)
    files = {ASSETS + path.relative_to(folder).as_posix(): StaticFile(path) for path in _visible_files(folder)}
    for package, names in program.registered_paths.items():
        home = Path(str(sys.modules[package].__file__)).parent
        files |= {f"{SUITES}{package}/{name}": StaticFile(home / name) for name in names if (home / name).is_file()}
    return files | _smaller_plotly(files)


def _visible_files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))


def _smaller_plotly(files: Mapping[str, StaticFile]) -> dict[str, StaticFile]:
    """The graph component fetches the full plotly.js (4.8 MB) when first drawn; it is given the cartesian bundle (1.5 MB) of our assets."""
    bundle = next((file for address, file in files.items() if file.path.name.endswith("plotly-cartesian.min.js")), None)
    return {f"{SUITES}plotly/package_data/plotly.min.js": bundle} if bundle else {}


class Static:
    """Answers for files before the program is asked. Runs behind the gate."""

    def __init__(self, app: ASGIApp, files: dict[str, StaticFile], press: Press) -> None:
        self._app, self._files, self._press = app, files, press

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves a known file, answers 404 for an unknown one, passes everything else on."""
        if scope["type"] != "http" or not scope["path"].startswith((SUITES, ASSETS)):
            await self._app(scope, receive, send)
            return
        file, is_fingerprinted = self._find(scope)
        answer = (
            problem(HTTPStatus.NOT_FOUND, "There is no such file.") if file is None else await self._answer(scope, file, is_fingerprinted)
        )
        await answer(scope, receive, send)

    def prepare(self) -> None:
        """Starts pressing our own files and what every page loads, in the background."""
        wanted = [file for address, file in self._files.items() if file.is_pressable and _is_wanted(address)]
        self._press.prepare((file.digest, file.body) for file in wanted)

    def join(self, addresses: Sequence[str]) -> str:
        """Makes one file of several assets of a kind; gives its address with its content's hash."""
        address = f"{ASSETS}joined{Path(addresses[0]).suffix}"
        self._files[address] = Joined(Path(address), tuple(self._files[each] for each in addresses))
        return self.fingerprint(address)

    def fingerprint(self, address: str) -> str:
        """The address of an asset with its content's hash, so that browsers may keep it for ever."""
        file = self._files.get(address)
        return f"{address}?v={file.digest}" if file else address

    def _find(self, scope: Scope) -> tuple[StaticFile | None, bool]:
        path = str(scope["path"])
        if path.startswith(SUITES):
            package, _, rest = path.removeprefix(SUITES).partition("/")
            name, is_fingerprinted = check_fingerprint(rest)
            return self._files.get(f"{SUITES}{package}/{name}"), bool(is_fingerprinted)
        file = self._files.get(path)
        return file, file is not None and scope["query_string"] == b"v=" + file.digest.encode()

    async def _answer(self, scope: Scope, file: StaticFile, is_fingerprinted: bool) -> Response:
        headers = Headers(scope=scope)
        encoding = best_encoding(headers.get("accept-encoding", "")) if file.is_pressable else "identity"
        etag = f'"{file.digest}-{encoding}"'
        given = {"ETag": etag, "Cache-Control": _keeping(file, is_fingerprinted), "Vary": "Accept-Encoding"}
        if etag in headers.get("if-none-match", ""):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=given)
        if encoding != "identity":
            given["Content-Encoding"] = encoding
        return Response(await self._press.get(file.digest, file.body, encoding), HTTPStatus.OK, given, file.media)


def _keeping(file: StaticFile, is_fingerprinted: bool) -> str:
    if is_fingerprinted:
        return IMMUTABLE
    # Style sheets name fonts without a fingerprint; a font's content never changes under its name.
    return FONT if file.path.suffix == ".woff2" else CHECKED


def _is_wanted(address: str) -> bool:
    return address.endswith(".min.js") or not (address.startswith(SUITES) and (".map" in address or "async-" in address))
