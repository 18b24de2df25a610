"""Who a cookie or token belongs to. Checked in the database, remembered in this process for two seconds.

So a page full of requests costs one query, a logout is prompt everywhere, and an outage of the database throws nobody out at once.
"""

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeAlias

from dashboard.access.roles import Role
from dashboard.access.tokens import fingerprint
from dashboard.access.viewer import Viewer
from dashboard.errors import StoreUnavailable
from dashboard.store import Store, accounts, walls
from dashboard.store.accounts import IDLE, AuditEntry, Person
from dashboard.store.tickets import Ticket, rights_of_person, rights_of_token

REMEMBERED = 2.0
"""Seconds for which an answer of the database counts."""
GRACE = 900.0
"""Seconds for which the last good answer counts while the database does not answer."""
TOUCH_EVERY = timedelta(minutes=1)
_MOST_REMEMBERED = 20_000

Credential: TypeAlias = tuple[Literal["session", "token", "device"], str]
Inside: TypeAlias = Callable[[str], frozenset[str]]


@dataclass(frozen=True)
class _Known:
    viewer: Viewer | None
    fresh_until: float
    good_until: float


def begin(store: Store, person: Person, address: str, lifetime: timedelta) -> str:
    """Starts a session with a new secret (never one that the browser brought) and returns the secret for the cookie."""
    secret, now = secrets.token_urlsafe(32), datetime.now(UTC)
    fields = {"token_hash": fingerprint(secret), "person_id": person.id, "address": address}
    times = {"created_at": now, "seen_at": now, "expires_at": now + lifetime}
    accounts.add_session(store, fields | times, AuditEntry(person.username, "login", person.username, address))
    return secret


class Doorkeeper:
    """Tells viewers from strangers. One per process; `inside` gives a unit's key with the keys of all units in it."""

    def __init__(self, store: Store, inside: Inside) -> None:
        self._store, self._inside = store, inside
        self._known: OrderedDict[Credential, _Known] = OrderedDict()
        self._asking: dict[Credential, asyncio.Task[Viewer | None]] = {}
        self._waiting: dict[str, asyncio.Future[Viewer | None]] = {}
        self._together: asyncio.Task[None] | None = None

    async def viewer(self, credential: Credential) -> Viewer | None:
        """The viewer, or None for a stranger. Raises StoreUnavailable when nobody can say."""
        known, now = self._known.get(credential), time.monotonic()
        if known and now < known.fresh_until:
            return known.viewer
        task = self._asking.get(credential)
        if task is None:
            task = self._asking[credential] = asyncio.create_task(self._ask(credential, known))
            task.add_done_callback(lambda _: self._asking.pop(credential, None))
        return await asyncio.shield(task)

    async def forget(self, secret: str, entry: AuditEntry) -> None:
        """Ends a session, here at once and in other processes within two seconds. Raises StoreUnavailable; then it still ended here."""
        self._remember(("session", secret), None, GRACE)
        await asyncio.to_thread(accounts.end_session, self._store, fingerprint(secret), entry)

    async def _ask(self, credential: Credential, known: _Known | None) -> Viewer | None:
        kind, secret = credential
        try:
            if kind == "session":
                viewer = await self._session(secret)
            else:
                viewer = await asyncio.to_thread(self._token if kind == "token" else self._device, secret)
        except StoreUnavailable:
            if known is None or time.monotonic() > known.good_until:
                raise
            # Old figures are still shown while the database is away; the people who look at them stay, too.
            self._known[credential] = _Known(known.viewer, time.monotonic() + REMEMBERED, known.good_until)
            return known.viewer
        self._remember(credential, viewer, REMEMBERED)
        return viewer

    def _remember(self, credential: Credential, viewer: Viewer | None, seconds: float) -> None:
        now = time.monotonic()
        self._known[credential] = _Known(viewer, now + seconds, now + GRACE)
        self._known.move_to_end(credential)
        while len(self._known) > _MOST_REMEMBERED:
            self._known.popitem(last=False)

    async def _session(self, secret: str) -> Viewer | None:
        # Hundreds of open pages come in the same second: who comes while a question is under way is asked for in the next, with all others.
        found: asyncio.Future[Viewer | None] = asyncio.get_running_loop().create_future()
        self._waiting[secret] = found
        if self._together is None or self._together.done():
            self._together = asyncio.create_task(self._ask_together())
        return await found

    async def _ask_together(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting, {}
            try:
                viewers = await asyncio.to_thread(self._sessions, list(asked))
            except Exception as error:  # noqa: BLE001 — whatever it is, each of those who wait must hear of it
                for waiting in asked.values():
                    if not waiting.done():
                        waiting.set_exception(error)
            else:
                for secret, waiting in asked.items():
                    if not waiting.done():  # who waited may be gone
                        waiting.set_result(viewers.get(secret))

    def _sessions(self, secrets_: list[str]) -> dict[str, Viewer]:
        digests, now = {fingerprint(one): one for one in secrets_}, datetime.now(UTC)
        found, resting = {}, []
        for digest, live in accounts.find_sessions(self._store, list(digests)).items():
            if now >= live.expires_at or now - live.seen_at >= IDLE:
                accounts.end_session(self._store, digest)
                continue
            if now - live.seen_at >= TOUCH_EVERY:
                resting.append(digest)
            ticket = Ticket("session", digest.hex(), rights_of_person(live.person.role, live.person.unit))
            found[digests[digest]] = self._of_person(live.person, ticket, frozenset())
        if resting:  # together: of a thousand pages that were opened in one minute, all are due in one
            accounts.touch_sessions(self._store, resting, now)
        return found

    def _token(self, secret: str) -> Viewer | None:
        digest = fingerprint(secret)
        live = accounts.find_token(self._store, digest)
        if live is None:
            return None
        role, unit = (live.person.role, live.person.unit) if live.person else (None, None)
        ticket = Ticket("token", digest.hex(), rights_of_token(live.scopes, role, unit))
        if live.person is not None:
            return replace(self._of_person(live.person, ticket, live.scopes), simulated=live.simulated)
        return Viewer(None, live.name, live.name, None, None, "token", live.scopes, simulated=live.simulated, ticket=ticket)

    def _device(self, secret: str) -> Viewer | None:
        digest, now = fingerprint(secret), datetime.now(UTC)
        device = walls.find_device(self._store, digest)
        if device is None:
            return None
        if now - device.seen_at >= TOUCH_EVERY:
            walls.touch_device(self._store, digest, now)
        ticket = Ticket("device", digest.hex(), device.wall)
        # With a colon, which no user name holds: an audit never takes a display for a person.
        name = f"display:{device.name}"
        return Viewer(None, name, device.name, Role.WALL_DEVICE, None, "device", wall=device.wall, ticket=ticket)

    def _of_person(self, person: Person, ticket: Ticket, scopes: frozenset[str]) -> Viewer:
        inside = self._inside(person.unit) if person.unit else frozenset[str]()
        who = (person.id, person.username, person.display_name, Role(person.role), person.unit)
        return Viewer(*who, ticket.kind, scopes, inside, ticket=ticket)
