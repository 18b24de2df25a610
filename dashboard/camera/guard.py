"""Ends a picture within seconds after its viewer's session or right has ended: a stream asks nothing of the gate by itself."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Final

import structlog

from dashboard.errors import StoreUnavailable
from dashboard.store import Store
from dashboard.store.accounts import IDLE
from dashboard.store.tickets import Ticket, standing

LOOK_EVERY: Final = 2.0

log = structlog.get_logger()


async def keep_guard(store: Store, held: Callable[[], Mapping[str, Ticket]], end: Callable[[str], Awaitable[object]]) -> None:
    """Looks every two seconds whether the tickets of all sessions still stand, and ends those whose do not, until it is cancelled.

    While the database is away nobody is thrown out, as at the gate.
    """
    while True:
        await asyncio.sleep(LOOK_EVERY)
        tickets = held()
        if not tickets:
            continue
        try:
            good = await asyncio.to_thread(standing, store, tickets.values(), datetime.now(UTC), IDLE)
        except StoreUnavailable:
            continue
        for session, ticket in tickets.items():
            if ticket not in good:
                log.info("viewer's right has ended", session=session)
                await end(session)
