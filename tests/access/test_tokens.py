"""API tokens: shown once, kept as a hash, no more than their scopes and their person."""

import asyncio

import pytest
from sqlalchemy import text

from dashboard.access import people, tokens
from dashboard.access.roles import Permission, Role
from dashboard.access.sessions import Doorkeeper
from dashboard.access.viewer import Viewer
from dashboard.errors import ConfigurationError, NotFound
from dashboard.store import Store

GOOD = "dong-song-mua-lu-2026"


def who(store: Store, token: str) -> Viewer | None:
    """Whom the door takes the bearer for."""

    async def ask() -> Viewer | None:
        return await Doorkeeper(store, lambda unit: frozenset({unit})).viewer(("token", token))

    return asyncio.run(ask())


def test_a_token_is_stored_as_a_hash_only(store: Store) -> None:
    token = tokens.issue(store, "prometheus", ["metrics"])
    with store.engine.connect() as connection:
        rows = [str(row) for table in ("api_token", "audit") for row in connection.execute(text(f"SELECT * FROM {table}"))]
    assert len(token) >= 43
    assert not any(token in row for row in rows)


@pytest.mark.parametrize(
    ("scopes", "opened"),
    [
        (["metrics"], {Permission.SEE_METRICS}),
        (["read"], {Permission.API_READ, Permission.SEE_FIGURES, Permission.SEE_EVIDENCE, Permission.DOWNLOAD}),
        (["cameras"], {Permission.SEE_CAMERAS}),
        (["feed:document_axis"], {Permission.PUSH}),
    ],
)
def test_a_services_token_opens_its_scopes(store: Store, scopes: list[str], opened: set[Permission]) -> None:
    viewer = who(store, tokens.issue(store, "máy", scopes))
    assert viewer is not None
    assert {permission for permission in Permission if viewer.may(permission)} == opened
    assert viewer.may_push("document_axis") == (scopes == ["feed:document_axis"])


def test_a_persons_token_opens_no_more_than_the_person(store: Store) -> None:
    people.create(store, "tinh", "", Role.PROVINCE, "an_giang_2025", GOOD)
    viewer = who(store, tokens.issue(store, "excel", ["read"], username="Tinh"))
    assert viewer is not None
    assert viewer.may(Permission.API_READ)
    assert viewer.may(Permission.SEE_EVIDENCE, "an_giang_2025")
    assert not viewer.may(Permission.SEE_EVIDENCE, "ca_mau_2025")
    assert not viewer.may(Permission.SEE_EVIDENCE)


def test_a_revoked_token_and_one_of_a_disabled_person_open_nothing(store: Store) -> None:
    people.create(store, "mot", "", Role.LEADER, None, GOOD)
    first, second = tokens.issue(store, "a", ["read"]), tokens.issue(store, "b", ["read"], username="mot")
    tokens.revoke(store, "a")
    people.disable(store, "mot")
    assert who(store, first) is None
    assert who(store, second) is None


@pytest.mark.parametrize("scopes", [[], ["write"], ["feed:"], ["read", "feed:A B"]])
def test_an_unknown_scope_is_refused(store: Store, scopes: list[str]) -> None:
    with pytest.raises(ConfigurationError, match="scopes are"):
        tokens.issue(store, "a", scopes)


def test_names_that_nobody_has_are_said(store: Store) -> None:
    with pytest.raises(NotFound, match="user ai"):
        tokens.issue(store, "a", ["read"], username="ai")
    with pytest.raises(NotFound, match="token a"):
        tokens.revoke(store, "a")
