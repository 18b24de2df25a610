"""Dossiers of the portal: the state of each, and what it counts for, whatever the order in which it is told. Nothing of a person stays."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.errors import ConfigurationError, FeedError
from dashboard.feeds import dossier_days, dossiers
from dashboard.feeds.base import Source
from dashboard.feeds.dossiers import Codes, kept
from dashboard.feeds.rows import load_codes
from dashboard.formats import HANOI
from dashboard.observations import Entry, Parsed, Rules
from dashboard.store import Store
from dashboard.store.ledger import Counting
from dashboard.store.write import Origin, land
from tests.loaded import DATA, context
from tests.store.small_country import empty, origin, standing

MORNING = datetime(2026, 11, 16, 8, 0, tzinfo=HANOI)
PERSON = {
    "ChuHoSo": "Nguyễn Thị Kín",
    "SoDienThoai": "0987654321",
    "Email": "kin@example.vn",
    "MaDoiTuong": "001087654321",
    "TrichYeuHoSo": "Hồ sơ của Nguyễn Thị Kín, 0987654321",
    "GhiChu": "gọi 0987 654 321",
    "TaiLieuNop": [{"TenTepDinhKem": "CCCD Nguyễn Thị Kín.pdf"}],
}
RECORD: dict[str, Any] = {
    "MaHoSo": "000.00.61.H05-261116-0001",
    "NgayTiepNhan": "20261116080000",
    "NgayHenTra": "20261118170000",
    "TrangThaiHoSo": "4",
    "KenhThucHien": "2",
    "DuocThanhToanTrucTuyen": "1",
    "DonViXuLy": "Ủy ban nhân dân xã số 1",
    "DanhSachLePhi": [{"TenPhiLePhi": "Lệ phí", "Gia": "20000"}],
    **PERSON,
}
STEP: dict[str, Any] = {"MaHoSo": RECORD["MaHoSo"], "ThoiDiemXuLy": "20261117100000", "TrangThai": "9", "NguoiXuLy": "Trần Văn Lộ"}


@cache
def codes() -> Codes:
    """Those of `data/`."""
    return load_codes(DATA / "dossiers.toml")


def page(*records: object, code: object = "00") -> bytes:
    """A page as the portal answers it."""
    return json.dumps({"error_code": code, "result": list(records)}, ensure_ascii=False).encode()


def read(content: bytes) -> Parsed:
    """What is made of a page."""
    return dossiers.parse(codes(), Source("p", content), context())


def counted(*records: object) -> dict[str, tuple[str, str, str]]:
    """Measure to unit, day and detail, of one dossier's records in the order of their instants; a stand-in for the ledger."""
    known: dict[str, Any] = {}
    for event in sorted(read(page(*records)).events, key=lambda one: one.at):
        known.update(event.attributes)
    tallied = dossiers.tally(codes(), Entry("bac_ninh_2025", known), frozenset())
    return {one.measure: (one.unit, one.day.isoformat(), one.detail) for one in tallied}


def test_a_dossier_at_work_counts_on_the_day_it_was_taken_in() -> None:
    day = ("bac_ninh_2025", "2026-11-16", "tier=commune")
    assert counted(RECORD) == {
        "dossiers_received": (*day[:2], "channel=2,tier=commune"),
        "dossiers_with_fee": day,
        "dossiers_paid_online": day,
        "dossiers_working": day,
    }


def test_a_dossier_is_finished_on_the_day_of_its_end_and_on_time_by_its_due_instant() -> None:
    done = {**RECORD, "TrangThaiHoSo": "10", "NgayKetThucXuLy": "20261117100000", "NgayTra": "20261120090000"}
    assert counted(done)["dossiers_finished"] == ("bac_ninh_2025", "2026-11-17", "tier=commune")
    assert "dossiers_on_time" in counted(done)
    late = {**done, "NgayKetThucXuLy": "20261118170001"}
    assert "dossiers_finished" in counted(late)
    assert "dossiers_on_time" not in counted(late)
    assert "dossiers_on_time" in counted({**late, "NgayHenTra": "20261118"}), "a due day without a time means its end"
    assert "dossiers_on_time" not in counted({**done, "NgayHenTra": ""}), "nobody can tell"


