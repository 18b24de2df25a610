"""Computed indicators over real HTTP: counts beside each value, all units together, one more table, files."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from dashboard import web
from dashboard.access.roles import Role
from dashboard.settings import Settings
from dashboard.store import Store
from tests.api.test_downloads import sheets
from tests.counted import cell, state
from tests.loaded import boards_over
from tests.pages.test_indicator_pages import with_one_more
from tests.web.running import ACCOUNTS, all_routers, open_accounts, served, signed_in

DAY = "2026-11-20"


@pytest.fixture
def counting(store: Store, tmp_path: Path, settings: Settings) -> Iterator[httpx.Client]:
    """A leader's browser on a program with a few counts, and an indicator that was added as one table."""
    told = [("hue", 98, 103), ("ha_noi", 5, 10)]
    state(store, "document_axis", [cell("documents_electronic", unit, DAY, part, "tier=province") for unit, part, _ in told])
    state(store, "document_axis", [cell("documents_sent", unit, DAY, whole, "tier=province") for unit, _, whole in told])
    state(
        store,
        "document_axis",
        [cell("documents_received", "hue", DAY, 40, "tier=commune"), cell("documents_refused", "hue", DAY, 2, "tier=commune")],
    )
    past = "2024-10-09"
    then = [
        cell("documents_electronic", "bac_giang", past, 45, "tier=province"),
        cell("documents_sent", "bac_giang", past, 50, "tier=province"),
    ]
    state(store, "document_axis", then)
    open_accounts(store)
    boards = boards_over(store, tmp_path, definitions=with_one_more())
    app = web.build(settings, store, boards, (), all_routers(store, boards, tmp_path))
    with served(app) as address, signed_in(address, ACCOUNTS[Role.LEADER]) as opened:
        yield opened


def test_values_carry_their_counts_and_all_units_together(counting: httpx.Client) -> None:
    body = counting.get("/api/v1/values", params={"indicator": "electronic_document_rate"}).raise_for_status().json()
    assert (body["period"], body["through"], body["simulated"]) == ("2026-11", DAY, True)
    assert body["together"] == {"value": pytest.approx(100 * 103 / 113), "numerator": 103, "denominator": 113}
    by_unit = {one["unit"]: one for one in body["values"]}
    assert (by_unit["hue"]["numerator"], by_unit["hue"]["denominator"], by_unit["hue"]["rank"]) == (98, 103, 1)
    assert (by_unit["ha_noi"]["value"], by_unit["ha_noi"]["rank"]) == (50.0, None), "ten are too few to be ranked"
    assert by_unit["son_la"]["state"] == "not_reported"
    evidence = counting.get(by_unit["hue"]["evidence"]).raise_for_status().json()
    assert evidence["value"] == by_unit["hue"]["value"]
    assert [(one["measure"], one["value"], len(one["observations"])) for one in evidence["sums"]] == [
        ("documents_electronic", 98, 1),
        ("documents_sent", 103, 1),
    ]


def test_counts_are_carried_to_later_borders_never_back(counting: httpx.Client) -> None:
    asked = {"indicator": "electronic_document_rate", "period": "2024-10"}
    body = counting.get("/api/v1/values", params={**asked, "boundaries": "2025"}).raise_for_status().json()
    merged = next(one for one in body["values"] if one["unit"] == "bac_ninh_2025")
    assert (body["boundaries"], len(body["values"])) == ("2025", 34)
    assert (merged["value"], merged["denominator"], merged["note"]) == (90.0, 50, "thiếu Bắc Ninh")
    assert counting.get(merged["evidence"]).raise_for_status().json()["value"] == 90.0
    own = counting.get("/api/v1/values", params=asked).raise_for_status().json()
    assert (own["boundaries"], len(own["values"])) == ("2020", 63)
    refused = counting.get("/api/v1/values", params={**asked, "period": "2026-11", "boundaries": "2020"})
    assert (refused.status_code, "không quy đổi ngược được" in refused.json()["detail"]) == (422, True)


def test_a_tier_of_agency_can_be_asked_for_and_its_evidence_too(counting: httpx.Client) -> None:
    asked = {"indicator": "electronic_document_rate", "agency_tier": "province", "period": DAY}
    body = counting.get("/api/v1/values", params=asked).raise_for_status().json()
    (first, *_) = body["values"]
    assert first["evidence"] == f"/api/v1/evidence/electronic_document_rate.province/hue/{DAY}"
    assert counting.get(first["evidence"]).json()["agency_tier"] == "province"
    assert counting.get("/api/v1/values", params={**asked, "agency_tier": "village"}).status_code == 422


def test_an_added_table_is_in_the_api_and_in_the_files(counting: httpx.Client) -> None:
    listed = {one["key"]: one for one in counting.get("/api/v1/indicators").raise_for_status().json()["indicators"]}
    added = listed["refused_document_rate"]
    assert (added["form"], added["measures"], added["latest_period"]) == ("ratio", ["documents_refused", "documents_received"], DAY)
    assert listed["online_dossier_rate"]["latest_period"] is None
    values = counting.get("/api/v1/values", params={"indicator": "refused_document_rate"}).json()["values"]
    assert (values[0]["unit"], values[0]["value"]) == ("hue", 5.0)
    book = sheets(counting.get("/tai-ve/chi-tieu-refused_document_rate.xlsx"))
    head, first, *_ = book["Chỉ tiêu"]
    row = dict(zip(head, first, strict=True))
    assert (row["Đơn vị"], row["Tỷ lệ văn bản bị từ chối (%)"], row["Tử số"], row["Mẫu số"]) == ("Huế", 5, 2, 40)
    assert row["Trạng thái"] == "Mô phỏng"
    assert ["Trạng thái", "Mô phỏng"] in book["Nguồn"]


def test_the_csv_of_an_indicator_holds_every_unit_and_says_why_one_is_empty(counting: httpx.Client) -> None:
    text = (
        counting.get("/tai-ve/chi-tieu-electronic_document_rate.csv", params={"ky": "2026-11"})
        .raise_for_status()
        .content.decode("utf-8-sig")
    )
    lines = list(csv.DictReader(io.StringIO(text.split("\r\n\r\n")[0])))
    assert len(lines) == 34
    by_name = {line["Đơn vị"]: line for line in lines}
    assert (by_name["Huế"]["Tử số"], by_name["Huế"]["Mẫu số"]) == ("98.0", "103.0")
    assert by_name["Hà Nội"]["Trạng thái"] == "Mô phỏng; mẫu số nhỏ, không xếp hạng"
    assert by_name["Sơn La"]["Trạng thái"] == "Chưa báo cáo"


def test_an_indicator_without_figures_is_a_404_with_its_name(counting: httpx.Client) -> None:
    answer = counting.get("/api/v1/values", params={"indicator": "online_dossier_rate"})
    assert answer.status_code == 404
    assert "chưa có số liệu" in answer.json()["detail"]
