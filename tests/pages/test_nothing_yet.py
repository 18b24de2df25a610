"""What every page says before the first figure has come: no error, no false comfort, and a way to see what is awaited."""

import pytest

from dashboard.access.roles import Role
from dashboard.access.viewer import Viewer
from dashboard.boards import Boards
from dashboard.pages import all_pages
from dashboard.store import Store
from dashboard.web.drawing import House, content_of, in_order, title_of
from tests.loaded import boards_over

VIEWER = Viewer(1, "tcg", "Tổ công tác", Role.WORKING_GROUP, None, "session")


@pytest.fixture
def empty(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Boards:
    """Boards over a database that holds nothing."""
    return boards_over(store, tmp_path_factory.mktemp("raw"))


def drawn(boards: Boards, address: str) -> str:
    """The content of an address, as the text of its components."""
    sight = House(in_order(all_pages()), boards).find(address, "", VIEWER)
    assert isinstance(title_of(sight), str)
    return str(content_of(sight).to_plotly_json())


@pytest.mark.parametrize("address", ["/", "/xep-hang", "/tinh/phu_tho_2025"])
def test_a_page_of_the_ranking_waits_for_its_figures(empty: Boards, address: str) -> None:
    text = drawn(empty, address)
    assert "Chưa có số liệu" in text
    assert "/nguon-so-lieu" in text
    assert "404" not in text


def test_the_sources_are_not_said_to_be_in_time(empty: Boards) -> None:
    text = drawn(empty, "/nguon-so-lieu")
    assert "chưa nguồn nào có số liệu" in text
    assert "mọi nguồn" not in text
