"""Any system with an HTTP interface, as a row of `data/feeds.toml`: its address, how it is paged, who we are to it, and the mapping."""

import json
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Annotated, Any, Final, Literal
from urllib.parse import urljoin, urlsplit

import httpx
import jmespath
from pydantic import BaseModel, ConfigDict, Field

from dashboard.errors import FeedError
from dashboard.feeds import asking, mapping, pushed, secrets
from dashboard.feeds.asking import Answer, TurnedAway
from dashboard.feeds.base import Context, Feed, Source
from dashboard.feeds.mapping import CellRow, Expression, Format
from dashboard.observations import Parsed

_MOST_PAGES: Final = 2_000
_KEPT: Final = b'{"observations":'
_STRICT = ConfigDict(frozen=True, extra="forbid")
Words = Annotated[str, Field(min_length=1)]


class HeaderKey(BaseModel):
    """A key in a header: `value` refers to it, `prefix` stands before it (`Bearer `)."""

    model_config = _STRICT

    kind: Literal["header"]
    name: Words = "Authorization"
    value: Words
    prefix: str = ""


class ClientCredentials(BaseModel):
    """OAuth 2.0, grant `client_credentials` (RFC 6749, 4.4): id and secret are references."""

    model_config = _STRICT

    kind: Literal["oauth"]
    token_address: Words
    client_id: Words
    client_secret: Words
    scope: str = ""


class Numbered(BaseModel):
    """Pages by number, until one has fewer records than asked for, or none."""

    model_config = _STRICT

    kind: Literal["page"]
    parameter: Words = "page"
    first: int = 1
    size_parameter: str = ""
    size: Annotated[int, Field(ge=1, le=100_000)] = 500


class Linked(BaseModel):
    """Each answer tells the next address (`next`, an expression over it), or, without an expression, its header `Link` does."""

    model_config = _STRICT

    kind: Literal["next"]
    next: Expression | None = None


class Rest(BaseModel):
    """How a system is asked over HTTP. `records` leads to the list of records in an answer.

    `since`: the parameter that asks for what has changed since the last good reading; without one everything is read each time.
    `keep_whole`: an answer of one page is kept as it is, for a system of which somebody vouches that no person stands in its answers.
    """

    model_config = _STRICT

    kind: Literal["rest"]
    address: Words
    every_minutes: Annotated[float, Field(gt=0, le=44_640)] = 60
    format: Format = "json"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    records: Expression | Literal[""] = ""
    auth: Annotated[HeaderKey | ClientCredentials, Field(discriminator="kind")] | None = None
    paging: Annotated[Numbered | Linked, Field(discriminator="kind")] | None = None
    since: str = ""
    first_days: Annotated[int, Field(ge=1, le=3660)] = 366
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 60
    keep_whole: bool = False
    cells: Annotated[tuple[CellRow, ...], Field(min_length=1)]

    def secrets(self) -> list[tuple[str, str]]:
        """Fields that must be references, with what stands in them."""
        if isinstance(self.auth, HeaderKey):
            return [("auth.value", self.auth.value)]
        return [("auth.client_secret", self.auth.client_secret)] if self.auth else []


@dataclass
class _Caller:
    """One conversation: who we are to the system, and asking again once when it forgot."""

    client: httpx.Client
    row: Rest
    headers: dict[str, str] = field(default_factory=dict, repr=False)

    def get(self, address: str, parameters: dict[str, str]) -> Answer:
        """Raises FeedError."""
        if not self.headers:
            self.headers = self._introduction()
        try:
            return self._get(address, parameters)
        except TurnedAway:
            if not isinstance(self.row.auth, ClientCredentials):
                raise
            self.headers = self._introduction()  # a token lives for minutes, a long reading for more
            return self._get(address, parameters)

    def _get(self, address: str, parameters: dict[str, str]) -> Answer:
        whole = httpx.URL(address).copy_merge_params(parameters) if parameters else httpx.URL(address)
        return asking.ask(self.client, self.client.build_request("GET", whole, headers=self.headers))

    def _introduction(self) -> dict[str, str]:
        auth = self.row.auth
        if isinstance(auth, HeaderKey):
            return {auth.name: auth.prefix + secrets.found(auth.value)}
        return {"Authorization": f"Bearer {self._token(auth)}"} if auth else {"Accept": "*/*"}

    def _token(self, auth: ClientCredentials) -> str:
        form = {"grant_type": "client_credentials"} | ({"scope": auth.scope} if auth.scope else {})
        who = httpx.BasicAuth(secrets.found(auth.client_id), secrets.found(auth.client_secret))
        request = self.client.build_request("POST", secrets.found(auth.token_address), data=form)
        request = next(who.auth_flow(request))
        try:
            found = json.loads(asking.ask(self.client, request).content)
        except (UnicodeDecodeError, json.JSONDecodeError):
            found = None
        token = found.get("access_token") if isinstance(found, dict) else None
        if not isinstance(token, str) or not token:
            raise FeedError("nơi cấp mã truy cập không trả về access_token")
        return token


