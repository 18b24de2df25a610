"""Sessions: how long they live, how fast they end, what an outage of the database does to them."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from dashboard.access import people, sessions
from dashboard.access.roles import Permission, Role
from dashboard.access.sessions import Doorkeeper
from dashboard.access.tokens import fingerprint
from dashboard.access.viewer import Viewer
from dashboard.errors import StoreUnavailable
from dashboard.store import Store, accounts
from dashboard.store.accounts import AuditEntry, Person

OUT = AuditEntry("mot", "logout")


@pytest.fixture
def person(store: Store) -> Person:
    """A person of An Giang."""
    people.create(store, "mot", "Một", Role.PROVINCE, "an_giang_2025", "dong-song-mua-lu-2026")
    found = accounts.find_person(store, "mot")
    assert found is not None
    return found[0]


@pytest.fixture
def keeper(store: Store) -> Doorkeeper:
    """A doorkeeper who knows one commune of An Giang."""
    return Doorkeeper(store, lambda unit: frozenset({unit, "an_chau_2025"}))


def test_a_viewer_of_a_province_reaches_its_unit_and_the_units_inside(store: Store, keeper: Doorkeeper, person: Person) -> None:
    secret = sessions.begin(store, person, "127.0.0.1", timedelta(hours=1))
    viewer = asyncio.run(keeper.viewer(("session", secret)))
    assert viewer is not None
    assert viewer.role is Role.PROVINCE
    assert viewer.via == "session"
    assert viewer.may(Permission.SEE_EVIDENCE, "an_giang_2025")
    assert viewer.may(Permission.SEE_EVIDENCE, "an_chau_2025")
    assert not viewer.may(Permission.SEE_EVIDENCE, "ca_mau_2025")
    assert not viewer.may(Permission.SEE_EVIDENCE)
    assert viewer.may_somewhere(Permission.SEE_EVIDENCE)
    assert not viewer.may_somewhere(Permission.SEE_QUARANTINE)


def test_a_session_ends_at_its_absolute_end_and_when_nobody_uses_it(store: Store, keeper: Doorkeeper, person: Person) -> None:
    over = sessions.begin(store, person, "", timedelta(seconds=-1))
    idle = sessions.begin(store, person, "", timedelta(hours=12))
    accounts.touch_sessions(store, [fingerprint(idle)], datetime.now(UTC) - accounts.IDLE)
    assert [asyncio.run(keeper.viewer(("session", secret))) for secret in (over, idle)] == [None, None]
    assert accounts.find_sessions(store, [fingerprint(idle)]) == {}


def test_use_keeps_a_session_awake(store: Store, keeper: Doorkeeper, person: Person) -> None:
    secret = sessions.begin(store, person, "", timedelta(hours=12))
    before = datetime.now(UTC) - timedelta(minutes=90)
    accounts.touch_sessions(store, [fingerprint(secret)], before)
    assert asyncio.run(keeper.viewer(("session", secret))) is not None
    live = accounts.find_sessions(store, [fingerprint(secret)]).get(fingerprint(secret))
    assert live is not None
    assert live.seen_at > before + timedelta(minutes=80)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Has the doorkeepers believe that what they remember is old; their clock stands still otherwise."""
    now = [time.monotonic()]
    monkeypatch.setattr(sessions, "time", SimpleNamespace(monotonic=lambda: now[0]))

    def pass_() -> None:
        now[0] += sessions.REMEMBERED + 0.1

    return pass_


def test_logout_counts_at_once_here_and_within_two_seconds_elsewhere(store: Store, person: Person, later: Callable[[], None]) -> None:
    here, elsewhere = (Doorkeeper(store, lambda unit: frozenset({unit})) for _ in range(2))
    secret = sessions.begin(store, person, "", timedelta(hours=1))

    async def leave() -> tuple[object, object, object]:
        known = [await keeper.viewer(("session", secret)) for keeper in (here, elsewhere)]
        assert None not in known
        await here.forget(secret, OUT)
        first = await here.viewer(("session", secret)), await elsewhere.viewer(("session", secret))
        later()
        return *first, await elsewhere.viewer(("session", secret))

    gone_here, still_elsewhere, gone_elsewhere = asyncio.run(leave())
    assert gone_here is None
    assert still_elsewhere is not None
    assert gone_elsewhere is None


def test_many_requests_at_once_ask_the_database_once(store: Store, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper, asked, find = Doorkeeper(store, lambda unit: frozenset({unit})), [0], accounts.find_sessions
    secret = sessions.begin(store, person, "", timedelta(hours=1))

    def counted(store: Store, digests: list[bytes]) -> dict[bytes, accounts.LiveSession]:
        asked[0] += 1
        return find(store, digests)

    async def crowd() -> None:
        await asyncio.gather(*(keeper.viewer(("session", secret)) for _ in range(100)))

    monkeypatch.setattr(accounts, "find_sessions", counted)
    asyncio.run(crowd())
    assert asked == [1]


def test_many_people_at_once_are_asked_for_together(store: Store, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    keeper, asked, find = Doorkeeper(store, lambda unit: frozenset({unit})), list[int](), accounts.find_sessions
    secrets = [sessions.begin(store, person, "", timedelta(hours=1)) for _ in range(50)]

    def counted(store: Store, digests: list[bytes]) -> dict[bytes, accounts.LiveSession]:
        asked.append(len(digests))
        return find(store, digests)

    async def crowd() -> list[Viewer | None]:
        return await asyncio.gather(*(keeper.viewer(("session", secret)) for secret in [*secrets, "nobody's"]))

    monkeypatch.setattr(accounts, "find_sessions", counted)
    *known, stranger = asyncio.run(crowd())
    assert stranger is None
    assert {one.username for one in known if one is not None} == {person.username}
    assert all(known)
    assert sum(asked) == 51
    assert len(asked) <= 3


def test_an_outage_keeps_who_is_known_and_lets_in_nobody_else(store: Store, person: Person, later: Callable[[], None]) -> None:
    keeper = Doorkeeper(store, lambda unit: frozenset({unit}))
    secret = sessions.begin(store, person, "", timedelta(hours=1))
    unreachable = Store.open("postgresql://nobody@127.0.0.1:1/none?connect_timeout=1")

    async def outage() -> None:
        known = await keeper.viewer(("session", secret))
        keeper._store = unreachable
        later()
        assert await keeper.viewer(("session", secret)) == known
        with pytest.raises(StoreUnavailable):
            await keeper.viewer(("session", "another"))
        with pytest.raises(StoreUnavailable):
            await keeper.forget(secret, OUT)
        assert await keeper.viewer(("session", secret)) is None

    asyncio.run(outage())
    unreachable.close()
