"""Local accounts, as the command line and the administration page change them. Every change is written to the audit."""

import re

from dashboard.access.passwords import check_rules, make_hash
from dashboard.access.roles import UNIT_ROLES, Role
from dashboard.access.viewer import actor
from dashboard.errors import ConfigurationError, NotFound
from dashboard.store import Store, accounts
from dashboard.store.accounts import AuditEntry, Person

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


def create(store: Store, username: str, display_name: str, role: Role, unit: str | None, password: str) -> int:
    """Adds a person and returns its id. Raises ConfigurationError for a bad name, role, unit or password, or a name that is taken."""
    name = username.strip().lower()
    if not _USERNAME.fullmatch(name):
        raise ConfigurationError(f"user name {username!r}: 2 to 64 of a-z 0-9 . _ - are allowed")
    if (role in UNIT_ROLES) != (unit is not None):
        raise ConfigurationError(f"user {name}: the roles {' and '.join(sorted(UNIT_ROLES))}, and no others, belong to a unit")
    check_rules(password, name)
    fields = {"username": name, "display_name": display_name.strip() or name, "role": role.value, "unit": unit}
    entry = AuditEntry(actor(), "account created", name, detail={"role": role.value, "unit": unit or ""})
    new_id = accounts.add_person(store, {**fields, "password_hash": make_hash(password)}, entry)
    if new_id is None:
        raise ConfigurationError(f"user {name}: there is one already")
    return new_id


def exists(store: Store, username: str) -> bool:
    """Whether there is such a person, disabled or not."""
    return accounts.find_person(store, username.strip().lower()) is not None


def set_password(store: Store, username: str, password: str) -> None:
    """Gives a new password and ends all sessions of the person. Raises ConfigurationError (too weak), NotFound."""
    name = username.strip().lower()
    check_rules(password, name)
    _change(store, name, {"password_hash": make_hash(password)}, AuditEntry(actor(), "password changed", name))


def disable(store: Store, username: str) -> None:
    """Shuts the account out and ends its sessions; its tokens stop too. Raises NotFound."""
    name = username.strip().lower()
    _change(store, name, {"disabled": True}, AuditEntry(actor(), "account disabled", name))


def all_people(store: Store) -> list[Person]:
    """Everybody, by user name."""
    return accounts.list_people(store)


def _change(store: Store, name: str, fields: dict[str, str | bool], entry: AuditEntry) -> None:
    if not accounts.change_person(store, name, fields, entry):
        raise NotFound(f"user {name}: there is none")
