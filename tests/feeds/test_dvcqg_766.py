"""The 766 files: what lands, what is held and why."""

import csv
import io

import pytest

from dashboard.errors import FeedError
from dashboard.observations import Parsed
from dashboard.periods import Period
from tests.loaded import COMMUNES, DEPARTMENTS, OCTOBER, PROVINCES, TO_OCTOBER, content, units
from tests.loaded import parsed as parse

HEAD = "gso_code,period,ma_coquan,ten,cong_khai_minh_bach_18,tien_do_giai_quyet_20,dvc_truc_tuyen_12,thanh_toan_truc_tuyen_10,muc_do_hai_long_18,so_hoa_ho_so_22,tong_100,xep_hang"  # noqa: E501
GOOD = "24,2025-10,H05,UBND tỉnh Bắc Ninh,15,19,8,10,17,20,89,1"


def read(*rows: str, head: str = HEAD) -> Parsed:
    return parse(PROVINCES, "\n".join((head, *rows)).encode())


def reason(row: str) -> str:
    """Why this row is held; the good row beside it must land all the same."""
    found = read("01,2025-10,H26,UBND thành phố Hà Nội,15,19,8,10,17,20,89,2", row)
    assert {one.unit for one in found.observations} == {"ha_noi"}, "the rest lands"
    (held,) = found.held
    assert held.record == "3"
    return held.reason


def test_the_published_provinces_are_34_by_two_periods_by_eight_cells() -> None:
    found = parse(PROVINCES)
    assert len(found.observations) == 34 * 2 * 8
    assert {one.period for one in found.observations} == {OCTOBER, TO_OCTOBER}
    assert {one.unit for one in found.observations} == {unit.key for unit in units().of_tier("province", OCTOBER.last_day)}


def test_every_published_value_lands_as_it_was_given() -> None:
    rows = list(csv.DictReader(io.StringIO(content(PROVINCES).decode("utf-8-sig"))))
    landed = {(one.record, one.measure): one.value for one in parse(PROVINCES).observations}
    for line, row in enumerate(rows, start=2):
        assert landed[(str(line), "index766_total")] == float(row["tong_100"])
        assert landed[(str(line), "index766_rank")] == float(row["xep_hang"])
        assert landed[(str(line), "index766_satisfaction")] == float(row["muc_do_hai_long_18"])
        assert landed[(str(line), "index766_digitisation")] == float(row["so_hoa_ho_so_22"])


def test_code_24_of_october_2025_is_the_merged_bac_ninh() -> None:
    (total,) = [one for one in read(GOOD).observations if one.measure == "index766_total"]
    assert total.unit == "bac_ninh_2025"
    assert not any(one.unit in ("bac_ninh", "bac_giang") for one in parse(PROVINCES).observations)


def test_departments_and_communes_land_under_their_province() -> None:
    communes, departments = parse(COMMUNES), parse(DEPARTMENTS)
    assert len(communes.observations) == 102 * 8
    assert len(departments.observations) == 15 * 8
    assert {units().get(one.unit).tier for one in communes.observations} == {"commune"}
    assert {units().get(one.unit).parent for one in communes.observations} == {"an_giang_2025"}
    assert {units().get(one.unit).tier for one in departments.observations} == {"department"}
    assert {one.period for one in communes.observations + departments.observations} == {OCTOBER}


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("99,2025-10,H05,UBND tỉnh Bắc Ninh,15,19,8,10,17,20,89,1", "“99”"),
        ("24,2025-10,H99,UBND tỉnh Bắc Ninh,15,19,8,10,17,20,89,1", "“H99”"),
        ("24,2025-10,H26,UBND tỉnh Bắc Ninh,15,19,8,10,17,20,89,1", "không chỉ cùng một đơn vị"),
        ("24,2025-10,H05,UBND tỉnh Lào Cai,15,19,8,10,17,20,89,1", "không chỉ cùng một đơn vị"),
        ("24,2025-10,H05,UBND tỉnh Bắc Giang,15,19,8,10,17,20,89,1", "Bắc Giang"),
        ("24,2025-10,H05,UBND tỉnh Bắc Ninh,18.01,19,8,10,17,17,89.01,1", "Điểm công khai, minh bạch 18,01 nằm ngoài"),
        ("24,2025-10,H05,UBND tỉnh Bắc Ninh,-0.01,19,8,10,17,20,73.99,1", "-0,01 là số âm, nằm ngoài"),
        ("24,2025-10,H05,UBND tỉnh Bắc Ninh,15,19,8,10,17,20,100.5,1", "100,5 nằm ngoài"),
        ("24,2025-10,H05,UBND tỉnh Bắc Ninh,15,19,8,10,17,20,89.04,1", "tổng điểm 89,04 không bằng tổng sáu nhóm 89,00"),
        ("24,2025-10,H05,UBND tỉnh Bắc Ninh,15,19,8,10,17,20,88.96,1", "tổng điểm 88,96 không bằng"),
        ("24,2025-10,H05,UBND tỉnh Bắc Ninh,15,,8,10,17,20,60,1", "nhỏ hơn tổng các nhóm đã có 70,00"),
        ("24,2025-10,H05,UBND tỉnh Bắc Ninh,15,19,8,10,17,20,,1", "thiếu tổng điểm"),
        ("24,2025-10,H05,UBND tỉnh Bắc Ninh,nan,19,8,10,17,20,89,1", "không phải là số: “nan”"),
        ("24,2025-10,H05,UBND tỉnh Bắc Ninh,inf,19,8,10,17,20,89,1", "không phải là số: “inf”"),
        ("24,2025-10,H05,UBND tỉnh Bắc Ninh,chín,19,8,10,17,20,89,1", "không phải là số: “chín”"),
        ('24,2025-10,H05,UBND tỉnh Bắc Ninh,"15,0",19,8,10,17,20,89,1', "không phải là số: “15,0”"),
        ("24,2025-10,H05,UBND tỉnh Bắc Ninh,1_5,19,8,10,17,20,89,1", "không phải là số: “1_5”"),
        ("24,2025-10,H05,UBND tỉnh Bắc Ninh,١٥,19,8,10,17,20,89,1", "không phải là số"),
        ("24,2025-10,H05,UBND tỉnh Bắc Ninh,15,19,8,10,17,20,89,1.5", "không phải là số nguyên"),
        ("24,2025-10,H05,UBND tỉnh Bắc Ninh,15,19,8,10,17,20,89,0", "nằm ngoài"),
        ("24,2025-13,H05,UBND tỉnh Bắc Ninh,15,19,8,10,17,20,89,1", "kỳ “2025-13” không đọc được"),
        ("24,2025-YTD(13),H05,UBND tỉnh Bắc Ninh,15,19,8,10,17,20,89,1", "không đọc được"),
        ("24,3000-10,H05,UBND tỉnh Bắc Ninh,15,19,8,10,17,20,89,1", "kỳ “3000-10” không đọc được"),
        ("24,2025,H05,UBND tỉnh Bắc Ninh,15,19,8,10,17,20,89,1", "không phải là một tháng hay lũy kế"),
        ("24,,H05,UBND tỉnh Bắc Ninh,15,19,8,10,17,20,89,1", "kỳ “” không đọc được"),
        ("24,2025-10,,UBND tỉnh Bắc Ninh,15,19,8,10,17,20,89,1", "“”"),
        ("24,2025-10,H05,UBND tỉnh Bắc Ninh,15,19,8,10,17,20", "thiếu 2 ô"),
        ("24,2025-10,H05,UBND tỉnh Bắc Ninh,15,19,8,10,17,20,89,02,1", "thừa 1 ô"),
        ("01,2025-10,H26,UBND thành phố Hà Nội,15,19,8,10,17,20,89,2", "đã có một dòng khác"),
    ],
)
def test_a_row_in_doubt_is_held_with_its_reason_and_the_rest_lands(row: str, why: str) -> None:
    assert why in reason(row)