@pytest.mark.parametrize(
    ("status", "bucket"),
    [("1", "waiting"), ("2", "working"), ("4", "working"), ("5", "paused"), ("6", "paused"), ("8", "paused"), ("3", "")],
)
def test_every_status_stands_in_its_bucket(status: str, bucket: str) -> None:
    found = counted({**RECORD, "TrangThaiHoSo": status})
    assert {name for name in ("waiting", "working", "paused") if f"dossiers_{name}" in found} == ({bucket} if bucket else set())
    assert ("dossiers_received" in found) == (bucket in ("working", "paused"))


def test_a_progress_update_moves_the_dossier_and_says_that_it_is_in_step() -> None:
    found = counted(STEP, RECORD)
    assert found["dossiers_finished"] == ("bac_ninh_2025", "2026-11-17", "tier=commune")
    assert {"dossiers_on_time", "dossiers_status_synced"} <= found.keys()
    assert "dossiers_working" not in found
    assert counted(STEP) == {}, "it waits for its dossier"


def test_a_dossier_of_before_the_mergers_is_finished_by_the_province_that_took_over() -> None:
    record = {**RECORD, "MaHoSo": "H02.61-250627-0001", "NgayTiepNhan": "20250627080000", "TrangThaiHoSo": "9"}
    found = counted({**record, "NgayKetThucXuLy": "20250702090000", "NgayHenTra": "20250702"})
    assert found["dossiers_received"][:2] == ("bac_giang", "2025-06-27")
    assert found["dossiers_finished"][:2] == found["dossiers_on_time"][:2] == ("bac_ninh_2025", "2025-07-02")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"MaHoSo": "không có mã"}, "mã hồ sơ không có dạng"),
        ({"MaHoSo": "H05-261399-1"}, "mã hồ sơ không có dạng"),
        ({"MaHoSo": "H99-261116-1"}, "không thuộc tỉnh, bộ, ngành"),
        ({"TrangThaiHoSo": "11"}, "trạng thái “11”"),
        ({"TrangThaiHoSo": "9"}, "không có ngày kết thúc"),
        ({"NgayTiepNhan": ""}, "không có ngày tiếp nhận"),
        ({"NgayTiepNhan": "20261332000000"}, "NgayTiepNhan “20261332000000” không đọc được"),
        ({"NgayTiepNhan": "16/11/2026"}, "không đọc được"),
        ({"KenhThucHien": "7"}, "kênh thực hiện “7”"),
        ({"TrangThaiHoSo": "9", "NgayKetThucXuLy": "20261115"}, "kết thúc trước khi tiếp nhận"),
    ],
)
def test_a_record_in_doubt_is_held_and_the_others_are_taken(change: dict[str, str], reason: str) -> None:
    parsed = read(page({**RECORD, **change}, RECORD))
    (held,) = parsed.held
    assert reason in held.reason
    assert len(parsed.events) == 1
    assert not any(told in held.raw for told in ("Kín", "0987", "@"))


def test_both_success_codes_a_bare_list_and_a_list_in_a_text_are_read_alike() -> None:
    wanted = read(page(RECORD, STEP)).events
    in_text = json.dumps({"error_code": "00", "result": json.dumps([RECORD, STEP])}).encode()
    for content in (page(RECORD, STEP, code=0), json.dumps([RECORD, STEP]).encode(), in_text):
        assert read(content).events == wanted
    assert read(b'{"error_code": "00", "result": null}') == Parsed()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<html>", "không phải JSON"),
        (page(RECORD)[:-40], "không phải JSON"),
        (b'{"result": []}', "không có “error_code”"),
        (page(code="-2"), "mã lỗi “-2”"),
        (b'{"error_code": "00", "result": {"a": 1}}', "không phải là danh sách"),
        (page(*[{"so_ho_so": "1", "trang_thai": "4"}] * 3), "cấu trúc trả lời đã đổi"),
    ],
)
def test_a_page_that_is_none_fails_whole_and_nothing_of_it_is_kept_but_the_reason(content: bytes, said: str) -> None:
    with pytest.raises(FeedError, match=said):
        read(content)
    if "đã đổi" not in said:
        with pytest.raises(FeedError, match=said):
            read(kept(content))


