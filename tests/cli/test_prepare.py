"""Demo accounts: made once, with passwords that nobody can guess or find again."""

from dashboard.access import people
from dashboard.access.passwords import check_rules, new_password
from dashboard.cli.prepare import DEMO_ACCOUNTS, demo_accounts
from dashboard.settings import CHECKOUT
from dashboard.store import Store
from dashboard.units import UnitRegistry


def test_demo_accounts_are_made_once(store: Store) -> None:
    made = demo_accounts(store)
    assert [account for account, _ in made] == list(DEMO_ACCOUNTS)
    assert demo_accounts(store) == []
    assert {person.username for person in people.all_people(store)} == {account.username for account in DEMO_ACCOUNTS}


def test_a_demo_account_that_was_there_already_is_left_alone(store: Store) -> None:
    first = DEMO_ACCOUNTS[0]
    people.create(store, first.username, "Tên khác", first.role, first.unit, new_password())
    assert [account for account, _ in demo_accounts(store)] == list(DEMO_ACCOUNTS[1:])
    assert "Tên khác" in {person.display_name for person in people.all_people(store)}


def test_units_of_demo_accounts_exist() -> None:
    units = UnitRegistry.load(CHECKOUT / "data" / "units")
    for account in DEMO_ACCOUNTS:
        if account.unit is not None:
            assert units.get(account.unit).tier == "province"


def test_generated_passwords_differ_and_keep_the_rules() -> None:
    passwords = {new_password() for _ in range(500)}
    assert len(passwords) == 500
    for password in passwords:
        check_rules(password, "quantri")
        assert not set(password) & set("01lio")
