"""The National Public Service Portal's dossier sync: log in for a session, then ask service by service, page by page.

Protocol, from public code of one-stop systems: POST `{session, madonvi, service, isUpdating, data}`; success is `error_code` "00" or 0;
instants are `yyyyMMddHHmmss` in +07:00. Dossiers come as DongBoHoSoMC (`isUpdating` False: new ones, True: changed ones), steps as
CapNhatTienDoHoSoMC. A session ends when the portal says so: then it is renewed, once, and the question asked again.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import httpx
from pydantic import BaseModel, ConfigDict, Field

from dashboard.errors import FeedError
from dashboard.feeds import asking, dossiers, secrets
from dashboard.feeds.asking import Answer, TurnedAway
from dashboard.feeds.base import Feed, Rules, Source
from dashboard.feeds.dossier_page import SUCCESS, answer, result
from dashboard.feeds.dossiers import Codes
from dashboard.formats import HANOI

SERVICES: Final = (("DongBoHoSoMC", "False"), ("DongBoHoSoMC", "True"), ("CapNhatTienDoHoSoMC", "False"))
"""Service and `isUpdating`, in the order in which they are asked."""
_WINDOW: Final = timedelta(days=1)
"""Longer spans are read in such pieces, so that a long absence is made up for bit by bit, and a fault in it loses no more than one."""
_MOST_PAGES: Final = 10_000
Words = Annotated[str, Field(min_length=1)]


class Door(BaseModel):
    """How the portal is reached. `unit` is our code as a participant (`madonvi`); secrets are references, never texts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["portal"]
    address: Words
    username: Words
    password: Words
    unit: Words
    login_path: str = "/mapi/login"
    call_path: str = "/mapi/g"
    every_minutes: Annotated[float, Field(gt=0, le=1440)] = 5
    page_size: Annotated[int, Field(ge=1, le=5000)] = 500
    first_days: Annotated[int, Field(ge=1, le=366)] = 30
    overlap_minutes: Annotated[int, Field(ge=0, le=1440)] = 10
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30


@dataclass
class Session:
    """One conversation with the portal."""

    client: httpx.Client
    door: Door
    token: str = field(default="", repr=False)

    def page(self, service: str, updating: str, asked: dict[str, str]) -> Answer:
        """One page of a service; a session that the portal has ended is renewed once. Raises FeedError."""
        try:
            return self._call(service, updating, asked)
        except TurnedAway:
            self.token = ""
            return self._call(service, updating, asked)

    def _call(self, service: str, updating: str, asked: dict[str, str]) -> Answer:
        if not self.token:
            self.token = self._log_in()
        said = {"session": self.token, "madonvi": self.door.unit, "service": service, "isUpdating": updating, "data": [asked]}
        found = self._post(self.door.call_path, said)
        code = _code(found.content)
        if code is not None and code not in SUCCESS:
            # Builds differ in the code that means "no such session": whatever is refused is tried once more with a new one.
            raise TurnedAway(f"{service}: hệ thống trả lời mã lỗi {code}")
        return found

    def _log_in(self) -> str:
        said = {"username": secrets.found(self.door.username), "password": secrets.found(self.door.password)}
        try:
            found = answer(self._post(self.door.login_path, said).content)
        except TurnedAway:
            raise FeedError("không đăng nhập được: tên hoặc mật khẩu không được nhận") from None
        token = found.get("session")
        if str(found["error_code"]) not in SUCCESS or not isinstance(token, str) or not token:
            raise FeedError("không đăng nhập được: hệ thống không cấp phiên làm việc")
        return token

    def _post(self, path: str, said: dict[str, Any]) -> Answer:
        address = secrets.found(self.door.address).rstrip("/") + path
        return asking.ask(self.client, self.client.build_request("POST", address, json=said))


def _code(content: bytes) -> str | None:
    """What the envelope says; None for a page that cannot be read, which its reader will find out."""
    try:
        return str(answer(content)["error_code"])[:12]
    except FeedError:
        return None


def ask(door: Door, source: str, mark: str | None) -> Generator[Source]:
    """Everything since the mark, which is an instant; its pages bear the mark of their window on the last one. Raises FeedError."""
    until = datetime.now(UTC).replace(microsecond=0)
    since = datetime.fromisoformat(mark) - timedelta(minutes=door.overlap_minutes) if mark else until - timedelta(days=door.first_days)
    with asking.client(door.timeout_seconds) as client:
        session = Session(client, door)
        while since < until:
            end = min(since + _WINDOW, until)
            pages = _pages(session, since, end)
            last = next(pages)
            for page in pages:
                yield Source(source, last.content, last.simulated, None, "records")
                last = page
            yield Source(source, last.content, last.simulated, end.isoformat(), "records")
            since = end


def _pages(session: Session, since: datetime, until: datetime) -> Iterator[Answer]:
    """Every page of every service for a window, `since` excluded; each service gives one at least."""
    for service, updating in SERVICES:
        before = b""
        for number in range(1, _MOST_PAGES + 1):
            asked = {
                "TuNgay": f"{since.astimezone(HANOI):%Y%m%d%H%M%S}",
                "DenNgay": f"{until.astimezone(HANOI):%Y%m%d%H%M%S}",
                "Trang": str(number),
                "SoBanGhi": str(session.door.page_size),
            }
            page = session.page(service, updating, asked)
            if page.content == before:  # a portal that knows no pages gives the same one for ever
                break
            yield page
            if _length(page.content) < session.door.page_size:
                break
            before = page.content


def _length(content: bytes) -> int:
    try:
        return len(result(answer(content)))
    except FeedError:
        return 0


def make(base: Feed, door: Door, codes: Codes) -> Feed:
    """The feed of a row of `data/feeds.toml`: events, so what a source holds at least, or may state, is not expected of it."""
    own = replace(
        base,
        parse=partial(dossiers.parse, codes),
        excerpt=dossiers.excerpt,
        at_least=0,
        rules=Rules(partial(dossiers.tally, codes)),
        keep=dossiers.kept,
        compose=dossiers.compose,
    )
    return asking.asked(own, door.address, door.every_minutes, partial(ask, door, base.publisher))


def codes_file(folder: Path) -> Path:
    """Where the meaning of the portal's codes stands."""
    return folder / "dossiers.toml"
