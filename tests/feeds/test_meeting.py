"""The facts of the meeting of 11/9/2020: each row a fact with its quote, and what is in doubt is held."""

import pytest

from dashboard.errors import FeedError
from dashboard.feeds import read_feeds
from dashboard.feeds.base import Source
from dashboard.observations import Parsed
from tests.loaded import catalog, content, context

FILE = "meeting_2020-09-11.csv"
HEAD = "fact,unit,as_of,value,unit_of_measure,quote_vi"
FEED = read_feeds()["meeting_2020_09_11"]


def read(*rows: str) -> Parsed:
    return FEED.parse(Source(FILE, "\n".join((HEAD, *rows)).encode()), context())


def whole() -> Parsed:
    return FEED.parse(Source(FILE, content(FILE)), context())


def test_every_row_lands_with_the_number_of_its_level() -> None:
    found = whole()
    assert found.held == ()
    assert len(found.observations) == content(FILE).count(b"\n") - 1
    values = {(one.measure, one.unit): one.value for one in found.observations}
    assert values["personal_signature_stage", "bac_ninh"] == 1
    assert values["personal_signature_stage", "ha_nam"] == 2
    assert values["stated_electronic_document_share", "bac_giang"] == 98
    assert values["signatures_issued", "vn"] == 276_000


def test_more_than_stands_in_the_detail() -> None:
    details = {one.measure: one.detail for one in whole().observations if one.unit == "vn"}
    assert details == {
        "signatures_issued": "",
        "signature_coverage_province_leaders": "",
        "signature_coverage_departments": "qualifier=more_than",
    }


def test_what_the_report_does_not_say_is_no_row() -> None:
    cameras = {one.unit for one in whole().observations if one.measure == "service_centre_camera_connected"}
    assert cameras == {"bac_giang", "bac_ninh"}


def test_the_evidence_of_a_row_holds_its_quote() -> None:
    record = next(one.record for one in whole().observations if one.measure == "online_payment_volume")
    assert dict(FEED.excerpt(Source(FILE, content(FILE)), record))["quote_vi"] == "số giao dịch có thanh toán rất ít"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("weather,ha_nam,2020-09-11,1,yes/no,nắng", "nội dung “weather” chưa được khai báo"),
        ("document_axis_connected,atlantis,2020-09-11,1,yes/no,nối", "atlantis"),
        ("document_axis_connected,ha_nam,2020-09,1,yes/no,nối", "không phải là một ngày"),
        ("document_axis_connected,ha_nam,hôm qua,1,yes/no,nối", "không đọc được"),
        ("document_axis_connected,ha_nam,2026-09-11,1,yes/no,nối", "không có vào 11/09/2026"),
        ("document_axis_connected,vn,2020-09-11,1,yes/no,nối", "không nói về"),
        ("document_axis_connected,ha_nam,2020-09-11,2,yes/no,nối", "nằm ngoài khoảng"),
        ("document_axis_connected,ha_nam,2020-09-11,0.5,yes/no,nối", "không có mức “0.5”"),
        ("personal_signature_stage,ha_nam,2020-09-11,soon,stage,sắp", "không phải là số"),
        ("document_axis_connected,ha_nam,2020-09-11,1,yes/no,", "thiếu câu trích dẫn"),
        ("document_axis_connected,nam_dinh,2020-09-11,0,yes/no,chưa", "đã có một dòng khác"),
        ("document_axis_connected,ha_nam,2020-09-11,1", "thiếu 2 ô"),
    ],
)
def test_a_row_in_doubt_is_held_and_the_rest_lands(row: str, why: str) -> None:
    found = read("document_axis_connected,nam_dinh,2020-09-11,1,yes/no,nối", row)
    assert [one.unit for one in found.observations] == ["nam_dinh"]
    assert why in found.held[0].reason


def test_a_missing_column_stops_the_file() -> None:
    with pytest.raises(FeedError, match="column missing: quote_vi"):
        FEED.parse(Source(FILE, b"fact,unit,as_of,value,unit_of_measure\n"), context())


def test_every_fact_is_told_by_the_report() -> None:
    assert {one.measure for one in whole().observations} == set(catalog().facts)


def test_the_targets_are_those_of_the_report() -> None:
    rows = [line.split(",") for line in content("targets_2020-09-11.csv").decode().split("\n")[1:] if line]
    told = sorted((float(row[2]), row[3]) for row in rows)
    assert told == sorted((one.value, one.deadline.isoformat()) for one in catalog().targets.values() if one.group == "hop_2020_09_11")
