"""How each feed stands, told to machines."""

from datetime import datetime

import httpx

from dashboard.formats import HANOI
from tests.loaded import NOW


def test_each_feed_stands_against_its_own_limit(client: httpx.Client) -> None:
    answer = client.get("/api/v1/feeds")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    feeds = {one["feed"]: one for one in answer.json()["feeds"]}
    index, axis = feeds["dvcqg_766"], feeds["document_axis"]
    assert (index["state"], index["late_days"], index["newest_period"], index["silent_after_minutes"]) == ("late", 352, "2025-10", None)
    assert (axis["state"], axis["last_good"], axis["quiet_minutes"], axis["silent_after_minutes"]) == ("not_reported", None, None, 15)
    assert len(index["figures_by_day"]) == 30
    shown = index["figures"] if datetime.now(HANOI).date() <= NOW.astimezone(HANOI).date() else 0  # read today, seen as of a fixed day
    assert sum(index["figures_by_day"]) == shown
    assert index["figures"] > 1000
    assert (index["held"], index["failing"], index["provenance"]) == (0, 0, "published")