def test_nothing_of_a_person_is_kept_and_what_is_kept_says_the_same() -> None:
    content = page(RECORD, STEP, {**RECORD, "DonViXuLy": "Nguyễn Thị Kín", "MaHoSo": "Nguyễn Thị Kín"}, "Nguyễn Thị Kín 0987654321")
    again = kept(content)
    for told in ("Kín", "0987", "kin@", "Lộ", "001087654321"):
        assert told.encode() not in again
    assert kept(again) == again
    assert read(again) == read(content)
    shown = dict(dossiers.excerpt(Source("p", again), RECORD["MaHoSo"]))
    assert shown["DonViXuLy"] == "Ủy ban nhân dân xã số 1"
    assert dossiers.excerpt(Source("p", again), "bản ghi 3")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20), lambda one: st.lists(one, max_size=3), max_leaves=6))
def test_whatever_stands_in_a_field_is_read_or_held(value: object) -> None:
    for name in ("MaHoSo", "NgayTiepNhan", "NgayHenTra", "TrangThaiHoSo", "KenhThucHien", "DanhSachLePhi", "DonViXuLy"):
        content = page({**RECORD, name: value}, RECORD, RECORD)
        assert read(kept(content)) == read(content)
        assert len(read(content).events) + len(read(content).held) == 3


@given(st.binary(max_size=200))
def test_no_bytes_break_it(content: bytes) -> None:
    kept(kept(content))
    try:
        read(content)
    except FeedError:
        return


def test_days_that_were_counted_elsewhere_count_for_many() -> None:
    row = {"unit": "bac_ninh_2025", "day": "2026-10-20", "tier": "commune", "dossiers_received_2": 5, "dossiers_finished": 3}
    (event,) = read(dossier_days.written([row])).events
    found = Counter(
        {(one.measure, one.detail): one.value for one in dossiers.tally(codes(), Entry(event.unit, event.attributes), frozenset())}
    )
    assert found == {("dossiers_received", "channel=2,tier=commune"): 5, ("dossiers_finished", "tier=commune"): 3}
    more = read(dossier_days.written([{**row, "dossiers_received_2": 12}])).events[0]
    assert (more.key, more.at) == (event.key, event.at)
    assert str(more.attributes["counted"]) > str(event.attributes["counted"]), "of two of one instant the ledger takes the greater text"


def test_each_status_stands_in_one_bucket_or_the_program_does_not_start(tmp_path: Any) -> None:
    text = (DATA / "dossiers.toml").read_text(encoding="utf-8")
    for wrong in (text.replace('"10"', '"9"'), text.replace("paused", "halted"), text.replace('["3"]', "3"), ""):
        (tmp_path / "dossiers.toml").write_text(wrong, encoding="utf-8")
        with pytest.raises(ConfigurationError, match=r"data/dossiers\.toml"):
            load_codes(tmp_path / "dossiers.toml")


