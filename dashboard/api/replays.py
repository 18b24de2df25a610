"""`POST /nguon-so-lieu/{feed}/doc-lai`: the button “Đọc lại” of a feed's page. A plain form, answered by the page with what came of it."""

import asyncio
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import RedirectResponse

from dashboard import replays
from dashboard.access.browser import address
from dashboard.access.viewer import actor
from dashboard.api.forms import fields_of, number_of
from dashboard.errors import FeedError
from dashboard.feeds.base import Feed
from dashboard.ingest import Desk
from dashboard.store import accounts
from dashboard.store.accounts import AuditEntry
from dashboard.store.replayed import Outcome
from dashboard.store.sources import held_reasons

_LARGEST = 1024

FeedKey = Annotated[str, Path(max_length=60, pattern="^[a-z][a-z0-9_]*$")]


def router(desk: Desk) -> APIRouter:
    """The route over this desk. Rights and the page that the form came from were judged by the gate."""
    routes = APIRouter(include_in_schema=False)

    @routes.post("/nguon-so-lieu/{feed}/doc-lai", response_class=RedirectResponse)
    async def again(request: Request, feed: FeedKey) -> RedirectResponse:
        fields = await fields_of(request, _LARGEST)
        known = desk.feed(feed)
        try:
            done = await asyncio.to_thread(_replay, desk, known, fields, address(request.scope))
        except FeedError:
            return RedirectResponse(f"/nguon-so-lieu/{feed}?doc_lai=cu", HTTPStatus.SEE_OTHER)
        runs = ".".join(str(number) for number in done.runs) or "0"
        return RedirectResponse(f"/nguon-so-lieu/{feed}?doc_lai={runs}", HTTPStatus.SEE_OTHER)

    return routes


def _replay(desk: Desk, feed: Feed, fields: dict[str, str], origin: str) -> Outcome:
    """Reads again what the form names, and writes it into the audit. Raises NotFound, FeedError, StoreUnavailable."""
    if "lan" in fields:
        number, what = number_of(fields, "lan"), f"run {fields['lan']}"
        entry = AuditEntry(actor(), "replay", feed.key, origin, {"what": what})
        accounts.record(desk.store, entry)
        return replays.replay_run(desk, feed, number)
    wanted = fields.get("ly_do", "")
    reason = next((one.reason for one in held_reasons(desk.store, feed.key) if one.key == wanted), None)
    if reason is None:  # all of it has been released meanwhile
        return Outcome((), 0, 0, 0, ())
    accounts.record(desk.store, AuditEntry(actor(), "replay", feed.key, origin, {"what": f"held: {reason}"[:300]}))
    return replays.replay_held(desk, feed, reason, replays.MOST)
