"""How each feed stands, told to machines."""

from datetime import UTC, datetime

import httpx

from tests.loaded import Loaded


def test_each_feed_stands_against_its_own_limit(client: httpx.Client, published: Loaded) -> None:
    answer = client.get("/api/v1/feeds")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    feeds = {one["feed"]: one for one in answer.json()["feeds"]}
    index, axis = feeds["dvcqg_766"], feeds["document_axis"]
    assert (index["state"], index["late_days"], index["newest_period"], index["silent_after_minutes"]) == ("late", 352, "2025-10", None)
    assert (axis["state"], axis["last_good"], axis["quiet_minutes"], axis["silent_after_minutes"]) == ("not_reported", None, None, 15)
    board = published.boards().source("dvcqg_766")
    assert (index["figures"], index["figures_by_day"]) == (board.landed, [landed for _, landed in board.course])
    assert (index["held"], index["failing"], index["provenance"]) == (0, 0, "published")


def test_the_course_of_a_feed_is_told_by_the_days_on_which_it_was_read(published: Loaded) -> None:
    """By the clock of the database: files of this run were read today, whatever day it is."""
    (index,) = (one for one in published.boards(datetime.now(UTC)).sources() if one.feed.key == "dvcqg_766")
    assert len(index.course) == 30
    assert index.course[-1][1] + index.course[-2][1] == index.landed > 1000
