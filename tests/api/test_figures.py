"""The API over real HTTP: figures equal to the published file, and what is wrong is named."""

import csv
import io
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from dashboard.errors import StoreUnavailable
from dashboard.observations import Parsed
from dashboard.store.write import land
from tests.loaded import OCTOBER, PROVINCES, Loaded, content, observation, origin
from tests.patience import soon

RANKING = "/api/v1/rankings/766"


def problem(answer: httpx.Response, status: int) -> str:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    body = answer.json()
    assert (body["status"], body["type"]) == (status, "about:blank")
    assert body["title"]
    return str(body["detail"])


@pytest.mark.parametrize(("period", "written"), [("2025-10", "2025-10"), ("2025-10/ytd", "2025-YTD(10)")])
def test_the_34_rows_equal_the_published_file_rank_by_rank(client: httpx.Client, period: str, written: str) -> None:
    body = client.get(RANKING, params={"period": period}).raise_for_status().json()
    rows = csv.DictReader(io.StringIO(content(PROVINCES).decode("utf-8-sig")))
    expected = sorted((row for row in rows if row["period"] == written), key=lambda row: int(row["xep_hang"]))
    assert len(body["rows"]) == len(expected) == 34
    for row, line in zip(body["rows"], expected, strict=True):
        assert (row["rank"], row["value"]) == (int(line["xep_hang"]), float(line["tong_100"]))
        assert row["agency_code"] == line["ma_coquan"].removeprefix("000.00.00.")
        assert row["components"] == {
            "transparency": float(line["cong_khai_minh_bach_18"]),
            "progress": float(line["tien_do_giai_quyet_20"]),
            "online_service": float(line["dvc_truc_tuyen_12"]),
            "online_payment": float(line["thanh_toan_truc_tuyen_10"]),
            "satisfaction": float(line["muc_do_hai_long_18"]),
            "digitisation": float(line["so_hoa_ho_so_22"]),
        }
        assert (row["state"], row["late_inputs"]) == ("published", [])
        assert row["rank_range"][0] <= row["rank"] <= row["rank_range"][1]
        assert client.get(row["evidence"]).json()["value"] == row["value"]


def test_an_answer_says_what_it_is(client: httpx.Client) -> None:
    body = client.get(RANKING).json()
    assert (body["ranking"], body["period"], body["baseline"], body["boundaries"]) == ("766", "2025-10", "2025-10/ytd", "2025")
    assert (body["simulated"], body["late_days"]) == (False, 352)
    assert datetime.fromisoformat(body["as_of"]).utcoffset() == timedelta(hours=7)
    assert body["rows"][0]["source"] == "Cổng Dịch vụ công quốc gia, 10/2025"


def test_values_come_by_the_63_of_their_time(client: httpx.Client) -> None:
    body = client.get("/api/v1/values", params={"indicator": "papi_e_responsiveness", "period": "2020", "boundaries": "2020"}).json()
    assert (body["boundaries"], len(body["values"])) == ("2020", 63)
    keys = {one["unit"] for one in body["values"]}
    assert "bac_giang" in keys
    assert "bac_ninh_2025" not in keys
    missing = [
        one for one in client.get("/api/v1/values", params={"indicator": "papi_e_responsiveness"}).json()["values"] if one["rank"] is None
    ]
    assert missing
    assert all((one["value"], one["state"], one["evidence"]) == (None, "not_reported", None) for one in missing), "never a zero for a gap"


def test_units_are_those_of_the_day(client: httpx.Client) -> None:
    old = client.get("/api/v1/units", params={"on": "2020-09-11"}).json()["units"]
    new = client.get("/api/v1/units", params={"on": "2025-10-31"}).json()["units"]
    assert (len(old), len(new)) == (63, 34)
    assert {one["gso_code"]: one["key"] for one in old}["24"] == "bac_giang"
    assert {one["gso_code"]: one["key"] for one in new}["24"] == "bac_ninh_2025"
    inside = client.get("/api/v1/units", params={"tier": "commune", "within": "an_giang_2025", "on": "2025-10-31"}).json()["units"]
    assert len(inside) == 102


