"""How each feed stands, told to machines."""

import httpx


def test_each_feed_stands_against_its_own_limit(client: httpx.Client) -> None:
    answer = client.get("/api/v1/feeds")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    feeds = {one["feed"]: one for one in answer.json()["feeds"]}
    index, axis = feeds["dvcqg_766"], feeds["document_axis"]
    assert (index["state"], index["late_days"], index["newest_period"], index["silent_after_minutes"]) == ("late", 352, "2025-10", None)
    assert (axis["state"], axis["last_good"], axis["quiet_minutes"], axis["silent_after_minutes"]) == ("not_reported", None, None, 15)
    assert len(index["figures_by_day"]) == 30
    assert sum(index["figures_by_day"]) == index["figures"] > 1000, "the published files were read just now"
    assert (index["held"], index["failing"], index["provenance"]) == (0, 0, "published")
