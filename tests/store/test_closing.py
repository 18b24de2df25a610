"""A store that is closed while somebody still works with it."""

from typing import Any

from dashboard.store import Store


def test_a_connection_that_is_lent_out_while_the_store_closes_is_closed_when_it_comes_back(database_url: str) -> None:
    opened = Store.open(database_url)
    with opened.transaction() as lent:
        driver: Any = lent.connection.dbapi_connection
        opened.close()
        assert lent.exec_driver_sql("SELECT 1").scalar_one() == 1, "whoever works with it ends in peace"
    assert driver.closed


def test_one_that_nobody_works_with_is_closed_at_once(database_url: str) -> None:
    opened = Store.open(database_url)
    with opened.transaction() as lent:
        driver: Any = lent.connection.dbapi_connection
    assert not driver.closed, "it is kept for the next one"
    opened.close()
    assert driver.closed