def test_a_held_row_keeps_its_text() -> None:
    (held,) = read(GOOD, GOOD.replace("H05", "H99")).held
    assert "ma_coquan=H99" in held.raw
    assert "UBND tỉnh Bắc Ninh" in held.raw


@pytest.mark.parametrize("total", ["88.97", "89.03", "89"])
def test_a_total_may_differ_from_its_parts_by_their_rounding(total: str) -> None:
    assert read(GOOD.replace(",89,", f",{total},")).held == ()


def test_an_empty_component_is_no_cell_and_a_zero_is_one() -> None:
    empty = read("24,2025-10,H05,UBND tỉnh Bắc Ninh,15,19,8,,17,20,89,1").observations
    zero = read("24,2025-10,H05,UBND tỉnh Bắc Ninh,15,19,8,0,17,20,79,1").observations
    assert "index766_online_payment" not in {one.measure for one in empty}
    assert {one.measure: one.value for one in zero}["index766_online_payment"] == 0.0


def test_a_missing_column_stops_the_file_and_is_named() -> None:
    with pytest.raises(FeedError, match=r"dvcqg_766_provinces.*column missing: tong_100"):
        read(GOOD, head=HEAD.replace("tong_100", "tong"))


@pytest.mark.parametrize(
    ("bytes_", "why"),
    [
        (b"", "column missing"),
        (b"\x00" + HEAD.encode(), "zero byte"),
        (HEAD.encode() + b"\n24,2025-10,H05,UBND t\x00nh,15,19,8,10,17,20,89,1", "zero byte"),
        ((HEAD + "\n" + GOOD).encode("utf-16"), "zero byte"),
        ((HEAD + "\n" + GOOD).encode("utf-8")[:-30] + b"\xff", "UTF-8"),
        ((HEAD + ",tong_100\n").encode(), "column named twice: tong_100"),
        ((HEAD + '\n24,"2025-10,H05').encode(), "not a UTF-8 CSV file"),
    ],
)
def test_what_is_no_csv_file_is_refused_whole(bytes_: bytes, why: str) -> None:
    with pytest.raises(FeedError, match=why):
        parse(PROVINCES, bytes_)


def test_a_byte_order_mark_dos_line_ends_and_empty_lines_do_no_harm() -> None:
    found = parse(PROVINCES, b"\xef\xbb\xbf" + f"{HEAD}\r\n\r\n{GOOD}\r\n\r\n".encode())
    assert len(found.observations) == 8
    assert {one.record for one in found.observations} == {"3"}, "the line of the file, as an editor counts it"


def test_an_agency_file_without_a_month_in_its_name_is_refused() -> None:
    with pytest.raises(FeedError, match="does not say its month"):
        parse("an_giang_communes.csv", content(COMMUNES))


def test_an_agency_file_of_another_month_lands_there() -> None:
    found = parse("dvcqg_766_an_giang_communes_2025-11.csv", content(COMMUNES))
    assert {one.period for one in found.observations} == {Period.parse("2025-11")}


def test_an_agency_of_an_unknown_kind_is_held() -> None:
    found = parse(DEPARTMENTS, content(DEPARTMENTS).replace(b"H01.13,2,", b"H01.13,9,"))
    assert [held.reason for held in found.held] == ["loại cơ quan “9” không phải là sở, ngành (2) hay xã (3)"]
    assert len(found.observations) == 14 * 8
