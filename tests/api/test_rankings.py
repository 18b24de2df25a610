"""Rankings of our own over real HTTP: one more table is everywhere, inputs tell what is wrong with them, a rank explains itself."""

import csv
import io
from collections.abc import Iterator
from datetime import date

import httpx
import pytest

from dashboard import web
from dashboard.access.roles import Role
from dashboard.pages import all_pages
from dashboard.settings import Settings
from dashboard.store.embedded import Server
from tests.api.test_downloads import sheets
from tests.counted import provinces, state
from tests.loaded import boards_over
from tests.own_rankings import OCTOBER, SEPTEMBER, connected, documents, empty_store, with_own
from tests.web.running import ACCOUNTS, all_routers, open_accounts, served, signed_in

PAIR = "/api/v1/rankings/pair"


@pytest.fixture(scope="module")
def own(server: Server, migrated_template: str, tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[httpx.Client]:
    """A leader's browser on a program with a ranking that was added as one table."""
    keys = [key for key in provinces(date(2026, 10, 31)) if key not in ("hue", "ha_noi")][:5]
    told = [one for place, key in enumerate(keys) for one in documents(key, (60 + 5 * place, 50, 100))]
    told += [one for key in keys for one in documents(key, (70, 40, 100), SEPTEMBER)]
    raw = tmp_path_factory.mktemp("raw")
    with empty_store(server, migrated_template, "own_rankings_api") as store:
        state(store, "document_axis", [*told, *documents("ha_noi", (3, 3, 3))])
        state(store, "reporting_system", [*connected("hue", 50, 100), *connected("ha_noi", 90, 100, SEPTEMBER)])
        open_accounts(store)
        boards = boards_over(store, raw, definitions=with_own())
        app = web.build(settings, store, boards, all_pages(), all_routers(store, boards, raw))
        with served(app) as address, signed_in(address, ACCOUNTS[Role.LEADER]) as opened:
            yield opened


def test_a_ranking_added_as_one_table_is_in_api_page_and_files(own: httpx.Client) -> None:
    listed = {one["ranking"]: one for one in own.get("/api/v1/rankings").raise_for_status().json()["rankings"]}
    assert (listed["pair"]["kind"], listed["766"]["kind"]) == ("computed", "given")
    part = listed["pair"]["components"][0]
    assert (part["indicator"], part["weight"], part["low"], part["minimum"]) == ("electronic_document_rate", 3.0, 50.0, 30.0)
    body = own.get(PAIR).raise_for_status().json()
    assert (body["period"], body["baseline"], body["baseline_shown_at"], body["simulated"]) == (OCTOBER, SEPTEMBER, None, True)
    first = body["rows"][0]
    assert (first["rank"], first["value"], sum(first["points"].values())) == (1, 57.5, 57.5)
    assert (
        own.get(first["component_evidence"]["electronic_document_rate"]).json()["value"] == first["components"]["electronic_document_rate"]
    )
    head, row, *_ = sheets(own.get("/tai-ve/xep-hang-pair.xlsx"))["Xếp hạng"]
    named = dict(zip(head, row, strict=True))
    assert (named["Hạng"], named["Tổng điểm"], named["Tỷ lệ văn bản gửi hoàn toàn điện tử (%)"]) == (1, 57.5, 80)
    page = str(own.get("/content", params={"at": "/xep-hang?bang=pair"}).raise_for_status().json())
    assert "Hai chỉ tiêu" in page
    assert first["name"] in page


def test_a_score_has_evidence_of_its_own_down_to_its_components(own: httpx.Client) -> None:
    first = own.get(PAIR).raise_for_status().json()["rows"][0]
    assert first["evidence"] == f"/api/v1/evidence/pair/{first['unit']}/{OCTOBER}"
    told = own.get(first["evidence"]).raise_for_status().json()
    assert (told["value"], told["rank"], told["state"]) == (first["value"], 1, "simulated")
    assert sum(one["points"] for one in told["contributions"]) == pytest.approx(told["value"], abs=0.01)
    assert [one["evidence"] for one in told["contributions"]] == list(first["component_evidence"].values())
    page = str(own.get("/content", params={"at": f"/can-cu/pair/{first['unit']}/{OCTOBER}"}).raise_for_status().json())
    assert "Căn cứ của 57,50 điểm" in page
    assert f"/can-cu/electronic_document_rate/{first['unit']}/{OCTOBER}" in page
    for figure, status in (("pair/ha_noi/2026-10", 404), ("pair/nowhere/2026-10", 404), ("pair/hue/2026-1", 422), ("pair", 404)):
        assert own.get(f"/api/v1/evidence/{figure}").status_code == status, figure


def test_files_are_read_by_the_borders_that_were_asked_for(own: httpx.Client) -> None:
    answer = own.get("/tai-ve/xep-hang-pair.csv", params={"diagioi": "2025"}).raise_for_status()
    assert "_dia-gioi-2025.csv" in answer.headers["content-disposition"]
    assert "Địa giới,2025" in answer.content.decode("utf-8-sig")
    assert own.get("/tai-ve/xep-hang-pair.csv", params={"diagioi": "1999"}).status_code == 422


def test_inputs_that_are_late_or_missing_are_told(own: httpx.Client) -> None:
    late, on_time, *rest = own.get("/api/v1/rankings/reports", params={"period": OCTOBER}).json()["rows"]
    assert (late["unit"], late["late_inputs"], late["inputs"][0]["period"]) == ("ha_noi", ["reporting_connected_rate"], SEPTEMBER)
    assert late["inputs"][0]["note"] == "Kết nối báo cáo: chưa có số kỳ này, lấy số 9/2026"
    assert (on_time["late_inputs"], on_time["inputs"]) == ([], [])
    assert {(one["rank"], one["state"]) for one in rest} == {(None, "not_reported")}
    assert all(one["missing_inputs"] == ["reporting_connected_rate"] and one["reason"] for one in rest)
    few = next(one for one in own.get(PAIR).json()["rows"] if one["unit"] == "ha_noi")
    assert (few["rank"], few["components"]["signed_document_rate"], few["inputs"][0]["state"]) == (None, 100.0, "too_few")
    text = own.get("/tai-ve/xep-hang-pair.csv").content.decode("utf-8-sig")
    lines = {line["Tỉnh, thành phố"]: line for line in csv.DictReader(io.StringIO(text.split("\r\n\r\n")[0]))}
    assert (
        lines["Hà Nội"]["Lưu ý về số liệu"] == "không xếp hạng: Văn bản điện tử: mẫu số 3 dưới 30; Văn bản có chữ ký số: mẫu số 3 dưới 30"
    )


def test_a_rank_explains_itself(own: httpx.Client) -> None:
    rows = [one for one in own.get(PAIR).json()["rows"] if one["rank"] is not None]
    for row in rows:
        told = own.get(f"{PAIR}/units/{row['unit']}").raise_for_status().json()
        assert (told["rank"], told["rank_range"], told["value"]) == (row["rank"], row["rank_range"], row["value"])
        assert sum(one["points"] for one in told["contributions"]) == pytest.approx(told["value"], abs=0.01)
        change = told["change"]
        parts = change["own"] + change["others"] + change["revisions"] + change["method"]
        assert parts == change["places"] == row["baseline_rank"] - row["rank"]
        assert sum(one["places"] for one in change["components"]) == change["own"]
    (nearest, *_) = told["climbs"]
    assert (nearest["places"], nearest["ways"][0]["rank"]) == (1, rows[-2]["rank"])
    assert nearest["ways"][0]["moves"][0]["note"].startswith("thêm ")
    assert own.get(f"{PAIR}/units/ha_noi").status_code == 404
    assert "không được xếp hạng" in own.get(f"{PAIR}/units/ha_noi").json()["detail"]


def test_a_group_and_a_baseline_can_be_asked_for(own: httpx.Client) -> None:
    group = own.get(PAIR, params={"within": "red_river_delta"}).raise_for_status().json()
    assert group["within"] == "red_river_delta"
    assert own.get(PAIR, params={"within": "hue"}).status_code == 404
    assert own.get(PAIR, params={"against": OCTOBER}).json()["baseline"] == OCTOBER
    assert own.get(PAIR, params={"against": "2026-1"}).status_code == 422
    assert own.get("/api/v1/rankings/mixed").status_code == 200, "both are simulated here"
