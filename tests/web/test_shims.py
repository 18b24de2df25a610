"""Every defect of Dash on FastAPI that is cured, by its number; each of these fails without its cure."""

import httpx


def test_1_a_deep_link_as_the_first_request_of_a_fresh_process_is_a_whole_page(leader: httpx.Client) -> None:
    answer = leader.get("/tinh/an_giang_2025")
    assert answer.status_code == 200
    assert "<title>An Giang – " in answer.text
    assert "dash_renderer" in answer.text and 'lang="vi"' in answer.text