def ask(row: Rest, source: str, mark: str | None) -> Generator[Source]:
    """What the system has now, as one source, or what changed since the mark (an instant), a source a page. Raises FeedError."""
    began = datetime.now(UTC).replace(microsecond=0)
    since = datetime.fromisoformat(mark) if mark else began - timedelta(days=row.first_days)
    with asking.client(row.timeout_seconds) as client:
        pages = _pages(_Caller(client, row), {row.since: since.isoformat()} if row.since else {})
        if not row.since:
            yield _whole(row, source, list(pages))
            return
        last = next(pages)
        for page in pages:
            yield Source(source, last.content, last.simulated, None, "bytes")
            last = page
        yield Source(source, last.content, last.simulated, began.isoformat(), "bytes")


def _whole(row: Rest, name: str, pages: list[Answer]) -> Source:
    """All there is as one source, which takes the place of the one before: half of it must not land without the other half."""
    simulated = any(page.simulated for page in pages)
    if len(pages) == 1:
        return Source(name, pages[0].content, simulated)
    return Source(name, mapping.written([one for page in pages for one in _cells(row, page.content)]), simulated)


def _pages(caller: _Caller, parameters: dict[str, str]) -> Iterator[Answer]:
    row, paging = caller.row, caller.row.paging
    address, before = secrets.found(row.address), b""
    for number in range(_MOST_PAGES):
        asked = dict(parameters)
        if isinstance(paging, Numbered):
            asked[paging.parameter] = str(paging.first + number)
            if paging.size_parameter:
                asked[paging.size_parameter] = str(paging.size)
        page = caller.get(address, asked)
        if page.content == before:
            return
        yield page
        before = page.content
        if isinstance(paging, Numbered):
            if _length(row, page.content) < paging.size:
                return
        elif following := _following(row, address, page):
            address, parameters = following, {}
        else:
            return
    raise FeedError(f"hơn {_MOST_PAGES} trang: hệ thống không báo trang cuối")


def _length(row: Rest, content: bytes) -> int:
    try:
        return len(mapping.records(mapping.document(content, row.format, row.delimiter), row.records))
    except FeedError:
        return 0  # its reader will say what is wrong with it


def _following(row: Rest, address: str, page: Answer) -> str:
    """The address of the next page, or nothing. Raises FeedError when it is another host's: our key would go there."""
    if not isinstance(row.paging, Linked):
        return ""
    if row.paging.next is None:
        told: Any = page.following
    else:
        try:
            told = jmespath.search(row.paging.next, mapping.document(page.content, row.format, row.delimiter))
        except FeedError:
            return ""
    if not told:
        return ""
    following = urljoin(address, str(told))
    if urlsplit(following)[:2] != urlsplit(address)[:2]:
        raise FeedError("trang kế tiếp nằm ở một máy chủ khác: không theo")
    return following


def keep(row: Rest, content: bytes) -> bytes:
    """What may be kept of an answer: the mapped cells, and of one that cannot be read nothing; all of it where somebody vouches for it."""
    if row.keep_whole or content.startswith(_KEPT):
        return content
    try:
        return mapping.written(_cells(row, content))
    except FeedError:
        return b""


def parse(row: Rest, source: Source, context: Context) -> Parsed:
    """The cells of an answer, each checked as pushed ones are. Raises FeedError."""
    kept = source.content if source.content.startswith(_KEPT) else mapping.written(_cells(row, source.content))
    return pushed.parse(frozenset(cell.measure for cell in row.cells), Source(source.name, kept), context)


def excerpt(row: Rest, source: Source, record: str) -> list[tuple[str, str]]:
    """The fields of one mapped cell."""
    kept = source.content if source.content.startswith(_KEPT) else mapping.written(_cells(row, source.content))
    return pushed.excerpt(Source(source.name, kept), record)


def _cells(row: Rest, content: bytes) -> list[dict[str, str | None]]:
    return mapping.mapped(row.cells, mapping.records(mapping.document(content, row.format, row.delimiter), row.records))


def make(base: Feed, row: Rest) -> Feed:
    """The feed of a row."""
    own = replace(
        base,
        parse=partial(parse, row),
        excerpt=partial(excerpt, row),
        at_least=0 if row.since else base.at_least,
        keep=partial(keep, row),
        compose=mapping.compose,
    )
    return asking.asked(own, row.address, row.every_minutes, partial(ask, row, base.publisher))
