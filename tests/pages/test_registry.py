"""Each page keeps the contract of pages."""

from dashboard.access.roles import Kind, find_route
from dashboard.pages import all_pages


def test_each_page_has_a_key_an_address_and_a_line_in_the_table_of_access() -> None:
    pages = all_pages()
    assert len({page.key for page in pages}) == len({page.path for page in pages}) == len(pages) > 0
    for page in pages:
        route = find_route(page.path)
        assert route is not None, page.key
        assert route.kind is Kind.PAGE
        assert route.permission is not None


def test_pages_of_the_navigation_have_no_variables_in_their_address() -> None:
    assert all("{" not in page.path for page in all_pages() if page.nav is not None)
