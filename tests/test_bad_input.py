"""Bad input, one table for all doors: each bad record is held under a Vietnamese reason of its own, and nothing else is lost."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from dashboard.feeds import document_days
from dashboard.feeds.base import Source
from dashboard.ingest import Desk, Report, Sender, take
from dashboard.store import Store
from dashboard.store.queries import cells, held_records
from tests.loaded import feeds, ingest_desk

Record = Mapping[str, object]
DAY = "2026-10-20"
GOOD: Record = {"measure": "case_files_processed", "unit": "hue", "period": DAY, "value": 50, "detail": "tier=province"}
WHOLE: Record = {**GOOD, "unit": "ha_noi", "value": 70}
BAD: dict[str, tuple[Record, str]] = {
    "an unknown unit": ({**GOOD, "unit": "Tỉnh Atlantis"}, "không có đơn vị nào tên hoặc mã “Tỉnh Atlantis” vào ngày {day}"),
    "a unit not valid at that date": ({**GOOD, "unit": "bac_giang"}, "Tỉnh Bắc Giang (bac_giang) không còn, hoặc chưa có, vào {day}"),
    "a name not valid at that date": ({**GOOD, "unit": "Tỉnh Bắc Giang"}, "tên hoặc mã này là của Tỉnh Bắc Giang (bac_giang, từ"),
    "a negative count": ({**GOOD, "value": -3}, "hồ sơ công việc đã xử lý -3 là số âm"),
    "a period to come": ({**GOOD, "period": "2030-01"}, "tháng 1/2030 chưa bắt đầu"),
    "no number": ({**GOOD, "value": "NaN"}, "hồ sơ công việc đã xử lý không phải là số: “NaN”"),
    "infinity": ({**GOOD, "value": "Infinity"}, "không phải là số: “Infinity”"),
    "ten to the three hundredth": (
        {**GOOD, "unit": "can_tho_2025", "value": "1e300"},
        "hồ sơ công việc đã xử lý 1e+300 lớn quá mức có thể có",
    ),
    "digits of another script": ({**GOOD, "value": "٥٠"}, "không phải là số: “٥٠”"),
    "a second record of the same cell": ({**GOOD, "value": 51}, "cho cùng ô số liệu trong lần gửi này"),
    "a measure of another feed": ({**GOOD, "measure": "documents_sent"}, "nguồn này không được gửi đại lượng “documents_sent”"),
    "a part larger than its whole": (
        {**WHOLE, "measure": "case_files_electronic", "value": 71},
        "tử số lớn hơn mẫu số: hồ sơ công việc xử lý trên môi trường điện tử 71, hồ sơ công việc đã xử lý 70",
    ),
}


def as_json(records: list[Record]) -> bytes:
    return json.dumps({"observations": records}, ensure_ascii=False).encode()


def as_csv(records: list[Record]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(GOOD))
    writer.writeheader()
    writer.writerows(records)
    return out.getvalue().encode()


FORMS: dict[str, Callable[[list[Record]], bytes]] = {"json": as_json, "csv": as_csv}


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    return ingest_desk(store, tmp_path / "raw")


def push(desk: Desk, content: bytes, feed: str = "reporting_system") -> Report:
    return take(desk, feeds()[feed], Source("push:tỉnh", content), Sender())


def landed(desk: Desk, measure: str = "case_files_processed", period: str = DAY) -> dict[str, float]:
    return {one.unit: one.value for one in cells(desk.store, [measure], [period])}


@pytest.mark.parametrize("form", FORMS)
def test_a_bad_record_is_held_under_its_reason_and_its_neighbours_land(desk: Desk, form: str) -> None:
    """Each case on a day of its own, so that one database serves the whole table."""
    second, third = ("2", "3") if form == "json" else ("3", "4")
    for number, (name, (bad, said)) in enumerate(BAD.items(), 1):
        day = f"2026-10-{number:02}"
        good, whole, other = ({**one, "period": day} for one in (GOOD, WHOLE, {**GOOD, "unit": "da_nang_2025", "value": 9}))
        doubtful = bad if bad["period"] != DAY else {**bad, "period": day}
        report = push(desk, FORMS[form]([good, doubtful, whole, other]))
        reasons = {one.record: one.reason for one in report.held}
        words = said.format(day=f"{number:02}/10/2026")
        assert words in reasons.pop(second), name
        if name == "a part larger than its whole":
            assert words in reasons.pop(third), "of two that cannot both be true neither is taken"
            assert landed(desk, period=day) == {"hue": 50, "da_nang_2025": 9}
        else:
            assert landed(desk, period=day) == {"hue": 50, "ha_noi": 70, "da_nang_2025": 9}, name
        assert reasons == {}, name
    assert all(one.raw for one in held_records(desk.store))


def test_reasons_tell_kinds_apart(desk: Desk) -> None:
    distinct = [bad for name, (bad, _) in BAD.items() if name != "a part larger than its whole"]
    push(desk, as_json([GOOD, *distinct]))
    reasons = {one.reason for one in held_records(desk.store)}
    assert len(reasons) == len(distinct)


def test_a_part_is_held_against_a_whole_that_came_before_and_the_other_way_round(desk: Desk) -> None:
    push(desk, as_json([WHOLE, {**WHOLE, "measure": "case_files_electronic", "value": 60}]))
    report = push(desk, as_json([{**WHOLE, "measure": "case_files_electronic", "value": 71}, GOOD]))
    assert [one.reason for one in report.held] == [
        "tử số lớn hơn mẫu số: hồ sơ công việc xử lý trên môi trường điện tử 71, hồ sơ công việc đã xử lý 70 (đã nhận trước)"
    ]
    report = push(desk, as_json([{**WHOLE, "value": 59}]))
    assert "60 (đã nhận trước), hồ sơ công việc đã xử lý 59" in report.held[0].reason
    assert (landed(desk), landed(desk, "case_files_electronic")) == ({"hue": 50, "ha_noi": 70}, {"ha_noi": 60})
    report = push(desk, as_json([{**WHOLE, "value": 59}, {**WHOLE, "measure": "case_files_electronic", "value": 58}]))
    assert report.held == (), "corrected together they agree"
    assert landed(desk)["ha_noi"] == 59


def test_a_name_that_stands_twice_in_one_record_is_held(desk: Desk) -> None:
    text = as_json([GOOD, WHOLE]).decode().replace('"value": 50', '"value": 50, "value": 500')
    report = push(desk, text.encode())
    assert [one.reason for one in report.held] == ["trường value có hai lần trong một bản ghi"]
    assert landed(desk) == {"ha_noi": 70}


@pytest.mark.parametrize("form", FORMS)
def test_a_closed_period_sent_again_is_kept_as_a_correction_and_sent_unchanged_says_nothing(desk: Desk, form: str) -> None:
    push(desk, FORMS[form]([GOOD, WHOLE]))
    again = push(desk, FORMS[form]([GOOD, {**WHOLE, "value": 72}]))
    assert again.landing is not None
    assert (again.landing.landed, again.landing.unchanged, again.held) == (1, 1, ())
    assert landed(desk) == {"hue": 50, "ha_noi": 72}


DAYS: list[tuple[Record, str]] = [
    ({"unit": "atlantis"}, "không có đơn vị nào mang khóa “atlantis”"),
    ({"unit": "bac_giang"}, "Tỉnh Bắc Giang không còn, hoặc chưa có, vào ngày 20/10/2026"),
    ({"documents_electronic": 11}, "documents_electronic (11) lớn hơn documents_sent (10)"),
    ({"documents_sent": -1}, "“-1” không phải là số đếm"),
    ({"day": "2030-01-01"}, "chưa đến"),
]


def test_days_of_the_document_axis_are_held_by_the_same_reasons(desk: Desk) -> None:
    good = {"unit": "hue", "day": DAY, "tier": "province", "documents_sent": 10, "documents_electronic": 9}
    made = document_days.written([*({**good, **changed} for changed, _ in DAYS), {**good, "unit": "ha_noi"}])
    held = {one.record: one.reason for one in push(desk, made, "document_axis").held}
    assert [said in held[str(line)] for line, (_, said) in enumerate(DAYS, 2)] == [True] * len(DAYS), held
    assert landed(desk, "documents_sent") == {"ha_noi": 10}