@dataclass(frozen=True)
class Life:
    """What happened to one dossier: each step, with its instant."""

    number: int
    channel: str
    fee: bool
    paid: bool
    due: datetime
    steps: tuple[tuple[datetime, str], ...]

    def as_of(self, place: int) -> dict[str, Any]:
        """Its record after so many steps."""
        reached = {code: at for at, code in self.steps[: place + 1]}
        return {
            **RECORD,
            "MaHoSo": f"000.00.61.H05-261116-{self.number:04}",
            "NgayTiepNhan": written(self.steps[0][0]),
            "NgayHenTra": written(self.due),
            "TrangThaiHoSo": self.steps[place][1],
            "NgayKetThucXuLy": written(reached.get("9")),
            "NgayTra": written(reached.get("10")),
            "KenhThucHien": self.channel,
            "DuocThanhToanTrucTuyen": "1" if self.paid else "0",
            "DanhSachLePhi": [{"Gia": "5000"}] if self.fee else [],
        }

    def told(self) -> Iterator[dict[str, Any]]:
        """Everything that is ever said of it."""
        for place, (at, code) in enumerate(self.steps):
            yield self.as_of(place)
            if place:
                yield {**STEP, "MaHoSo": self.as_of(0)["MaHoSo"], "ThoiDiemXuLy": written(at), "TrangThai": code}

    def counts(self) -> Iterator[tuple[str, str, str]]:
        """Measure, day and detail, reckoned from what happened."""
        day, last = self.steps[0][0].date().isoformat(), self.steps[-1][1]
        if last == "3":
            return
        yield "dossiers_received", day, f"channel={self.channel},tier=commune"
        for measure, holds in (
            ("dossiers_status_synced", len(self.steps) > 1),
            ("dossiers_with_fee", self.fee),
            ("dossiers_paid_online", self.fee and self.paid),
            ("dossiers_working", last in "24"),
            ("dossiers_paused", last in "568"),
        ):
            if holds:
                yield measure, day, "tier=commune"
        ended = next((at for at, code in self.steps if code == "9"), None)
        if last in ("9", "10") and ended:
            yield "dossiers_finished", ended.date().isoformat(), "tier=commune"
            if ended <= self.due:
                yield "dossiers_on_time", ended.date().isoformat(), "tier=commune"


def written(at: datetime | None) -> str:
    """An instant as the portal writes it."""
    return f"{at:%Y%m%d%H%M%S}" if at else ""


@st.composite
def lives(draw: st.DrawFn, number: int) -> Life:
    """A dossier on one of the ways that the portal knows."""
    path = draw(st.sampled_from(["2", "24", "245", "2454", "24649", "249", "249X", "2459X", "23", "28"]))
    gaps = draw(st.lists(st.integers(1, 200_000), min_size=len(path), max_size=len(path)))
    at, steps = MORNING, []
    for code, gap in zip(path, gaps, strict=True):
        steps.append((at, "10" if code == "X" else code))
        at += timedelta(seconds=gap)
    due = MORNING + timedelta(seconds=draw(st.integers(1, 400_000)))
    return Life(number, draw(st.sampled_from("123")), draw(st.booleans()), draw(st.booleans()), due, tuple(steps))


@pytest.fixture
def counting() -> Counting:
    """As the feed counts."""
    return Counting(Rules(lambda entry, days: dossiers.tally(codes(), entry, days)), frozenset[date]())


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_sent_again_late_and_in_any_order_the_counts_are_those_of_what_happened(
    store: Store, counting: Counting, data: st.DataObject
) -> None:
    empty(store)
    all_lives = [data.draw(lives(number)) for number in range(1, data.draw(st.integers(1, 4)) + 1)]
    told = [record for life in all_lives for record in life.told()]
    again = data.draw(st.lists(st.sampled_from(told), max_size=6))
    order = data.draw(st.permutations([*told, *again]))
    cut = data.draw(st.integers(0, len(order)))
    for batch in (order[:cut], order[cut:]):
        if batch:
            post(store, counting, *batch)
    wanted = Counter((measure, "bac_ninh_2025", day, detail) for life in all_lives for measure, day, detail in life.counts())
    assert {cell: value for cell, value in standing(store).items() if value} == dict(wanted)


def post(store: Store, counting: Counting, *records: object) -> None:
    """Lands a page, as it is kept."""
    parsed = read(kept(page(*records)))
    assert parsed.held == ()
    where: Origin = origin("p", "dossier_sync")
    land(store, where, parsed, counting)
