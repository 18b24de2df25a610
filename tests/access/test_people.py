"""Accounts: rules, hashes, what a change ends."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from dashboard.access import passwords, people, sessions
from dashboard.access.roles import Role
from dashboard.access.tokens import fingerprint
from dashboard.errors import ConfigurationError, NotFound
from dashboard.store import Store, accounts

GOOD = "dong-song-mua-lu-2026"


def test_an_account_is_found_by_its_name_in_lower_case(store: Store) -> None:
    people.create(store, "  Lanh.Dao ", "Nguyễn Thị Lãnh Đạo", Role.LEADER, None, GOOD)
    assert people.exists(store, "LANH.DAO")
    assert [(person.username, person.role) for person in people.all_people(store)] == [("lanh.dao", "leader")]


@pytest.mark.parametrize("weak", ["ngắn", "aaaaaaaaaaaaaaaaaaaa", "x" * 300, "xin chào lanh.dao nhé"])
def test_a_weak_password_is_refused_and_never_repeated(store: Store, weak: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        people.create(store, "lanh.dao", "", Role.LEADER, None, weak)
    assert weak not in str(refusal.value)
    assert not people.exists(store, "lanh.dao")


@pytest.mark.parametrize("name", ["a", "có dấu", "hai từ", "x" * 65, ".chấm"])
def test_a_user_name_is_plain_letters(store: Store, name: str) -> None:
    with pytest.raises(ConfigurationError, match="user name"):
        people.create(store, name, "", Role.LEADER, None, GOOD)


def test_a_name_that_is_taken_is_refused(store: Store) -> None:
    people.create(store, "mot", "", Role.LEADER, None, GOOD)
    with pytest.raises(ConfigurationError, match="there is one already"):
        people.create(store, "mot", "", Role.ADMINISTRATOR, None, GOOD)


@pytest.mark.parametrize(("role", "unit"), [(Role.PROVINCE, None), (Role.PROVINCE_APPROVER, None), (Role.LEADER, "an_giang_2025")])
def test_a_province_and_no_other_belongs_to_a_unit(store: Store, role: Role, unit: str | None) -> None:
    with pytest.raises(ConfigurationError, match="belong to a unit"):
        people.create(store, "mot", "", role, unit, GOOD)


def test_the_password_is_stored_as_argon2id_only(store: Store) -> None:
    people.create(store, "mot", "", Role.LEADER, None, GOOD)
    found = accounts.find_person(store, "mot")
    assert found is not None
    assert found[1].startswith("$argon2id$")
    assert passwords.verify(found[1], GOOD)
    assert not passwords.verify(found[1], GOOD + "x")
    assert not passwords.verify(None, GOOD)
    with store.engine.connect() as connection:
        rows = [str(row) for table in ("person", "audit") for row in connection.execute(text(f"SELECT * FROM {table}"))]
    assert not any(GOOD in row for row in rows)


@pytest.mark.parametrize("change", ["password", "disable"])
def test_a_new_password_and_a_shut_account_end_all_sessions(store: Store, change: str) -> None:
    people.create(store, "mot", "", Role.LEADER, None, GOOD)
    found = accounts.find_person(store, "mot")
    assert found is not None
    secret = sessions.begin(store, found[0], "127.0.0.1", timedelta(hours=1))
    assert accounts.find_sessions(store, [fingerprint(secret)])
    if change == "password":
        people.set_password(store, "MOT", GOOD + "-2")
    else:
        people.disable(store, "mot")
    assert not accounts.find_sessions(store, [fingerprint(secret)])


def test_changing_nobody_says_so(store: Store) -> None:
    with pytest.raises(NotFound, match="user ai"):
        people.disable(store, "ai")
    with pytest.raises(NotFound, match="user ai"):
        people.set_password(store, "ai", GOOD)


def test_every_change_is_in_the_audit(store: Store) -> None:
    people.create(store, "mot", "", Role.LEADER, None, GOOD)
    people.set_password(store, "mot", GOOD + "-2")
    people.disable(store, "mot")
    entries = [(entry.actor, entry.action, entry.subject) for entry in accounts.list_audit(store, 10)]
    assert entries == [("command line", f"{what}", "mot") for what in ("account disabled", "password changed", "account created")]
