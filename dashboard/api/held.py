"""What the page of a feed may have done beside reading again: asking the clock to read now, putting a held record right, letting it go.

`POST /nguon-so-lieu/{feed}/lay-lai`, `…/sua` and `…/bo-qua`: plain forms, answered by the page with what came of it.
"""

import asyncio
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Path, Request
from starlette.responses import RedirectResponse

from dashboard.access.browser import address
from dashboard.access.viewer import actor
from dashboard.api.forms import fields_of, number_of
from dashboard.corrections import correct
from dashboard.errors import FeedError, NotFound
from dashboard.feeds.base import Feed
from dashboard.ingest import Desk
from dashboard.store import accounts, decisions, turns
from dashboard.store.accounts import AuditEntry
from dashboard.store.sources import held_reasons

_LARGEST = 64 * 1024
_FIELD = "f."
"""Before the name of a record's own field in the form, so that none can be mistaken for one of the form's."""
_WHY_SHORTEST, _WHY_LONGEST = 5, 300

FeedKey = Annotated[str, Path(max_length=60, pattern="^[a-z][a-z0-9_]*$")]


def router(desk: Desk) -> APIRouter:
    """The routes over this desk. Rights and the page that the form came from were judged by the gate."""
    routes = APIRouter(include_in_schema=False)

    @routes.post("/nguon-so-lieu/{feed}/lay-lai", response_class=RedirectResponse)
    async def fetch_again(request: Request, feed: FeedKey) -> RedirectResponse:
        known = desk.feed(feed)
        if known.every is None:
            raise HTTPException(HTTPStatus.CONFLICT, f"Nguồn “{feed}” tự gửi tới: không có nơi nào để lấy.")
        is_new = await asyncio.to_thread(_ask, desk, known, address(request.scope))
        return _back(feed, lay_lai="1" if is_new else "cho")

    @routes.post("/nguon-so-lieu/{feed}/sua", response_class=RedirectResponse)
    async def put_right(request: Request, feed: FeedKey) -> RedirectResponse:
        fields = await fields_of(request, _LARGEST)
        number, why = number_of(fields, "ban"), _why(fields)
        changed = {name.removeprefix(_FIELD): text.strip() for name, text in fields.items() if name.startswith(_FIELD)}
        entry = AuditEntry(actor(), "correct", feed, address(request.scope), {"record": str(number), "why": why})
        try:
            run = await asyncio.to_thread(correct, desk, desk.feed(feed), number, changed, entry)
        except FeedError as error:
            return _back(feed, ly_do=fields.get("ly_do", ""), ban=str(number), loi=str(error)[:300])
        return _back(feed, doc_lai=str(run))

    @routes.post("/nguon-so-lieu/{feed}/bo-qua", response_class=RedirectResponse)
    async def let_go(request: Request, feed: FeedKey) -> RedirectResponse:
        fields = await fields_of(request, _LARGEST)
        count = await asyncio.to_thread(_dismiss, desk, desk.feed(feed), fields, address(request.scope))
        return _back(feed, bo_qua=str(count))

    return routes


def _back(feed: str, **query: str) -> RedirectResponse:
    return RedirectResponse(
        f"/nguon-so-lieu/{feed}?{urlencode({name: text for name, text in query.items() if text})}", HTTPStatus.SEE_OTHER
    )


def _ask(desk: Desk, feed: Feed, origin: str) -> bool:
    accounts.record(desk.store, AuditEntry(actor(), "fetch again", feed.key, origin))
    return turns.ask(desk.store, feed.key, actor())


def _why(fields: dict[str, str]) -> str:
    why = " ".join(fields.get("vi_sao", "").split())
    if not _WHY_SHORTEST <= len(why) <= _WHY_LONGEST:
        raise HTTPException(HTTPStatus.BAD_REQUEST, f"Cần lý do, từ {_WHY_SHORTEST} đến {_WHY_LONGEST} ký tự.")
    return why


def _dismiss(desk: Desk, feed: Feed, fields: dict[str, str], origin: str) -> int:
    """Raises NotFound for a reason that nothing is held for any more."""
    why = _why(fields)
    which: int | str
    if "ban" in fields:
        which, what = number_of(fields, "ban"), f"record {fields['ban']}"
    else:
        reasons = {one.key: one.reason for one in held_reasons(desk.store, feed.key)}
        if (wanted := fields.get("ly_do", "")) not in reasons:
            raise NotFound("không còn dòng nào bị giữ vì lý do này")
        which = reasons[wanted]
        what = f"held: {which}"[:300]
    return decisions.dismiss(desk.store, feed.key, which, why, AuditEntry(actor(), "dismiss", feed.key, origin, {"what": what, "why": why}))