@pytest.mark.parametrize(
    ("tier", "on", "count"),
    [("district", "2020-09-11", 707), ("commune", "2020-09-11", 10_614), ("commune", "2025-07-01", 3_321), ("ministry", "2025-07-01", 17)],
)
def test_units_of_every_tier_come_in_pages_that_leave_none_out(client: httpx.Client, tier: str, on: str, count: int) -> None:
    keys: list[str] = []
    offset: int | None = 0
    while offset is not None:
        page = client.get("/api/v1/units", params={"tier": tier, "on": on, "offset": offset, "limit": 1000}).json()
        assert page["total"] == count
        keys += [one["key"] for one in page["units"]]
        offset = page["next_offset"]
    assert len(keys) == len(set(keys)) == count


def test_units_are_found_by_a_part_of_their_name_or_a_code(client: httpx.Client) -> None:
    def found(**asked: str) -> list[str]:
        return [one["key"] for one in client.get("/api/v1/units", params={"on": "2020-09-11", **asked}).json()["units"]]

    assert found(q="bac") == found(q="BẮC") == ["bac_lieu", "bac_giang", "bac_kan", "bac_ninh"]
    assert found(q="000.00.00.H05") == found(q="h05") == ["bac_ninh"]
    assert found(q="00004", tier="commune") == ["truc_bach_00004"]
    assert found(q="trúc bạch", tier="commune", within="ha_noi") == ["truc_bach_00004"]
    assert found(q="atlantis") == []


def test_a_unit_tells_its_code_in_both_notations_and_what_became_of_it(client: httpx.Client) -> None:
    asked = {"tier": "commune", "within": "ba_dinh_001", "on": "2020-09-11"}
    communes = {one["key"]: one for one in client.get("/api/v1/units", params=asked).json()["units"]}
    assert communes["truc_bach_00004"]["successors"] == ["ba_dinh_00004_2025"]
    assert len(communes["doi_can_00022"]["successors"]) == 2
    assert communes["truc_bach_00004"]["valid_to"] == "2025-06-30"
    province = client.get("/api/v1/units", params={"q": "H05"}).json()["units"][0]
    assert (province["agency_code"], province["organ_id"]) == ("H05", "000.00.00.H05")


def test_indicators_say_how_fresh_they_are(client: httpx.Client) -> None:
    body = client.get("/api/v1/indicators").json()
    found = {one["key"]: one for one in body["indicators"]}
    assert (found["index766_total"]["latest_period"], found["index766_total"]["late_days"]) == ("2025-10", 352)
    assert found["papi_portal_access"]["latest_period"] == "2024"
    assert all(one["legal_basis"] and one["formula"] for one in body["indicators"])


@pytest.mark.parametrize(
    ("path", "status", "named"),
    [
        ("/api/v1/rankings/767", 404, "“767”"),
        (f"{RANKING}?period=2025-09", 404, "tháng 9/2025"),
        (f"{RANKING}?period=2025-9", 422, "2025-9"),
        (f"{RANKING}?perod=2025-09", 422, "perod"),
        (f"{RANKING}?boundaries=2020", 422, "không quy đổi được"),
        (f"{RANKING}?boundaries=1999", 422, "boundaries"),
        (f"{RANKING}?as_of=yesterday", 422, "yesterday"),
        (f"{RANKING}?as_of=9999-12-31", 422, "9999-12-31"),
        (f"{RANKING}?as_of=2020-01-01", 404, "chưa có số liệu nào trước 00:00 02/01/2020"),
        ("/api/v1/values", 422, "indicator"),
        ("/api/v1/values?indicator=x", 404, "“x”"),
        ("/api/v1/values?indicator=papi_portal_access&tier=commune", 404, "commune"),
        ("/api/v1/values?indicator=papi_portal_access&boundaries=2025", 422, "năm 2024 theo địa giới 2025"),
        ("/api/v1/units?tier=galaxy", 422, "tier"),
        ("/api/v1/units?within=atlantis", 404, "atlantis"),
        ("/api/v1/units?on=2025-02-30", 422, "on"),
        ("/api/v1/units?limit=1001", 422, "limit"),
        ("/api/v1/units?offset=-1", 422, "offset"),
        ("/api/v1/evidence/index766_total/atlantis/2025-10", 404, "atlantis"),
        ("/api/v1/evidence/index766_total/ha_noi/2025-09", 404, "tháng 9/2025"),
        ("/api/v1/evidence/index766_total/ha_noi/never", 422, "never"),
        ("/tai-ve/xep-hang-766.csv?ky=2025-09", 404, "tháng 9/2025"),
        ("/tai-ve/xep-hang-767.xlsx", 404, "“767”"),
        ("/tai-ve/xep-hang-766.pdf", 422, "form"),
    ],
)
def test_what_is_wrong_is_named_in_a_problem(client: httpx.Client, path: str, status: int, named: str) -> None:
    assert named in problem(client.get(path), status)


