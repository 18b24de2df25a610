"""Each page keeps the contract of pages."""

from dashboard.access.roles import SCOPES, Kind, Role, find_route
from dashboard.pages import all_pages
from dashboard.pages.parts import accounts, camera_form


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


def test_the_forms_of_administration_name_every_role_and_every_scope() -> None:
    assert {key for key, _ in camera_form.ROLES} == {role.value for role in Role}
    assert {key for key, _ in accounts.ROLES} == {role.value for role in Role if role is not Role.WALL_DEVICE}
    assert {key for key, _ in accounts.SCOPES} == set(SCOPES)