@pytest.mark.parametrize("path", [RANKING, "/api/v1/units", "/api/v1/indicators", "/api/v1/values?indicator=index766_total"])
def test_a_right_copy_is_not_sent_again(client: httpx.Client, path: str) -> None:
    first = client.get(path)
    assert first.headers["cache-control"] == "private, no-cache"
    again = client.get(path, headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_the_tag_tells_who_asks_and_what(client: httpx.Client, province: httpx.Client) -> None:
    evidence = "/api/v1/evidence/index766_total/ha_noi/2025-10"
    assert client.get(evidence).headers["etag"] != province.get(evidence).headers["etag"]
    assert client.get(RANKING).headers["etag"] != client.get(f"{RANKING}?period=2025-10/ytd").headers["etag"]


def test_a_change_of_figures_changes_tag_and_answer_and_as_of_gives_the_old_one(moving: httpx.Client, loaded: Loaded) -> None:
    before = moving.get(RANKING)
    between = datetime.now(UTC).isoformat()
    land(loaded.store, origin(), Parsed((observation(1.0),)))
    assert soon(lambda: moving.get(RANKING, headers={"If-None-Match": before.headers["etag"]}).status_code == 200)
    after = moving.get(RANKING)
    assert after.headers["etag"] != before.headers["etag"]
    value = {row["unit"]: row["value"] for row in after.json()["rows"]}["ha_noi"]
    assert value == 1.0
    then = moving.get(RANKING, params={"as_of": between}).json()
    assert then["rows"] == before.json()["rows"]
    assert then["data_version"] == before.json()["data_version"] == after.json()["data_version"] - 1
    revisions = moving.get(f"/api/v1/evidence/index766_total/ha_noi/{OCTOBER}").json()["revisions"]
    assert [one["value"] for one in revisions] == [1.0, {row["unit"]: row["value"] for row in then["rows"]}["ha_noi"]]


def test_the_raw_row_is_shown_to_a_leader(client: httpx.Client) -> None:
    (revision,) = client.get("/api/v1/evidence/index766_total/ha_noi/2025-10").json()["revisions"]
    assert revision["record"]["ten"] == "UBND Thành phố Hà Nội"
    assert (revision["source"], revision["record_withheld"]) == (PROVINCES, None)


def test_a_province_sees_raw_rows_of_its_own_and_its_communes_only(client: httpx.Client, province: httpx.Client) -> None:
    communes = client.get("/api/v1/values", params={"indicator": "index766_total", "tier": "commune"}).json()["values"]
    own = next(one["evidence"] for one in communes if one["evidence"])
    for path, open_ in (
        ("/api/v1/evidence/index766_total/an_giang_2025/2025-10", True),
        (own, True),
        ("/api/v1/evidence/index766_total/ha_noi/2025-10", False),
    ):
        (revision,) = province.get(path).json()["revisions"]
        assert (revision["record"] is not None) == open_
        assert (revision["record_withheld"] is None) == open_
        assert revision["value"] == client.get(path).json()["value"], "the figure itself is for everybody"


def test_evidence_says_that_the_raw_file_is_gone(lost: httpx.Client) -> None:
    (revision,) = lost.get("/api/v1/evidence/index766_total/ha_noi/2025-10").json()["revisions"]
    assert revision["record"] is None
    assert "không còn trong kho" in revision["record_withheld"]
    assert "/" not in revision["record_withheld"], "where the store lies is nobody's business"


def test_nobody_reads_without_login(base: str) -> None:
    with httpx.Client(base_url=base) as stranger:
        for path in (RANKING, "/api/v1/units", "/tai-ve/xep-hang-766.csv", "/api/openapi.json"):
            problem(stranger.get(path), 401)


def test_an_absent_database_gives_503_for_what_is_not_known_and_old_figures_for_what_is(
    moving: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = moving.get(RANKING).json()

    def away(*_: object, **__: object) -> object:
        raise StoreUnavailable("the database does not answer")

    monkeypatch.setattr("dashboard.boards.desk.data_versions", away)
    monkeypatch.setattr("dashboard.boards.desk.periods_of", away)
    time.sleep(1.1)
    old = moving.get(RANKING)
    assert old.json()["rows"] == known["rows"]
    assert "does not answer" in problem(moving.get("/api/v1/values?indicator=papi_portal_access"), 503)
